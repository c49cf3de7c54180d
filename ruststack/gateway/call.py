"""One AWS request between identification and answer."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from typing import Final

from ruststack.core.context import Context, Input, Output, World
from ruststack.core.errors import ServiceError
from ruststack.core.http import Request, Response
from ruststack.gateway import errors
from ruststack.gateway.framing import ChunkSignatures, decoder_of
from ruststack.gateway.identify import Caller
from ruststack.gateway.intake import Decoder
from ruststack.gateway.mount import Mount, operation_name
from ruststack.kit import Handler
from ruststack.model import Operation
from ruststack.protocol import Codec, MalformedInput

_NO_CONTENT: Final = 204


class Call:
    """What is known of a request so far; the pipeline's steps fill it in.

    ``operation`` and ``handler`` may be asked for only after `read`; ``mount``, ``protocol`` and ``context`` after it
    was mounted.
    """

    __slots__ = (
        "_handler",
        "_labels",
        "_operation",
        "caller",
        "chunk_signatures",
        "codec",
        "context",
        "error_code",
        "extended_id",
        "has_body",
        "mount",
        "payload_hash",
        "protocol",
        "request",
        "world",
    )

    codec: Codec
    context: Context
    mount: Mount
    protocol: str

    def __init__(self, request: Request, caller: Caller, world: World) -> None:
        self.request = request
        self.caller = caller
        self.world = world
        self.error_code = ""
        self.extended_id = ""
        self.has_body = False
        self.payload_hash = ""
        self.chunk_signatures: ChunkSignatures | None = None
        self._operation: Operation | None = None
        self._handler: Handler | None = None
        self._labels: dict[str, str] = {}

    def take(self, mount: Mount) -> None:
        """Go on as a request to this service."""
        caller, world = self.caller, self.world
        self.mount = mount
        self.protocol, self.codec = mount.spoken(self.request)
        wire = mount.wire
        self.extended_id = world.ids.base64(56) if wire.extended_id_header else ""
        self.context = Context(
            mount.service.name,
            "",
            caller.account,
            caller.region,
            caller.access_key,
            wire.request_id(world.ids),
            mount.state_of(caller.account, caller.region),
            world,
            self.request,
        )

    @property
    def operation(self) -> Operation:
        assert self._operation is not None
        return self._operation

    @property
    def handler(self) -> Handler:
        assert self._handler is not None
        return self._handler

    @property
    def is_handled(self) -> bool:
        """Whether somebody implements the operation."""
        return self._handler is not None

    @property
    def is_streamed(self) -> bool:
        """Whether the body is an object's data, and all else is told by the head."""
        shape = self._operation.input if self._operation is not None else None
        payload = shape.payload if shape is not None else None
        return shape is not None and payload is not None and shape.members[payload].is_streaming

    @property
    def named(self) -> str:
        """The operation as far as it is known."""
        if self._operation is None and self._is_mounted:
            with suppress(errors.InvalidURI):
                self.route()
        return self._operation.name if self._operation is not None else operation_name(self.request) or "Unknown"

    @property
    def title(self) -> str:
        """``s3.PutObject``, for the log."""
        performed = self.context.operation if self._is_mounted else ""
        return f"{self.caller.service}.{performed or self.named}"

    def route(self) -> None:
        """Find operation and handler, if there are any. Raises InvalidURI."""
        request = self.request
        path = request.path
        if request.host_bucket is not None:
            path = f"/{request.host_bucket}{path}"
        self._operation, self._labels = self.mount.find(request, path, self.protocol)
        self._take_handler()

    @property
    def _is_mounted(self) -> bool:
        return hasattr(self, "mount")

    def choose(self, operation: str) -> None:
        """Take the operation of that name, for a call that no client made. Raises Unimplemented."""
        self._operation = self.mount.model.operations.get(operation)
        self._take_handler()
        self.context.request = None
        if self._handler is None:
            raise errors.Unimplemented(self.caller.service, operation)

    def _take_handler(self) -> None:
        if self._operation is not None:
            self.context.operation = self._operation.name
            self._handler = self.mount.service.handlers.get(self._operation.name)

    def digests(self) -> Iterable[str]:
        """Digests that the handler wants of a large body."""
        handler = self._handler
        wanted = () if handler is None or handler.digests is None else handler.digests(self.request.headers)
        return (*wanted, "sha256") if self.payload_hash else wanted

    def decoder(self) -> Decoder | None:
        """What takes aws-chunked framing off the body, if it has any."""
        return decoder_of(self.request, self.chunk_signatures)

    def read(self) -> Input:
        """The operation's input. Raises the service's own error for a request that means no operation, or 501."""
        if self._operation is None and self.protocol in ("query", "ec2"):
            self._operation = self.mount.find_in_form(self.request)
            self._take_handler()
        if self._operation is None:
            unrouted = self.mount.service.unrouted
            error = unrouted(self.context, self.request) if unrouted is not None else None
            raise error or errors.Unimplemented(self.mount.service.name, self.named)
        if self._handler is None:
            raise errors.Unimplemented(self.mount.service.name, self._operation.name)
        try:
            return self.codec.read(self._operation, self.request, self._labels)
        except MalformedInput as error:
            raise self._worded(error) from error

    def _worded(self, error: MalformedInput) -> ServiceError:
        """A value of the wrong type in the service's own words, where it has some."""
        invalid = self.mount.service.invalid
        if error.violation is None or invalid is None:
            return error
        return invalid(self.context, [error.violation]) or error

    def write(self, output: Output | None) -> Response:
        """The answer to success."""
        response = self.codec.write(self.operation, output)
        if self.context.response_status is not None:
            response.status = self.context.response_status
            if response.status == _NO_CONTENT:
                response.headers = [header for header in response.headers if header[0] != "Content-Type"]
                response.body = b""
        return response

    def write_error(self, error: ServiceError) -> Response:
        """The answer to an AWS error."""
        self.error_code = error.code
        return self.codec.write_error(error, self.context.request_id, self._operation, host_id=self.extended_id)

    def finish(self, response: Response) -> Response:
        """Add what handler, service and front end add to every answer."""
        context, mount = self.context, self.mount
        if context.response_headers:
            replaced = {name.lower() for name, _ in context.response_headers}
            kept = [header for header in response.headers if header[0].lower() not in replaced]
            response.headers = kept + context.response_headers
        if mount.service.decorate is not None and "origin" in self.request.headers:
            mount.service.decorate(context, self.request, response)
        if mount.wire.plain_type:
            mount.wire.answer_in_kind(self.request, response)
        if mount.wire.packs_above:
            mount.wire.pack(self.request, response)
        mount.wire.stamp(response, context.request_id, self.extended_id, self.world.clock.now())
        return response

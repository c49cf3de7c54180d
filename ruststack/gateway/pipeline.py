"""From a request to its answer, in one function that fits on a screen: `Pipeline.serve`."""

from __future__ import annotations

import traceback
from collections.abc import Awaitable, Callable, Generator, Iterable
from typing import Any

from ruststack.core.blobs import Blobs
from ruststack.core.context import Context, Input, Output, World
from ruststack.core.errors import ServiceError
from ruststack.core.http import Request, Response
from ruststack.gateway import errors
from ruststack.gateway.call import Call
from ruststack.gateway.exchange import Steps
from ruststack.gateway.identify import identify
from ruststack.gateway.mount import Mount

Authenticate = Callable[[Call], None]
Fault = Callable[[Context], Awaitable[ServiceError | None] | ServiceError | None]
Journal = Callable[[Context, Input], None]
Log = Callable[[str, str, int, str], None]
OnCrash = Callable[[BaseException, str], None]


class Pipeline:
    """Serves requests to mounted services.

    ``mount`` gives a service by botocore's name, or None. ``admin`` answers what is not AWS traffic, or returns
    None. ``fault`` may put an error in the way of a request, and ``journal`` notes what changed the state; ``log``
    writes one line a request (service, operation, status, error code).
    """

    def __init__(
        self,
        world: World,
        mount: Callable[[str], Mount | None],
        *,
        authenticate: Authenticate = lambda call: None,
        admin: Callable[[Request], Callable[[Request], Awaitable[Response]] | None] = lambda request: None,
        fault: Fault | None = None,
        journal: Journal | None = None,
        log: Log | None = None,
        on_crash: OnCrash | None = None,
    ) -> None:
        self.world = world
        self.blobs: Blobs = world.blobs
        self.mount = mount
        self.authenticate = authenticate
        self.admin = admin
        self.fault = fault
        self.journal = journal
        self.log = log
        self.on_crash = on_crash

    def serve(self, request: Request) -> Steps:
        """Serve one request; how the steps are driven is told in `Steps`."""
        admin = self.admin(request)
        if admin is not None:
            yield _Plain()
            answer: Response = yield admin(request)
            return answer
        call = Call(request, identify(request), self.world)
        try:
            mount = self._mounted(call)
            self.authenticate(call)
            call.route()
            yield call
            if self.fault is not None:
                yield from self._fault(call)
            response = mount.service.intercept(call.context, request) if mount.service.intercept is not None else None
            if response is None:
                params = call.read()
                output = self.perform(call, params)
                if isinstance(output, Awaitable):
                    output = yield output
                response = call.write(output)
                if self.journal is not None and not call.handler.is_read_only:
                    self.journal(call.context, params)
        except ServiceError as error:
            response = call.write_error(error)
        except Exception as error:  # noqa: BLE001 - a bug of ours: loud in the log, an honest 500 to the client
            response = call.write_error(self._crash(error, call.title))
        if self.log is not None:
            self.log(call.caller.service, call.title, response.status, call.error_code)
        return call.finish(response)

    def perform(self, call: Call, params: Input) -> Output | Awaitable[Output | None] | None:
        """Check constraints > authorize > call the handler. Raises ServiceError."""
        violations = call.codec.check(call.operation, params)
        service = call.mount.service
        if violations and service.invalid is not None:
            error = service.invalid(call.context, violations)
            if error is not None:
                raise error
        if service.authorize is not None:
            service.authorize(call.context, params)
        return call.handler.function(call.context, params)

    def _mounted(self, call: Call) -> Mount:
        mount = self.mount(call.caller.service)
        if mount is None:
            raise errors.Unimplemented(call.caller.service, call.named)
        call.mount = mount
        return mount

    def _fault(self, call: Call) -> Generator[Any, Any, None]:
        assert self.fault is not None
        fault = self.fault(call.context)
        if isinstance(fault, Awaitable):
            fault = yield fault
        if isinstance(fault, ServiceError):
            raise fault

    def refuse(self, request: Request | None, error: ServiceError) -> Response:
        """The answer to what is not a proper HTTP request, in S3's form, whose clients send most of them."""
        request = request or Request("GET", "/", [], {}, self.blobs.of(b""))
        call = Call(request, identify(request), self.world)
        call.mount = self.mount(call.caller.service) or self._any_mount()
        return call.finish(call.write_error(error))

    def _any_mount(self) -> Mount:
        mount = self.mount("s3")
        assert mount is not None
        return mount

    def crashed(self, error: BaseException) -> Response:
        """Log a bug that the pipeline itself could not answer."""
        return Response(500, [("Content-Type", "text/plain")], self._crash(error, "request").message.encode())

    def _crash(self, error: BaseException, title: str) -> ServiceError:
        if self.on_crash is not None:
            self.on_crash(error, title)
        else:
            traceback.print_exception(error)
        return errors.InternalFailure()


class _Plain:
    """A body without framing or digests."""

    def digests(self) -> Iterable[str]:
        return ()

    def decoder(self) -> None:
        return None

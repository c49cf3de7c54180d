"""A service as the gateway sees it: declaration, state, model, codecs and routes, each made on first use."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from ruststack.core.http import Request
from ruststack.gateway.route import Found, Router
from ruststack.gateway.wire import Wire, wire_of
from ruststack.kit import Service
from ruststack.model import Operation, ServiceModel, load
from ruststack.protocol import Codec, codec

_JSON: Final = ("json",)
_FORMS: Final = ("query", "ec2")
_FORM_BYTES: Final = 1024 * 1024


class Mount:
    """One service, ready to serve. ``state_of`` gives its state for an account and a region."""

    def __init__(self, service: Service, state_of: Callable[[str, str], Any]) -> None:
        self.service = service
        self.state_of = state_of
        self.wire: Wire = wire_of(service.name)
        self.model: ServiceModel = load(service.name)
        self.codec: Codec = codec(self.model)
        self._router: Router | None = None

    def spoken(self, request: Request) -> tuple[str, Codec]:
        """The protocol that this request speaks, and its codec."""
        model = self.model
        if len(model.protocols) > 1:
            for name in _spoken(request):
                if name in model.protocols:
                    return name, codec(model, name)
        return model.protocol, self.codec

    def find(self, request: Request, path: str, protocol: str) -> Found:
        """The operation that a request means, and the labels of its URI. Raises InvalidURI."""
        if protocol.startswith("rest"):
            if self._router is None:
                self._router = Router(self.model)
            return self._router.find(request, path)
        return self.model.operations.get(operation_name(request)), {}

    def find_in_form(self, request: Request) -> Operation | None:
        """The operation that ``Action`` in a form body names."""
        for pair in request.body.read(0, _FORM_BYTES).split(b"&"):
            if pair.startswith(b"Action="):
                return self.model.operations.get(pair[7:].decode("latin-1"))
        return None


def _spoken(request: Request) -> tuple[str, ...]:
    if "smithy-protocol" in request.headers:
        return ("smithy-rpc-v2-cbor",)
    if "x-amz-target" in request.headers:
        return _JSON
    return _FORMS


def operation_name(request: Request) -> str:
    """The operation that a target header, an RPC path, or Action in query or form names; empty if none does."""
    target = request.headers.get("x-amz-target")
    if target is not None:
        return target.rpartition(".")[2]
    if "smithy-protocol" in request.headers:
        return request.path.rpartition("/")[2]
    named = request.params.get("Action")
    return named[0] if named else ""

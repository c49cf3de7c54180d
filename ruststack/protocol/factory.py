"""Which protocol speaks for a service."""

from __future__ import annotations

from ruststack.model import ServiceModel
from ruststack.protocol.codec import Codec
from ruststack.protocol.rest_xml import RestXml

_PROTOCOLS: dict[str, type[Codec]] = {
    "rest-xml": RestXml,
}

_made: dict[tuple[int, str], Codec] = {}


def codec(model: ServiceModel, protocol_name: str | None = None) -> Codec:
    """The codec of a service in one of its protocols (by default the one its SDKs prefer); made once.

    Raises KeyError for a protocol that there is no codec of.
    """
    name = protocol_name or model.protocol
    key = (id(model), name)
    found = _made.get(key)
    if found is None:
        found = _made[key] = _PROTOCOLS[name](model)
    return found

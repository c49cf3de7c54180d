"""Which protocol speaks for a service."""

from __future__ import annotations

import importlib
from typing import Final

from ruststack.model import ServiceModel
from ruststack.protocol.codec import Codec

# By module: a server of S3 alone need not wait for the others.
_PROTOCOLS: Final = {
    "ec2": ("ec2", "Ec2"),
    "json": ("json_rpc", "JsonRpc"),
    "query": ("query", "Query"),
    "rest-json": ("rest_json", "RestJson"),
    "rest-xml": ("rest_xml", "RestXml"),
    "smithy-rpc-v2-cbor": ("rpc_cbor", "RpcCbor"),
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
        module, kind = _PROTOCOLS[name]
        made: Codec = getattr(importlib.import_module(f"ruststack.protocol.{module}"), kind)(model)
        found = _made[key] = made
    return found

"""Which protocol speaks for a service."""

from __future__ import annotations

from ruststack.model import ServiceModel
from ruststack.protocol.codec import Codec
from ruststack.protocol.ec2 import Ec2
from ruststack.protocol.json_rpc import JsonRpc
from ruststack.protocol.query import Query
from ruststack.protocol.rest_json import RestJson
from ruststack.protocol.rest_xml import RestXml
from ruststack.protocol.rpc_cbor import RpcCbor

_PROTOCOLS: dict[str, type[Codec]] = {
    "ec2": Ec2,
    "json": JsonRpc,
    "query": Query,
    "rest-json": RestJson,
    "rest-xml": RestXml,
    "smithy-rpc-v2-cbor": RpcCbor,
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

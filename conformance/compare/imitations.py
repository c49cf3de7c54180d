"""What the recording of an imitation cannot teach about AWS, because its own web stack says it: each with its reason.

Only the envelope is listed here. Where an imitation *behaves* unlike AWS is a known gap, with evidence, and waived.
"""

from __future__ import annotations

from typing import Any

from conformance.exchange import Exchange, Headers

FAITHFUL = ("aws", "ruststack")

HEADERS: dict[str, str] = {
    "server": "names the imitation's web server",
    "x-localstack": "LocalStack's own mark",
    "x-localstack-tgt-api": "LocalStack's own mark",
}

# Without an Origin AWS sends none of these; LocalStack's gateway and moto add them for browsers of their own.
UNASKED_CORS: dict[str, str] = {
    "access-control-allow-origin": "the imitation adds it",
    "access-control-allow-methods": "the imitation adds it",
    "access-control-allow-headers": "the imitation adds it",
    "access-control-expose-headers": "the imitation adds it",
    "vary": "goes with the headers above",
}

# Of the services that speak rest-json: LocalStack sends S3's own header there, too.
NOT_OF_REST_JSON: dict[str, str] = {
    "x-amz-request-id": "AWS's answers have x-amzn-RequestId alone",
}
_REST_JSON = frozenset(("apigateway", "lambda"))

# What a web framework says of a body that nobody has given a type; AWS's rest-json services say JSON, and nothing of no
# body. Source: the response syntax of every operation, such as API_CreateFunction and API_DeleteAlias.
UNTYPED = "text/plain; charset=utf-8"
_JSON = "application/json"

# Members and headers that AWS always sends and the imitation never does; the target's are held to AWS's shape.
NEVER_SENT: dict[str, str] = {
    "body Error/HostId": "LocalStack has no hosts to name; every recorded S3 error of AWS has it",
    "header x-amz-id-2": "LocalStack's answers to some requests come from its gateway, which sends no ids",
    "header x-amz-request-id": "LocalStack's answers to some requests come from its gateway, which sends no ids",
    "header x-amzn-requestid": "of moto only three services send ids; every JSON service of AWS does",
}

# Of errors of services that speak rest-json: LocalStack writes the code into the document, too. Source: AWS's recorded
# errors of Lambda and API Gateway, whose code is in x-amzn-ErrorType alone.
CODE_TWICE = "__type"

# DynamoDB Local spells the member of every error so; AWS writes "message" in all but SerializationException.
RESPELLED: dict[str, dict[str, str]] = {"dynamodb-local": {"Message": "message"}}

DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>'


def is_imitation(source: str) -> bool:
    return source not in FAITHFUL


def expected_headers(exchange: Exchange, source: str) -> Headers:
    """The recorded headers without what AWS would not have sent."""
    return taught(exchange.response.headers, exchange, source)


def respelled(tree: Any, source: str, service: str) -> Any:
    """An error's document with the members that AWS gives it, as AWS spells them. ``service`` is botocore's name."""
    if not is_imitation(source) or not isinstance(tree, dict) or CODE_TWICE not in tree:
        return tree
    names = RESPELLED.get(source, {})
    dropped = CODE_TWICE if service in _REST_JSON else ""
    return {names.get(name, name): value for name, value in tree.items() if name != dropped}


def taught(headers: Headers, exchange: Exchange, source: str) -> Headers:
    """An answer's headers without what only an imitation sends."""
    if not is_imitation(source):
        return headers
    dropped = set(HEADERS)
    if exchange.request.header("origin") is None:
        dropped |= set(UNASKED_CORS)
    kept = headers
    if exchange.operation.partition(".")[0] in _REST_JSON:
        dropped |= set(NOT_OF_REST_JSON)
        kept = _typed(headers, exchange.response.body)
    return tuple((name, value) for name, value in kept if name.lower() not in dropped)


def _typed(headers: Headers, body: bytes) -> Headers:
    """With the type that AWS gives a JSON document, and none of no document, where only the framework gave one."""
    if body and body[:1] not in b"{[":
        return headers
    given = _JSON if body else ""
    typed = ((name, given if (name.lower(), value) == ("content-type", UNTYPED) else value) for name, value in headers)
    return tuple((name, value) for name, value in typed if value or name.lower() != "content-type")

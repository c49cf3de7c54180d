"""The error code of an answer, in whichever of AWS's protocols it is said."""

from __future__ import annotations

import json

from conformance.exchange import Response

_CBOR_TYPE = b"\x66__type"  # a text string of six bytes, as a CBOR map's key


def code_of(response: Response) -> str:
    """The code that a client branches on: a query-compatible service's old one, the body's, or the header's."""
    compatible = response.header("x-amzn-query-error")
    if compatible:
        return compatible.partition(";")[0]
    return error_code(response.body) or _bare(response.header("x-amzn-errortype") or "")


def error_code(body: bytes) -> str:
    """The error code in an XML, JSON or CBOR error body; empty when there is none."""
    start = body.lstrip()[:1]
    if start == b"{":
        return _from_json(body)
    if _CBOR_TYPE in body:
        return _from_cbor(body)
    if b"<Error" not in body[:400]:
        return ""
    _, found, rest = body.partition(b"<Code>")
    return rest.partition(b"</Code>")[0].decode("utf-8", "replace") if found else ""


def _from_json(body: bytes) -> str:
    try:
        document = json.loads(body)
    except ValueError:
        return ""
    return _bare(str(document.get("__type") or document.get("code") or document.get("Code") or ""))


def _bare(code: str) -> str:
    """Without its namespace (``com.amazonaws.dynamodb#``) and without the URL that old services append."""
    return code.rpartition("#")[2].partition(":")[0]


def _from_cbor(body: bytes) -> str:
    rest = body.partition(_CBOR_TYPE)[2]
    if not rest or rest[0] >> 5 != 3:
        return ""
    size, start = (rest[0] & 31, 1) if rest[0] & 31 < 24 else (int.from_bytes(rest[1:2]), 2)
    return _bare(rest[start : start + size].decode("utf-8", "replace"))

"""What each service's front end adds to every answer: request ids in its own header and alphabet, Date, Server.

Source: recorded answers of AWS (S3, SQS, SNS, Lambda, Step Functions, API Gateway); DynamoDB Developer Guide,
"DynamoDB low-level API", whose response examples show x-amzn-RequestId, x-amz-crc32, Server and Date.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple
from zlib import crc32

from ruststack.core.http import Request, Response
from ruststack.core.ids import Ids
from ruststack.protocol.timestamps import http_date


class Wire(NamedTuple):
    """One service's additions. ``extended_id`` makes S3's second id, sent in ``extended_id_header``.

    ``has_checksum`` says that answers carry the CRC32 of their body, as it stands before any compression.
    ``plain_type`` is the type of answers to requests that do not come in the protocol's own; architect/dynalite's tests
    were recorded so.
    """

    request_id_header: str
    request_id: Callable[[Ids], str]
    server: str = ""
    extended_id_header: str = ""
    has_checksum: bool = False
    plain_type: str = ""

    def answer_in_kind(self, request: Request, response: Response) -> None:
        """Give the answer the type that goes with the request's."""
        asked = request.headers.get("content-type", "")
        if asked.startswith("application/x-amz-json-1.0") or "smithy-protocol" in request.headers:
            return
        response.headers = [
            (name, self.plain_type if name == "Content-Type" else value) for name, value in response.headers
        ]

    def stamp(self, response: Response, request_id: str, extended_id: str, now_s: float) -> None:
        """Put the additions around the headers that the protocol wrote."""
        first = [(self.request_id_header, request_id), ("Date", http_date(now_s))]
        if extended_id:
            first.insert(0, (self.extended_id_header, extended_id))
        response.headers[:0] = first
        if self.has_checksum and isinstance(response.body, bytes):
            response.headers.append(("x-amz-crc32", str(crc32(response.body))))
        if self.server:
            response.headers.append(("Server", self.server))


def _uuid(ids: Ids) -> str:
    return ids.uuid()


def _upper_16(ids: Ids) -> str:
    return ids.upper(16)


def _upper_52(ids: Ids) -> str:
    return ids.upper(52)


_PLAIN: Final = Wire("x-amzn-RequestId", _uuid)
_WIRES: Final = {
    "s3": Wire("x-amz-request-id", _upper_16, "AmazonS3", "x-amz-id-2"),
    "dynamodb": Wire("x-amzn-RequestId", _upper_52, "Server", has_checksum=True, plain_type="application/json"),
    "dynamodbstreams": Wire("x-amzn-RequestId", _upper_52, "Server", has_checksum=True, plain_type="application/json"),
    "ec2": Wire("x-amzn-requestid", _uuid, "AmazonEC2"),
}


def wire_of(service: str) -> Wire:
    """The additions of a service."""
    return _WIRES.get(service, _PLAIN)

"""What each service's front end adds to every answer: request ids in its own header and alphabet, Date, Server.

Source: recorded answers of AWS (S3, SQS, SNS, Lambda, Step Functions, API Gateway); DynamoDB Developer Guide,
"DynamoDB low-level API", whose response examples show x-amzn-RequestId, x-amz-crc32, Server and Date; of compression,
the documentation of AWS's SDK for Go, dynamodb/internal/customizations ("the checksum is of the gzipped response").
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from typing import Final, NamedTuple

from ruststack.core.http import Request, Response
from ruststack.core.ids import Ids
from ruststack.protocol.timestamps import http_date


class Wire(NamedTuple):
    """One service's additions. ``extended_id`` makes S3's second id, sent in ``extended_id_header``.

    ``has_checksum`` says that answers carry the CRC32 of their body, as it is sent; answers above ``packs_above`` bytes
    are compressed for who takes gzip, if that is not zero.
    ``plain_type`` is the type of answers to requests that do not come in the protocol's own; architect/dynalite's tests
    were recorded so.
    """

    request_id_header: str
    request_id: Callable[[Ids], str]
    server: str = ""
    extended_id_header: str = ""
    has_checksum: bool = False
    plain_type: str = ""
    packs_above: int = 0

    def pack(self, request: Request, response: Response) -> None:
        """Compress a large answer, if the client takes that."""
        body = response.body
        if type(body) is bytes and len(body) > self.packs_above and _takes_gzip(request):
            packer = zlib.compressobj(_LEVEL, wbits=_GZIP)
            response.body = packer.compress(body) + packer.flush()
            response.headers.append(("Content-Encoding", "gzip"))

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
            response.headers.append(("x-amz-crc32", str(zlib.crc32(response.body))))
        if self.server:
            response.headers.append(("Server", self.server))


def _takes_gzip(request: Request) -> bool:
    for each in request.headers.get("accept-encoding", "").lower().split(","):
        name, _, weight = each.partition(";")
        if name.strip() == "gzip":
            return weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False


def _uuid(ids: Ids) -> str:
    return ids.uuid()


def _upper_16(ids: Ids) -> str:
    return ids.upper(16)


def _upper_52(ids: Ids) -> str:
    return ids.upper(52)


_LEVEL: Final = 6
_GZIP: Final = 31
# "if my memory is correct this is 4KB" (an engineer of AWS, awslabs/dynamodb-cross-region-library issue 61). Unknown:
# the number to the byte; answers of 4,000 to 5,000 bytes would tell.
_PACKED_ABOVE: Final = 4096
_PLAIN: Final = Wire("x-amzn-RequestId", _uuid)
_DYNAMODB: Final = Wire(
    "x-amzn-RequestId",
    _upper_52,
    "Server",
    has_checksum=True,
    plain_type="application/json",
    packs_above=_PACKED_ABOVE,
)
_WIRES: Final = {
    "s3": Wire("x-amz-request-id", _upper_16, "AmazonS3", "x-amz-id-2"),
    "dynamodb": _DYNAMODB,
    "dynamodbstreams": _DYNAMODB,
    "ec2": Wire("x-amzn-requestid", _uuid, "AmazonEC2"),
}


def wire_of(service: str) -> Wire:
    """The additions of a service."""
    return _WIRES.get(service, _PLAIN)

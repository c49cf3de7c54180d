"""What each service's front end adds to every answer: request ids in its own header and alphabet, Date, Server.

Source: recorded answers of AWS (S3, SQS, SNS, Lambda, Step Functions, API Gateway); DynamoDB Developer Guide,
"DynamoDB low-level API", whose response examples show x-amzn-RequestId, x-amz-crc32, Server and Date.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from ruststack.core.http import Response
from ruststack.core.ids import Ids

_DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True, slots=True)
class Wire:
    """One service's additions. ``extended_id`` makes S3's second id, sent in ``extended_id_header``."""

    request_id_header: str
    request_id: Callable[[Ids], str]
    server: str = ""
    extended_id_header: str = ""

    def stamp(self, response: Response, request_id: str, extended_id: str, now_s: float) -> None:
        """Put the additions around the headers that the protocol wrote."""
        first = [(self.request_id_header, request_id), ("Date", http_date(now_s))]
        if extended_id:
            first.insert(0, (self.extended_id_header, extended_id))
        response.headers[:0] = first
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
    "dynamodb": Wire("x-amzn-RequestId", _upper_52, "Server"),
    "dynamodbstreams": Wire("x-amzn-RequestId", _upper_52, "Server"),
    "ec2": Wire("x-amzn-requestid", _uuid, "AmazonEC2"),
}


def wire_of(service: str) -> Wire:
    """The additions of a service."""
    return _WIRES.get(service, _PLAIN)


_date_at: int = -1
_date_text: str = ""


def http_date(now_s: float) -> str:
    """``Fri, 21 Nov 2026 09:00:00 GMT``; made once a second."""
    global _date_at, _date_text
    second = int(now_s)
    if second != _date_at:
        t = time.gmtime(second)
        _date_text = (
            f"{_DAYS[t.tm_wday]}, {t.tm_mday:02} {_MONTHS[t.tm_mon - 1]} {t.tm_year} "
            f"{t.tm_hour:02}:{t.tm_min:02}:{t.tm_sec:02} GMT"
        )
        _date_at = second
    return _date_text

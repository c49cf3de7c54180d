"""When a request was signed, and whether that is too long ago.

Skew is measured on the machine's own clock, because clients do not know a clock that was moved.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Final

from ruststack.core.clock import Clock
from ruststack.core.http import Request
from ruststack.gateway import sign_errors
from ruststack.protocol.timestamps import parse_http_date

_SKEW_S: Final = 900
_LAST_S: Final = 253_402_300_799


def of_header(request: Request) -> str:
    """The request's time as YYYYMMDDTHHMMSSZ, from x-amz-date or Date. Raises AccessDenied."""
    given = request.headers.get("x-amz-date", "")
    if parse(given) is not None:
        return given
    seconds = None if given else parse_any(request.headers.get("date", ""))
    if seconds is None or seconds < 0:
        raise undated()
    return time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(seconds))


def parse(amz_date: str) -> float | None:
    """Seconds since the epoch of YYYYMMDDTHHMMSSZ; None for anything else, or before the epoch."""
    if len(amz_date) != 16 or amz_date[8] != "T" or amz_date[15] != "Z":
        return None
    digits = amz_date[:8] + amz_date[9:15]
    if not digits.isascii() or not digits.isdigit():
        return None
    fields = (digits[:4], digits[4:6], digits[6:8], digits[8:10], digits[10:12], digits[12:])
    try:
        year, month, day, hour, minute, second = map(int, fields)
        seconds = datetime(year, month, day, hour, minute, second, tzinfo=UTC).timestamp()
    except ValueError:
        return None
    return seconds if seconds >= 0 else None


def parse_any(text: str) -> float | None:
    """Seconds since the epoch of an HTTP date or of YYYYMMDDTHHMMSSZ; None for anything else."""
    try:
        return parse_http_date(text).timestamp()
    except ValueError:
        return parse(text)


def iso(seconds: float) -> str:
    """``2026-11-21T09:00:00Z``, as in the members of S3's errors."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(min(seconds, _LAST_S)))


def check_skew(signed_at: float, given: str, clock: Clock) -> None:
    """Raises RequestTimeTooSkewed for a time more than 15 minutes off; ``given`` is how the client wrote it."""
    now = clock.now() - clock.offset_s
    if abs(signed_at - now) > _SKEW_S:
        raise sign_errors.RequestTimeTooSkewed(
            RequestTime=given, ServerTime=iso(now), MaxAllowedSkewMilliseconds=_SKEW_S * 1000
        )


def undated() -> sign_errors.AccessDenied:
    """The answer to a signed request without a usable date."""
    return sign_errors.AccessDenied("AWS authentication requires a valid Date or x-amz-date header")

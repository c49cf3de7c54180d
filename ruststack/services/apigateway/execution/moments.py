"""The ways in which the gateway writes down when a request came."""

from __future__ import annotations

import time
from functools import lru_cache
from typing import Final

_DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@lru_cache(8)
def request_time(second: int) -> str:
    """As ``$context.requestTime``: ``09/Apr/2015:12:34:56 +0000``."""
    at = time.gmtime(second)
    return f"{at.tm_mday:02}/{_MONTHS[at.tm_mon - 1]}/{at.tm_year}:{_clock(at)} +0000"


@lru_cache(8)
def http_date(second: int) -> str:
    """As the Date header: ``Thu, 09 Apr 2015 12:34:56 GMT``."""
    at = time.gmtime(second)
    return f"{_DAYS[at.tm_wday]}, {at.tm_mday:02} {_MONTHS[at.tm_mon - 1]} {at.tm_year} {_clock(at)} GMT"


def iso_time(second: float) -> str:
    """As in JSON: ``2015-04-09T12:34:56Z``."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(second))


def log_time(second: float) -> str:
    """As in execution logs: ``Thu Apr 09 12:34:56 UTC 2015``."""
    at = time.gmtime(second)
    return f"{_DAYS[at.tm_wday]} {_MONTHS[at.tm_mon - 1]} {at.tm_mday:02} {_clock(at)} UTC {at.tm_year}"


def _clock(at: time.struct_time) -> str:
    return f"{at.tm_hour:02}:{at.tm_min:02}:{at.tm_sec:02}"

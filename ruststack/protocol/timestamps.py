"""Times as AWS writes them: ISO 8601, HTTP dates and seconds since the epoch."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache

Time = datetime | float | int

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_ISO = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)(?:[Tt ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?\s*(?:[Zz]|([+-])(\d\d):?(\d\d))?)?", re.ASCII
)
# The three forms that RFC 9110 asks a recipient to accept: IMF-fixdate (Smithy adds a fraction), RFC 850, asctime.
_IMF = re.compile(r"\w{3}, (\d\d?) (\w{3}) (\d{4}) (\d\d):(\d\d):(\d\d)(\.\d+)? (?:GMT|UTC|[+-]0000)", re.ASCII)
_RFC850 = re.compile(r"\w{6,9}, (\d\d)-(\w{3})-(\d\d) (\d\d):(\d\d):(\d\d)() GMT", re.ASCII)
_ASCTIME = re.compile(r"\w{3} (\w{3}) ([ \d]\d) (\d\d):(\d\d):(\d\d) (\d{4})", re.ASCII)


def epoch_seconds(value: Time) -> float | int:
    """Seconds since the epoch; a datetime without a zone is UTC. Whole seconds come back as an int."""
    if not isinstance(value, datetime):
        return value
    delta = (value if value.tzinfo else value.replace(tzinfo=UTC)) - _EPOCH
    whole = delta.days * 86400 + delta.seconds
    return whole + delta.microseconds / 1e6 if delta.microseconds else whole


def utc(value: Time) -> datetime:
    """The same time as an aware datetime in UTC. Raises ValueError when it is out of a datetime's range."""
    if isinstance(value, datetime):
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)
    return from_epoch(value)


def from_epoch(seconds: float | int) -> datetime:
    """Raises ValueError when it is out of a datetime's range, or no number."""
    try:
        return _EPOCH + timedelta(microseconds=round(seconds * 1_000_000))
    except (OverflowError, ValueError) as error:
        raise ValueError(f"no time: {seconds!r}") from error


def iso8601(value: Time, *, has_milliseconds: bool = False) -> str:
    """``2009-10-12T17:50:30Z``; with three decimals if asked for, or if the time has a fraction (six if need be)."""
    micros = round(epoch_seconds(value) * 1_000_000) if not isinstance(value, datetime) else _micros_of(value)
    seconds, micros = divmod(micros, 1_000_000)
    days, seconds = divmod(seconds, 86_400)
    minutes, second = divmod(seconds, 60)
    text = f"{_date_of(days)}T{minutes // 60:02}:{minutes % 60:02}:{second:02}"
    if has_milliseconds:
        return f"{text}.{micros // 1000:03}Z"
    if not micros:
        return text + "Z"
    return f"{text}.{micros:06}Z" if micros % 1000 else f"{text}.{micros // 1000:03}Z"


def _micros_of(value: datetime) -> int:
    delta = (value if value.tzinfo else value.replace(tzinfo=UTC)) - _EPOCH
    return (delta.days * 86_400 + delta.seconds) * 1_000_000 + delta.microseconds


@lru_cache(maxsize=1024)
def _date_of(days: int) -> str:
    date = _EPOCH + timedelta(days=days)
    return f"{date.year:04}-{date.month:02}-{date.day:02}"


def http_date(value: Time) -> str:
    """``Mon, 12 Oct 2009 17:50:30 GMT``; a fraction is cut off, as AWS does."""
    return _http_date_of(_micros_of(value) // 1_000_000 if isinstance(value, datetime) else int(value // 1))


@lru_cache(maxsize=1024)
def _http_date_of(seconds: int) -> str:
    time = _EPOCH + timedelta(seconds=seconds)
    clock = f"{time.hour:02}:{time.minute:02}:{time.second:02}"
    return f"{_DAYS[time.weekday()]}, {time.day:02} {_MONTHS[time.month - 1]} {time.year:04} {clock} GMT"


def parse_iso8601(text: str) -> datetime:
    """An aware datetime in UTC; a text without a zone is UTC, a date alone its midnight. Raises ValueError."""
    found = _ISO.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"no ISO 8601 time: {text!r}")
    year, month, day, hour, minute, second, fraction, sign, zone_h, zone_m = found.groups()
    micros = int((fraction or "0")[:6].ljust(6, "0"))
    time = datetime(int(year), int(month), int(day), int(hour or 0), int(minute or 0), int(second or 0), micros, UTC)
    if sign:
        offset = timedelta(hours=int(zone_h), minutes=int(zone_m))
        try:
            return time - offset if sign == "+" else time + offset
        except OverflowError as error:
            raise ValueError(f"no ISO 8601 time: {text!r}") from error
    return time


def parse_http_date(text: str) -> datetime:
    """An aware datetime in UTC from any of the forms of an HTTP date. Raises ValueError."""
    text = text.strip()
    found = _IMF.fullmatch(text) or _RFC850.fullmatch(text)
    if found is not None:
        day, month, year, hour, minute, second, fraction = found.groups()
    else:
        found = _ASCTIME.fullmatch(text)
        if found is None:
            raise ValueError(f"no HTTP date: {text!r}")
        month, day, hour, minute, second, year = found.groups()
        fraction = ""
    if month.title() not in _MONTHS:
        raise ValueError(f"no HTTP date: {text!r}")
    number = int(year) if len(year) == 4 else int(year) + (2000 if int(year) < 70 else 1900)
    micros = int((fraction or ".0")[1:7].ljust(6, "0"))
    place = _MONTHS.index(month.title()) + 1
    return datetime(number, place, int(day), int(hour), int(minute), int(second), micros, UTC)


def parse_epoch(text: str) -> datetime:
    """Seconds since the epoch, with or without a fraction. Raises ValueError."""
    return from_epoch(float(text))

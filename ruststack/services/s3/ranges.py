"""Byte ranges of an object: the Range header, and one part by its number."""

from __future__ import annotations

from ruststack.services.s3.errors import InvalidArgument, InvalidRequest
from ruststack.services.s3.object_errors import InvalidPartNumber, InvalidRange
from ruststack.services.s3.state import ObjectVersion

_MAX_PART_NUMBER = 10_000


def requested(text: str, size: int) -> tuple[int, int] | None:
    """The half-open range that a Range header asks for; None if the whole object is to be sent.

    Anything that is not one well-formed byte range is no range, as is a list of ranges, which S3 does not serve.
    Raises InvalidRange if the range lies behind the object's end. Source: API_GetObject; RFC 9110, 14.2.
    """
    unit, _, spec = text.partition("=")
    if unit.strip().lower() != "bytes":
        return None
    first, dash, last = (piece.strip() for piece in spec.partition("-"))
    if not dash or not _is_number_or_empty(first) or not _is_number_or_empty(last) or not (first or last):
        return None
    if not first:
        start, end = max(size - int(last), 0), size
    else:
        start, end = int(first), min(int(last) + 1, size) if last else size
        if last and int(last) < start:
            return None
    if start >= size:
        raise InvalidRange(RangeRequested=text, ActualObjectSize=size)
    return start, end


def _is_number_or_empty(text: str) -> bool:
    return not text or (text.isascii() and text.isdigit() and len(text) < 20)


def check_part_number(number: int) -> None:
    """Raises InvalidArgument for what no part can be numbered."""
    if not 1 <= number <= _MAX_PART_NUMBER:
        raise part_number_refusal(number)


def part_number_refusal(given: object) -> InvalidArgument:
    """The error for a part number that is none."""
    return InvalidArgument(
        "Part number must be an integer between 1 and 10000, inclusive", ArgumentName="partNumber", ArgumentValue=given
    )


def part(version: ObjectVersion, number: int) -> tuple[int, int]:
    """The half-open range of a part. An object that was not uploaded in parts is one part.

    Raises InvalidArgument, InvalidPartNumber.
    """
    check_part_number(number)
    count = len(version.parts) or 1
    if number > count:
        raise InvalidPartNumber(PartNumberRequested=number, ActualPartCount=count)
    if not version.parts:
        return 0, version.size
    start = sum(earlier.blob.size for earlier in version.parts[: number - 1])
    return start, start + version.parts[number - 1].blob.size


def check_range_or_part(has_range: bool, has_part: bool) -> None:
    """Raises InvalidRequest if a request asks for both."""
    if has_range and has_part:
        raise InvalidRequest("Cannot specify both Range header and partNumber query parameter")

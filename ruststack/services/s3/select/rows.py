"""The input of a query: an object's bytes as the rows that DuckDB reads."""

from __future__ import annotations

import bz2
import csv
import io
import json
import zlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from ruststack.services.s3.select.faults import SelectError


class Csv(NamedTuple):
    """CSV in one dialect that DuckDB surely reads: the column names, and the records without a header."""

    columns: tuple[str, ...]
    records: list[list[str]]


def decompressed(data: bytes, compression: str) -> bytes:
    """Raises InvalidCompressionFormat, TruncatedInput."""
    if compression == "NONE":
        return data
    if compression not in ("GZIP", "BZIP2"):
        raise SelectError(
            "InvalidCompressionFormat", "The file is not in a supported compression format. Only GZIP and BZIP2 are."
        )
    try:
        return zlib.decompress(data, wbits=47) if compression == "GZIP" else bz2.decompress(data)
    except (zlib.error, OSError, ValueError):
        raise SelectError(
            "TruncatedInput",
            "Object decompression failed. Check that the object is properly compressed using the format specified in "
            "the request.",
        ) from None


def in_range(data: bytes, scan: Mapping[str, int], delimiter: bytes) -> bytes:
    """The records that begin within the scan range, whole. Raises InvalidScanRange."""
    start, end = scan.get("Start"), scan.get("End")
    if start is None and end is not None:
        start, end = max(len(data) - end, 0), None
    if start is None or (end is not None and end < start) or start < 0:
        raise SelectError("InvalidScanRange", "The provided scan range is not valid.")
    first = 0 if start == 0 else _behind(data, delimiter, start - 1)
    last = len(data) if end is None else _behind(data, delimiter, end)
    return data[first:last]


def _behind(data: bytes, delimiter: bytes, at: int) -> int:
    found = data.find(delimiter, at)
    return len(data) if found < 0 else found + len(delimiter)


def text_of(data: bytes) -> str:
    """Raises InvalidTextEncoding."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise SelectError(
            "InvalidTextEncoding", "The encoding type is not valid. Only UTF-8 encoding is supported."
        ) from None


def read_csv(data: bytes, settings: Mapping[str, Any]) -> Csv:
    """Raises CSVParsingError, InvalidFileHeaderInfo, InvalidTextEncoding."""
    header = settings.get("FileHeaderInfo", "NONE")
    if header not in ("USE", "IGNORE", "NONE"):
        raise SelectError(
            "InvalidFileHeaderInfo", "The FileHeaderInfo value is not valid. Only NONE, USE, and IGNORE are supported."
        )
    records = list(_records(text_of(data), settings))
    named = records[0] if header == "USE" and records else ()
    records = records[1:] if header != "NONE" else records
    width = max([len(named), *(len(record) for record in records)], default=0)
    columns = [*named, *(f"_{n}" for n in range(len(named) + 1, width + 1))]
    return Csv(tuple(columns), records)


def _records(text: str, settings: Mapping[str, Any]) -> Iterator[list[str]]:
    delimiter = settings.get("RecordDelimiter", "\n")
    comment = settings.get("Comments", "#")
    quote, escape = settings.get("QuoteCharacter", '"'), settings.get("QuoteEscapeCharacter", '"')
    if delimiter not in ("\n", "\r\n", "\r"):
        text = text.replace(delimiter, "\n")
    dialect: dict[str, Any] = {
        "delimiter": settings.get("FieldDelimiter", ","),
        "quotechar": quote or None,
        "quoting": csv.QUOTE_MINIMAL if quote else csv.QUOTE_NONE,
        "doublequote": escape in ("", quote),
        "escapechar": escape if escape not in ("", quote) else None,
        "strict": True,
    }
    try:
        for record in csv.reader(io.StringIO(text, newline=""), **dialect):
            if record and not (comment and record[0].startswith(comment)):
                yield record
    except (csv.Error, TypeError) as error:
        raise SelectError(
            "CSVParsingError", f"An error occurred while parsing the CSV file. Check the file and try again. {error}"
        ) from None


def read_json(data: bytes, path: Sequence[str]) -> list[Any]:
    """The values at the path in each document; documents follow one another, with or without line ends.

    Raises JSONParsingError, InvalidTextEncoding.
    """
    text, decoder, at = text_of(data), json.JSONDecoder(), 0
    found: list[Any] = []
    while True:
        at = _skip_space(text, at)
        if at == len(text):
            return found
        try:
            document, at = decoder.raw_decode(text, at)
        except ValueError:
            raise SelectError(
                "JSONParsingError", "An error occurred while parsing the JSON file. Check the file and try again."
            ) from None
        found.extend(_at(document, path))


def _skip_space(text: str, at: int) -> int:
    while at < len(text) and text[at] in " \t\r\n,":
        at += 1
    return at


def _at(value: Any, path: Sequence[str]) -> Iterator[Any]:
    if not path:
        yield value
    elif path[0] == "[*]":
        for item in value if isinstance(value, list) else ():
            yield from _at(item, path[1:])
    elif path[0].startswith("["):
        index = path[0][1:-1]
        if isinstance(value, list) and index.isdigit() and int(index) < len(value):
            yield from _at(value[int(index)], path[1:])
    elif isinstance(value, dict):
        found = {name.lower(): item for name, item in value.items()} | value
        if path[0] in found or path[0].lower() in found:
            yield from _at(found.get(path[0], found.get(path[0].lower())), path[1:])

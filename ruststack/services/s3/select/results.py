"""The output of a query: rows as CSV or JSON records."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

_RECORDS_BYTES = 256 * 1024

Row = Sequence[Any]


def as_csv(rows: Iterable[Row], settings: Mapping[str, Any]) -> Iterator[bytes]:
    """One record a row; fields are quoted where needed, or always."""
    quote = settings.get("QuoteCharacter", '"')
    escape = settings.get("QuoteEscapeCharacter", quote)
    dialect: dict[str, Any] = {
        "delimiter": settings.get("FieldDelimiter", ","),
        "lineterminator": settings.get("RecordDelimiter", "\n"),
        "quotechar": quote,
        "quoting": csv.QUOTE_ALL if settings.get("QuoteFields") == "ALWAYS" else csv.QUOTE_MINIMAL,
        "doublequote": escape == quote,
        "escapechar": escape if escape != quote else None,
    }
    for row in rows:
        text = io.StringIO(newline="")
        csv.writer(text, **dialect).writerow([_field(value) for value in row])
        yield text.getvalue().encode()


def _field(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict | list):
        return json.dumps(value, default=_plain, separators=(",", ":"))
    return _plain(value)


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value if isinstance(value, str | int | float) else str(value)


def as_json(
    rows: Iterable[Row], names: Sequence[str], settings: Mapping[str, Any], drops_null: bool
) -> Iterator[bytes]:
    """One object a row. A missing member of a JSON input is missing in ``SELECT *`` too."""
    delimiter = settings.get("RecordDelimiter", "\n")
    for row in rows:
        members = {name: value for name, value in zip(names, row, strict=True) if not (drops_null and value is None)}
        text = json.dumps(members, default=_plain, separators=(",", ":"), ensure_ascii=False)
        yield (text + delimiter).encode()


def batched(records: Iterable[bytes]) -> Iterator[bytes]:
    """Records joined into pieces of some hundred kilobytes; a record is never split."""
    batch: list[bytes] = []
    size = 0
    for record in records:
        batch.append(record)
        size += len(record)
        if size >= _RECORDS_BYTES:
            yield b"".join(batch)
            batch, size = [], 0
    if batch:
        yield b"".join(batch)

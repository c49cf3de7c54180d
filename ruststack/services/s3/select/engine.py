"""DuckDB at work: rows in, the query's rows out, and no way to anything outside."""

from __future__ import annotations

import csv
import json
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from ruststack.services.s3.select.faults import SelectError
from ruststack.services.s3.select.query import TABLE, translate
from ruststack.services.s3.select.rows import Csv

_NULL = "\x01missing"
_MACROS = """
CREATE MACRO char_length(t) AS length(t);
CREATE MACRO character_length(t) AS length(t);
CREATE MACRO to_string(t, pattern) AS strftime(t, pattern);
CREATE MACRO to_timestamp(t) AS CAST(t AS TIMESTAMP);
CREATE MACRO date_add(part, n, t) AS CASE part
    WHEN 'year' THEN t + to_years(CAST(n AS INTEGER)) WHEN 'month' THEN t + to_months(CAST(n AS INTEGER))
    WHEN 'day' THEN t + to_days(CAST(n AS INTEGER)) WHEN 'hour' THEN t + to_hours(CAST(n AS INTEGER))
    WHEN 'minute' THEN t + to_minutes(CAST(n AS INTEGER)) WHEN 'second' THEN t + to_seconds(CAST(n AS INTEGER)) END;
"""


class Engine:
    """An empty database in memory, for one query."""

    def __init__(self, now: float) -> None:
        self._db = duckdb.connect(":memory:", config={"threads": 1})
        self._folder = tempfile.TemporaryDirectory(prefix="ruststack-select-")
        utcnow = datetime.fromtimestamp(now, UTC).replace(tzinfo=None).isoformat(sep=" ")
        self._db.execute(f"SET old_implicit_casting=true; {_MACROS} CREATE MACRO utcnow() AS TIMESTAMP '{utcnow}'")

    def close(self) -> None:
        self._db.close()
        self._folder.cleanup()

    def load_csv(self, rows: Csv) -> None:
        """A table of texts; a record that is too short has nulls at its end."""
        columns = rows.columns or ("_1",)
        path = Path(self._folder.name, "rows.csv")
        with path.open("w", newline="", encoding="utf-8") as file:
            write = csv.writer(file, quoting=csv.QUOTE_ALL).writerow
            for record in rows.records:
                write(record + [_NULL] * (len(columns) - len(record)))
        self._db.execute(
            f"CREATE TABLE {TABLE} AS SELECT * FROM read_csv(?, header=false, auto_detect=false, delim=',', "
            "quote='\"', escape='\"', nullstr=?, columns=?, max_line_size=4194304)",
            [str(path), _NULL, {f"c{n}": "VARCHAR" for n in range(len(columns))}],
        )
        for n, name in enumerate(_distinct(columns)):
            self._db.execute(f'ALTER TABLE {TABLE} RENAME COLUMN c{n} TO "{name.replace(chr(34), chr(34) * 2)}"')

    def load_json(self, values: Sequence[Any]) -> None:
        """A table with a column for each member that any of the values has; types are told from the values."""
        path = Path(self._folder.name, "rows.json")
        with path.open("w", encoding="utf-8") as file:
            for value in values:
                file.write(json.dumps(value if isinstance(value, dict) else {"_1": value}) + "\n")
        self._db.execute(
            f"CREATE TABLE {TABLE} AS SELECT * FROM read_json(?, format='newline_delimited', sample_size=-1, "
            "map_inference_threshold=-1, maximum_object_size=16777216)",
            [str(path)],
        )

    def load_parquet(self, data: bytes) -> None:
        """Raises ParquetParsingError."""
        path = Path(self._folder.name, "rows.parquet")
        path.write_bytes(data)
        try:
            self._db.execute(f"CREATE TABLE {TABLE} AS SELECT * FROM read_parquet(?)", [str(path)])
        except duckdb.Error:
            raise SelectError(
                "ParquetParsingError", "An error occurred while parsing the Parquet file. Check the file and try again."
            ) from None

    def columns(self) -> list[str]:
        """The names of the table's columns."""
        return [name for name, *_ in self._db.execute(f"DESCRIBE {TABLE}").fetchall()]

    def run(self, expression: str) -> tuple[list[str], list[tuple[Any, ...]]]:
        """The names of the query's columns, and its rows. Raises SelectError."""
        query = translate(expression, self.columns())
        self._db.execute("SET enable_external_access=false; SET lock_configuration=true")
        try:
            result = self._db.execute(query.sql)
            return list(query.names or [column[0] for column in result.description]), result.fetchall()
        except duckdb.ConversionException as error:
            raise SelectError(
                "CastFailed", f"Attempt to convert from one data type to another failed. {error}"
            ) from None
        except (duckdb.BinderException, duckdb.CatalogException):
            raise SelectError(
                "EvaluatorBindingDoesNotExist", "A column name or a path provided does not exist in the SQL expression."
            ) from None
        except duckdb.Error:
            raise SelectError("ParseUnexpectedToken", "The SQL expression contains an unexpected token.") from None


def _distinct(names: Sequence[str]) -> list[str]:
    """Column names that differ even without case; a later one that repeats an earlier gets its place appended."""
    seen: set[str] = set()
    found = []
    for n, name in enumerate(names, 1):
        name = name if name and name.lower() not in seen else f"{name}_{n}"
        seen.add(name.lower())
        found.append(name)
    return found

"""What SelectObjectContent does: the formats checked, the query answered, the answer as events."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Any

from ruststack.kit import Context, Input, Output, ServiceError
from ruststack.services.s3 import encryption, versions
from ruststack.services.s3.select import query, results, rows
from ruststack.services.s3.select.faults import SelectError


class NeedsSelectExtra(ServiceError):
    """DuckDB is not installed, and success is never faked."""

    code, status = "NotImplemented", 501
    message = "SelectObjectContent needs the extra: pip install 'ruststack[select]'"


def select(ctx: Context, req: Input) -> Output:
    """The operation's output. Raises as the operation does."""
    bucket = ctx.state.bucket(req["Bucket"])
    given, wanted = _formats(req)
    version = versions.readable(bucket, req["Key"], None, "POST")
    encryption.check_read(version.encryption, req)
    assert version.blob is not None
    stored = version.blob.read()
    data = rows.decompressed(stored, given.get("CompressionType", "NONE"))
    if req.get("ScanRange"):
        data = rows.in_range(data, req["ScanRange"], _record_delimiter(given).encode())
    records = list(results.batched(_answer(ctx, req["Expression"], given, wanted, data)))
    stats = {
        "BytesScanned": len(stored),
        "BytesProcessed": len(data),
        "BytesReturned": sum(len(batch) for batch in records),
    }
    events: list[dict[str, Any]] = [{"Records": {"Payload": batch}} for batch in records]
    if (req.get("RequestProgress") or {}).get("Enabled"):
        events.append({"Progress": {"Details": stats}})
    return {"Payload": [*events, {"Stats": {"Details": stats}}, {"End": {}}]}


def _formats(req: Input) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """Raises SelectError if a format is missing, named twice, or does not fit the others."""
    given, wanted = req.get("InputSerialization") or {}, req.get("OutputSerialization") or {}
    if not req.get("Expression") or not given or not wanted:
        raise SelectError(
            "MissingRequiredParameter",
            "The SelectRequest entity is missing a required parameter. Check the service documentation and try again.",
        )
    if req.get("ExpressionType") != "SQL":
        raise SelectError("InvalidExpressionType", "The ExpressionType is invalid. Only SQL expressions are supported.")
    inputs, outputs = given.keys() & {"CSV", "JSON", "Parquet"}, wanted.keys() & {"CSV", "JSON"}
    if len(inputs) > 1 or len(outputs) > 1:
        raise SelectError("ObjectSerializationConflict", "The serialization specifies more than one format.")
    if not inputs or not outputs:
        raise SelectError(
            "InvalidDataSource", "The data source type is not valid. Only CSV, JSON, and Parquet are supported."
        )
    if req.get("ScanRange") and (
        "Parquet" in inputs
        or given.get("CompressionType", "NONE") != "NONE"
        or (given.get("JSON") or {}).get("Type", "LINES") != "LINES"
    ):
        raise SelectError("UnsupportedScanRangeInput", "Scan range queries are not supported on this type of object.")
    return given, wanted


def _record_delimiter(given: Mapping[str, Any]) -> str:
    delimiter: str = (given.get("CSV") or {}).get("RecordDelimiter", "\n")
    return delimiter


def _answer(ctx: Context, expression: str, given: Mapping[str, Any], wanted: Mapping[str, Any], data: bytes) -> Any:
    """The query's records, rendered."""
    engine = _engine(ctx)
    try:
        if "CSV" in given:
            engine.load_csv(rows.read_csv(data, given["CSV"] or {}))
        elif "JSON" in given:
            engine.load_json(rows.read_json(data, query.path(expression)))
        else:
            engine.load_parquet(data)
        names, found = engine.run(expression)
    finally:
        engine.close()
    if "CSV" in wanted:
        return results.as_csv(found, wanted["CSV"] or {})
    return results.as_json(found, names, wanted["JSON"] or {}, drops_null="JSON" in given)


def _engine(ctx: Context) -> Any:
    """DuckDB is an extra, and takes too long to load for those who never select."""
    try:
        return importlib.import_module("ruststack.services.s3.select.engine").Engine(ctx.clock.now())
    except ModuleNotFoundError:
        raise NeedsSelectExtra(headers={"x-ruststack-unimplemented": "s3.SelectObjectContent"}) from None

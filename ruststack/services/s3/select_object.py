"""SelectObjectContent: an SQL query over one CSV, JSON or Parquet object."""

from __future__ import annotations

import importlib

from ruststack.kit import Context, Input, Output, operation


@operation("SelectObjectContent")
def select_object_content(ctx: Context, req: Input) -> Output:
    """Answer a query as a stream of Records, Stats and End events.

    Raises NoSuchBucket, NoSuchKey, and SelectError with one of S3 Select's codes. NotImplemented without DuckDB.
    Source: API_SelectObjectContent; user guide, "SQL reference for S3 Select".
    """
    # Few ever select, and every start would wait for the modules.
    output: Output = importlib.import_module("ruststack.services.s3.select.serving").select(ctx, req)
    return output

"""S3 Select: a query's translation, its input and its output; needs the extra ``select`` (DuckDB)."""

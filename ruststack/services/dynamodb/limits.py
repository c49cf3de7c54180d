"""What an account may have, and where it finds the service."""

from __future__ import annotations

from ruststack.kit import Context, Input, Output, operation


@operation("DescribeLimits")
def describe_limits(ctx: Context, req: Input) -> Output:
    """The initial quotas of every account.  Source: API_DescribeLimits; developer guide, ServiceQuotas."""
    return {
        "AccountMaxReadCapacityUnits": 80_000,
        "AccountMaxWriteCapacityUnits": 80_000,
        "TableMaxReadCapacityUnits": 40_000,
        "TableMaxWriteCapacityUnits": 40_000,
    }


@operation("DescribeEndpoints")
def describe_endpoints(ctx: Context, req: Input) -> Output:
    """The address that the client used already: who follows the answer comes back here.

    Source: API_DescribeEndpoints
    """
    host = ctx.request.headers.get("host", "") if ctx.request is not None else ""
    address = host or f"dynamodb.{ctx.region}.amazonaws.com"
    return {"Endpoints": [{"Address": address, "CachePeriodInMinutes": 1440}]}

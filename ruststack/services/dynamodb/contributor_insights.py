"""Contributor insights: switched on and off for tables and indexes; there is no CloudWatch to show them in.

Source: API_UpdateContributorInsights and the pages beside it.
"""

from __future__ import annotations

from typing import Any

from ruststack.kit import Context, Input, Output, operation
from ruststack.services.dynamodb.errors import ResourceNotFoundException, ValidationException
from ruststack.services.dynamodb.state import Table
from ruststack.services.dynamodb.summaries import page
from ruststack.services.dynamodb.tables import table_named

_MODE = "ACCESSED_AND_THROTTLED_KEYS"
_RULES = ("PKC", "PKT", "SKC", "SKT")
_MOST = 100


@operation("UpdateContributorInsights")
def update_contributor_insights(ctx: Context, req: Input) -> Output:
    """ENABLED or DISABLED at once; the answer says ENABLING or DISABLING, as AWS's does.

    Raises ResourceNotFoundException.  Source: API_UpdateContributorInsights
    """
    table, index = _named(ctx, req)
    is_on = req["ContributorInsightsAction"] == "ENABLE"
    mode = req.get("ContributorInsightsMode") or _MODE
    table.insights[index] = {
        "ContributorInsightsStatus": "ENABLED" if is_on else "DISABLED",
        "ContributorInsightsMode": mode,
        "LastUpdateDateTime": ctx.clock.now(),
    }
    status = "ENABLING" if is_on else "DISABLING"
    return {**_place(table, index), "ContributorInsightsStatus": status, "ContributorInsightsMode": mode}


@operation("DescribeContributorInsights")
def describe_contributor_insights(ctx: Context, req: Input) -> Output:
    """DISABLED where they have never been on.

    Raises ResourceNotFoundException.  Source: API_DescribeContributorInsights
    """
    table, index = _named(ctx, req)
    described = table.insights.get(index, {"ContributorInsightsStatus": "DISABLED"})
    output: Output = {**_place(table, index), **described}
    if described["ContributorInsightsStatus"] == "ENABLED":
        output["ContributorInsightsRuleList"] = _rules(table, index, described)
    return output


@operation("ListContributorInsights")
def list_contributor_insights(ctx: Context, req: Input) -> Output:
    """Where they are or have been on, in pages.

    Raises ResourceNotFoundException, ValidationException.  Source: API_ListContributorInsights
    """
    tables = (
        [table_named(ctx, req)] if req.get("TableName") else [table for _, table in sorted(ctx.state.tables.items())]
    )
    found = [
        {**_place(table, index), **{name: value for name, value in each.items() if name != "LastUpdateDateTime"}}
        for table in tables
        for index, each in table.insights.items()
    ]
    try:
        return page("ContributorInsightsSummaries", found, req.get("NextToken"), req.get("MaxResults") or _MOST)
    except ValueError:
        raise ValidationException("Invalid NextToken") from None


def _named(ctx: Context, req: Input) -> tuple[Table, str]:
    """The table, and the index's name or an empty text. Raises ResourceNotFoundException."""
    table, index = table_named(ctx, req), req.get("IndexName") or ""
    if index and (index not in table.indexes or table.indexes[index].is_local):
        raise ResourceNotFoundException(f"Requested resource not found: Table: {table.name}, Index: {index} not found")
    return table, index


def _place(table: Table, index: str) -> dict[str, Any]:
    return {"TableName": table.name, **({"IndexName": index} if index else {})}


def _rules(table: Table, index: str, described: dict[str, Any]) -> list[str]:
    """The names of the rules. Source: developer guide, contributorinsights_HowItWorks."""
    kinds = _RULES if described["ContributorInsightsMode"] == _MODE else ("PKT", "SKT")
    key = table.indexes[index].key if index else table.key
    place = f"{table.name}-{index}" if index else table.name
    wanted = [kind for kind in kinds if kind.startswith("P") or key.range]
    return [
        f"DynamoDBContributorInsights-{kind}-{place}-{int(described['LastUpdateDateTime'] * 1000)}" for kind in wanted
    ]

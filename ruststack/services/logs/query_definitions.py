"""Saved queries of Logs Insights: kept and listed; the queries themselves are not run here."""

from __future__ import annotations

from typing import Final

from ruststack.kit import Context, Input, Output, operation
from ruststack.services.logs.errors import ResourceNotFoundException
from ruststack.services.logs.naming import now_ms, page_of

_KEPT: Final = ("name", "queryString", "logGroupNames", "parameters")
_PAGE: Final = 1000


@operation("PutQueryDefinition")
def put_query_definition(ctx: Context, req: Input) -> Output:
    """With an id, the definition is replaced whole.

    Raises ResourceNotFoundException.  Source: API_PutQueryDefinition
    """
    number = req.get("queryDefinitionId")
    if number is not None:
        _check(ctx, number)
    number = number or ctx.ids.uuid()
    ctx.state.query_definitions[number] = {
        "queryLanguage": req.get("queryLanguage") or "CWLI",
        "queryDefinitionId": number,
        **{key: req[key] for key in _KEPT if req.get(key)},
        "lastModified": now_ms(ctx),
    }
    return {"queryDefinitionId": number}


@operation("DescribeQueryDefinitions")
def describe_query_definitions(ctx: Context, req: Input) -> Output:
    """In the order of ids.  Source: API_DescribeQueryDefinitions"""
    prefix, language = req.get("queryDefinitionNamePrefix") or "", req.get("queryLanguage")
    found = {
        number: each
        for number, each in ctx.state.query_definitions.items()
        if each["name"].startswith(prefix) and language in (None, each["queryLanguage"])
    }
    page, token = page_of(found, {**req, "limit": req.get("maxResults")}, most=_PAGE)
    output: Output = {"queryDefinitions": [found[number] for number in page]}
    if token is not None:
        output["nextToken"] = token
    return output


@operation("DeleteQueryDefinition")
def delete_query_definition(ctx: Context, req: Input) -> Output:
    """Raises ResourceNotFoundException.  Source: API_DeleteQueryDefinition"""
    _check(ctx, req["queryDefinitionId"])
    del ctx.state.query_definitions[req["queryDefinitionId"]]
    return {"success": True}


def _check(ctx: Context, number: str) -> None:
    if number not in ctx.state.query_definitions:
        # Unknown: the words; an id that is not there would tell.
        raise ResourceNotFoundException("The specified query definition does not exist.")

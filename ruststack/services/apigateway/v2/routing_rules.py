"""Routing rules: which REST API answers a request to a custom domain, told by its headers and base path.

Source: developer guide, "Routing rules to connect API stages to a custom domain name for REST APIs".
Unknown: AWS's words for what cannot be; rules that break each of the guide's restrictions would tell.
"""

from __future__ import annotations

from typing import Any, Final

from ruststack.kit import Context, Input, Output, operation
from ruststack.services.apigateway.v2.errors import (
    BadRequestException,
    ConflictException,
    DomainNameNotFound,
    NotFoundException,
)
from ruststack.services.apigateway.v2.records import found, given, page
from ruststack.services.apigateway.v2.state import Record

_KIND: Final = "RoutingRule"
_HEADERS: Final = 2
_BASE_PATHS: Final = 1


def _rules(ctx: Context, req: Input) -> dict[str, Record]:
    """The rules of a domain, whichever version of the API has made that. Raises DomainNameNotFound."""
    name = req["DomainName"].lower()
    if name not in ctx.state.domain_names and name not in getattr(_rest_state(ctx), "domain_names", {}):
        raise DomainNameNotFound()
    rules: dict[str, Record] = ctx.state.routing_rules.get(name, {})
    return rules


def _rest_state(ctx: Context) -> Any:
    """What REST APIs there are here, if there are any."""
    return ctx.world.standing("apigateway", ctx.account, ctx.region)


def _check(ctx: Context, req: Input, rules: dict[str, Record], own: str) -> None:
    """Raises BadRequestException, ConflictException, NotFoundException."""
    if len(req["Actions"]) != 1:
        raise BadRequestException("A routing rule must have exactly one action")
    headers = [each for each in req["Conditions"] if each.get("MatchHeaders")]
    paths = [each for each in req["Conditions"] if each.get("MatchBasePaths")]
    if len(headers) > _HEADERS or len(paths) > _BASE_PATHS or len(headers) + len(paths) < len(req["Conditions"]):
        raise BadRequestException("A routing rule can have up to two matchHeaders and one matchBasePaths conditions")
    if any(each["Priority"] == req["Priority"] and name != own for name, each in rules.items()):
        raise ConflictException(f"A routing rule with priority {req['Priority']} already exists")
    action = req["Actions"][0]["InvokeApi"]
    api = getattr(_rest_state(ctx), "apis", {}).get(action["ApiId"])
    if api is None:
        raise NotFoundException("API", action["ApiId"])
    if action["Stage"] not in api.stages:
        raise NotFoundException("stage", action["Stage"])


@operation("CreateRoutingRule")
def create_routing_rule(ctx: Context, req: Input) -> Output:
    """Raises NotFoundException, BadRequestException, ConflictException.  Source: API_CreateRoutingRule"""
    rules = _rules(ctx, req)
    _check(ctx, req, rules, "")
    name, rule_id = req["DomainName"].lower(), ctx.ids.lower(6)
    record = {
        **given(req, "DomainName", "DomainNameId"),
        "RoutingRuleArn": f"arn:aws:apigateway:{ctx.region}:{ctx.account}:/domainnames/{name}/routingrules/{rule_id}",
        "RoutingRuleId": rule_id,
    }
    ctx.state.routing_rules.setdefault(name, {})[rule_id] = record
    return dict(record)


@operation("GetRoutingRule")
def get_routing_rule(ctx: Context, req: Input) -> Output:
    """Raises NotFoundException.  Source: API_GetRoutingRule"""
    return dict(found(_rules(ctx, req), _KIND, req["RoutingRuleId"]))


@operation("ListRoutingRules")
def list_routing_rules(ctx: Context, req: Input) -> Output:
    """In the order in which they are asked.

    Raises NotFoundException, BadRequestException.  Source: API_ListRoutingRules
    """
    rules = sorted(_rules(ctx, req).values(), key=lambda each: each["Priority"])
    most = req.get("MaxResults")
    shown = page({**req, "MaxResults": str(most) if most is not None else None}, (dict(each) for each in rules))
    shown["RoutingRules"] = shown.pop("Items")
    return shown


@operation("PutRoutingRule")
def put_routing_rule(ctx: Context, req: Input) -> Output:
    """Takes the place of a rule that is there.

    Raises NotFoundException, BadRequestException, ConflictException.  Source: API_PutRoutingRule
    """
    rules, rule_id = _rules(ctx, req), req["RoutingRuleId"]
    kept = found(rules, _KIND, rule_id)
    _check(ctx, req, rules, rule_id)
    rules[rule_id] = {**kept, **given(req, "DomainName", "DomainNameId", "RoutingRuleId")}
    return dict(rules[rule_id])


@operation("DeleteRoutingRule")
def delete_routing_rule(ctx: Context, req: Input) -> Output:
    """Raises NotFoundException.  Source: API_DeleteRoutingRule"""
    rules = _rules(ctx, req)
    found(rules, _KIND, req["RoutingRuleId"])
    del rules[req["RoutingRuleId"]]
    return {}

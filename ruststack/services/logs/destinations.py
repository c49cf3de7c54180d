"""Destinations: the names under which other accounts' logs come in."""

from __future__ import annotations

import re
from typing import Final

from ruststack.kit import Context, Input, Output, operation
from ruststack.services.logs.errors import InvalidParameterException, ResourceNotFoundException
from ruststack.services.logs.naming import now_ms, page_of

_TARGET: Final = re.compile(r"arn:aws[a-z-]*:(?:kinesis|firehose):[a-z0-9-]+:\d{12}:(?:stream|deliverystream)/.+")
_POLICY_BYTES: Final = 5120


@operation("PutDestination")
def put_destination(ctx: Context, req: Input) -> Output:
    """One of the same name is replaced, and keeps its policy.

    Raises InvalidParameterException.  Source: API_PutDestination
    """
    name = req["destinationName"]
    if _TARGET.fullmatch(req["targetArn"]) is None:
        # Unknown: the words; a target of another service would tell.
        raise InvalidParameterException("The specified target ARN is invalid.")
    arn = f"arn:aws:logs:{ctx.region}:{ctx.account}:destination:{name}"
    earlier = ctx.state.destinations.get(name) or {"creationTime": now_ms(ctx)}
    ctx.state.destinations[name] = {
        **earlier,
        "destinationName": name,
        "targetArn": req["targetArn"],
        "roleArn": req["roleArn"],
        "arn": arn,
    }
    ctx.state.tags.setdefault(arn, {}).update(req.get("tags") or {})
    return {"destination": ctx.state.destinations[name]}


@operation("PutDestinationPolicy")
def put_destination_policy(ctx: Context, req: Input) -> Output:
    """Raises InvalidParameterException, ResourceNotFoundException.  Source: API_PutDestinationPolicy"""
    if len(req["accessPolicy"].encode("utf-8", "surrogatepass")) > _POLICY_BYTES:
        # Unknown: the words; a longer policy would tell.
        raise InvalidParameterException("The specified access policy is too long.")
    destination = _destination(ctx, req["destinationName"])
    ctx.state.destinations[req["destinationName"]] = {**destination, "accessPolicy": req["accessPolicy"]}
    return {}


@operation("DescribeDestinations")
def describe_destinations(ctx: Context, req: Input) -> Output:
    """In the order of names.  Source: API_DescribeDestinations"""
    found, prefix = ctx.state.destinations, req.get("DestinationNamePrefix") or ""
    page, token = page_of([name for name in found if name.startswith(prefix)], req)
    output: Output = {"destinations": [found[name] for name in page]}
    if token is not None:
        output["nextToken"] = token
    return output


@operation("DeleteDestination")
def delete_destination(ctx: Context, req: Input) -> Output:
    """Raises ResourceNotFoundException.  Source: API_DeleteDestination"""
    destination = _destination(ctx, req["destinationName"])
    del ctx.state.destinations[req["destinationName"]]
    ctx.state.tags.pop(destination["arn"], None)
    return {}


def _destination(ctx: Context, name: str) -> Output:
    destination: Output | None = ctx.state.destinations.get(name)
    if destination is None:
        raise ResourceNotFoundException("The specified destination does not exist.")
    return destination

"""Deliveries of logs that other services vend: sources, destinations, and what joins the two. Configuration only."""

from __future__ import annotations

from typing import Any, Final

from ruststack.kit import Context, Input, Output, operation
from ruststack.services.logs.errors import (
    ConflictException,
    InvalidParameterException,
    ResourceNotFoundException,
    ValidationException,
)
from ruststack.services.logs.naming import page_of

_TYPES: Final = {"s3": "S3", "logs": "CWL", "firehose": "FH"}
_SETTINGS: Final = ("recordFields", "fieldDelimiter", "s3DeliveryConfiguration")


@operation("PutDeliveryDestination")
def put_delivery_destination(ctx: Context, req: Input) -> Output:
    """One of the same name is replaced; its kind is told by the ARN of what receives.

    Raises ValidationException.  Source: API_PutDeliveryDestination; recorded answers
    """
    name = req["name"]
    configuration = req.get("deliveryDestinationConfiguration")
    kind = req.get("deliveryDestinationType")
    if configuration is not None:
        kind = _TYPES.get(_service(configuration["destinationResourceArn"]))
    if kind is None:
        # Unknown: the words; a destination of another service would tell.
        raise ValidationException("The destination resource ARN is not supported.")
    arn = f"arn:aws:logs:{ctx.region}:{ctx.account}:delivery-destination:{name}"
    made: dict[str, Any] = {"name": name, "arn": arn, "deliveryDestinationType": kind}
    for key, value in (
        ("outputFormat", req.get("outputFormat")),
        ("deliveryDestinationConfiguration", configuration),
        ("roleArn", req.get("roleArn")),
    ):
        if value is not None:
            made[key] = value
    ctx.state.delivery_destinations[name] = made
    return {"deliveryDestination": _tagged(ctx, made, req)}


@operation("GetDeliveryDestination")
def get_delivery_destination(ctx: Context, req: Input) -> Output:
    """Raises ResourceNotFoundException.  Source: API_GetDeliveryDestination; recorded answers"""
    return {"deliveryDestination": _told(ctx, _destination(ctx, req["name"]))}


@operation("DescribeDeliveryDestinations")
def describe_delivery_destinations(ctx: Context, req: Input) -> Output:
    """In the order of names.  Source: API_DescribeDeliveryDestinations"""
    wanted = req.get("names")
    found = {name: each for name, each in ctx.state.delivery_destinations.items() if wanted is None or name in wanted}
    return _listed(ctx, "deliveryDestinations", found, req)


@operation("DeleteDeliveryDestination")
def delete_delivery_destination(ctx: Context, req: Input) -> Output:
    """Raises ResourceNotFoundException, ConflictException while a delivery leads there.

    Source: API_DeleteDeliveryDestination; recorded answers
    """
    destination = _destination(ctx, req["name"])
    _check_unused(ctx, "deliveryDestinationArn", destination["arn"])
    del ctx.state.delivery_destinations[req["name"]]
    ctx.state.tags.pop(destination["arn"], None)
    ctx.state.delivery_policies.pop(req["name"], None)
    return {}


@operation("PutDeliveryDestinationPolicy")
def put_delivery_destination_policy(ctx: Context, req: Input) -> Output:
    """Raises ResourceNotFoundException.  Source: API_PutDeliveryDestinationPolicy"""
    _destination(ctx, req["deliveryDestinationName"])
    ctx.state.delivery_policies[req["deliveryDestinationName"]] = req["deliveryDestinationPolicy"]
    return {"policy": {"deliveryDestinationPolicy": req["deliveryDestinationPolicy"]}}


@operation("GetDeliveryDestinationPolicy")
def get_delivery_destination_policy(ctx: Context, req: Input) -> Output:
    """Raises ResourceNotFoundException.  Source: API_GetDeliveryDestinationPolicy

    Unknown: the answer for a destination without a policy; asking for it would tell. Here the policy is left out.
    """
    _destination(ctx, req["deliveryDestinationName"])
    policy = ctx.state.delivery_policies.get(req["deliveryDestinationName"])
    return {"policy": {} if policy is None else {"deliveryDestinationPolicy": policy}}


@operation("DeleteDeliveryDestinationPolicy")
def delete_delivery_destination_policy(ctx: Context, req: Input) -> Output:
    """Raises ResourceNotFoundException.  Source: API_DeleteDeliveryDestinationPolicy"""
    _destination(ctx, req["deliveryDestinationName"])
    ctx.state.delivery_policies.pop(req["deliveryDestinationName"], None)
    return {}


@operation("PutDeliverySource")
def put_delivery_source(ctx: Context, req: Input) -> Output:
    """One of the same name is replaced. Nothing here vends logs, whatever the resource.

    Raises ValidationException.  Source: API_PutDeliverySource
    """
    name, resource = req["name"], req["resourceArn"]
    service = _service(resource)
    if not service:
        # Unknown: the words; a resource that is no ARN would tell.
        raise ValidationException("The resource ARN is not valid.")
    made: dict[str, Any] = {
        "name": name,
        "arn": f"arn:aws:logs:{ctx.region}:{ctx.account}:delivery-source:{name}",
        "resourceArns": [resource],
        "service": service,
        "logType": req["logType"],
    }
    if req.get("deliverySourceConfiguration"):
        made["deliverySourceConfiguration"] = req["deliverySourceConfiguration"]
    ctx.state.delivery_sources[name] = made
    return {"deliverySource": _tagged(ctx, made, req)}


@operation("GetDeliverySource")
def get_delivery_source(ctx: Context, req: Input) -> Output:
    """Raises ResourceNotFoundException.  Source: API_GetDeliverySource; recorded answers"""
    return {"deliverySource": _told(ctx, _source(ctx, req["name"]))}


@operation("DescribeDeliverySources")
def describe_delivery_sources(ctx: Context, req: Input) -> Output:
    """In the order of names.  Source: API_DescribeDeliverySources"""
    return _listed(ctx, "deliverySources", ctx.state.delivery_sources, req)


@operation("DeleteDeliverySource")
def delete_delivery_source(ctx: Context, req: Input) -> Output:
    """Raises ResourceNotFoundException, ConflictException while a delivery comes from there.

    Source: API_DeleteDeliverySource
    """
    source = _source(ctx, req["name"])
    _check_unused(ctx, "deliverySourceName", req["name"])
    del ctx.state.delivery_sources[req["name"]]
    ctx.state.tags.pop(source["arn"], None)
    return {}


@operation("CreateDelivery")
def create_delivery(ctx: Context, req: Input) -> Output:
    """A source and a destination are joined once.

    Raises ResourceNotFoundException, ConflictException.  Source: API_CreateDelivery
    """
    source, arn = _source(ctx, req["deliverySourceName"]), req["deliveryDestinationArn"]
    kinds = {each["arn"]: each["deliveryDestinationType"] for each in ctx.state.delivery_destinations.values()}
    if arn not in kinds:
        raise _no_destination()
    for each in ctx.state.deliveries.values():
        if (each["deliverySourceName"], each["deliveryDestinationArn"]) == (source["name"], arn):
            # Unknown: the words; the same delivery again would tell.
            raise ConflictException("Delivery already exists.")
    number = ctx.ids.hex(16)
    made = {
        "id": number,
        "arn": f"arn:aws:logs:{ctx.region}:{ctx.account}:delivery:{number}",
        "deliverySourceName": source["name"],
        "deliveryDestinationArn": arn,
        "deliveryDestinationType": kinds[arn],
        **{key: req[key] for key in _SETTINGS if req.get(key) is not None},
    }
    ctx.state.deliveries[number] = made
    return {"delivery": _tagged(ctx, made, req)}


@operation("GetDelivery")
def get_delivery(ctx: Context, req: Input) -> Output:
    """Raises ResourceNotFoundException.  Source: API_GetDelivery"""
    return {"delivery": _told(ctx, _delivery(ctx, req["id"]))}


@operation("UpdateDeliveryConfiguration")
def update_delivery_configuration(ctx: Context, req: Input) -> Output:
    """Raises ResourceNotFoundException.  Source: API_UpdateDeliveryConfiguration"""
    changes = {key: req[key] for key in _SETTINGS if req.get(key) is not None}
    ctx.state.deliveries[req["id"]] = {**_delivery(ctx, req["id"]), **changes}
    return {}


@operation("DescribeDeliveries")
def describe_deliveries(ctx: Context, req: Input) -> Output:
    """In the order of ids.  Source: API_DescribeDeliveries"""
    wanted = req.get("deliverySourceNames")
    found = {
        number: each
        for number, each in ctx.state.deliveries.items()
        if wanted is None or each["deliverySourceName"] in wanted
    }
    return _listed(ctx, "deliveries", found, req)


@operation("DeleteDelivery")
def delete_delivery(ctx: Context, req: Input) -> Output:
    """Raises ResourceNotFoundException.  Source: API_DeleteDelivery"""
    delivery = _delivery(ctx, req["id"])
    del ctx.state.deliveries[req["id"]]
    ctx.state.tags.pop(delivery["arn"], None)
    return {}


def _service(arn: str) -> str:
    """The service that an ARN names, empty for what is none."""
    pieces = arn.split(":", 5)
    return pieces[2] if len(pieces) == 6 and pieces[0] == "arn" else ""


def _tagged(ctx: Context, made: dict[str, Any], req: Input) -> Output:
    ctx.state.tags.setdefault(made["arn"], {}).update(req.get("tags") or {})
    return _told(ctx, made)


def _told(ctx: Context, made: dict[str, Any]) -> Output:
    tags = ctx.state.tags.get(made["arn"])
    return {**made, "tags": dict(tags)} if tags else made


def _listed(ctx: Context, title: str, found: dict[str, Any], req: Input) -> Output:
    try:
        page, token = page_of(found, req)
    except InvalidParameterException as error:
        raise ValidationException(error.message) from None
    output: Output = {title: [_told(ctx, found[name]) for name in page]}
    if token is not None:
        output["nextToken"] = token
    return output


def _destination(ctx: Context, name: str) -> dict[str, Any]:
    found: dict[str, Any] | None = ctx.state.delivery_destinations.get(name)
    if found is None:
        raise _no_destination()
    return found


def _no_destination() -> ResourceNotFoundException:
    return ResourceNotFoundException("Requested Delivery Destination does not exist in this account.")


def _source(ctx: Context, name: str) -> dict[str, Any]:
    found: dict[str, Any] | None = ctx.state.delivery_sources.get(name)
    if found is None:
        raise ResourceNotFoundException("Requested Delivery Source does not exist in this account.")
    return found


def _delivery(ctx: Context, number: str) -> dict[str, Any]:
    found: dict[str, Any] | None = ctx.state.deliveries.get(number)
    if found is None:
        # Unknown: the words; those of the other two are recorded, and a delivery that is not there would tell.
        raise ResourceNotFoundException("Requested Delivery does not exist in this account.")
    return found


def _check_unused(ctx: Context, member: str, value: str) -> None:
    if any(each[member] == value for each in ctx.state.deliveries.values()):
        # Unknown: the words; deleting one that is in use would tell.
        raise ConflictException("The resource is in use by a delivery.")

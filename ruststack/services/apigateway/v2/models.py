"""Models: the JSON schemas of messages."""

from __future__ import annotations

import orjson

from ruststack.kit import Context, Input, Output, operation
from ruststack.services.apigateway.model_template import template_of
from ruststack.services.apigateway.state import Model
from ruststack.services.apigateway.v2.deploying import touched
from ruststack.services.apigateway.v2.errors import BadRequestException, ConflictException
from ruststack.services.apigateway.v2.records import api_of, found, given, page
from ruststack.services.apigateway.v2.state import Api


@operation("CreateModel")
def create_model(ctx: Context, req: Input) -> Output:
    """Raises NotFoundException, BadRequestException, ConflictException.  Source: API_CreateModel"""
    api = api_of(ctx, req)
    record = {"ContentType": "application/json", **given(req, "ApiId"), "ModelId": ctx.ids.lower(6)}
    _check(api, record)
    api.models[record["ModelId"]] = record
    touched(ctx, api)
    return dict(record)


def _check(api: Api, record: dict[str, str]) -> None:
    """Raises BadRequestException, ConflictException. Unknown: AWS's words; such models would tell."""
    try:
        orjson.loads(record["Schema"])
    except orjson.JSONDecodeError:
        raise BadRequestException("Invalid model schema specified.") from None
    if not record["Name"].isalnum():
        raise BadRequestException("Model name must be alphanumeric")
    if any(each["Name"] == record["Name"] and name != record["ModelId"] for name, each in api.models.items()):
        raise ConflictException("Model name already exists for this API")


@operation("GetModel")
def get_model(ctx: Context, req: Input) -> Output:
    """Raises NotFoundException.  Source: API_GetModel"""
    return dict(found(api_of(ctx, req).models, "Model", req["ModelId"]))


@operation("GetModels")
def get_models(ctx: Context, req: Input) -> Output:
    """Raises NotFoundException, BadRequestException.  Source: API_GetModels"""
    return page(req, (dict(each) for each in api_of(ctx, req).models.values()))


@operation("GetModelTemplate")
def get_model_template(ctx: Context, req: Input) -> Output:
    """Raises NotFoundException.  Source: API_GetModelTemplate"""
    api = api_of(ctx, req)
    found(api.models, "Model", req["ModelId"])
    models = {name: Model(name, each["Name"], "", schema=each["Schema"]) for name, each in api.models.items()}
    return {"Value": template_of({each.name: each for each in models.values()}, models[req["ModelId"]])}


@operation("UpdateModel")
def update_model(ctx: Context, req: Input) -> Output:
    """Raises NotFoundException, BadRequestException, ConflictException.  Source: API_UpdateModel"""
    api = api_of(ctx, req)
    record = {**found(api.models, "Model", req["ModelId"]), **given(req, "ApiId", "ModelId")}
    _check(api, record)
    api.models[req["ModelId"]] = record
    touched(ctx, api)
    return dict(record)


@operation("DeleteModel")
def delete_model(ctx: Context, req: Input) -> Output:
    """Raises NotFoundException.  Source: API_DeleteModel"""
    api = api_of(ctx, req)
    found(api.models, "Model", req["ModelId"])
    del api.models[req["ModelId"]]
    touched(ctx, api)
    return {}

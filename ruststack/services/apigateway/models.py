"""Models: the JSON schemas of bodies."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, Final

from ruststack.kit import Context, Input, Output, operation
from ruststack.services.apigateway import patches
from ruststack.services.apigateway.errors import BadRequestException, ConflictException, ModelNotFound
from ruststack.services.apigateway.finding import api_of, api_with
from ruststack.services.apigateway.members import members
from ruststack.services.apigateway.model_template import flattened, template_of
from ruststack.services.apigateway.pages import page
from ruststack.services.apigateway.patches import REPLACE, Rule
from ruststack.services.apigateway.state import Model, RestApi

_NAME: Final = re.compile(r"[a-zA-Z0-9]+", re.ASCII)
RULES: Final = {
    "/description": Rule(REPLACE, patches.text("description")),
    "/schema": Rule(REPLACE, patches.text("schema")),
}


@operation("CreateModel")
def create_model(ctx: Context, req: Input) -> Output:
    """Raises NotFoundException, BadRequestException, ConflictException.  Source: API_CreateModel; recorded answers"""
    api = api_of(ctx, req)
    name = req["name"]
    if not name:
        raise BadRequestException("Model name must be non-empty")
    if _NAME.fullmatch(name) is None:
        raise BadRequestException(f"Model name must be alphanumeric: {name}")
    if name in api.models:
        raise ConflictException("Model name already exists for this REST API")
    check_schema(req.get("schema"))
    model = Model(ctx.ids.lower(6), name, req["contentType"], req.get("description") or None, req["schema"])
    api.models[name] = model
    return members(model)


def check_schema(schema: str | None) -> None:
    """Whether a text is a JSON object, which every schema is.

    Raises BadRequestException. Unknown: how AWS words what is no schema of draft 4; {"type": 1} would tell.
    """
    if not schema:
        raise BadRequestException("Model schema must have at least 1 property or array items defined")
    try:
        parsed = json.loads(schema)
    except (ValueError, RecursionError):
        parsed = None
    if not isinstance(parsed, dict):
        raise BadRequestException(
            "Invalid model specified: Validation Result: warnings : [], errors : [Invalid model schema specified]"
        )


def _found(ctx: Context, req: Input) -> tuple[RestApi, Model]:
    """Raises ModelNotFound."""
    missing = ModelNotFound(req["modelName"])
    api = api_with(ctx, req, missing)
    if req["modelName"] not in api.models:
        raise missing
    return api, api.models[req["modelName"]]


@operation("GetModel")
def get_model(ctx: Context, req: Input) -> Output:
    """A model; ``flatten`` puts the models that it refers to into its own definitions.

    Raises NotFoundException.  Source: API_GetModel
    """
    api, model = _found(ctx, req)
    told = members(model)
    return {**told, "schema": flattened(api, model)} if req.get("flatten") else told


@operation("GetModels")
def get_models(ctx: Context, req: Input) -> Output:
    """Raises NotFoundException, BadRequestException.  Source: API_GetModels"""
    return page(req, api_of(ctx, req).models, members)


@operation("GetModelTemplate")
def get_model_template(ctx: Context, req: Input) -> Output:
    """A mapping template that makes a body of the model.

    Raises NotFoundException.  Source: API_GetModelTemplate
    """
    api, model = _found(ctx, req)
    return {"value": template_of(api.models, model)}


@operation("UpdateModel")
def update_model(ctx: Context, req: Input) -> Output:
    """Raises NotFoundException, BadRequestException.  Source: API_UpdateModel; recorded answers"""
    api, model = _found(ctx, req)
    changed = patches.patched(model, req, RULES, patches.by_operation)
    if changed.schema != model.schema:
        check_schema(changed.schema)
    api.models[model.name] = changed
    return members(changed)


@operation("DeleteModel")
def delete_model(ctx: Context, req: Input) -> Output:
    """What a method refers to cannot be deleted.

    Raises NotFoundException, ConflictException.  Source: API_DeleteModel; recorded answers
    """
    api, model = _found(ctx, req)
    for place in _uses(api, model.name):
        raise ConflictException(f"Cannot delete model '{model.name}', is referenced in method {place}")
    del api.models[model.name]
    return {}


def _uses(api: RestApi, name: str) -> Iterator[str]:
    """Unknown: AWS's words for a model that only responses refer to; a DeleteModel of one would tell."""
    for resource in api.resources.values():
        for verb, method in resource.resource_methods.items():
            if _names(method.request_models, name):
                yield f"request: {resource.path}/{verb}"
            elif any(_names(each.response_models, name) for each in (method.method_responses or {}).values()):
                yield f"response: {resource.path}/{verb}"


def _names(models: Any, name: str) -> bool:
    return name in (models or {}).values()

"""ImportRestApi and PutRestApi: a document becomes an API, takes an API's place, or is merged into one.

Nothing of an import that is refused remains. Source: API_ImportRestApi, API_PutRestApi; Developer Guide, "Set the
OpenAPI basePath property".
"""

from __future__ import annotations

from typing import Final

from ruststack.core.fork import fork
from ruststack.kit import Context, Input, Output, operation
from ruststack.services.apigateway.errors import BadRequestException
from ruststack.services.apigateway.finding import api_of
from ruststack.services.apigateway.openapi.building import Building
from ruststack.services.apigateway.openapi.document import Document, parse
from ruststack.services.apigateway.openapi.operations import read_paths
from ruststack.services.apigateway.openapi.security import read_authorizers
from ruststack.services.apigateway.openapi.settings import (
    new_settings,
    read_documentation,
    read_gateway_responses,
    read_settings,
    read_validators,
)
from ruststack.services.apigateway.rest_apis import tell
from ruststack.services.apigateway.state import Resource, RestApi

_BASE_PATHS: Final = ("ignore", "prepend", "split")


@operation("ImportRestApi")
def import_rest_api(ctx: Context, req: Input) -> Output:
    """An API that has the models of the document alone.

    Raises BadRequestException.  Source: API_ImportRestApi; recorded answers
    """
    document, parameters = parse(req.get("body") or b""), req.get("parameters") or {}
    settings = new_settings(document.part("info"), parameters)
    api_id, root_id = ctx.ids.lower(10), ctx.ids.lower(10)
    api = RestApi(api_id, int(ctx.clock.now()), root_id, settings)
    api.resources[root_id] = Resource(root_id, "/")
    warnings = _read(ctx, document, api, req, is_merged=False)
    ctx.state.apis[api.id] = api
    return tell(api, has_tags=False, warnings=warnings)


@operation("PutRestApi")
def put_rest_api(ctx: Context, req: Input) -> Output:
    """Merge a document into an API, or let it take the API's place; ids, tags, stages and deployments stay.

    Raises NotFoundException, BadRequestException.  Source: API_PutRestApi. Unknown: whether an API that is overwritten
    keeps its root's id, as here; GetResources before and after would tell.
    """
    mode = req.get("mode") or "merge"
    if mode not in ("merge", "overwrite"):
        raise BadRequestException('Enumeration value of OpenAPI import mode must be "overwrite" or "merge"')
    old = api_of(ctx, req)
    document = parse(req.get("body") or b"")
    api: RestApi = fork(old)
    if mode == "overwrite":
        _empty(api)
    warnings = _read(ctx, document, api, req, is_merged=mode == "merge")
    ctx.state.apis[api.id] = api
    return tell(api, warnings=warnings)


def _empty(api: RestApi) -> None:
    api.resources = {api.root_resource_id: Resource(api.root_resource_id, "/")}
    api.models, api.authorizers, api.request_validators = {}, {}, {}
    api.gateway_responses, api.documentation_parts = {}, {}


def _read(ctx: Context, document: Document, api: RestApi, req: Input, is_merged: bool) -> list[str]:
    """Read all of a document into an API that nobody sees yet. Raises BadRequestException."""
    parameters = req.get("parameters") or {}
    building = Building(ctx, document, api)
    read_settings(building, is_merged)
    read_validators(building)
    read_authorizers(building)
    read_gateway_responses(building)
    for name, schema in document.schemas.items():
        if name.isascii() and name.isalnum():
            building.model(name, schema)
        else:
            building.errors.append(f"Unable to create model for '{name}': Model name must be alphanumeric: {name}")
    read_paths(building, _prefix(document, parameters))
    if parameters.get("ignore") != "documentation":
        read_documentation(building)
    building.finish(bool(req.get("failOnWarnings")))
    return building.warnings


def _prefix(document: Document, parameters: dict[str, str]) -> str:
    """What goes before every path: nothing, the base path, or all of it but its first part.

    Raises BadRequestException.
    """
    mode = parameters.get("basepath") or parameters.get("basePath") or "ignore"
    if mode not in _BASE_PATHS:
        raise BadRequestException(f"Invalid basepath mode specified. Valid options are {', '.join(_BASE_PATHS)}")
    path = document.base_path
    if mode == "split":
        return path.partition("/")[2]
    return path if mode == "prepend" else ""

"""GetExport: what a stage shows, as an OpenAPI 3 or Swagger 2 document.

Source: API_GetExport; recorded answers of GetExport.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import Any, Final

import yaml

from ruststack.kit import Context, Input, Output, operation
from ruststack.services.apigateway.errors import BadRequestException, NotImplementedHere
from ruststack.services.apigateway.finding import stage_of
from ruststack.services.apigateway.openapi.exported_paths import path_item
from ruststack.services.apigateway.openapi.exported_settings import extensions, schemes
from ruststack.services.apigateway.openapi.style import Style
from ruststack.services.apigateway.state import Deployment, Model, RestApi, Stage

_TYPES: Final = {"application/json": "json", "application/yaml": "yaml"}
_EXTENSIONS: Final = frozenset({"integrations", "authorizers", "apigateway", "postman"})
_LINK: Final = re.compile(r'"https://apigateway\.amazonaws\.com/restapis/[^/"]+/models/([^"]+)"')


@operation("GetExport")
def get_export(ctx: Context, req: Input) -> Output:
    """The API as it was deployed to a stage; ``extensions`` adds integrations, authorizers or all.

    Raises NotFoundException, BadRequestException; 501 for Postman's extensions.  Source: API_GetExport
    """
    api, stage = stage_of(ctx, req)
    kind, accepts = req["exportType"], req.get("accepts") or "application/json"
    # Unknown: AWS's words for both; an export of type raml, and one accepted as text/plain, would tell.
    if kind not in ("oas30", "swagger"):
        raise BadRequestException(f"Invalid export type specified: {kind}. Valid options are oas30, swagger")
    if accepts not in _TYPES:
        raise BadRequestException(f"Invalid content type specified: {accepts}")
    style = Style(kind == "swagger", _asked(req))
    document = _document(ctx, api, stage, style)
    version = document["info"]["version"]
    return {
        "contentType": "application/octet-stream",
        "contentDisposition": f'attachment; filename="{kind}_{version}.{_TYPES[accepts]}"',
        "body": written(document, accepts),
    }


def _asked(req: Input) -> frozenset[str]:
    """Raises NotImplementedHere. Unknown: what AWS says of other extensions, which are passed over; one would tell."""
    given = (req.get("parameters") or {}).get("extensions") or ""
    asked = frozenset(each.strip() for each in given.split(",")) & _EXTENSIONS
    if "postman" in asked:
        raise NotImplementedHere("apigateway.GetExport with postman")
    return asked


def written(document: dict[str, Any], accepts: str) -> bytes:
    """A document as JSON (``application/json``), or else as YAML."""
    if accepts == "application/json":
        return json.dumps(document, indent=2, ensure_ascii=False).encode()
    text: str = yaml.safe_dump(document, sort_keys=False, allow_unicode=True, explicit_start=True)
    return text.encode()


def _document(ctx: Context, api: RestApi, stage: Stage, style: Style) -> dict[str, Any]:
    deployment = api.deployments[stage.deployment_id]
    host = f"{api.id}.execute-api.{ctx.region}.amazonaws.com"
    document = _head(deployment, host, stage.stage_name, style)
    document["paths"] = {
        resource.path: path_item(deployment.snapshot, resource, style)
        for resource in sorted(deployment.snapshot.resources.values(), key=lambda each: each.path)
        if resource.resource_methods
    }
    models = {model.name: _schema(model, style) for model in deployment.snapshot.models.values() if model.schema}
    asked = schemes(deployment.snapshot, style)
    if style.is_swagger:
        parts = {"securityDefinitions": asked, "definitions": models}
        document.update({name: part for name, part in parts.items() if part})
    else:
        parts = {"schemas": models, "securitySchemes": asked}
        document["components"] = {name: part for name, part in parts.items() if part}
    return {**document, **extensions(deployment.snapshot, style)}


def _head(deployment: Deployment, host: str, stage: str, style: Style) -> dict[str, Any]:
    settings = deployment.snapshot.settings
    made = datetime.fromtimestamp(deployment.created_date, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    info = {"title": settings.name, "description": settings.description, "version": settings.version or made}
    info = {name: value for name, value in info.items() if value is not None}
    if style.is_swagger:
        return {"swagger": "2.0", "info": info, "host": host, "basePath": f"/{stage}", "schemes": ["https"]}
    server = {"url": f"https://{host}/{{basePath}}", "variables": {"basePath": {"default": stage}}}
    return {"openapi": "3.0.1", "info": info, "servers": [server]}


def _schema(model: Model, style: Style) -> Any:
    """The schema with links to models made local; without ``$schema``, which OpenAPI does not have."""
    try:
        schema = json.loads(_LINK.sub(rf'"{style.schemas}\1"', model.schema or "{}"))
    except (ValueError, RecursionError):
        return {}
    return {key: each for key, each in schema.items() if key != "$schema"} if isinstance(schema, dict) else {}

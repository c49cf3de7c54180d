"""ImportDocumentationParts: parts of documentation from a file. Source: API_ImportDocumentationParts."""

from __future__ import annotations

from ruststack.core.fork import fork
from ruststack.kit import Context, Input, Output, operation
from ruststack.services.apigateway.errors import BadRequestException
from ruststack.services.apigateway.finding import api_of
from ruststack.services.apigateway.openapi.building import Building
from ruststack.services.apigateway.openapi.document import Document, value_of
from ruststack.services.apigateway.openapi.settings import keep_parts, read_documentation
from ruststack.services.apigateway.state import RestApi


@operation("ImportDocumentationParts")
def import_documentation_parts(ctx: Context, req: Input) -> Output:
    """Parts of ``{"documentationParts": [...]}`` or of an OpenAPI document's extension.

    Raises NotFoundException, BadRequestException.  Source: API_ImportDocumentationParts
    """
    mode = req.get("mode") or "merge"
    if mode not in ("merge", "overwrite"):
        raise BadRequestException('Enumeration value of OpenAPI import mode must be "overwrite" or "merge"')
    api: RestApi = fork(api_of(ctx, req))
    root = value_of(req.get("body") or b"")
    if not isinstance(root, dict):
        raise BadRequestException("Invalid documentation parts input.")
    if mode == "overwrite":
        api.documentation_parts = {}
    if "documentationParts" in root:
        building = Building(ctx, Document({"openapi": "3.0.1"}), api)
        ids = keep_parts(building, root["documentationParts"])
    else:
        building = Building(ctx, Document(root), api)
        ids = read_documentation(building)
    building.finish(bool(req.get("failOnWarnings")))
    ctx.state.apis[api.id].documentation_parts = api.documentation_parts
    return {"ids": ids, "warnings": building.warnings}

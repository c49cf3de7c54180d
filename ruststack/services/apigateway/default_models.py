"""The two models that every new API has. Source: recorded answers of GetModels."""

from __future__ import annotations

import json
from typing import Any, Final

from ruststack.kit import Context
from ruststack.services.apigateway.state import Model

_DRAFT: Final = "http://json-schema.org/draft-04/schema#"
_EMPTY: Final = {"$schema": _DRAFT, "title": "Empty Schema", "type": "object"}
_ERROR: Final = {
    "$schema": _DRAFT,
    "title": "Error Schema",
    "type": "object",
    "properties": {"message": {"type": "string"}},
}


def default_models(ctx: Context) -> list[Model]:
    """Empty and Error, for a new API."""
    return [_model(ctx, "Empty", "empty", _EMPTY), _model(ctx, "Error", "error", _ERROR)]


def _model(ctx: Context, name: str, kind: str, schema: dict[str, Any]) -> Model:
    description = f"This is a default {kind} schema model"
    return Model(ctx.ids.lower(6), name, "application/json", description, json.dumps(schema))

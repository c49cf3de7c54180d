"""Sample mapping templates of models, and models with what they refer to.

A schema refers to another model by ``https://apigateway.amazonaws.com/restapis/{api}/models/{name}``.
Source: API_GetModelTemplate, API_GetModel; Developer Guide, "Models and mapping templates".
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from ruststack.services.apigateway.state import Model, RestApi

_SAMPLES: Final = {"string": '"foo"', "number": "42", "integer": "42", "boolean": "true", "null": "null"}
_DEEPEST: Final = 16


def reference(schema: Any) -> str:
    """The name of the model that a schema stands for; empty if it stands for itself."""
    target = schema.get("$ref") if isinstance(schema, dict) else None
    if not isinstance(target, str):
        return ""
    for start in ("/models/", "#/definitions/", "#/components/schemas/"):
        _, found, name = target.partition(start)
        if found:
            return name
    return ""


def parsed(model: Model) -> Any:
    """The schema as a value; an empty one where it is no JSON."""
    try:
        return json.loads(model.schema or "{}")
    except (ValueError, RecursionError):
        return {}


def template_of(models: Mapping[str, Model], model: Model) -> str:
    """The template; ``models`` are by name.

    Unknown: AWS's own layout of arrays in objects; GetModelTemplate of such a model would tell.
    """
    return f"#set($inputRoot = $input.path('$'))\n{_sample(models, parsed(model), '$inputRoot', 0)}"


def _sample(models: Mapping[str, Model], schema: Any, root: str, depth: int) -> str:
    target = models.get(reference(schema))
    if target is not None:
        schema = parsed(target)
    if not isinstance(schema, dict) or depth > _DEEPEST:
        return "{ }"
    kind = schema.get("type", "object")
    if isinstance(kind, str) and kind in _SAMPLES:
        return _SAMPLES[kind]
    indent = "  " * depth
    if kind == "array":
        name = f"$elem{depth or ''}"
        inner = _sample(models, schema.get("items", {}), name, depth + 1)
        loop = f"{indent}#foreach({name} in {root})\n{indent}  {inner}#if($foreach.hasNext),#end\n{indent}#end"
        return f"[\n{loop}\n{indent}]"
    properties = schema.get("properties")
    if not isinstance(properties, dict) or not properties:
        return "{ }"
    lines = [
        f"{indent}  {json.dumps(name)} : {_sample(models, each, f'{root}.{name}', depth + 1)}"
        for name, each in properties.items()
    ]
    return "{\n" + ",\n".join(lines) + f"\n{indent}}}"


def flattened(api: RestApi, model: Model) -> str:
    """The schema with the models that it refers to among its definitions."""
    definitions: dict[str, Any] = {}
    schema = _local(api, parsed(model), definitions)
    if definitions and isinstance(schema, dict):
        own = schema.get("definitions")
        schema["definitions"] = {**(own if isinstance(own, dict) else {}), **definitions}
    return json.dumps(schema)


def _local(api: RestApi, schema: Any, definitions: dict[str, Any]) -> Any:
    """A schema whose references are local; what they name is put into ``definitions``, once each."""
    if isinstance(schema, list):
        return [_local(api, each, definitions) for each in schema]
    if not isinstance(schema, dict):
        return schema
    name = reference(schema)
    target = api.models.get(name) if "/models/" in schema.get("$ref", "") else None
    if target is None:
        return {key: _local(api, each, definitions) for key, each in schema.items()}
    if name not in definitions:
        definitions[name] = {}
        definitions[name] = _local(api, parsed(target), definitions)
    return {**schema, "$ref": f"#/definitions/{name}"}

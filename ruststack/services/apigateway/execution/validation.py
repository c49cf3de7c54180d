"""Request validators: required parameters, and bodies by the JSON schema of the method's model.

Source: developer guide, "Request validation for REST APIs in API Gateway". The schema library is imported with the
first body that is checked.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from typing import Any, Final

import orjson

from ruststack.services.apigateway.execution.call import Call
from ruststack.services.apigateway.execution.gateway_errors import BadRequestBody, BadRequestParameters
from ruststack.services.apigateway.state import Method, Model, RequestValidator

_MODEL: Final = "/models/"
_JSON: Final = "application/json"


def check_parameters(call: Call, method: Method) -> None:
    """Raises BadRequestParameters, which names all that are missing."""
    missing = []
    for parameter, is_required in sorted((method.request_parameters or {}).items()):
        kind, _, name = parameter.removeprefix("method.request.").partition(".")
        if is_required and not _is_there(call, kind, name):
            missing.append(name)
    if missing:
        raise BadRequestParameters(f"Missing required request parameters: [{', '.join(missing)}]")


def _is_there(call: Call, kind: str, name: str) -> bool:
    if kind == "header":
        return bool(call.header(name.lower()))
    if kind == "querystring":
        return bool(call.query_value(name))
    return name in call.parameters


class Schemas:
    """The models of one API as checks, each made when it is first needed."""

    def __init__(self, models: Mapping[str, Model]) -> None:
        self._models = models
        self._checks: dict[str, Callable[[Any], str]] = {}

    def check_body(self, call: Call, method: Method) -> None:
        """Raises BadRequestBody. A content type that has no model is not checked."""
        models = method.request_models or {}
        kind = (call.header("content-type") or _JSON).partition(";")[0].strip()
        name = models.get(kind) or models.get("$default")
        if name is None or (model := self._models.get(name)) is None or not model.schema:
            return
        try:
            body = orjson.loads(call.body or b"{}")
        except orjson.JSONDecodeError as error:
            raise BadRequestBody(detail=f"[{error}]") from None
        problem = self._check(name)(body)
        if problem:
            raise BadRequestBody(detail=f"[{problem}]")

    def _check(self, name: str) -> Callable[[Any], str]:
        check = self._checks.get(name)
        if check is None:
            check = self._checks[name] = self._compiled(name)
        return check

    def _compiled(self, name: str) -> Callable[[Any], str]:
        jsonschema = importlib.import_module("jsonschema")
        definitions: dict[str, Any] = {}
        schema = self._resolved(name, definitions)
        if definitions:
            schema = {**schema, "definitions": {**schema.get("definitions", {}), **definitions}}
        validator = jsonschema.Draft4Validator(schema)

        def check(body: Any) -> str:
            try:
                found = next(validator.iter_errors(body), None)
            except Exception:  # noqa: BLE001 - a schema that cannot be used accepts nothing
                return "the model cannot be used"
            return "" if found is None else str(found.message)

        return check

    def _resolved(self, name: str, definitions: dict[str, Any]) -> Any:
        """The schema with references to other models (``https://…/models/Pet``) made into definitions."""
        model = self._models.get(name)
        try:
            schema = orjson.loads(model.schema) if model is not None and model.schema else {}
        except orjson.JSONDecodeError:
            schema = {}
        return self._localised(schema, definitions)

    def _localised(self, value: Any, definitions: dict[str, Any]) -> Any:
        if isinstance(value, list):
            return [self._localised(each, definitions) for each in value]
        if not isinstance(value, dict):
            return value
        reference = value.get("$ref")
        if isinstance(reference, str) and _MODEL in reference:
            other = reference.rpartition(_MODEL)[2]
            if other not in definitions:
                definitions[other] = {}
                definitions[other] = self._resolved(other, definitions)
            return {"$ref": f"#/definitions/{other}"}
        return {name: self._localised(each, definitions) for name, each in value.items()}


def check(call: Call, method: Method, validator: RequestValidator | None, schemas: Schemas) -> None:
    """What the method's validator asks for. Raises BadRequestParameters, BadRequestBody."""
    if validator is None:
        return
    if validator.validate_request_parameters:
        check_parameters(call, method)
    if validator.validate_request_body:
        schemas.check_body(call, method)

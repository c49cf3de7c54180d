"""Mapping templates: Velocity, by a library that is imported when the first template with a variable is met.

A template can do what its author could: it belongs to whoever runs this server. Source: developer guide, "Mapping
templates for REST APIs"; airspeed-ext, which is tested against AWS.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

from ruststack.services.apigateway.execution.call import Call, last_values
from ruststack.services.apigateway.execution.gateway_errors import ApiConfigurationError, GatewayError
from ruststack.services.apigateway.execution.headers import single
from ruststack.services.apigateway.execution.rest_context import request_context
from ruststack.services.apigateway.execution.template_input import (
    JsonList,
    JsonMap,
    Parameters,
    TemplateInput,
    TemplateUtil,
    wrapped,
)

_SPACED_SET: Final = re.compile(r"^([ \t]*)#[ \t]+set\b", re.M)


def render(template: str, call: Call, body: str) -> str:
    """The template filled in. What it sets under ``$context.…Override`` is kept in ``call.overrides``.

    Raises ApiConfigurationError for a template that does not work.
    """
    if "$" not in template and "#" not in template:
        return template
    return _render(template, call, body, _context(call))


def render_access_log(template: str, variables: Mapping[str, Any]) -> str:
    """A line of an access log: ``$context.name`` filled in, ``-`` where there is nothing."""

    def value(found: re.Match[str]) -> str:
        at: Any = variables
        for part in found[1].split("."):
            at = at.get(part) if isinstance(at, Mapping) else None
        return "-" if at is None or at == "" else str(at)

    return _ACCESS.sub(value, template)


_ACCESS: Final = re.compile(r"\$\{?context\.([A-Za-z0-9_.\-]+?)\}?(?![A-Za-z0-9_.])")


def _context(call: Call) -> JsonMap:
    context: JsonMap = wrapped(request_context(call) if call.context is None else call.context)
    overrides = call.overrides
    overrides.setdefault("requestOverride", {"header": {}, "path": {}, "querystring": {}})
    overrides.setdefault("responseOverride", {"header": {}, "status": 0})
    context.update(overrides)
    return context


def _render(template: str, call: Call, body: str, context: JsonMap) -> str:
    compiled, errors = _compiled(template)
    names = {
        "input": TemplateInput(body, call.parameters, last_values(call.query), single(call.headers)),
        "util": TemplateUtil(),
        "context": context,
        "stageVariables": wrapped(dict(call.stage_variables or {})),
    }
    try:
        text: str = compiled.merge(names)
    except GatewayError:
        raise
    except errors as error:
        raise ApiConfigurationError(log=f"Execution failed due to configuration error: {error}") from None
    return text


@lru_cache(1)
def _airspeed() -> Any:
    """The library, told that our maps and lists have the methods of its own (``size``, ``keySet``, ...)."""
    airspeed = importlib.import_module("airspeed")
    methods = importlib.import_module("airspeed.operators").__additional_methods__
    methods |= {JsonMap: methods[dict], Parameters: methods[dict], JsonList: methods[list]}
    return airspeed


@lru_cache(256)
def _compiled(template: str) -> tuple[Any, type[Exception] | tuple[type[Exception], ...]]:
    airspeed = _airspeed()
    compiled = airspeed.Template(_SPACED_SET.sub(r"\1#set", template.strip()))
    try:
        compiled.ensure_compiled()
    except airspeed.TemplateError as error:
        raise ApiConfigurationError(log=f"Execution failed due to configuration error: {error}") from None
    return compiled, (
        airspeed.TemplateError,
        TypeError,
        ValueError,
        KeyError,
        IndexError,
        AttributeError,
        RecursionError,
    )

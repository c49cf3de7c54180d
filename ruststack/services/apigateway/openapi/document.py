"""The bytes of an API definition as a value: JSON or YAML, OpenAPI 3 or Swagger 2.

Source: API_ImportRestApi. Unknown: AWS's words for what is no definition; an ImportRestApi of ``nonsense`` would tell.
"""

from __future__ import annotations

import json
from typing import Any, Final
from urllib.parse import urlsplit

import yaml

from ruststack.services.apigateway.errors import BadRequestException

_LARGEST: Final = 6 * 1024 * 1024
_MOST_NODES: Final = 500_000
_MOST_YAML: Final = 300_000
_DEEPEST: Final = 200


_Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_Base):  # type: ignore[misc]
    """YAML without times: a version of 2016-09-12 is a text."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


class Document:
    """An API definition. ``root`` is the whole of it."""

    def __init__(self, root: dict[str, Any]) -> None:
        self.root = root
        self.is_swagger = str(root.get("swagger", "")).startswith("2")
        if not self.is_swagger and not str(root.get("openapi", "")).startswith("3"):
            raise BadRequestException("Invalid OpenAPI input.")

    def part(self, *names: str) -> dict[str, Any]:
        """A member of a member; empty if there is no such thing."""
        found: Any = self.root
        for name in names:
            found = found.get(name) if isinstance(found, dict) else None
        return found if isinstance(found, dict) else {}

    def resolved(self, value: Any) -> dict[str, Any]:
        """What a ``$ref`` into this document stands for, or the value itself; empty if it is no object."""
        for _ in range(_DEEPEST):
            if not isinstance(value, dict):
                return {}
            target = value.get("$ref")
            if not isinstance(target, str) or not target.startswith("#/"):
                return value
            value = self.part(*(each.replace("~1", "/").replace("~0", "~") for each in target[2:].split("/")))
        return {}

    @property
    def schemas(self) -> dict[str, Any]:
        """The schemas that have names."""
        return self.part("definitions") if self.is_swagger else self.part("components", "schemas")

    @property
    def security_schemes(self) -> dict[str, Any]:
        """How callers say who they are."""
        return self.part("securityDefinitions") if self.is_swagger else self.part("components", "securitySchemes")

    @property
    def base_path(self) -> str:
        """The path under which all others are; empty for none."""
        if self.is_swagger:
            found = self.root.get("basePath", "")
        else:
            servers = self.root.get("servers")
            server = servers[0] if isinstance(servers, list) and servers and isinstance(servers[0], dict) else {}
            found = _path_of(server)
        return found.strip("/") if isinstance(found, str) else ""


def _path_of(server: dict[str, Any]) -> str:
    url, variables = server.get("url", ""), server.get("variables", {})
    if not isinstance(url, str):
        return ""
    try:
        path = urlsplit(url).path
    except ValueError:
        return ""
    if isinstance(variables, dict):
        for name, variable in variables.items():
            usual = variable.get("default", "") if isinstance(variable, dict) else ""
            path = path.replace(f"{{{name}}}", str(usual))
    return path


def parse(body: bytes) -> Document:
    """Raises BadRequestException."""
    root = value_of(body)
    if not isinstance(root, dict):
        raise BadRequestException("Invalid OpenAPI input.")
    return Document(root)


def value_of(body: bytes) -> Any:
    """JSON or YAML as a value whose keys are texts. Raises BadRequestException."""
    if len(body) > _LARGEST:
        raise BadRequestException("The API definition file is larger than 6 MB.")
    try:
        text = body.decode("utf-8-sig")
        value = json.loads(text) if text.lstrip().startswith("{") else _yaml(text)
    except (ValueError, yaml.YAMLError, RecursionError):
        raise BadRequestException("Invalid OpenAPI input.") from None
    return _Plain().of(value, 0)


def _yaml(text: str) -> Any:
    """Raises ValueError for what would keep the server busy for long: YAML is read at some 100,000 nodes a second."""
    if text.count("\n") + text.count(",") > _MOST_YAML:
        raise ValueError("too many nodes")
    return yaml.load(text, _Loader)


class _Plain:
    """Copies a value with texts for keys; refuses one that is too much, as aliases of aliases make it."""

    def __init__(self) -> None:
        self.nodes = 0

    def of(self, value: Any, depth: int) -> Any:
        """Raises BadRequestException."""
        self.nodes += 1
        if self.nodes > _MOST_NODES or depth > _DEEPEST:
            raise BadRequestException("Invalid OpenAPI input.")
        if isinstance(value, dict):
            return {_key(key): self.of(each, depth + 1) for key, each in value.items()}
        if isinstance(value, list):
            return [self.of(each, depth + 1) for each in value]
        return value if isinstance(value, str | int | float | bool | None) else str(value)


def _key(key: Any) -> str:
    return str(key).lower() if isinstance(key, bool) else str(key)

"""One request to an API, as far as it is known, and what is told of it in events, templates and logs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import unquote_plus

from ruststack.core.context import World
from ruststack.core.http import Request
from ruststack.services.apigateway.execution.headers import Headers
from ruststack.services.apigateway.execution.moments import request_time

_DEFAULT_PORT: Final = "443"


class Call:
    """A request on its way through one stage of an API.

    ``path`` is raw and begins after the stage; ``base`` is what stands before it for clients (``/prod``, or a custom
    domain's base path). ``parameters`` are those of the path. ``authorizer`` is what an authorizer has told, and
    ``context`` what templates are told of the request where that is not as of REST APIs.
    """

    __slots__ = (
        "account",
        "api_id",
        "api_key",
        "api_key_id",
        "authorizer",
        "base",
        "body",
        "context",
        "deployment_id",
        "epoch_ms",
        "extended_id",
        "headers",
        "host",
        "identity",
        "is_custom_domain",
        "log",
        "method",
        "overrides",
        "parameters",
        "path",
        "peer",
        "query",
        "region",
        "request_id",
        "resource_id",
        "resource_path",
        "stage",
        "stage_variables",
        "trace_id",
        "world",
    )

    def __init__(
        self, world: World, request: Request, headers: Headers, account: str, region: str, api_id: str, stage: str
    ) -> None:
        now, ids = world.clock.now(), world.ids
        self.world = world
        self.account, self.region, self.api_id, self.stage = account, region, api_id, stage
        self.method = request.method
        self.headers = headers
        self.host = request.headers.get("host", "")
        self.peer = request.peer or "127.0.0.1"
        self.body: bytes = b""
        self.query = pairs_of(request.query)
        self.path, self.base = "/", ""
        self.is_custom_domain = False
        self.deployment_id = ""
        self.stage_variables: Mapping[str, str] | None = None
        self.parameters: dict[str, str] = {}
        self.resource_id, self.resource_path = "", ""
        self.authorizer: dict[str, Any] | None = None
        self.identity: dict[str, Any] = {}
        self.api_key: str | None = None
        self.api_key_id: str | None = None
        self.overrides: dict[str, Any] = {}
        self.context: dict[str, Any] | None = None
        self.log: list[str] | None = None
        self.epoch_ms = int(now * 1000)
        self.request_id = ids.uuid()
        self.extended_id = ids.base64(11)
        self.trace_id = trace_of(request.headers.get("x-amzn-trace-id", ""), int(now), ids.hex(24), ids.hex(16))

    def header(self, name: str) -> str | None:
        """The last value of a header; ``name`` in lower case."""
        found = None
        for each, value in self.headers:
            if each.lower() == name:
                found = value
        return found

    def query_value(self, name: str) -> str | None:
        """The last value of a query parameter."""
        found = None
        for each, value in self.query:
            if each == name:
                found = value
        return found

    @property
    def request_time(self) -> str:
        return request_time(self.epoch_ms // 1000)

    @property
    def port(self) -> str:
        return self.host.rpartition(":")[2] if ":" in self.host else _DEFAULT_PORT

    @property
    def domain_name(self) -> str:
        return self.host.partition(":")[0]

    @property
    def method_arn(self) -> str:
        """What policies and authorizers call this request."""
        return f"arn:aws:execute-api:{self.region}:{self.account}:{self.api_id}/{self.stage}/{self.method}{self.path}"

    def note(self, line: str) -> None:
        """A line for the execution log, if there is one."""
        if self.log is not None:
            self.log.append(line)


def pairs_of(query: str) -> list[tuple[str, str]]:
    """The parameters of a raw query, decoded, in their order."""
    if not query:
        return []
    found = []
    for pair in query.split("&"):
        if pair:
            name, _, value = pair.partition("=")
            found.append((unquote_plus(name), unquote_plus(value)))
    return found


def trace_of(header: str, now_s: int, unique: str, parent: str) -> str:
    """The X-Ray header that goes on: the client's root and decision if it sent them."""
    given: dict[str, str] = {}
    for part in header.split(";"):
        name, _, value = part.partition("=")
        given[name.strip().capitalize()] = value.strip()
    root = given.get("Root") or f"1-{now_s:08x}-{unique}"
    sampled = given.get("Sampled") or ("1" if given.get("Parent") else "0")
    return f"Root={root};Parent={given.get('Parent') or parent};Sampled={sampled}"


def last_values(pairs: list[tuple[str, str]]) -> dict[str, str]:
    """Of each name its last value."""
    return dict(pairs)


def all_values(pairs: list[tuple[str, str]]) -> dict[str, list[str]]:
    """Of each name all its values."""
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return found

"""APIs over a socket: a server in this process, a stand-in for Lambda, and requests written by hand."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import orjson
import pytest

from ruststack import RustStack
from ruststack.gateway.mount import Mount
from tests.services.apigateway.execution import functions

ACCOUNT = "000000000000"


class Answer(NamedTuple):
    """An answer as it came; header names as they were written."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str | None:
        """The value of a header, several joined by a comma."""
        found = [value for each, value in self.headers if each.lower() == name.lower()]
        return ", ".join(found) if found else None

    @property
    def json(self) -> Any:
        return orjson.loads(self.body)


class Plane:
    """The server and its clients. ``functions`` are callables by name, ``events`` what they were called with."""

    def __init__(self, stack: RustStack) -> None:
        self.stack = stack
        self.v1, self.v2 = stack.client("apigateway"), stack.client("apigatewayv2")
        self.functions, self.events = functions.functions, functions.events

    @property
    def state(self) -> Any:
        """API Gateway's own state, for what no operation makes yet."""
        return self.stack._app.store.state("apigateway", ACCOUNT, "us-east-1")

    def function(self, name: str, behaviour: Callable[[Any], Any]) -> str:
        """A function, and the URI by which integrations name it."""
        self.functions[name] = behaviour
        arn = f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:{name}"
        return f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{arn}/invocations"

    def api(self, **params: Any) -> Api:
        """A REST API without resources."""
        made = self.v1.create_rest_api(name="api", **params)
        return Api(self, made["id"], made["rootResourceId"])

    def http_api(self, stage: str = "$default", **params: Any) -> HttpApi:
        """An HTTP API without routes."""
        return HttpApi(self, stage, params)

    def ask(self, host: str, target: str, method: str = "GET", body: bytes = b"", **headers: str) -> Answer:
        """Send a request; underscores in names of headers stand for hyphens."""
        given = [(name.replace("_", "-"), value) for name, value in headers.items()]
        return self.send(host, target, method, body, given)

    def send(self, host: str, target: str, method: str, body: bytes, headers: list[tuple[str, str]]) -> Answer:
        """Send a request with these headers, and Host, Content-Length and Connection."""
        lines = [f"{method} {target} HTTP/1.1", f"Host: {host}", "Connection: close"]
        if body or method in ("POST", "PUT", "PATCH"):
            lines.append(f"Content-Length: {len(body)}")
        lines += [f"{name}: {value}" for name, value in headers]
        return self.raw("\r\n".join([*lines, "", ""]).encode("latin-1") + body)

    def raw(self, data: bytes) -> Answer:
        """Send bytes, and read until the connection ends."""
        place = urlsplit(self.stack.endpoint_url)
        with socket.create_connection((place.hostname, place.port), timeout=60) as connection:
            connection.sendall(data)
            received = b""
            while piece := connection.recv(65536):
                received += piece
        head, _, body = received.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        pairs = [line.partition(": ")[::2] for line in lines]
        return Answer(int(first.split(" ")[1]), [(name, value) for name, value in pairs], body)


class Api:
    """A REST API under construction."""

    def __init__(self, plane: Plane, id: str, root: str) -> None:
        self.plane, self.id, self.v1 = plane, id, plane.v1
        self.resources = {"/": root}

    def resource(self, path: str) -> str:
        """The resource of a path, made if it is not there."""
        if path not in self.resources:
            above, _, part = path.rpartition("/")
            parent = self.resource(above or "/")
            made = self.v1.create_resource(restApiId=self.id, parentId=parent, pathPart=part)
            self.resources[path] = made["id"]
        return self.resources[path]

    def method(self, path: str, verb: str = "GET", *, uri: str = "", kind: str = "AWS_PROXY", **params: Any) -> Api:
        """A method; ``method`` and ``integration`` among ``params`` are more of PutMethod and PutIntegration.

        ``responses`` are integration responses.
        """
        place = {"restApiId": self.id, "resourceId": self.resource(path), "httpMethod": verb}
        self.v1.put_method(**place, **{"authorizationType": "NONE", **params.get("method", {})})
        integration = {"type": kind, **params.get("integration", {})}
        if uri:
            integration |= {"uri": uri, "integrationHttpMethod": integration.get("integrationHttpMethod", "POST")}
        self.v1.put_integration(**place, **integration)
        for response in params.get("responses", ()):
            wanted = dict.fromkeys(response.get("responseParameters", {}), False)
            self.v1.put_method_response(**place, statusCode=response["statusCode"], responseParameters=wanted)
            self.v1.put_integration_response(**place, **response)
        return self

    def deploy(self, stage: str = "dev", **params: Any) -> Api:
        """Deploy to a stage."""
        self.v1.create_deployment(restApiId=self.id, stageName=stage, **params)
        return self

    def ask(self, target: str, method: str = "GET", body: bytes = b"", *, stage: str = "dev", **headers: str) -> Answer:
        """Send a request by the API's own host."""
        return self.plane.ask(self.host, f"/{stage}{target}", method, body, **headers)

    @property
    def host(self) -> str:
        return f"{self.id}.execute-api.us-east-1.amazonaws.com"


class HttpApi:
    """An HTTP API whose stage deploys by itself."""

    def __init__(self, plane: Plane, stage: str, params: dict[str, Any]) -> None:
        self.plane, self.v2, self.stage = plane, plane.v2, stage
        self.id = plane.v2.create_api(Name="api", ProtocolType="HTTP", **params)["ApiId"]
        plane.v2.create_stage(ApiId=self.id, StageName=stage, AutoDeploy=True)

    @property
    def host(self) -> str:
        return f"{self.id}.execute-api.us-east-1.amazonaws.com"

    def route(self, key: str, uri: str, kind: str = "AWS_PROXY", version: str = "2.0", **params: Any) -> HttpApi:
        """A route to a new integration; ``integration`` among ``params`` is more of CreateIntegration."""
        more = {"PayloadFormatVersion": version, **params.pop("integration", {})}
        if kind == "HTTP_PROXY":
            more = {"IntegrationMethod": "ANY", **more, "PayloadFormatVersion": "1.0"}
        made = self.v2.create_integration(ApiId=self.id, IntegrationType=kind, IntegrationUri=uri, **more)
        target = f"integrations/{made['IntegrationId']}"
        self.v2.create_route(ApiId=self.id, RouteKey=key, Target=target, **params)
        return self

    def ask(self, target: str, method: str = "GET", body: bytes = b"", **headers: str) -> Answer:
        """Send a request by the API's own host."""
        stage = "" if self.stage == "$default" else f"/{self.stage}"
        return self.plane.ask(self.host, stage + target, method, body, **headers)


@pytest.fixture(scope="module")
def running() -> Iterator[RustStack]:
    with RustStack() as stack:
        mount = Mount(functions.service(), lambda account, region: None)
        stack._app.mounts["lambda"] = mount
        yield stack


@pytest.fixture
def plane(running: RustStack) -> Iterator[Plane]:
    functions.functions.clear()
    functions.events.clear()
    functions.askers.clear()
    functions.closed.clear()
    yield Plane(running)
    running.reset()

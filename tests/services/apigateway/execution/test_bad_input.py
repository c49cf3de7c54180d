"""Whatever a client sends, the gateway answers as AWS does, and nothing of ours fails."""

from __future__ import annotations

import random
import socket
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.services.apigateway.execution.conftest import Api, HttpApi, Plane

OK = {"statusCode": 200, "body": "fine"}
_LETTERS = b"/%?&=#{}[]()$\"'\\;:@!+*,.-_~^`|<>aZ09 \t\x00\x7f\x80\xff"


def everything(plane: Plane) -> tuple[Api, HttpApi]:
    """APIs of both versions with all that reads what clients send."""
    template = (
        '{"b": $input.json("$"), "p": "$util.escapeJavaScript($input.params(\'q\'))", "h": "$input.params(\'X-H\')",'
        ' "x": "$util.urlDecode($input.path(\'$.a.b\'))", "c": "$context.path"}'
    )
    uri = plane.function("f", lambda event: OK)
    mapped = {
        "integration.request.header.X-A": "method.request.body.a.b",
        "integration.request.querystring.q": "method.request.multivaluequerystring.q",
        "integration.request.path.p": "method.request.path.rest",
    }
    responses = [{"statusCode": "200", "responseTemplates": {"application/json": "$input.json('$.a[*]')"}}]
    api = plane.api(binaryMediaTypes=["image/*"])
    api.method("/proxy/{rest+}", "ANY", uri=uri)
    api.method(
        "/custom/{rest+}",
        "ANY",
        kind="AWS",
        uri=uri,
        integration={"requestTemplates": {"application/json": template}},
        responses=responses,
    )
    api.method(
        "/http/{rest+}",
        "ANY",
        kind="HTTP_PROXY",
        uri="http://127.0.0.1:1/{p}",
        method={
            "requestParameters": {"method.request.path.rest": True, "method.request.multivaluequerystring.q": False}
        },
        integration={"requestParameters": mapped},
    )
    api.method(
        "/mock/{rest+}",
        "ANY",
        kind="MOCK",
        integration={"requestTemplates": {"application/json": template}},
        responses=responses,
    )
    api.deploy()
    rules = {"append:header.x": "$request.querystring.q $request.body.a.b", "overwrite:path": "$request.path.rest"}
    http = plane.http_api(CorsConfiguration={"AllowOrigins": ["*"]})
    http.route("ANY /two/{rest+}", uri)
    http.route("ANY /one/{rest+}", uri, version="1.0")
    http.route("ANY /out/{rest+}", "http://127.0.0.1:1/{rest}", "HTTP_PROXY", integration={"RequestParameters": rules})
    return api, http


def noise(chance: random.Random, most: int, letters: bytes = _LETTERS) -> bytes:
    return bytes(chance.choices(letters, k=chance.randrange(most)))


def request(chance: random.Random, host: str, start: str) -> bytes:
    method = chance.choice(["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"])
    spoken = bytes(each for each in _LETTERS if 0x20 < each < 0x7F)
    target = start.encode() + noise(chance, 60, spoken).replace(b"#", b"")
    value = bytes(each for each in _LETTERS if each >= 0x20 and each != 0x7F)
    kinds = [b"application/json", b"text/plain", b"image/png", noise(chance, 20, value).strip()]
    body = noise(chance, 200) if chance.random() < 0.5 else b'{"a": {"b": "' + noise(chance, 20, spoken) + b'"}}'
    lines = [
        b"%s %s HTTP/1.1" % (method.encode(), target),
        b"Host: " + host.encode(),
        b"Connection: close",
        b"Content-Type: " + chance.choice(kinds),
        b"X-H: " + noise(chance, 40, value).strip(),
        b"Accept: " + chance.choice(kinds),
        b"Cookie: " + noise(chance, 40, value).strip(),
        b"Content-Length: %d" % len(body),
    ]
    return b"\r\n".join([*lines, b"", body])


def answered(plane: Plane, data: bytes) -> bytes:
    """The status line of the answer."""
    place = urlsplit(plane.stack.endpoint_url)
    with socket.create_connection((place.hostname, place.port), timeout=60) as connection:
        connection.sendall(data)
        received = b""
        while piece := connection.recv(65536):
            received += piece
    return received.split(b"\r\n")[0]


@pytest.mark.parametrize("seed", range(4))
def test_noise_is_answered(plane: Plane, seed: int) -> None:
    """A failure of our own would be raised when the server ends, and tells its request by the seed."""
    chance = random.Random(seed)
    api, http = everything(plane)
    places: list[tuple[Any, str]] = [
        *((api.host, f"/dev/{kind}/") for kind in ("proxy", "custom", "http", "mock")),
        *((http.host, f"/{kind}/") for kind in ("two", "one", "out")),
        (http.host, "/"),
        (api.host, "/"),
    ]
    for _ in range(120):
        host, start = chance.choice(places)
        status = answered(plane, request(chance, host, start))
        assert status.startswith(b"HTTP/1.1 "), status
        assert b"Internal Failure" not in status


@pytest.mark.parametrize("length", [9000, 60000])
def test_long_headers_are_passed_on_or_refused(plane: Plane, length: int) -> None:
    api, _ = everything(plane)
    answer = api.ask("/proxy/a", X_Long="x" * length)
    assert answer.status in (200, 400, 431)

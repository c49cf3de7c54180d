"""Lambda: a function made and invoked for the first time, and warm invocations, one at a time and eight at once.

The same function is invoked through a REST API's Lambda proxy too: what the API adds is a row of its own.
"""

from __future__ import annotations

import base64
import http.client
import io
import itertools
import json
import socket
import time
import zipfile
from typing import Any, Final

from tools.bench.client import Load, drive
from tools.bench.exchange import Exchange, Signer
from tools.bench.plan import Plan
from tools.bench.results import FUNCTIONS, Results
from tools.bench.target import Target
from tools.bench.usage import cpu_us

_CODE: Final = "def handler(event, context):\n    return {'statusCode': 200, 'body': '{}'}\n"
_ROLE: Final = "arn:aws:iam::000000000000:role/bench"
_EVENT: Final = b'{"key":"value"}'
_WARM: Final = "warm"
_CONNECTIONS: Final = (1, 8)
_STAGE: Final = "bench"
_URI: Final = "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{}/invocations"
_ARN: Final = f"arn:aws:lambda:us-east-1:000000000000:function:{_WARM}"


def prepare(target: Target) -> Exchange:
    """Make the function that is invoked again and again, and have as many workers as will be needed.

    The request that reaches it through a REST API.
    """
    target.send([_create(target.signer, _WARM)])
    proxied = _through_api(target)
    for connections in _CONNECTIONS:
        for exchange in (_invoke(target.signer, _WARM), proxied):
            drive(target.port, itertools.repeat(exchange, 5 * connections), connections)
    return proxied


def measure(number: int, target: Target, proxied: Exchange, plan: Plan, results: Results) -> None:
    """One round."""
    name = f"new-{number}"
    began = time.perf_counter()
    target.send([_create(target.signer, name)])
    target.send([_invoke(target.signer, name)])
    row = "Create a Python function and invoke it for the first time, ms"
    results.add(FUNCTIONS, row, target.name, (time.perf_counter() - began) * 1000)
    for connections in _CONNECTIONS:
        alone = _load(
            f"Warm Invoke, {_at(connections)}", target, _invoke(target.signer, _WARM), connections, plan, results
        )
        through = _load(f"Through a REST API, {_at(connections)}", target, proxied, connections, plan, results)
        if connections == 1 and alone.count and through.count:
            added_us = through.percentile_us(50) - alone.percentile_us(50)
            results.add(FUNCTIONS, "What a REST API adds to a warm Invoke, ms", target.name, added_us / 1000)


def _at(connections: int) -> str:
    return f"{connections} connection{'s' if connections > 1 else ''}"


def _load(row: str, target: Target, exchange: Exchange, connections: int, plan: Plan, results: Results) -> Load:
    before = cpu_us(target.process)
    load = drive(target.port, itertools.repeat(exchange), connections, plan.seconds * 2)
    results.add_load(row, target.name, load, cpu_us(target.process) - before)
    return load


def first(signer: Signer) -> Exchange:
    """What a server answers as soon as it serves functions."""
    return signer.rest_operation("GET", "/2015-03-31/functions", service="lambda")


def _create(signer: Signer, name: str) -> Exchange:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        entry = zipfile.ZipInfo("app.py")
        entry.external_attr = 0o644 << 16
        archive.writestr(entry, _CODE)
    params = {
        "FunctionName": name,
        "Runtime": "python3.11",
        "Role": _ROLE,
        "Handler": "app.handler",
        "Code": {"ZipFile": base64.b64encode(buffer.getvalue()).decode()},
    }
    return signer.rest_operation("POST", "/2015-03-31/functions", params, service="lambda", status=b"201")


def _invoke(signer: Signer, name: str) -> Exchange:
    return signer.rest_operation("POST", f"/2015-03-31/functions/{name}/invocations", _EVENT, service="lambda")


def _through_api(target: Target) -> Exchange:
    """Make a REST API whose ``GET /f`` is answered by the function, and the request that asks for it."""
    api = _ask(target, "POST", "/restapis", {"name": "bench"})["id"]
    root = _ask(target, "GET", f"/restapis/{api}/resources", status=b"200")
    # SDKs read the list as ``items``; on the wire AWS calls it so, or ``item``.
    [parent] = [each["id"] for each in root.get("item") or root["items"]]
    resource = _ask(target, "POST", f"/restapis/{api}/resources/{parent}", {"pathPart": "f"})["id"]
    method = f"/restapis/{api}/resources/{resource}/methods/GET"
    _ask(target, "PUT", method, {"authorizationType": "NONE"})
    integration = {"type": "AWS_PROXY", "httpMethod": "POST", "uri": _URI.format(_ARN)}
    _ask(target, "PUT", f"{method}/integration", integration)
    _ask(target, "POST", f"/restapis/{api}/deployments", {"stageName": _STAGE})
    head = f"GET /{_STAGE}/f HTTP/1.1\r\nHost: {api}.execute-api.localhost:{target.port}\r\n\r\n"
    return Exchange(head.encode(), b"", b"200", True)


def _ask(target: Target, method: str, path: str, params: object = None, *, status: bytes = b"201") -> dict[str, Any]:
    """Raises RuntimeError for another status."""
    exchange = target.signer.rest_operation(method, path, params, service="apigateway", status=status)
    with socket.create_connection(("127.0.0.1", target.port)) as connection:
        connection.sendall(exchange.head + exchange.body)
        with http.client.HTTPResponse(connection, method=method) as response:
            response.begin()
            told = response.read()
    if response.status != int(status):
        raise RuntimeError(f"{target.name}: {method} {path}: {response.status} {told.decode(errors='replace')}")
    return dict(json.loads(told))

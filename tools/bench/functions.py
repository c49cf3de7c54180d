"""Lambda: a function made and invoked for the first time, and warm invocations, one at a time and eight at once."""

from __future__ import annotations

import base64
import io
import itertools
import time
import zipfile
from typing import Final

from tools.bench.client import drive
from tools.bench.exchange import Exchange, Signer
from tools.bench.plan import Plan
from tools.bench.results import FUNCTIONS, Results
from tools.bench.target import Target
from tools.bench.usage import cpu_us

_CODE: Final = "def handler(event, context):\n    return event\n"
_ROLE: Final = "arn:aws:iam::000000000000:role/bench"
_EVENT: Final = b'{"key":"value"}'
_WARM: Final = "warm"
_CONNECTIONS: Final = (1, 8)


def prepare(target: Target) -> None:
    """Make the function that is invoked again and again, and have as many workers as will be needed."""
    target.send([_create(target.signer, _WARM)])
    for connections in _CONNECTIONS:
        drive(target.port, itertools.repeat(_invoke(target.signer, _WARM), 5 * connections), connections)


def measure(number: int, target: Target, plan: Plan, results: Results) -> None:
    """One round."""
    name = f"new-{number}"
    began = time.perf_counter()
    target.send([_create(target.signer, name)])
    target.send([_invoke(target.signer, name)])
    row = "Create a Python function and invoke it for the first time, ms"
    results.add(FUNCTIONS, row, target.name, (time.perf_counter() - began) * 1000)
    exchange = _invoke(target.signer, _WARM)
    for connections in _CONNECTIONS:
        before = cpu_us(target.process)
        load = drive(target.port, itertools.repeat(exchange), connections, plan.seconds * 2)
        row = f"Warm Invoke, {connections} connection{'s' if connections > 1 else ''}"
        results.add_load(row, target.name, load, cpu_us(target.process) - before)


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

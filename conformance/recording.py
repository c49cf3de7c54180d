"""The file form: one YAML file a scenario, a header document and then one document an exchange.

``dump`` refuses to write a text that looks as if it held a secret, whatever was done before.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import yaml

from conformance.complaint import complaint
from conformance.exchange import Binding, Exchange, Headers, Recording, Request, Response, Source
from conformance.layout import from_form, on_demand, to_form
from conformance.leaks import find_in_body, find_secret
from conformance.migrate import FORMAT_VERSION, forward
from conformance.stored import StoredRequest, StoredResponse

BLOBS = "blobs"
_EXCHANGE = re.compile(r"^exchange: \d", re.MULTILINE)
_BLOB = re.compile(r"^    blob: (?:\|-\n +)?([0-9a-f]{64})$", re.MULTILINE)


class SecretFound(Exception):
    """A recording was about to be written, or was found, with what looks like a secret in it."""


class _Block(str):
    """Text that is written as a YAML block when YAML can hold it exactly."""


class _Flow(list[Any]):
    """A list that is written on one line."""


class _Dumper(yaml.CSafeDumper):
    pass


def _represent_block(dumper: Any, text: str) -> Any:
    return dumper.represent_scalar("tag:yaml.org,2002:str", str(text), style="|")


def _represent_flow(dumper: Any, items: list[Any]) -> Any:
    return dumper.represent_sequence("tag:yaml.org,2002:seq", items, flow_style=True)


_Dumper.add_representer(_Block, _represent_block)
_Dumper.add_representer(_Flow, _represent_flow)


def dump(recording: Recording, path: Path) -> None:
    """Write the file. Raises SecretFound, and writes nothing, when a key shape is in it, in whatever wrapping."""
    for number, body in _bodies(recording):
        if hidden := find_in_body(body):
            raise SecretFound(f"{path}: {hidden}, exchange {number}")
    text = to_text(recording, path.parent / BLOBS)
    secret = find_secret(text)
    if secret:
        raise SecretFound(f"{path}: {secret}")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def _bodies(recording: Recording) -> Iterator[tuple[int, bytes]]:
    for each in recording.exchanges:
        yield each.number, each.request.body
        yield each.number, each.response.body


def to_text(recording: Recording, blobs: Path) -> str:
    documents = [_head_document(recording), *(_exchange_document(each, blobs) for each in recording.exchanges)]
    text: str = yaml.dump_all(
        documents, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=1_000_000, explicit_start=True
    )
    return text


def load(path: Path) -> Recording:
    """Read a whole file, but for the bodies beside it: those are read when they are asked for, and not kept.

    Raises ValueError naming the file when it is not a recording, or lacks a body; a broken body raises it when read.
    """
    documents = _documents(path)
    head = _head(path, documents)
    blobs = path.parent / BLOBS
    try:
        exchanges = tuple(_exchange(each, blobs) for each in documents)
        return Recording(
            scenario=head["scenario"],
            title=head.get("title", ""),
            source=Source(**head["source"]),
            accounts=dict(head.get("accounts") or {}),
            names=tuple(head.get("names") or ()),
            exchanges=exchanges,
            bindings=tuple(_binding(each) for each in head.get("bindings") or ()),
            program=head.get("program", ""),
        )
    except (KeyError, TypeError, AttributeError, ValueError, yaml.YAMLError) as error:
        raise ValueError(f"{path} is not a recording: {complaint(error)}") from error


def load_source(path: Path) -> Source:
    """The provenance alone; reads no further than the header."""
    return Source(**_head(path, _documents(path))["source"])


def load_program(path: Path) -> str:
    """The program whose traffic it is; empty for a scenario of ours. Reads no further than the header."""
    return str(_head(path, _documents(path)).get("program", ""))


def blob_names(path: Path) -> set[str]:
    """The bodies beside the file that it refers to."""
    return set(_BLOB.findall(path.read_text(encoding="utf-8")))


def count_exchanges(path: Path) -> int:
    """How many exchanges the file holds, without reading them."""
    return len(_EXCHANGE.findall(path.read_text(encoding="utf-8")))


def sweep(folder: Path) -> list[Path]:
    """Delete the bodies beside a folder's recordings that none of them refers to any more; returns them."""
    used: set[str] = set()
    for path in folder.glob("*.yaml"):
        used |= blob_names(path)
    dead = [blob for blob in sorted((folder / BLOBS).glob("*.gz")) if blob.stem not in used]
    for blob in dead:
        blob.unlink()
    return dead


def _documents(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as file:
        yield from yaml.load_all(file, Loader=yaml.CSafeLoader)


def _head(path: Path, documents: Iterator[dict[str, Any]]) -> dict[str, Any]:
    try:
        return forward(next(documents))
    except StopIteration:
        raise ValueError(f"{path} is empty") from None
    except (ValueError, yaml.YAMLError) as error:
        raise ValueError(f"{path} is not a recording: {complaint(error)}") from error


def _head_document(recording: Recording) -> dict[str, Any]:
    head: dict[str, Any] = {
        "format": FORMAT_VERSION,
        "scenario": recording.scenario,
        "title": recording.title,
        **({"program": recording.program} if recording.program else {}),
        "source": asdict(recording.source),
        "accounts": recording.accounts,
        "names": list(recording.names),
    }
    if recording.bindings:
        head["bindings"] = [_binding_document(each) for each in recording.bindings]
    return head


def _binding_document(binding: Binding) -> dict[str, Any]:
    document: dict[str, Any] = {
        "name": binding.name,
        "value": binding.value,
        "from": f"{binding.source} {binding.where}",
        "to": _Flow(binding.uses),
    }
    if binding.places:
        document["in"] = _Flow(binding.places)
    return document


def _binding(document: dict[str, Any]) -> Binding:
    number, _, where = document["from"].partition(" ")
    uses, places = tuple(document["to"]), tuple(document.get("in") or ())
    return Binding(document["name"], document["value"], int(number), where, uses, places)


def _exchange_document(exchange: Exchange, blobs: Path) -> dict[str, Any]:
    document: dict[str, Any] = {"exchange": exchange.number}
    for name in ("step", "operation", "account", "expects", "at"):
        if value := getattr(exchange, name):
            document[name] = value
    if exchange.after is not None:
        document["after"] = _Flow(exchange.after)
    request, response = exchange.request, exchange.response
    document["request"] = {
        "line": f"{request.method} {request.target}",
        **_message(request.headers, request.body, blobs),
    }
    document["response"] = {
        "line": f"{response.status} {response.reason}".rstrip(),
        **_message(response.headers, response.body, blobs),
    }
    return document


def _message(headers: Headers, body: bytes, blobs: Path) -> dict[str, Any]:
    lines = (f"{name}: {value}" if value else f"{name}:" for name, value in headers)
    message: dict[str, Any] = {"headers": _Block("\n".join(lines))}
    if body:
        form = to_form(body, blobs)
        message["body"] = {kind: _Block(text) if isinstance(text, str) else text for kind, text in form.items()}
    return message


def _exchange(document: dict[str, Any], blobs: Path) -> Exchange:
    request = document["request"]
    method, _, target = request["line"].partition(" ")
    return Exchange(
        number=document["exchange"],
        operation=document.get("operation", ""),
        account=document.get("account", ""),
        request=(StoredRequest if _is_apart(request) else Request)(method, target, *_read_message(request, blobs)),
        response=read_response(document["response"], blobs),
        step=document.get("step", ""),
        expects=document.get("expects", ""),
        at=document.get("at", ""),
        after=tuple(document["after"]) if "after" in document else None,
    )


def read_response(document: dict[str, Any], blobs: Path) -> Response:
    """The answer in the form that a recording has. Raises KeyError, TypeError, AttributeError or ValueError."""
    status, _, reason = document["line"].partition(" ")
    kind = StoredResponse if _is_apart(document) else Response
    return kind(int(status), reason, *_read_message(document, blobs))


def _is_apart(message: dict[str, Any]) -> bool:
    """The body lies beside the file, and is only read when it is asked for."""
    return "blob" in message.get("body", ())


def _read_message(message: dict[str, Any], blobs: Path) -> tuple[Headers, Any]:
    headers = []
    for line in message["headers"].split("\n") if message["headers"] else ():
        name, _, value = line.partition(":")
        headers.append((name, value[1:] if value[:1] == " " else value))
    if _is_apart(message):
        return tuple(headers), on_demand(message["body"], blobs)
    return tuple(headers), from_form(message["body"], blobs) if "body" in message else b""

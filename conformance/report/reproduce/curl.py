"""A recorded request as a curl command: the same target, headers and bytes, signed by curl for today.

What curl cannot sign (presigned URLs, chunks, forms, signatures that are meant to be wrong) is signed when the command
is written, and says so.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

from conformance import signed
from conformance.exchange import Binding, Exchange, Headers, Recording, Request
from conformance.recording import BLOBS
from conformance.replay.resign import resigned
from conformance.report.reproduce.signing import oddity
from conformance.sandbox import EMULATOR_SECRET
from conformance.sign import UNSIGNED, Credentials

_DROPPED = re.compile(
    r"(?i)(accept-encoding|amz-sdk-.*|connection|content-length|expect|host|transfer-encoding|user-agent|"
    r"x-amz-user-agent|x-amzn-trace-id)"
)
_RESIGNED = re.compile(r"(?i)(authorization|x-amz-date|date|x-amz-security-token)")
_INLINE = 4096
_UNIT = 64
_PLAIN_UNIT = re.compile(rb"[A-Za-z0-9/_.-]+\r\n")
_ELSEWHERE = "cat body.bin"
_SPECIAL = re.compile(r"[\[\]{}]|/\.\.?(?:/|\?|$)")
_LONG_ENOUGH = 6
_LOCAL = ("localhost", "127.0.0.1")
_CURL_CAN = ("", "its payload hash is wrong")


def curl(exchange: Exchange, recording: Recording, path: Path, endpoint: str) -> str:
    """Values that an earlier answer minted are shell variables, and a comment says where they come from."""
    is_signed_by_curl = signed.find(exchange.request) is not None and oddity(exchange) in _CURL_CAN
    recorded = replace(exchange.request, headers=_addressed(exchange.request.headers, endpoint))
    request = recorded if is_signed_by_curl else _signed_now(replace(exchange, request=recorded), recording)
    is_filled_in = any(each.value.encode() in request.body for each in _bindings(exchange, recording))
    words = [*_source(request.body, path), *_method(request), _quoted(endpoint + _text(request.target))]
    if is_signed_by_curl:
        words += _signature(exchange.request)
    words += [f"-H {_quoted(each)}" for each in _headers(request, endpoint, is_signed_by_curl, is_filled_in)]
    words += _data(request)
    notes = [f"# {oddity(exchange)}: made when this was written, it may be too old now"] * (request != recorded)
    if words[0].startswith(_ELSEWHERE):
        notes.append(f"# body.bin: the {len(request.body)} bytes of the request's body, in {path.as_posix()}")
    command, variables = _with_variables(" \\\n  ".join(_lines(words)), exchange, recording)
    return "\n".join((*variables, *notes, command))


def _addressed(headers: Headers, endpoint: str) -> Headers:
    """The headers with the endpoint's host and port in place of the recorder's own."""
    authority = endpoint.partition("://")[2]
    port = authority.partition(":")[2]

    def moved(host: str) -> str:
        if host.partition(":")[0] in _LOCAL:
            return authority
        recorded, found, _ = host.partition(":")
        return f"{recorded}:{port}" if found and port else host

    return tuple((each, moved(value) if each.lower() == "host" else value) for each, value in headers)


def _signed_now(exchange: Exchange, recording: Recording) -> Request:
    account = recording.accounts.get(exchange.account)
    keys = Credentials(account, EMULATOR_SECRET) if account else None
    return resigned(exchange.request, exchange, keys, datetime.now(UTC))


def _signature(request: Request) -> Iterator[str]:
    found = signed.find(request)
    assert found is not None
    yield f"--aws-sigv4 aws:amz:{found.scope.region}:{found.scope.service}"
    yield f"-u {found.access_key}:{EMULATOR_SECRET}"


def _method(request: Request) -> Iterator[str]:
    globs = " -g --path-as-is" if _SPECIAL.search(request.target) else ""
    if request.method == "HEAD":
        yield f"curl -sSI{globs}"
    elif request.method == ("POST" if _has_data(request) else "GET"):
        yield f"curl -sSi{globs}"
    else:
        yield f"curl -sSi{globs} -X {request.method}"


def _has_data(request: Request) -> bool:
    return bool(request.body) or request.header("content-length") is not None


def _headers(request: Request, endpoint: str, is_signed_by_curl: bool, is_body_filled_in: bool) -> Iterator[str]:
    host = request.header("host") or ""
    if host != endpoint.partition("://")[2]:
        yield f"Host: {host}"
    for name, value in request.headers:
        if _DROPPED.fullmatch(name) or (is_signed_by_curl and _RESIGNED.fullmatch(name)):
            continue
        if name.lower() == "x-amz-content-sha256" and is_body_filled_in:
            value = UNSIGNED
        yield f"{name}: {_text(value)}" if value else f"{name};"
    if _has_data(request) and request.header("content-type") is None:
        yield "Content-Type:"


def _text(wire: str) -> str:
    """What a shell that writes UTF-8 must be told, so that these bytes are sent."""
    try:
        return wire.encode("latin-1").decode("utf-8")
    except UnicodeDecodeError:
        return wire


def _source(body: bytes, path: Path) -> Iterator[str]:
    """What is piped into curl, for a body that does not go well on a command line."""
    if body and not _is_plain(body):
        yield f"{_bytes(body, path)} |"


def _is_plain(body: bytes) -> bool:
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return len(body) <= _INLINE and not text.startswith("@") and all(each >= " " or each in "\n\t" for each in text)


def _bytes(body: bytes, path: Path) -> str:
    blob = path.parent / BLOBS / f"{hashlib.sha256(body).hexdigest()}.gz"
    if blob.exists():
        return f"gzip -dc {_quoted(blob.as_posix())}"
    if body.count(body[:1]) == len(body):
        return f"head -c {len(body)} /dev/zero | tr '\\0' '\\{body[0]:03o}'"
    unit = body[:_UNIT]
    if (
        unit.endswith(b"\r\n")
        and _PLAIN_UNIT.fullmatch(unit)
        and (unit * (len(body) // _UNIT + 1))[: len(body)] == body
    ):
        return f"yes \"$(printf '{unit[:-2].decode()}\\r')\" | head -c {len(body)}"
    if len(body) > _INLINE:
        return _ELSEWHERE
    return f"printf %s {base64.b64encode(body).decode()} | base64 -d"


def _data(request: Request) -> Iterator[str]:
    if request.body and not _is_plain(request.body):
        yield "--data-binary @-"
    elif _has_data(request):
        yield f"--data-binary {_quoted(request.body.decode('utf-8'))}"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "'\"'\"'") + "'"


def _lines(words: list[str]) -> Iterator[str]:
    """Words packed into lines of 78 columns, where they are short enough."""
    line = ""
    for word in words:
        if line and len(line) + len(word) >= 76:
            yield line
            line = word
        else:
            line = f"{line} {word}".strip()
    yield line


def _with_variables(command: str, exchange: Exchange, recording: Recording) -> tuple[str, list[str]]:
    comments = []
    for binding in _bindings(exchange, recording):
        name = re.sub(r"\W+", "_", binding.name)
        changed = command
        for spelled in dict.fromkeys((binding.value, quote(binding.value, safe="-_.~"))):
            changed = changed.replace(spelled, f"'\"${name}\"'")
        if changed != command:
            command = changed
            comments.append(_assignment(name, binding))
    return command, comments


def _bindings(exchange: Exchange, recording: Recording) -> list[Binding]:
    """The values that the request carries and an earlier answer minted."""
    return [b for b in recording.bindings if exchange.number in b.uses and len(b.value) >= _LONG_ENOUGH]


def _assignment(name: str, binding: Binding) -> str:
    return f"{name}=...  # from the answer of exchange {binding.source}: {binding.where}"

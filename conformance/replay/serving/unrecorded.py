"""The answer to a request that no recording holds: a 501 in the service's own form, which says what comes nearest."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

from conformance.exchange import Headers, Request, Response
from conformance.operations import service_of
from conformance.replay.serving.canon import Canon
from conformance.replay.serving.script import Script, Step
from conformance.replay.serving.volatile import shape

HEADER = "x-ruststack-unrecorded"
CODE = "NotRecorded"
_SHOWN = 12
_LONGEST = 300
_PREFERENCE = 0.2


@dataclass(frozen=True, slots=True)
class Unrecorded:
    """``nearest`` is ``scenario#number`` of the most similar recorded request, ``differences`` how it differs."""

    operation: str
    request: str
    nearest: str = ""
    differences: tuple[str, ...] = ()
    elsewhere: tuple[str, ...] = ()

    @classmethod
    def of(
        cls, canon: Canon, near: Iterable[tuple[Script, Step]], current: str = "", elsewhere: Sequence[str] = ()
    ) -> Unrecorded:
        """The most similar of the steps in ``near``; one of the ``current`` scenario is preferred."""
        best: tuple[float, str, tuple[str, ...]] | None = None
        wanted = shape(canon.text)
        for script, step in near:
            likeness = difflib.SequenceMatcher(None, shape(step.canon.text), wanted, autojunk=False).ratio()
            likeness += _PREFERENCE * (script.name == current)
            if best is None or likeness > best[0]:
                best = likeness, f"{script.name}#{step.exchange.number}", _differences(step.canon, canon)
        _, nearest, differences = best or (0, "", ())
        return cls(canon.operation, canon.text.split("\n")[1], nearest, differences, tuple(elsewhere))

    def __str__(self) -> str:
        text = f"{self.operation} is not recorded like this: {self.request}."
        if self.elsewhere:
            text += f" It is recorded in {', '.join(self.elsewhere[:3])}, which was not selected."
        if not self.nearest:
            return f"{text} No recording holds this operation."
        return f"{text} The nearest is {self.nearest}; recorded (-) and asked (+): " + "; ".join(self.differences)


def _differences(recorded: Canon, asked: Canon) -> tuple[str, ...]:
    """The lines that only one of the two has; one that differs in what every run makes anew is no difference."""
    ours, theirs = _lines(recorded), _lines(asked)
    found = [f"- {line}" for shaped, line in ours.items() if shaped not in theirs]
    found += [f"+ {line}" for shaped, line in theirs.items() if shaped not in ours]
    if len(found) > _SHOWN:
        return (*found[:_SHOWN], f"and {len(found) - _SHOWN} more lines")
    return tuple(found) or ("values that belong to other requests",)


def _lines(canon: Canon) -> dict[str, str]:
    """The lines by their shape."""
    lines = [*canon.text.split("\n")[1:], canon.payload]
    return {shape(line): line if len(line) <= _LONGEST else f"{line[:_LONGEST]}..." for line in lines if line}


def refusal(request: Request, reason: Unrecorded) -> Response:
    """501 with the reason, in the protocol that the request speaks."""
    kind, body = _worded(request, str(reason))
    headers: Headers = (
        (HEADER, reason.operation),
        ("x-amzn-errortype", CODE),
        ("Content-Type", kind),
        ("Content-Length", str(len(body))),
    )
    return Response(501, "Not Implemented", headers, body)


def _worded(request: Request, message: str) -> tuple[str, bytes]:
    kind = (request.header("content-type") or "").lower()
    if request.header("smithy-protocol") or "cbor" in kind:
        return "application/cbor", _cbor({"__type": CODE, "message": message})
    if "x-amz-json" in kind or request.header("x-amz-target"):
        return kind.partition(";")[0] or "application/x-amz-json-1.0", _json(message)
    if "x-www-form-urlencoded" in kind or "Action=" in request.query:
        return "text/xml", _form_error(service_of(request), message)
    if service_of(request) == "s3":
        return "application/xml", _xml(f"<Error>{_code(message)}</Error>")
    return "application/json", _json(message)


def _json(message: str) -> bytes:
    return json.dumps({"__type": CODE, "code": CODE, "message": message}).encode()


def _form_error(service: str, message: str) -> bytes:
    if service == "ec2":
        return _xml(f"<Response><Errors><Error>{_code(message)}</Error></Errors></Response>")
    return _xml(f"<ErrorResponse><Error><Type>Receiver</Type>{_code(message)}</Error></ErrorResponse>")


def _code(message: str) -> str:
    return f"<Code>{CODE}</Code><Message>{escape(message)}</Message>"


def _xml(root: str) -> bytes:
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{root}'.encode()


def _cbor(words: dict[str, str]) -> bytes:
    """A map of texts. Source: RFC 8949, 3: the major types 5 and 3."""
    pieces = [bytes([0xA0 | len(words)])]
    for text in (text for pair in words.items() for text in pair):
        data = text.encode()
        pieces.append(b"\x79" + len(data).to_bytes(2) + data)
    return b"".join(pieces)

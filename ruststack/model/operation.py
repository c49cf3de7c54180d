"""Operations: how a request names what it wants, and what goes in and comes out."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from ruststack.model.shape import Member, Shape

_LABEL = re.compile(r"\{([^}+]+)(\+?)\}")


class Segment(NamedTuple):
    """A piece of a path between slashes: literal text, or a label (a greedy one takes the rest, slashes too).

    A segment that mixes both (``/v1/{id}:start``) has ``label`` and a ``pattern`` with the group ``value``.
    """

    literal: str = ""
    label: str = ""
    is_greedy: bool = False
    pattern: re.Pattern[str] | None = None


class UriTemplate(NamedTuple):
    """A request URI of the model, taken apart: ``/{Bucket}/{Key+}?uploads`` and ``?list-type=2``.

    ``query`` holds the literal query pairs; a name without a value (``?uploads``) has None.
    """

    segments: tuple[Segment, ...]
    query: tuple[tuple[str, str | None], ...]
    labels: tuple[str, ...]
    is_greedy: bool


class Discriminator(NamedTuple):
    """What a request must carry, or must not, beside method and URI, to mean this operation.

    ``place`` is ``query`` or ``header`` (lower case); ``is_present`` False means that the name must be absent.
    """

    place: str
    name: str
    is_present: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class Operation:
    """One operation of a service.

    ``uri`` is the raw template, ``template`` the same compiled. ``discriminators`` tell apart operations that share
    method and URI (our corrections, with their proof): all of them must hold; among operations that all fit, the
    one with the most literal query pairs and discriminators is meant; ``is_shadowed`` operations (superseded
    spellings of another one on the same URI) are never meant. ``host_prefix`` is what SDKs put before the host
    (``{AccountId}.``). ``output_root`` is the root element of an XML answer.
    """

    name: str
    method: str
    uri: str
    status: int
    input: Shape | None
    output: Shape | None
    errors: tuple[Shape, ...]
    input_use: Member | None
    output_use: Member | None
    template: UriTemplate
    raw: dict[str, Any]
    discriminators: tuple[Discriminator, ...] = ()
    is_shadowed: bool = False
    host_prefix: str = ""
    output_root: str = ""
    compiled: dict[str, Any] = field(default_factory=dict)


def parse_template(uri: str) -> UriTemplate:
    """Take a model's request URI apart."""
    path, _, query = uri.partition("?")
    labels = _LABEL.findall(path)
    return UriTemplate(
        segments=tuple(_segment(piece) for piece in path.split("/")[1:]),
        query=tuple(_pair(piece) for piece in query.split("&") if piece),
        labels=tuple(name for name, _ in labels),
        is_greedy=any(plus for _, plus in labels),
    )


def _segment(piece: str) -> Segment:
    found = _LABEL.search(piece)
    if found is None:
        return Segment(literal=piece)
    label, is_greedy = found.group(1), bool(found.group(2))
    if found.group(0) == piece:
        return Segment(label=label, is_greedy=is_greedy)
    before, after = re.escape(piece[: found.start()]), re.escape(piece[found.end() :])
    return Segment(label=label, is_greedy=is_greedy, pattern=re.compile(f"{before}(?P<value>.+){after}"))


def _pair(piece: str) -> tuple[str, str | None]:
    name, equals, value = piece.partition("=")
    return name, value if equals else None

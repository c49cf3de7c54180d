"""Values that a model allows, drawn by hypothesis or as full as they get; and what a protocol cannot carry left out.

Patterns are left aside: they forbid texts, but shape nothing on the wire.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Protocol

from hypothesis import strategies as st

from ruststack.model import Member, Shape

MAX_DEPTH = 5
_SCALARS = frozenset({"string", "character", "blob", "boolean", "integer", "long", "float", "double", "timestamp"})
_INT_BITS = {"integer": 31, "long": 63}
_MAX_TEXT = 12

_XML_TEXT = st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Cn"), include_characters="\t\n")
_ANY_TEXT = st.characters(codec="utf-8", exclude_categories=("Cs",))
_HEADER_TEXT = st.characters(min_codepoint=0x21, max_codepoint=0x7E)
_TOKEN = st.text("abcdefghijklmnopqrstuvwxyz0123456789-", min_size=1, max_size=8)


class Chooser(Protocol):
    """Decides what the model leaves open."""

    def members(self, names: list[str]) -> list[str]: ...
    def size(self, low: int, high: int) -> int: ...
    def draw(self, strategy: st.SearchStrategy[Any], plain: Any) -> Any: ...
    def pick(self, options: tuple[Any, ...]) -> Any: ...


class Drawn:
    """Chooses at random; hypothesis makes failures small."""

    def __init__(self, draw: Callable[[st.SearchStrategy[Any]], Any]) -> None:
        self._draw = draw

    def members(self, names: list[str]) -> list[str]:
        return self._draw(st.lists(st.sampled_from(names), max_size=5, unique=True)) if names else []

    def size(self, low: int, high: int) -> int:
        return self._draw(st.integers(low, max(low, min(high, low + 2))))

    def draw(self, strategy: st.SearchStrategy[Any], plain: Any) -> Any:
        return self._draw(strategy)

    def pick(self, options: tuple[Any, ...]) -> Any:
        return self._draw(st.sampled_from(options))


class Full:
    """Chooses every member, one entry of each list and map, and plain values."""

    def members(self, names: list[str]) -> list[str]:
        return names

    def size(self, low: int, high: int) -> int:
        return max(low, min(high, 1))

    def draw(self, strategy: st.SearchStrategy[Any], plain: Any) -> Any:
        return plain

    def pick(self, options: tuple[Any, ...]) -> Any:
        return options[0]


class Values:
    """Makes values for one protocol and direction (``is_output``)."""

    def __init__(self, chooser: Chooser, protocol: str, is_output: bool) -> None:
        self.chooser = chooser
        self.protocol = protocol
        self.is_output = is_output
        self.is_xml = protocol in ("rest-xml", "query", "ec2") and (is_output or protocol == "rest-xml")
        self.is_form = protocol in ("query", "ec2") and not is_output

    def structure(self, shape: Shape, depth: int = 0) -> dict[str, Any]:
        """A body of text is never empty: a request with an empty body has none."""
        names = [name for name in shape.members if name not in shape.required and self._fits(shape, name, depth)]
        chosen = list(shape.required) + self.chooser.members(names)
        if shape.is_union:
            chosen = [self.chooser.pick(tuple(names or shape.members))]
        if not chosen and self.is_form and shape.members:
            # A form has no trace of an empty structure.
            chosen = [next(iter(names or shape.members))]
        chosen += [
            name for name, member in shape.members.items() if name not in chosen and self._is_always(shape, member)
        ]
        values = {name: self.value(shape.members[name], depth + 1) for name in chosen}
        if shape.payload and values[shape.payload] == "":
            values[shape.payload] = "{}"
        return values

    def _is_always(self, shape: Shape, member: Member) -> bool:
        """What a client reads in any case: the payload, the status, the stream."""
        return (
            member.name == shape.payload
            or bool(member.raw.get("eventpayload"))
            or (self.is_output and (member.location == "statusCode" or member.is_event_stream))
        )

    def events(self, stream: Shape) -> list[dict[str, Any]]:
        """One event of each chosen kind; the exceptions that end a stream are another matter."""
        names = [name for name, member in stream.members.items() if not member.shape.raw.get("exception")]
        return [{name: self.structure(stream.members[name].shape)} for name in self.chooser.members(names)]

    def _fits(self, shape: Shape, name: str, depth: int) -> bool:
        member = shape.members[name]
        if member.is_event_stream and not self.is_output:
            return False
        return depth < MAX_DEPTH or _is_flat(member.shape)

    def value(self, member: Member, depth: int) -> Any:
        shape = member.shape
        if member.is_event_stream:
            return self.events(shape)
        if shape.type == "structure":
            return self.structure(shape, depth)
        if shape.type == "list":
            return self._list(member, depth)
        if shape.type == "map":
            return self._map(member, depth)
        if shape.enum:
            return self.chooser.pick(shape.enum)
        return self._scalar(member, member.location)

    def _bounds(self, member: Member) -> tuple[int, int]:
        low, high = int(member.trait("min") or 0), int(member.trait("max") or 3)
        leaves_no_trace = member.is_flattened or member.location or self.is_form
        return max(low, 1) if leaves_no_trace else low, max(high, 1)

    def _list(self, member: Member, depth: int) -> list[Any]:
        size = self.chooser.size(*self._bounds(member))
        element = member.shape.element
        if member.location:
            return [self._listed(element, member.location) for _ in range(size)]
        return [self.value(element, depth + 1) for _ in range(size)]

    def _listed(self, element: Member, location: str) -> Any:
        if element.shape.enum:
            return self.chooser.pick(element.shape.enum)
        return self._scalar(element, location)

    def _map(self, member: Member, depth: int) -> dict[str, Any]:
        low, high = self._bounds(member)
        size = self.chooser.size(low, high)
        result: dict[str, Any] = {}
        for number in range(size):
            key = self._key(member, number)
            result[key] = self.value(member.shape.value, depth + 1) if not member.location else self._mapped(member)
        return result

    def _key(self, member: Member, number: int) -> str:
        key = member.shape.key.shape
        if key.enum:
            return key.enum[number % len(key.enum)]
        if member.location:
            return self.chooser.draw(_TOKEN, f"key-{number}")
        return self._text(member.shape.key, "", f"key-{number}") or f"key-{number}"

    def _mapped(self, member: Member) -> Any:
        value = member.shape.value.shape
        if value.type == "list":
            return [self.chooser.draw(_TOKEN, "value")]
        return self.chooser.draw(_TOKEN, "value")

    def _scalar(self, member: Member, location: str) -> Any:
        kind = member.shape.type
        if kind in ("string", "character"):
            return self._text(member, location, "text")
        if kind == "blob":
            low = 1 if not self.is_output else 0
            return self.chooser.draw(st.binary(min_size=low, max_size=_MAX_TEXT), b"\x00blob\xff")
        if kind == "boolean":
            return self.chooser.draw(st.booleans(), True)
        if kind == "timestamp":
            return self._time()
        if kind in ("float", "double"):
            return self.chooser.draw(self._floats(member), self._bounded(member, 1.5))
        return self._integer(member, location)

    def _time(self) -> datetime:
        seconds = self.chooser.draw(st.integers(0, 4_102_444_800), 1_700_000_000)
        return datetime.fromtimestamp(seconds, UTC)

    def _integer(self, member: Member, location: str) -> int:
        if location == "statusCode":
            return self.chooser.draw(st.integers(200, 299), 200)
        bits = _INT_BITS.get(member.shape.type, 63)
        low, high = member.trait("min"), member.trait("max")
        least = int(low) if low is not None else -(1 << bits)
        most = int(high) if high is not None else (1 << bits) - 1
        return self.chooser.draw(st.integers(least, most), int(self._bounded(member, 1)))

    def _bounded(self, member: Member, plain: float) -> float:
        low, high = member.trait("min"), member.trait("max")
        if low is not None and plain < low:
            return low
        return high if high is not None and plain > high else plain

    def _floats(self, member: Member) -> st.SearchStrategy[float]:
        low, high = member.trait("min"), member.trait("max")
        return st.floats(low, high, allow_nan=False, allow_infinity=False)

    def _text(self, member: Member, location: str, plain: str) -> str:
        low, high = int(member.trait("min") or 0), int(member.trait("max") or _MAX_TEXT)
        alphabet: st.SearchStrategy[str] = _XML_TEXT if self.is_xml else _ANY_TEXT
        if member.raw.get("hostLabel"):
            return self.chooser.draw(_TOKEN, "label")
        if location:
            alphabet = _HEADER_TEXT if location == "header" else _XML_TEXT
            low = max(low, 1)
        most = max(low, min(high, _MAX_TEXT))
        text = plain if len(plain) >= low else plain.ljust(low, "x")
        return self.chooser.draw(st.text(alphabet, min_size=low, max_size=most), text[: max(high, 1)])


def _is_flat(shape: Shape) -> bool:
    return shape.type in _SCALARS or (shape.type == "list" and shape.element.shape.type in _SCALARS)

"""Rebinding: a request as it must be said to this target, and its answer as the recording would spell it."""

from __future__ import annotations

from dataclasses import replace

from conformance import forms
from conformance.digests import refreshed
from conformance.exchange import Binding, Exchange, Headers, Recording, Request, Response
from conformance.replay.words import Words
from conformance.tree import decode, lookup

RECORDED_PORT = "4566"


class Rebinder:
    """Knows one scenario's names, accounts and minted values on both sides.

    ``unmet`` holds the names of bindings whose value the target did not give. ``stable`` tells which minted values have
    a normaliser of their own: only those are mapped back, so that a wrong ETag stays wrong wherever it shows.
    """

    def __init__(self, recording: Recording, names: dict[str, str], accounts: dict[str, str], port: str) -> None:
        self._words = Words()
        for recorded, live in names.items():
            self._words.add(recorded, live)
        for label, recorded in recording.accounts.items():
            self._words.add(recorded, accounts[label])
        self._words.add(f":{RECORDED_PORT}", f":{port}")
        self._bindings: dict[int, list[Binding]] = {}
        for binding in recording.bindings:
            self._bindings.setdefault(binding.source, []).append(binding)
        self.unmet: dict[str, Binding] = {}

    def request(self, exchange: Exchange) -> Request:
        """The request with live names and values; digests that were right for the recorded body are right again."""
        recorded = exchange.request
        body = self._bytes(recorded.body)
        headers = tuple((name, self._words.to_live(value)) for name, value in recorded.headers)
        target = self._words.to_live(recorded.target)
        return replace(recorded, target=target, headers=refreshed(headers, recorded.body, body), body=body)

    def _bytes(self, body: bytes) -> bytes:
        if not body:
            return body
        text = body.decode("latin-1")
        text = forms.changed(text, self._words.to_live) if forms.is_form(body) else self._words.to_live(text)
        return text.encode("latin-1")

    def response(self, live: Response) -> Response:
        """The answer with recorded names and values; Content-Length follows the body when it was right."""
        body = live.body
        if body:
            body = self._words.to_recorded(body.decode("latin-1")).encode("latin-1")
        headers = tuple((name, self._words.to_recorded(value)) for name, value in live.headers)
        return replace(live, headers=_with_length(headers, live.body, body), body=body)

    def learn(self, exchange: Exchange, live: Response, is_mapped_back: bool = True) -> None:
        """Note the values that this answer minted. ``live`` is the answer as it came."""
        for binding in self._bindings.get(exchange.number, ()):
            value = minted_value(live, binding.where)
            if value is None:
                self.unmet[binding.name] = binding
            else:
                self._words.add(binding.value, value, is_mapped_back=is_mapped_back and _is_opaque(binding.name))

    def waits_for(self, exchange: Exchange) -> str:
        """The name of an unmet binding that the exchange's request carries; empty when there is none."""
        return next((name for name, each in self.unmet.items() if exchange.number in each.uses), "")


def minted_value(response: Response, where: str) -> str | None:
    """The value at a binding's place, ``header ETag`` or ``body A/B[2]``, without quotes; None when it is absent."""
    kind, _, place = where.partition(" ")
    value = response.header(place) if kind == "header" else lookup(decode(response.body), place)
    return value.strip('"') if isinstance(value, str) else None


def _is_opaque(name: str) -> bool:
    """A value that has no meaning but to be handed back. An ETag or a checksum follows from the data instead."""
    kind = name.rpartition(":")[0]
    return not (kind == "etag" or kind.startswith("checksum") or "date" in kind or "modified" in kind)


def _with_length(headers: Headers, old: bytes, new: bytes) -> Headers:
    if len(old) == len(new):
        return headers
    was = str(len(old))
    return tuple(
        (name, str(len(new))) if name.lower() == "content-length" and value == was else (name, value)
        for name, value in headers
    )

"""Rebinding: a request as it must be said to this target, and its answer as the recording would spell it."""

from __future__ import annotations

import re
from dataclasses import replace

from conformance import forms
from conformance.carrying import exchanged
from conformance.digests import refreshed, with_message_digests
from conformance.exchange import Binding, Exchange, Headers, Recording, Request, Response
from conformance.fields import rewritten
from conformance.minting import minted_value
from conformance.replay.words import Words
from conformance.sandbox import is_unmistakable

RECORDED_PORT = "4566"

# Kinds of values that follow from the data or the time: a wrong one in an answer must stay visible.
_OF_DATA = re.compile(r"^(?:etag|data)$|^checksum|sha256|md5|crc32|date|modified|time|size|length|count")
_A_TIME = re.compile(r"\d{4}-\d{2}-\d{2}T|[A-Z][a-z]{2}, \d{2} ")


class Rebinder:
    """Knows one scenario's names, accounts and minted values on both sides.

    ``unmet`` holds the names of bindings whose value the target did not give. ``stable`` tells which minted values have
    a normaliser of their own: only those are mapped back, so that a wrong ETag stays wrong wherever it shows.
    """

    def __init__(self, recording: Recording, names: dict[str, str], accounts: dict[str, str], port: str) -> None:
        self._words = Words()
        self._common = {old: new for old, new in names.items() if not is_unmistakable(old)}
        for recorded, live in names.items():
            if recorded in self._common:
                self._words.add_back(recorded, live)
            else:
                self._words.add(recorded, live)
        for label, recorded in recording.accounts.items():
            self._words.add(recorded, accounts.get(label, recorded))
        self._words.add(f":{RECORDED_PORT}", f":{port}")
        self._bindings: dict[int, list[Binding]] = {}
        for binding in recording.bindings:
            self._bindings.setdefault(binding.source, []).append(binding)
        self._carried: dict[int, dict[Binding, str]] = {}
        self.unmet: dict[str, Binding] = {}

    def shift(self, words: dict[str, str]) -> None:
        """Words that the client said as they were, and as they are now: times, regions."""
        for recorded, live in words.items():
            self._words.add(recorded, live)

    def request(self, exchange: Exchange) -> Request:
        """The request with live names and values; digests that were right for the recorded body are right again."""
        recorded = self._with_values(exchange)
        body = self._bytes(recorded.body)
        headers = tuple((name, self._words.to_live(value)) for name, value in recorded.headers)
        target = self._words.to_live(recorded.target)
        return replace(recorded, target=target, headers=refreshed(headers, recorded.body, body), body=body)

    def _with_values(self, exchange: Exchange) -> Request:
        """The request with the target's values in the fields that carry them."""
        carried = self._carried.get(exchange.number, {})
        if not carried and not self._common:
            return exchange.request

        def change(place: str, text: str) -> str:
            values = {each.value: live for each, live in carried.items() if place in each.places}
            if self._common and _may_name(place, text):
                values = self._common | values
            return exchanged(place, text, values) if values else text

        return rewritten(exchange.request, change)

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
            body = with_message_digests(body, self._words.to_recorded(body.decode("latin-1")).encode("latin-1"))
        headers = tuple((name, self._words.to_recorded(value)) for name, value in live.headers)
        return replace(live, headers=_with_length(headers, live.body, body), body=body)

    def learn(self, exchange: Exchange, live: Response, is_mapped_back: bool = True) -> None:
        """Note the values that this answer minted. ``live`` is the answer as it came."""
        bindings = self._bindings.get(exchange.number, ())
        spelled = self.response(live) if any("[" in each.where for each in bindings) else None
        for binding in bindings:
            value = minted_value(live, binding.where, exchange.response if spelled else None, spelled)
            if value is None:
                self.unmet[binding.name] = binding
            else:
                self._note(binding, value, is_mapped_back and _is_opaque(binding))

    def _note(self, binding: Binding, value: str, is_mapped_back: bool) -> None:
        if not binding.places:
            self._words.add(binding.value, value, is_mapped_back=is_mapped_back)
            return
        for number in binding.uses:
            self._carried.setdefault(number, {})[binding] = value
        if is_mapped_back:
            self._words.add_back(binding.value, value)

    def waits_for(self, exchange: Exchange) -> str:
        """The name of an unmet binding that the exchange's request carries; empty when there is none."""
        return next((name for name, each in self.unmet.items() if exchange.number in each.uses), "")


def _is_opaque(binding: Binding) -> bool:
    """A value that has no meaning but to be handed back. An ETag or a checksum follows from the data instead."""
    kind = binding.name.rpartition(":")[0]
    return not (_OF_DATA.search(kind) or _A_TIME.match(binding.value))


def _may_name(place: str, text: str) -> bool:
    """Whether a field may name a resource, and does not say what is wanted of it."""
    if place == "host":
        return ".s3" in text
    kind, _, name = place.partition(" ")
    return name not in ("Action", "Version", "x-id", "{}") and not (kind == "query" and name.startswith("X-Amz-"))


def _with_length(headers: Headers, old: bytes, new: bytes) -> Headers:
    if len(old) == len(new):
        return headers
    was = str(len(old))
    return tuple(
        (name, str(len(new))) if name.lower() == "content-length" and value == was else (name, value)
        for name, value in headers
    )

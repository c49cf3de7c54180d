"""The new file: what is the same keeps its old spelling, so that a reviewer sees what the source changed."""

from __future__ import annotations

from dataclasses import replace

from conformance.digests import refreshed
from conformance.exchange import Exchange, Recording, Response
from conformance.record.dataflow import infer
from conformance.refresh.drift import Drift, drift, spelling
from conformance.replay.words import Words


def merged(old: Recording, new: Recording, found: Drift) -> Recording:
    """The old recording with the changed answers in it, spelled with the old run's minted values; each exchange says
    by its ``at`` when it was recorded, the head when all of it was last confirmed.

    The new recording as it is, where the scenario asks otherwise now, another kind of source answered, or the two
    runs cannot be spelled alike.
    """
    if found.is_asked_otherwise or old.source.kind != new.source.kind:
        return new
    words = spelling(old, new)
    changed = {each.exchange.number for each in found.changes}
    pairs = zip(old.exchanges, new.exchanges, strict=True)
    exchanges = tuple(_changed(*pair, words) if pair[0].number in changed else _kept(*pair) for pair in pairs)
    result = replace(new, exchanges=exchanges, bindings=infer(exchanges))
    return result if drift(result, new).is_none else new


def _kept(old: Exchange, new: Exchange) -> Exchange:
    return replace(new, request=old.request, response=old.response, at=old.at)


def _changed(old: Exchange, new: Exchange, words: Words) -> Exchange:
    return replace(new, request=old.request, response=_spelled(new.response, words))


def _spelled(response: Response, words: Words) -> Response:
    body = words.to_recorded(response.body.decode("latin-1")).encode("latin-1")
    headers = tuple((name, words.to_recorded(value)) for name, value in response.headers)
    return replace(response, headers=refreshed(headers, response.body, body), body=body)

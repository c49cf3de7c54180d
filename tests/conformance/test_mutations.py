"""The judge is judged on real recordings: the same answer never differs, and every fault planted into it does."""

import hashlib
from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import pytest

from conformance.compare.headers import IGNORED
from conformance.compare.judge import judge
from conformance.compare.mismatch import Verdict
from conformance.compare.unordered import UNORDERED
from conformance.exchange import Response
from conformance.files import recordings
from conformance.normalise.rules import Rulebook
from conformance.recording import load
from tests.conformance import faults
from tests.conformance.documents import DOCUMENTS

RECORDINGS = Path(__file__).parents[2] / "recordings"
SERVICES = sorted(path.name for path in RECORDINGS.iterdir() if path.is_dir())
# Of each service, so many exchanges of each kind, and of each of them so many faults: all of them would take minutes.
EXCHANGES, FAULTS = 6, 16


@dataclass
class Same:
    response: Response | None
    failure: str = ""
    waits_for: str = ""


def judged(recording, answers, target=""):
    return judge(recording, [Same(each) for each in answers], Rulebook(), target=target)


@pytest.mark.parametrize("service", SERVICES)
def test_no_recording_differs_from_itself(service):
    different = []
    for path in recordings([RECORDINGS / service]):
        recording = load(path)
        for each in judged(recording, [each.response for each in recording.exchanges], recording.source.kind):
            if each.verdict is not Verdict.MATCH:
                different.append((each.scenario, each.exchange.number, each.mismatches))
    assert different == []


def weight(*words):
    """Chooses for ever the same ones, and no particular ones."""
    return hashlib.sha256(repr(words).encode()).hexdigest()


def kind_of(exchange):
    body = exchange.response.body.lstrip()[:1]
    if exchange.request.method == "HEAD":
        return "head"
    return {b"": "empty", b"<": "xml", b"{": "json", b"[": "json"}.get(body, "bytes")


@cache
def chosen(service):
    """Recordings as if they came from AWS, for then every dimension is judged, and positions in them."""
    found = defaultdict(list)
    for path in recordings([RECORDINGS / service]):
        recording = load(path)
        if len(recording.exchanges) <= 16:
            recording = replace(recording, source=replace(recording.source, kind="aws"))
            for position, each in enumerate(recording.exchanges):
                found[kind_of(each)].append((weight(recording.scenario, each.number), position, recording))
    return [each[1:] for some in found.values() for each in sorted(some, key=lambda one: one[0])[:EXCHANGES]]


def planted(exchange):
    """Dimension, name and answer of each fault; changes that change nothing are none."""
    response, kind = exchange.response, kind_of(exchange)
    makers = [faults.status_faults, faults.header_faults, faults.length_faults]
    if kind in ("xml", "bytes", "json"):
        makers.append(faults.body_faults)
    if kind == "xml":
        makers += [faults.xml_faults, faults.order_faults, faults.layout_faults, faults.encoding_faults]
    if kind == "json":
        makers += [faults.tree_faults, faults.layout_faults, faults.encoding_faults]
    for maker in makers:
        some = [
            (maker.__name__, name, answer)
            for name, answer in maker(response)
            if answer != response and not is_no_fault(exchange, maker, name)
        ]
        yield from sorted(some, key=lambda each: weight(exchange.number, each[1]))[:FAULTS]


def is_no_fault(exchange, maker, name):
    """Headers between two hops, a length that a HEAD need not say, and lists without an order."""
    first = name.partition(" ")[0]
    if maker is faults.header_faults and first.lower() in IGNORED:
        return True
    if name.endswith(" turned"):
        return any(each.place.rpartition("/")[2] in (first, "*") for each in UNORDERED)
    return False


@pytest.mark.parametrize("service", SERVICES)
def test_every_fault_planted_into_a_recording_is_seen(service):
    seen, missed = Counter(), []
    for position, recording in chosen(service):
        exchange = recording.exchanges[position]
        answers = [each.response for each in recording.exchanges[: position + 1]]
        cut = replace(recording, exchanges=recording.exchanges[: position + 1])
        assert judged(cut, answers)[position].mismatches == ()
        for dimension, name, answer in planted(exchange):
            seen[dimension] += 1
            if not judged(cut, [*answers[:-1], answer])[position].mismatches:
                missed.append((recording.scenario, exchange.number, dimension, name))
    # pytest -rP shows them.
    print(f"{service}: {seen.total()} faults, all seen:", *(f"{name} {count}" for name, count in sorted(seen.items())))
    assert missed == []
    assert seen.total() >= 200 and len(seen) >= 5


@pytest.mark.parametrize("name", sorted(DOCUMENTS))
def test_every_fault_planted_into_a_document_of_each_protocol_is_seen(name):
    """Where the library may have no recording yet: JSON 1.0 and 1.1, rest-json, query, CBOR, event streams."""
    recording, changes, equals = DOCUMENTS[name]
    answers = [each.response for each in recording.exchanges]
    assert all(not each.mismatches for each in judged(recording, answers))
    unseen = [what for what, changed in changes() if not any(e.mismatches for e in judged(recording, changed))]
    assert unseen == []
    for what, changed in equals():
        assert [each.mismatches for each in judged(recording, changed) if each.mismatches] == [], what

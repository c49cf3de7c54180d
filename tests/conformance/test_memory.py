"""What a run keeps of its exchanges."""

from dataclasses import replace

from conformance.compare.mismatch import Judgement, Verdict
from conformance.exchange import Exchange, Request, Response
from conformance.trial.memory import Memory


def judgement(verdict, size=100_000):
    body = b"x" * size
    exchange = Exchange(1, "s3.GetObject", "main", Request("PUT", "/", (), body), Response(200, "OK", (), body))
    return Judgement("s3/x", exchange, verdict, response=Response(200, "OK", (), body))


def sizes(judgement):
    exchange, answer = judgement.exchange, judgement.response
    return len(exchange.request.body), len(exchange.response.body), len(answer.body) if answer else None


def test_what_matches_needs_no_bodies():
    (kept,) = Memory().kept([judgement(Verdict.MATCH)])
    assert sizes(kept) == (0, 0, 0)
    assert kept.exchange.response.status == 200


def test_what_differs_keeps_them_whole_while_they_are_few():
    memory = Memory(budget=650_000)
    kept = memory.kept([judgement(Verdict.DIFFERS)] * 3)
    assert [sizes(each) for each in kept] == [(100_000,) * 3] * 2 + [(16_384,) * 3]


def test_no_answer_is_kept_as_none():
    (kept,) = Memory().kept([replace(judgement(Verdict.CRASHED), response=None)])
    assert sizes(kept)[2] is None

"""What a run keeps of its exchanges."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from conformance.compare.mismatch import Judgement, Mismatch, Severity, Verdict
from conformance.exchange import Exchange, Request, Response
from conformance.trial.memory import Memory

HEADERS = (("Host", "localhost"),)


def judgement(verdict, size=100_000, number=1):
    body = b"x" * size
    request, response = Request("PUT", "/", HEADERS, body), Response(200, "OK", HEADERS, body)
    exchange = Exchange(number, "s3.GetObject", "main", request, response)
    return Judgement("s3/x", exchange, verdict, response=Response(200, "OK", HEADERS, body + b"!"))


def sizes(judgement):
    exchange, answer = judgement.exchange, judgement.response
    return len(exchange.request.body), len(exchange.response.body), len(answer.body) if answer else None


def test_what_matches_needs_no_headers_and_no_bodies():
    kept = Memory().kept(judgement(Verdict.MATCH))
    assert sizes(kept) == (0, 0, 0)
    assert (kept.exchange.request.method, kept.exchange.request.target) == ("PUT", "/")
    assert (kept.response.status, kept.response.headers, kept.exchange.request.headers) == (200, (), ())


def test_lines_that_say_the_same_are_one():
    memory = Memory()
    one, other = (memory.kept(judgement(Verdict.MATCH, number=number)) for number in (1, 2))
    assert one.response is other.response


def test_an_answer_that_differs_is_whole_while_they_are_few_and_lies_on_disk_then():
    memory = Memory(budget=250_000)
    kept = [memory.kept(judgement(Verdict.DIFFERS)) for _ in range(3)]
    assert [sizes(each) for each in kept] == [(0, 0, 100_001)] * 2 + [(0, 0, 16_384)]
    assert [each.response.headers for each in kept] == [HEADERS] * 3
    assert [each.response.header("host") for each in kept] == ["localhost"] * 3


def test_what_lies_on_disk_may_be_kept_again():
    memory = Memory(budget=0)
    once = memory.kept(judgement(Verdict.DIFFERS))
    again = memory.kept(once)
    assert again == once
    assert (len(again.response.body), again.response.headers) == (16_384, HEADERS)


def test_answers_on_disk_are_read_by_several_threads_at_once():
    memory = Memory(budget=0)
    wanted = [judgement(Verdict.DIFFERS, size=size) for size in range(1, 200)]
    with ThreadPoolExecutor(4) as pool:
        kept = list(pool.map(memory.kept, wanted))
        found = list(pool.map(lambda each: each.response.body, kept))
    assert found == [each.response.body for each in wanted]


def test_equal_differences_are_one():
    memory = Memory()
    one, other = (
        memory.kept(
            replace(judgement(Verdict.DIFFERS), mismatches=(Mismatch("status", "value", Severity.MINOR, "1", "2"),))
        )
        for _ in range(2)
    )
    assert one.mismatches[0] is other.mismatches[0]


def test_no_answer_is_kept_as_none():
    kept = Memory().kept(replace(judgement(Verdict.CRASHED), response=None))
    assert sizes(kept)[2] is None

"""The judge is judged: every planted fault is seen, in every dimension, and no planted equality is."""

import re
from collections import Counter
from dataclasses import dataclass, replace

import pytest

from conformance.compare.judge import judge
from conformance.compare.mismatch import Severity, Verdict
from conformance.exchange import Response
from conformance.normalise.rules import Rule, Rulebook
from conformance.normalise.rules.shapes import EPOCH_SECONDS
from tests.conformance.faults import body_faults, header_faults, json_faults, sized, status_faults, xml_faults
from tests.conformance.golden import EXCHANGES, V1, V2, answer, exchange, recording


@dataclass
class Reply:
    response: Response | None
    failure: str = ""
    waits_for: str = ""


def judged(answers, kind="aws", exchanges=EXCHANGES, target=""):
    return judge(recording(kind, exchanges), [Reply(each) for each in answers], Rulebook(), target=target)


def with_fault(position, response):
    answers = [each.response for each in EXCHANGES]
    answers[position] = response
    return judged(answers)[position]


def order_faults(response):
    versions = re.findall(rb"<Version>.*?</Version>", response.body)
    turned = response.body.replace(b"".join(versions), b"".join(reversed(versions)))
    yield "entries turned", sized(response, turned)
    yield (
        "elements turned",
        sized(response, response.body.replace(b"<Name>b</Name><Prefix></Prefix>", b"<Prefix></Prefix><Name>b</Name>")),
    )
    one, two = V1.encode(), V2.encode()
    mixed = response.body.replace(one, b"?").replace(two, one).replace(b"?", two)
    yield "versions mixed up", sized(response, mixed)
    yield "one version for both", sized(response, response.body.replace(two, one))
    yield "a malformed version", sized(response, response.body.replace(two, b"short"))


def faults():
    for position, each in enumerate(EXCHANGES):
        response = each.response
        kinds = [status_faults, header_faults]
        if response.body:
            kinds.append(body_faults)
        if response.body.startswith(b"<"):
            kinds.append(xml_faults)
        if response.body.startswith(b"{"):
            kinds.append(json_faults)
        if position == 4:
            kinds.append(order_faults)
        for kind in kinds:
            for name, planted in kind(response):
                yield position, f"#{position + 1} {kind.__name__}: {name}", planted


FAULTS = list(faults())


def test_at_least_two_hundred_faults_are_planted():
    assert len(FAULTS) >= 200
    assert len(Counter(name.split(": ")[0].split()[1] for _, name, _ in FAULTS)) >= 6


@pytest.mark.parametrize(("position", "response"), [pytest.param(p, r, id=n) for p, n, r in FAULTS])
def test_a_planted_fault_is_seen(position, response):
    assert with_fault(position, response).mismatches


def test_the_recording_itself_matches():
    verdicts = [each.verdict for each in judged([each.response for each in EXCHANGES])]
    assert verdicts == [Verdict.MATCH] * len(EXCHANGES)


def equalities():
    first, range_, listing, error = (EXCHANGES[n].response for n in (0, 2, 4, 5))
    other_id = (("x-amz-request-id", "ABCDEFGHIJ012345"),)

    def changed(response, name, value):
        return replace(response, headers=tuple((n, value if n == name else v) for n, v in response.headers))

    yield "a new request id", 0, changed(first, "x-amz-request-id", other_id[0][1])
    yield "another date", 0, changed(first, "Date", "Thu, 29 Oct 2026 01:02:03 GMT")
    yield "another host", 0, changed(first, "x-amz-id-2", "B" * 66 + "==")
    yield "connection headers", 0, replace(first, headers=(*first.headers, ("Connection", "keep-alive")))
    yield "modified later", 2, changed(range_, "Last-Modified", "Thu, 29 Oct 2026 01:02:03 GMT")
    body = listing.body.replace(b"2026-10-28T22:32:01.000Z", b"2027-01-01T00:00:00.000Z")
    yield "listed at another time", 4, sized(listing, body)
    chunked_headers = tuple(h for h in listing.headers if h[0] != "Content-Length")
    yield "chunked", 4, replace(listing, headers=(*chunked_headers, ("Transfer-Encoding", "chunked")))
    new = sized(error, error.body.replace(b"318BC8BC148832E6", b"ZZZZZZZZZZZZZZZZ"))
    yield "the error's id", 5, changed(new, "x-amz-request-id", "Z" * 16)
    json_turned = b'{"Count":1,"Names":["x","y"],"Item":{"n":{"N":"1"},"id":{"S":"a"},"on":{"BOOL":true}}}'
    yield "keys of an object in another order", 7, sized(EXCHANGES[7].response, json_turned)


@pytest.mark.parametrize(("position", "response"), [pytest.param(p, r, id=n) for n, p, r in equalities()])
def test_a_planted_equality_is_not_seen(position, response):
    if position == 5:
        assert with_fault(position, response).verdict in (Verdict.MATCH,)
    else:
        assert with_fault(position, response).mismatches == ()


def test_versions_of_the_target_are_its_own():
    renamed = [
        replace(
            each.response,
            headers=tuple((name, "x" * 32 if value == V1 else value) for name, value in each.response.headers),
            body=each.response.body.replace(V1.encode(), b"x" * 32),
        )
        for each in EXCHANGES
    ]
    assert all(each.verdict is Verdict.MATCH for each in judged(renamed))


def one(expected, actual, kind="aws", method="GET", waits_for="", target=""):
    exchanges = (exchange(1, "s3.ListObjects", method, "/b", expected),)
    reply = Reply(actual, waits_for=waits_for)
    return judge(recording(kind, exchanges), [reply], Rulebook(), target=target)[0]


def found(judgement):
    return {(each.path, each.kind): each.severity for each in judgement.mismatches}


def error(code, status=404, message="m"):
    return answer(status, "", (("Content-Type", "application/xml"),), f"<Error><Code>{code}</Code></Error>".encode())


def test_severity_says_what_a_client_would_notice():
    left = answer(200, "OK", (("ETag", '"a"'), ("x-amz-meta-x", "1")), b"abc")
    right = answer(404, "Not Found", (("ETag", '"b"'), ("x-new", "1")), b"abd")
    assert found(one(left, right)) == {
        ("status", "value"): Severity.CRITICAL,
        ("header etag", "value"): Severity.MAJOR,
        ("header x-amz-meta-x", "missing"): Severity.MAJOR,
        ("header x-new", "extra"): Severity.MINOR,
        ("body", "bytes"): Severity.CRITICAL,
    }


def test_an_error_code_is_critical():
    assert found(one(error("NoSuchKey"), error("NoSuchBucket"))) == {("body Error/Code", "value"): Severity.CRITICAL}


def test_a_lone_element_is_compared_with_a_list():
    left = answer(200, "OK", (), b"<L><C><K>a</K></C></L>")
    right = answer(200, "OK", (), b"<L><C><K>a</K></C><C><K>b</K></C></L>")
    assert [path for path, _ in found(one(left, right))] == ["body L/C[2]"]


def test_an_entry_in_the_middle_is_the_one_that_is_missing():
    def listing(*keys):
        entries = "".join(f"<C><K>{key}</K><S>1</S></C>" for key in keys)
        return answer(200, "OK", (), f"<L>{entries}</L>".encode())

    paths = [path for path, _ in found(one(listing("a", "b", "c", "d"), listing("a", "c", "d")))]
    assert paths == ["body L/C[2]"]


def test_an_object_is_compared_as_bytes_unless_it_is_a_document():
    assert found(one(answer(200, "OK", (), b"\xff\x00a"), answer(200, "OK", (), b"\xff\x00b"))) == {
        ("body", "bytes"): Severity.CRITICAL
    }


def test_a_head_answer_announces_the_length_it_would_have():
    left, right = (
        replace(answer(200, "OK"), headers=(*answer(200, "OK").headers, ("Content-Length", n))) for n in "34"
    )
    assert found(one(left, right, method="HEAD")) == {("header content-length", "value"): Severity.CRITICAL}


@pytest.mark.parametrize(
    ("expected", "actual", "verdict", "note"),
    [
        (answer(200, "OK"), error("InternalError", 500), Verdict.CRASHED, "500 InternalError"),
        (answer(200, "OK"), None, Verdict.CRASHED, ""),
        (answer(200, "OK"), error("NotImplemented", 501), Verdict.UNSUPPORTED, ""),
        (error("InternalError", 500), answer(200, "OK"), Verdict.INDETERMINATE, "the recorded answer is a failure"),
        (error("NotImplemented", 501), error("Other", 400), Verdict.DIFFERS, ""),
        (answer(200, "OK"), error("NoSuchKey"), Verdict.DIFFERS, ""),
    ],
)
def test_verdicts(expected, actual, verdict, note):
    judgement = one(expected, actual)
    assert judgement.verdict is verdict
    assert judgement.note.startswith(note)


def test_an_answer_that_lacked_a_minted_value_is_indeterminate():
    judgement = one(answer(200, "OK"), error("NoSuchUpload"), waits_for="upload-id:1")
    assert judgement.verdict is Verdict.INDETERMINATE
    assert "upload-id:1" in judgement.note


def test_an_operation_that_the_target_names_as_unimplemented_is_unsupported():
    marked = answer(501, "Not Implemented", (("x-ruststack-unimplemented", "s3.GetObject"),))
    judgement = one(error("NotImplemented", 501), marked)
    assert (judgement.verdict, judgement.note) == (Verdict.UNSUPPORTED, "s3.GetObject")


class TestImitations:
    """What the recording of an imitation cannot teach is not judged; all else is."""

    def test_its_web_server_and_unasked_cors_headers_are_not_expected(self):
        noise = (("Server", "TwistedWeb/25"), ("x-localstack", "true"), ("Access-Control-Allow-Origin", "*"))
        left = Response(200, "OK", (*noise, ("Vary", "Origin")))
        assert one(left, Response(200, "Fine", (("Server", "AmazonS3"),)), "localstack").verdict is Verdict.MATCH

    def test_cors_headers_that_were_asked_for_are_judged(self):
        expected = Response(200, "OK", (("Access-Control-Allow-Origin", "*"),))
        asked = exchange(1, "s3.GetObject", "GET", "/b/k", expected)
        asked = replace(asked, request=replace(asked.request, headers=(("Origin", "http://x"),)))
        (judgement,) = judge(recording("localstack", (asked,)), [Reply(Response(200, "OK"))], Rulebook())
        assert ("header access-control-allow-origin", "missing") in found(judgement)

    def test_the_declaration_is_held_to_aws(self):
        left = Response(200, "OK", (), b"<?xml version='1.0' encoding='utf-8'?>\n<A>1</A>")
        right = Response(200, "OK", (), b'<?xml version="1.0" encoding="UTF-8"?>\n<A>1</A>')
        assert one(left, right, "localstack").verdict is Verdict.MATCH
        assert ("body <?xml?>", "declaration") in found(one(left, replace(left, body=b"<A>1</A>"), "localstack"))

    def test_a_host_id_may_be_added_but_only_one_with_the_shape(self):
        left = Response(404, "", (), b"<Error><Code>C</Code></Error>")
        right = replace(left, body=b"<Error><Code>C</Code><HostId>" + b"A" * 63 + b"=</HostId></Error>")
        assert one(left, right, "localstack").verdict is Verdict.MATCH
        bad = replace(left, body=b"<Error><Code>C</Code><HostId>?</HostId></Error>")
        assert found(one(left, bad, "localstack")) == {("body Error/HostId", "extra"): Severity.MINOR}

    def test_dynamodb_locals_spelling_of_message_is_not_held_against_anybody(self):
        left = Response(400, "", (), b'{"__type":"a#C","Message":"text"}')
        right = replace(left, body=b'{"__type":"a#C","message":"text"}')
        assert one(left, right, "dynamodb-local").verdict is Verdict.MATCH
        assert one(left, left, "dynamodb-local").verdict is Verdict.MATCH
        assert one(left, right, "aws").verdict is Verdict.DIFFERS
        other = replace(left, body=b'{"__type":"a#C","message":"other"}')
        assert ("body message", "value") in found(one(left, other, "dynamodb-local"))

    def test_other_members_may_not_be_added(self):
        left = Response(404, "", (), b"<Error><Code>C</Code></Error>")
        right = replace(left, body=b"<Error><Code>C</Code><Resource>/</Resource></Error>")
        assert one(left, right, "localstack").verdict is Verdict.DIFFERS


def test_bodies_that_are_hostile_do_not_stop_the_judge():
    deep = b"<a>" * 3000 + b"</a>" * 3000
    for body in (
        b"<a",
        b"<a>&x;</a>",
        b"{" * 5000,
        b"[" * 100_000,
        deep,
        b"\x00",
        b"<?xml version='1.0' encoding='zz'?><a/>",
    ):
        assert one(answer(200, "OK", (), b"<a>1</a>"), answer(200, "OK", (), body)).mismatches


@pytest.mark.parametrize(
    ("given", "paths"), [(b'{"At":1763700001.25}', []), (b'{"At":17}', ["body At"]), (b'{"At":"now"}', ["body At"])]
)
def test_a_rule_covers_a_number_that_has_the_shape(given, paths):
    rules = Rulebook((Rule("time", ("body At",), EPOCH_SECONDS, "the time of the request", is_paired=False),))
    table = exchange(1, "dynamodb.CreateTable", "POST", "/", answer(200, "OK", (), b'{"At":1763600000.5}'))
    reply = Reply(sized(table.response, given))
    (found,) = judge(recording(exchanges=(table,)), [reply], rules)
    assert [each.path for each in found.mismatches if each.path.startswith("body")] == paths


TEXT, JSON = ("Content-Type", "text/plain; charset=utf-8"), ("Content-Type", "application/json")


def of_lambda(body, *headers):
    status = (404, "Not Found") if body else (204, "No Content")
    given = answer(*status, headers, body, ids=(("x-amzn-RequestId", "6f4d1b1e-6f3c-4a55-9a7e-0f2b7f1a9c11"),))
    return exchange(1, "lambda.GetFunction", "GET", "/2015-03-31/functions/f", given)


@pytest.mark.parametrize(
    ("body", "headers", "paths"),
    [
        (b'{"message":"none"}', (JSON,), []),
        (b'{"message":"none"}', (TEXT,), ["header content-type"]),
        (b'{"message":"none","__type":"X"}', (JSON,), ["body __type"]),
        (b'{"message":"other"}', (JSON,), ["body message"]),
    ],
)
def test_a_web_frameworks_envelope_is_not_taught_to_others(body, headers, paths):
    recorded = of_lambda(b'{"__type":"X","message":"none"}', TEXT)
    (found,) = judged([of_lambda(body, *headers).response], "localstack", (recorded,), "ruststack")
    assert [each.path for each in found.mismatches] == paths
    (own,) = judged([recorded.response], "localstack", (recorded,), "localstack")
    assert not own.mismatches


def test_no_document_has_no_type():
    recorded = of_lambda(b"", TEXT)
    for headers, paths in (((), []), ((JSON,), ["header content-type"])):
        (found,) = judged([of_lambda(b"", *headers).response], "localstack", (recorded,), "ruststack")
        assert [each.path for each in found.mismatches] == paths

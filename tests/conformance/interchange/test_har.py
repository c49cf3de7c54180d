"""HAR as tools write it, each with its own habits, is read as what was on the wire."""

import base64
import gzip
import json

import pytest

from conformance.interchange import har
from conformance.interchange.taken import NO_BODY, NO_HTTP, BadFile

HOST = {"name": "Host", "value": "photos.s3.amazonaws.com"}


def entry(method="GET", url="https://photos.s3.amazonaws.com/a?b=1", *, headers=(HOST,), post=None, **changes):
    request = {"method": method, "url": url, "headers": list(headers), "bodySize": -1}
    response = {"status": 200, "statusText": "OK", "headers": [], "content": {"size": 2, "text": "hi"}}
    response |= changes.pop("response", {})
    made = {"startedDateTime": "2026-10-28T22:32:00.000Z", "time": 5, "request": request, "response": response}
    return made | ({"request": request | {"postData": post}} if post is not None else {}) | changes


def read(*entries, creator="WebInspector"):
    log = {"version": "1.2", "creator": {"name": creator, "version": "1"}, "entries": list(entries)}
    return har.read(json.dumps({"log": log}).encode())


def one(*arguments, **changes):
    (captured,) = read(entry(*arguments, **changes)).captured
    return captured


def test_the_request_is_as_it_was_sent():
    captured = one()
    assert (captured.request.method, captured.request.target) == ("GET", "/a?b=1")
    assert captured.request.headers == (("Host", "photos.s3.amazonaws.com"),)
    assert captured.origin == "https://photos.s3.amazonaws.com:443"
    assert captured.response.body == b"hi"
    assert (captured.ended - captured.at).total_seconds() == 0.005


def test_of_http_2_becomes_http_1_1():
    pseudo = [{"name": ":method", "value": "GET"}, {"name": ":authority", "value": "x.s3.amazonaws.com"}]
    captured = one(headers=[*pseudo, {"name": "accept", "value": "*/*"}], response={"status": 206, "statusText": ""})
    assert captured.request.headers == (("Host", "x.s3.amazonaws.com"), ("accept", "*/*"))
    assert captured.response.reason == "Partial Content"


@pytest.mark.parametrize(
    ("post", "headers", "body"),
    [
        ({"text": "a=1"}, (), b"a=1"),
        ({"text": base64.b64encode(b"\0\xff").decode(), "encoding": "base64"}, (), b"\0\xff"),
        ({"text": base64.b64encode(b"\0\xff").decode(), "_encoding": "base64"}, (), b"\0\xff"),
        ({"text": "\0\udcff"}, (), b"\0\xff"),
        ({"text": "\0ÿ"}, ({"name": "content-length", "value": "2"},), b"\0\xff"),
        ({"text": "\0ÿ"}, ({"name": "content-length", "value": "3"},), b"\0\xc3\xbf"),
        ({"params": [{"name": "Action", "value": "Get It"}, {"name": "n"}]}, (), b"Action=Get+It&n="),
    ],
)
def test_bodies_of_requests_in_every_spelling(post, headers, body):
    assert one("POST", headers=(HOST, *headers), post=post).request.body == body


@pytest.mark.parametrize(
    "given",
    [
        entry("PUT", headers=(HOST, {"name": "Content-Length", "value": "9"})),
        entry("PUT", post={"text": "\0\ufffd"}),
        entry("PUT", headers=(HOST, {"name": "Content-Length", "value": "9"}), post={"text": "short"}),
        entry("PUT", post={"text": "no base64!", "encoding": "base64"}),
        entry(response={"content": {"size": 2}}),
        entry(response={"content": {"size": 2, "text": "?", "encoding": "base64"}}),
    ],
)
def test_what_lacks_its_body_is_dropped_and_counted(given):
    taken = read(given, entry())
    assert (len(taken.captured), taken.dropped) == (1, {NO_BODY: 1})


def test_a_decompressed_answer_is_compressed_again():
    headers = [{"name": "content-encoding", "value": "gzip"}, {"name": "Content-Length", "value": "7"}]
    answer = one(response={"headers": headers, "content": {"size": 2, "text": "hi"}}).response
    assert gzip.decompress(answer.body) == b"hi"
    assert answer.header("content-length") == str(len(answer.body))


def test_an_answer_that_was_never_compressed_is_left():
    headers = [{"name": "content-encoding", "value": "br"}]
    answer = one(response={"headers": headers, "content": {"size": 2, "text": "hi", "compression": 0}}).response
    assert answer.body == b"hi"


def test_text_goes_back_to_its_charset():
    headers = [{"name": "Content-Type", "value": "text/plain; charset=iso-8859-1"}]
    assert one(response={"headers": headers, "content": {"size": 1, "text": "é"}}).response.body == b"\xe9"


def test_a_head_has_no_body_and_keeps_its_length():
    headers = [{"name": "Content-Length", "value": "99"}]
    answer = one("HEAD", response={"headers": headers, "content": {"size": 99}}).response
    assert (answer.body, answer.header("content-length")) == (b"", "99")


def test_joined_headers_are_several_again():
    headers = [{"name": "x-amz-meta-a", "value": "1\n2"}, {"name": "x-amz-meta-n", "value": "€"}]
    answer = one(response={"headers": headers}).response
    assert answer.headers == (("x-amz-meta-a", "1"), ("x-amz-meta-a", "2"), ("x-amz-meta-n", "\xe2\x82\xac"))


def test_what_never_was_http_or_never_was_sent_is_dropped():
    taken = read(
        entry(url="data:text/plain,hi"), entry(url="wss://x.amazonaws.com/"), entry(_fromCache="disk"), entry()
    )
    assert len(taken.captured) == 1
    assert taken.dropped == {NO_HTTP: 2, "answered by the browser's cache": 1}


def test_an_aborted_request_has_no_answer():
    assert one(response={"status": 0, "statusText": "", "content": {}}).response is None


def test_entries_are_ordered_by_when_they_were_sent():
    later, earlier = "2026-10-28T23:32:01+01:00", "2026-10-28T22:32:00.5Z"
    taken = read(entry(startedDateTime=later, time=-1), entry(startedDateTime=earlier))
    assert [each.at.second for each in taken.captured] == [0, 1]
    assert taken.captured[1].ended is None


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (b"{", "JSON"),
        (b"[]", "no HAR"),
        (b'{"log": {"entries": {}}}', "no list"),
        (b'{"log": {"entries": [{}]}}', "entry 1 .* lacks 'request'"),
    ],
)
def test_what_is_no_har_is_said(text, why):
    with pytest.raises(BadFile, match=why):
        har.read(text)


def test_a_wrong_time_names_its_entry():
    with pytest.raises(BadFile, match=r"entry 2 .*isoformat"):
        read(entry(), entry(startedDateTime="yesterday"))


def test_a_byte_order_mark_is_no_matter():
    log = {"log": {"entries": [entry()]}}
    assert len(har.read(b"\xef\xbb\xbf" + json.dumps(log).encode()).captured) == 1

"""A recording's file gives back the exact bytes, reads well, and holds no secret."""

import gzip
import json
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conformance.exchange import Binding, Exchange, Recording, Request, Response, Source
from conformance.layout import TEXT_LIMIT, fold_xml, from_form, to_form, unfold_xml
from conformance.migrate import forward
from conformance.recording import SecretFound, dump, find_secret, load, load_source, to_text

SOURCE = Source("localstack", "2026.3", "us-east-1", "2026-11-21", "boto3 1.44.5")
XML = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">'
    b"<Name>b</Name><Prefix/><Contents><Key> a b</Key><Size>1</Size></Contents><Empty></Empty></ListBucketResult>"
)

header_text = st.text(st.characters(min_codepoint=32, max_codepoint=255, exclude_characters="\x7f"), max_size=20)
headers = st.lists(st.tuples(st.from_regex(r"[A-Za-z-]{1,12}", fullmatch=True), header_text), max_size=4).map(tuple)
bodies = st.one_of(
    st.binary(max_size=300),
    st.text(max_size=300).map(str.encode),
    st.sampled_from(
        [XML, b'{"a":[1,2.50,{"b":null}]}', b'{"a": 1}', b"x" * 3000, b"<a>\n</a>\n", b"<a/>", b"[", b"\n \n"]
    ),
)


def recording(*exchanges: Exchange, bindings: tuple[Binding, ...] = ()) -> Recording:
    accounts = {"main": "000000000000"}
    return Recording("s3/some_topic", "A title: with a colon", SOURCE, accounts, ("conform-x-1",), exchanges, bindings)


def exchange(body: bytes = b"", **request: str) -> Exchange:
    sent = Request("PUT", request.get("target", "/b/k?x"), (("Host", "localhost:4566"),), body)
    return Exchange(1, "s3.PutObject", "main", sent, Response(200, "OK", (("ETag", '"e"'),), body), "a step")


@settings(deadline=None)
@given(headers, headers, bodies, bodies)
def test_every_byte_comes_back(sent, received, body, answer):
    request = Request("GET", "/a%2Fb/c d?x=\u00e4&y", sent, body)
    original = recording(Exchange(1, "", "", request, Response(206, "Partial Content", received, answer)))
    with TemporaryDirectory() as folder:
        path = Path(folder) / "s3" / "some_topic.yaml"
        dump(original, path)
        assert load(path) == original


@settings(deadline=None)
@given(bodies)
def test_a_body_form_is_exact(body):
    with TemporaryDirectory() as folder:
        assert from_form(to_form(body, Path(folder)), Path(folder)) == body


def test_xml_is_folded_to_one_element_a_line(tmp_path):
    form = to_form(XML, tmp_path)
    assert "    <Key> a b</Key>\n" in form["xml"]
    assert unfold_xml(fold_xml(XML.decode())) == XML.decode()


def test_compact_json_is_indented(tmp_path):
    assert to_form(b'{"a":{"b":1}}', tmp_path) == {"json": '{\n  "a": {\n    "b": 1\n  }\n}'}


def test_json_that_would_not_come_back_stays_text(tmp_path):
    for body in (b'{"a":1.0e5}', b'{"a":1,"a":2}', b'{ "a":1}'):
        assert to_form(body, tmp_path) == {"text": body.decode()}


def test_a_large_patterned_body_is_a_repeat(tmp_path):
    assert to_form(b"x" * 5_000_000, tmp_path) == {"repeat": {"unit": "eA==", "size": 5_000_000}}


def test_a_large_binary_body_lies_beside_the_recording(tmp_path):
    body = bytes(range(256)) * 40 + b"end"
    form = to_form(body, tmp_path)
    assert form["size"] == len(body)
    assert from_form(form, tmp_path) == body
    (blob,) = tmp_path.iterdir()
    blob.write_bytes(gzip.compress(b"other"))
    with pytest.raises(ValueError, match="not what its name says"):
        from_form(form, tmp_path)


@pytest.mark.parametrize("kind", ["json", "text", "xml"])
def test_a_text_that_nobody_would_read_lies_beside_the_recording(tmp_path, kind):
    pieces = ",".join(f'"{number}"' for number in range(TEXT_LIMIT // 7))
    body = {"json": f"[{pieces}]", "text": f"{{{pieces}", "xml": f"<a><b/>{pieces}</a>"}[kind].encode()
    short, long = body.ljust(TEXT_LIMIT)[:TEXT_LIMIT], body.ljust(TEXT_LIMIT + 1)
    assert "blob" not in to_form(short, tmp_path)
    form = to_form(long, tmp_path)
    assert form["size"] == len(long) and from_form(form, tmp_path) == long


def test_a_secret_in_a_body_beside_the_recording_cannot_be_written_either(tmp_path):
    body = json.dumps({"a": ["x"] * TEXT_LIMIT, "key": "AKIA" + "IOSFODNN7EXAMPLQ"}).encode()
    with pytest.raises(SecretFound):
        dump(recording(exchange(body)), tmp_path / "x.yaml")
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_body_form_is_an_error(tmp_path):
    with pytest.raises(ValueError, match="unknown body form"):
        from_form({"yaml": ""}, tmp_path)


def test_bindings_and_notes_come_back(tmp_path):
    original = recording(exchange(), bindings=(Binding("upload-id:1", "abc", 1, "body A/B[2]", (2, 3)),))
    dump(original, tmp_path / "x.yaml")
    assert load(tmp_path / "x.yaml") == original
    assert load_source(tmp_path / "x.yaml") == SOURCE


@pytest.mark.parametrize(
    "secret",
    [
        "AKIA" + "QWERTYUIOPASDFGH",
        "Signature=" + "0123456789abcdef" * 4,
        "chunk-signature=" + "0123456789abcdef" * 4,
        "-----BEGIN " + "RSA PRIVATE KEY-----",
        "<SecretAccessKey>" + "abcdEFGH" * 5 + "</SecretAccessKey>",
        "IQoJb3JpZ2lu" + "X" * 40,
    ],
)
def test_a_secret_cannot_be_written(tmp_path, secret):
    with pytest.raises(SecretFound) as error:
        dump(recording(exchange(secret.encode())), tmp_path / "x.yaml")
    assert secret not in str(error.value)
    assert not (tmp_path / "x.yaml").exists()


@pytest.mark.parametrize(
    "harmless",
    [
        "AKIA" + "IOSFODNN7EXAMPLE",
        "Signature=" + "0" * 64,
        "Signature=" + "f" * 64,
        "<SecretAccessKey>" + "x" * 38 + "12" + "</SecretAccessKey>",
    ],
)
def test_documentation_keys_and_what_was_crossed_out_may_be_written(harmless):
    assert find_secret(harmless) is None


def test_headers_read_as_a_block(tmp_path):
    assert "  headers: |-\n    Host: localhost:4566\n" in to_text(recording(exchange()), tmp_path)


@pytest.mark.parametrize("text", ["", "- 1", "format: 99", "scenario: x", "format: 1\nscenario: x", "format: 1\n: ["])
def test_what_is_no_recording_is_named(tmp_path, text):
    path = tmp_path / "bad.yaml"
    path.write_text(text)
    with pytest.raises(ValueError, match=r"bad\.yaml"):
        load(path)


VERSION_1 = """\
---
format: 1
scenario: s3/old
title: Made before order was kept
source: {kind: aws, version: '', region: us-east-1, date: '2026-11-21', sdk: boto3 1.44.5, seen_on_aws: true}
accounts:
  main: '000000000000'
names: []
bindings:
- name: etag:1
  value: abcdef-1
  from: 1 header ETag
  to:
  - 2
---
exchange: 1
operation: s3.PutObject
account: main
request:
  line: PUT /b/k
  headers: 'Host: localhost'
response:
  line: 200 OK
  headers: 'ETag: "abcdef-1"'
"""


def test_a_recording_of_format_1_is_read_as_it_was(tmp_path):
    path = tmp_path / "old.yaml"
    path.write_text(VERSION_1)
    old = load(path)
    assert old.bindings == (Binding("etag:1", "abcdef-1", 1, "header ETag", (2,), ()),)
    assert old.exchanges[0].after is None
    dump(old, tmp_path / "new.yaml")
    assert "format: 2\n" in (tmp_path / "new.yaml").read_text()
    assert load(tmp_path / "new.yaml") == old


def test_order_and_places_come_back_on_one_line_each(tmp_path):
    concurrent = replace(exchange(), after=(1, 3))
    bound = Binding("upload-id:1", "abc", 1, "body A/B", (2, 3), ("path", "query uploadId"))
    original = recording(exchange(), concurrent, replace(concurrent, after=()), bindings=(bound,))
    dump(original, tmp_path / "x.yaml")
    text = (tmp_path / "x.yaml").read_text()
    assert "after: [1, 3]\n" in text and "after: []\n" in text
    assert "  to: [2, 3]\n  in: [path, query uploadId]\n" in text
    assert load(tmp_path / "x.yaml") == original


def test_an_old_format_steps_forward():
    steps = {1: lambda head: {**head, "b": head["a"]}, 2: lambda head: {**head, "c": head["b"] + 1}}
    assert forward({"format": 1, "a": 1}, steps, 3) == {"format": 3, "a": 1, "b": 1, "c": 2}
    with pytest.raises(ValueError, match="no step leads"):
        forward({"format": 1}, {2: steps[2]}, 3)

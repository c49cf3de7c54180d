"""The fields of a request are all seen, and each can be changed without touching the others."""

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.carrying import carries, exchanged
from conformance.digests import DIGESTS
from conformance.exchange import Request
from conformance.fields import fields, rewritten


def post(body, *headers, target="/"):
    return Request("POST", target, headers, body)


def swapped(request, old, new):
    return rewritten(request, lambda place, text: exchanged(place, text, {old: new}))


def test_path_query_host_and_headers():
    headers = (("Host", "a1b2c3.execute-api.localhost:4566"), ("If-Match", '"e"'), ("Authorization", "secret"))
    request = Request("GET", "/restapis/a1b2c3/resources?embed=x%2Fy&n=1+2", headers)
    assert fields(request) == [
        ("path", "restapis"),
        ("path", "a1b2c3"),
        ("path", "resources"),
        ("query embed", "x/y"),
        ("query n", "1 2"),
        ("host", "a1b2c3.execute-api.localhost:4566"),
        ("header if-match", '"e"'),
    ]
    changed = swapped(request, "a1b2c3", "zz9")
    assert changed.target == "/restapis/zz9/resources?embed=x%2Fy&n=1+2"
    assert changed.header("host") == "zz9.execute-api.localhost:4566"


def test_json_with_json_inside_and_member_names():
    policy = json.dumps({"Statement": [{"Resource": ["arn:aws:sqs:us-east-1:000000000000:q"]}]})
    request = post(json.dumps({"RequestItems": {"users": [1, None]}, "Policy": policy}).encode())
    assert fields(request) == [
        ("body {}", "RequestItems"),
        ("body RequestItems/{}", "users"),
        ("body RequestItems/users", "1"),
        ("body {}", "Policy"),
        ("body Policy", policy),
        ("body Policy/{}", "Statement"),
        ("body Policy/Statement/{}", "Resource"),
        ("body Policy/Statement/Resource", "arn:aws:sqs:us-east-1:000000000000:q"),
    ]
    changed = json.loads(swapped(request, "q", "other").body)
    assert json.loads(changed["Policy"])["Statement"][0]["Resource"] == ["arn:aws:sqs:us-east-1:000000000000:other"]
    assert changed["RequestItems"] == {"users": [1, None]}


def test_json_in_base64():
    inner = base64.b64encode(b'{"order":"o-12345678"}').decode()
    changed = swapped(post(json.dumps({"Data": inner}).encode()), "o-12345678", "o-9")
    assert base64.b64decode(json.loads(changed.body)["Data"]) == b'{"order":"o-9"}'


def test_a_token_that_happens_to_be_json_in_base64_is_a_value_of_its_own():
    token = base64.b64encode(b'{"at":"k-000000001"}').decode()
    assert swapped(post(json.dumps({"NextToken": token}).encode()), token, "live").body == b'{"NextToken": "live"}'


def test_a_form():
    request = post(b"Action=SendMessage&Attribute.1.Value=a%2Bb&Attribute.2.Value=c")
    assert ("body Attribute.Value", "a+b") in fields(request)
    assert swapped(request, "a+b", "d&e").body == b"Action=SendMessage&Attribute.1.Value=d%26e&Attribute.2.Value=c"


def test_xml():
    request = post(b'<?xml version="1.0"?>\n<C xmlns="u"><Part><ETag>&quot;old-1&quot;</ETag></Part><Empty/></C>')
    assert fields(request)[-1] == ("body C/Part/ETag", '"old-1"')
    assert b"<ETag>&quot;new&quot;</ETag></Part><Empty/></C>" in swapped(request, "old-1", "new").body


def test_digests_of_a_changed_body_are_right_again():
    body = b'{"Id": "a1b2c3"}'
    request = swapped(post(body, ("Content-MD5", DIGESTS["content-md5"](body))), "a1b2c3", "longer-than-before")
    assert request.header("content-md5") == DIGESTS["content-md5"](request.body)


@pytest.mark.parametrize(
    "body", [b"", b"plain words", b"\xff\xfe", b"{", b"<a", b"[1,2.50,1e5]", b'{"a":"\\u00e9\\/"}']
)
def test_what_is_not_changed_keeps_its_bytes(body):
    request = post(body, ("X-Any", "\xe4 b"), target="/a%2Fb/c%20d?x=%7e&y&=z")
    assert rewritten(request, lambda place, text: text) == request


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)


@given(values.filter(lambda value: isinstance(value, dict | list)), st.booleans())
def test_any_json_is_walked_and_comes_back(value, is_ascii):
    request = post(json.dumps(value, ensure_ascii=is_ascii).encode())
    assert rewritten(request, lambda place, text: text) == request
    json.loads(rewritten(request, lambda place, text: f"{text}1" if not text.startswith(("{", "[")) else text).body)


@pytest.mark.parametrize(
    ("place", "text", "is_carried"),
    [
        ("path", "a1b2c3", True),
        ("body Id", "a1b2c3", True),
        ("body Arn", "arn:aws:apigateway:us-east-1::/restapis/a1b2c3", True),
        ("body Url", "http://a1b2c3.lambda-url.us-east-1.localhost:4566/", True),
        ("host", "a1b2c3.execute-api.localhost", True),
        ("body Name", "a1b2c3.txt", False),
        ("body Name", "x-a1b2c3", False),
        ("body Message", "see a1b2c3 there", False),
    ],
)
def test_a_short_value_is_carried_by_whole_parts_only(place, text, is_carried):
    assert carries(place, text, "a1b2c3") is is_carried
    assert exchanged(place, text, {"a1b2c3": "L"}) == (text.replace("a1b2c3", "L") if is_carried else text)


def test_values_are_exchanged_all_at_once():
    values = {"a" * 16 + "1": "b" * 16 + "1", "b" * 16 + "1": "a" * 16 + "1"}
    assert exchanged("body M", f"{'a' * 16}1 and {'b' * 16}1", values) == f"{'b' * 16}1 and {'a' * 16}1"

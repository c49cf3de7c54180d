"""Secrets cannot reach disk: any text, at any place that holds a secret, repeated anywhere, in any wrapping."""

import base64
import gzip
import json
import tempfile
from datetime import UTC, datetime, timedelta
from html import escape
from pathlib import Path
from urllib.parse import quote, quote_plus, unquote, unquote_plus

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conformance.commands.lint import lint
from conformance.exchange import Exchange, Recording, Request, Response, Source
from conformance.leaks import find_in_body, find_secret
from conformance.record.assembly import redactor_of, write
from conformance.record.capture import Captured
from conformance.recording import SecretFound, dump, load
from conformance.target import Target

AT = datetime(2026, 11, 21, 10, tzinfo=UTC)
HOST = ("Host", "localhost:4566")
LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
SIGNS = "!#$%&'()*+,-./:;<=>?@[]^_{|}~\"\\"
JSON, XML = ("Content-Type", "application/json"), ("Content-Type", "text/xml")
CBOR, FORM = ("Content-Type", "application/cbor"), ("Content-Type", "application/x-www-form-urlencoded")


@pytest.fixture(scope="module", autouse=True)
def no_profiles():
    """Reading this machine's profiles takes longer than all the rest, and there is nothing to know from them."""
    with pytest.MonkeyPatch.context() as patch:
        for module in ("assembly", "keyring"):
            patch.setattr(f"conformance.record.{module}.machine_secrets", lambda env: {})
        yield


def is_telling(text):
    """Chance made it, not a word; and it is not what a crossed-out secret looks like."""
    return len(set(text)) >= 8 and any(each.isdigit() for each in text) and any(each.isalpha() for each in text)


secrets = st.text(LETTERS + SIGNS, min_size=16, max_size=64).filter(is_telling)


def cbor(value):
    if isinstance(value, dict):
        return bytes((0xA0 | len(value),)) + b"".join(cbor(k) + cbor(v) for k, v in value.items())
    data = value.encode()
    return bytes((0x78, len(data))) + data


def b64(text):
    return base64.b64encode(text.encode()).decode()


def presigned(secret):
    return f"/b/k?X-Amz-Algorithm=AWS4&X-Amz-Security-Token={quote(secret, safe='')}&X-Amz-Signature={'a' * 64}"


# Where a secret is known to be one: by its name.
NAMED = {
    "token header": lambda s: ("/", (("X-Amz-Security-Token", s),), b""),
    "bearer": lambda s: ("/", (("Authorization", f"Bearer {s}"),), b""),
    "cookie": lambda s: ("/", (("Cookie", f"session={s}"),), b""),
    "customer key": lambda s: ("/", (("x-amz-server-side-encryption-customer-key", b64(s)),), b""),
    "query": lambda s: (f"/?Action=A&Password={quote_plus(s)}", (), b""),
    "presigned": lambda s: (presigned(s), (), b""),
    "json": lambda s: ("/", (JSON,), json.dumps({"SecretString": s}).encode()),
    "json, below": lambda s: ("/", (JSON,), json.dumps({"a": [{"Name": "DB_PASSWORD", "Value": s}]}).encode()),
    "json in json": lambda s: ("/", (JSON,), json.dumps({"Body": json.dumps({"password": s})}).encode()),
    "json in base64": lambda s: ("/", (JSON,), json.dumps({"Data": b64(json.dumps({"password": s}))}).encode()),
    "a URL in json": lambda s: ("/", (JSON,), json.dumps({"url": f"https://h{presigned(s)}"}).encode()),
    "environment": lambda s: ("/", (JSON,), json.dumps({"Variables": {"API_TOKEN": s}}).encode()),
    "xml": lambda s: ("/", (XML,), f"<R><SecretAccessKey>{escape(s)}</SecretAccessKey></R>".encode()),
    "json in xml": lambda s: ("/", (XML,), f"<R><V>{escape(json.dumps({'secretKey': s}))}</V></R>".encode()),
    "cbor": lambda s: ("/", (CBOR,), cbor({"SecretString": s})),
    "cbor, below": lambda s: ("/", (CBOR,), cbor({"a": {"password": s}})),
    "form": lambda s: ("/", (FORM,), f"Action=A&SecretAccessKey={quote_plus(s)}".encode()),
    "members of a form": lambda s: (
        "/",
        (FORM,),
        f"Action=A&Entry.1.Name=DB_PASSWORD&Entry.1.Value={quote(s, safe='')}".encode(),
    ),
    "gzip": lambda s: ("/", (JSON, ("Content-Encoding", "gzip")), gzip.compress(json.dumps({"password": s}).encode())),
}
# Where it is repeated, and nothing says so.
REPEATED = {
    "text": lambda s: ((), f"you said {s} to us".encode()),
    "header": lambda s: ((("X-Echo", s),), b""),
    "json": lambda s: ((JSON,), json.dumps({"message": f"bad: {s}"}).encode()),
    "xml": lambda s: ((XML,), f"<Message>{escape(s)}</Message>".encode()),
    "base64": lambda s: ((JSON,), json.dumps({"Data": b64(s)}).encode()),
    "quoted": lambda s: ((), f"next=/?q={quote(s, safe='')}".encode()),
    "cbor": lambda s: ((CBOR,), cbor({"message": s})),
    "gzip": lambda s: ((("Content-Encoding", "gzip"),), gzip.compress(f"so {s}.".encode())),
}


def captured(number, target, headers, body, answer=((), b"")):
    request = Request("POST", target, (HOST, *headers, ("Content-Length", str(len(body)))), body)
    moment = AT + timedelta(seconds=number)
    return Captured(request, Response(200, "OK", *answer), moment, "", "", "", moment, "http://localhost:4566")


def written(taken, folder):
    redactor = redactor_of(taken, {}, ())
    (done,) = write(taken, "some/talk", "A talk", Target("localstack", "1", "http://localhost:4566"), redactor, folder)
    return done.path


def texts(path):
    """All that the file tells, whatever it is wrapped in."""
    yield path.read_text()
    for each in load(path).exchanges:
        for message in (each.request, each.response):
            body = message.body
            if (message.header("content-encoding") or "") == "gzip":
                body = gzip.decompress(body)
            for text in (body.decode("utf-8", "replace"), *(value for _, value in message.headers)):
                yield from (text, unquote(text), unquote_plus(text))
        yield from (each.request.target, unquote(each.request.target), unquote_plus(each.request.target))


def spellings(secret):
    yield from (secret, json.dumps(secret)[1:-1], json.dumps(json.dumps(secret)[1:-1])[1:-1])
    yield from (escape(secret), escape(secret, quote=False), quote(secret, safe=""), quote_plus(secret), b64(secret))
    yield from (b64(json.dumps({"password": secret})),)


@pytest.mark.parametrize("place", NAMED)
@settings(deadline=None, max_examples=10)
@given(secret=secrets, where=st.sampled_from(sorted(REPEATED)))
def test_a_secret_is_nowhere_in_the_file(place, secret, where):
    target, headers, body = NAMED[place](secret)
    echo = REPEATED[where](secret) if place not in ("cookie", "customer key") else ((), b"")
    taken = [captured(1, target, headers, body), captured(2, "/later", (), b"", echo)]
    with tempfile.TemporaryDirectory() as folder:
        path = written(taken, Path(folder))
        found = [(each, text) for text in texts(path) for each in spellings(secret) if each in text]
        assert found == []


KEY = "AKIA" + "QWERTYUIOPASDFGH"


@pytest.mark.parametrize(
    "hidden",
    [
        KEY.encode(),
        b64(f"key {KEY} is here").encode(),
        b64(b64(f"key {KEY} is here")).encode(),
        gzip.compress(f"key {KEY}".encode(), mtime=0),
        base64.b64encode(gzip.compress(f"key {KEY} and more".encode(), mtime=0)),
        base64.urlsafe_b64encode(b"\xff\xfe\xfb " + KEY.encode() + b" ...").rstrip(b"="),
        bytes(range(256)) * 40 + KEY.encode() + b"\x00",
    ],
)
def test_what_looks_like_a_key_is_found_in_any_wrapping(hidden, tmp_path):
    assert find_in_body(hidden)
    exchange = Exchange(1, "s3.PutObject", "main", Request("PUT", "/b/k", (HOST,), hidden), Response(200, "OK"))
    recording = Recording("s3/x", "", Source("localstack", "1", "us-east-1", "2026-11-21", "x"), {}, (), (exchange,))
    with pytest.raises(SecretFound) as error:
        dump(recording, tmp_path / "s3" / "x.yaml")
    assert KEY not in str(error.value)
    assert list(tmp_path.rglob("*")) == []  # not beside the file, either


def test_lint_looks_into_the_bodies_beside_a_recording(tmp_path, monkeypatch):
    body = bytes(range(256)) * 40 + KEY.encode()
    exchange = Exchange(1, "s3.PutObject", "main", Request("PUT", "/b/k", (HOST,), body), Response(200, "OK"))
    recording = Recording("s3/x", "", Source("localstack", "1", "us-east-1", "2026-11-21", "x"), {}, (), (exchange,))
    monkeypatch.setattr("conformance.recording.find_in_body", lambda body: None)
    dump(recording, tmp_path / "s3" / "x.yaml")
    assert any("looks like a secret: AKIAQWERTYUI..." in line for line in lint(tmp_path))


@pytest.mark.parametrize(
    "harmless", ["a/path/that/is/long/enough/to/be/base64", b64("nothing in here at all"), "0" * 64]
)
def test_base64_without_a_secret_is_no_secret(harmless):
    assert find_secret(harmless) is None

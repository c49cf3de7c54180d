"""The control API over the wire, as scripts and LocalStack users' tools meet it."""

from __future__ import annotations

import json
import socket
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest

from ruststack import RustStack, __version__
from ruststack.services.s3 import service as s3_service


@pytest.fixture(scope="module")
def stack() -> Iterator[RustStack]:
    with RustStack(journal=True) as stack:
        yield stack


@pytest.fixture(autouse=True)
def fresh(stack: RustStack) -> None:
    stack.reset()


def ask(stack: RustStack, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(stack.endpoint_url + path, data, headers, method=method)
    if data is not None:
        request.add_header("Content-Type", "application/json")
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, json.loads(answer.read() or b"null")
    except urllib.error.HTTPError as error:
        with error:
            text = error.read()
        return error.code, json.loads(text) if text.startswith((b"{", b"[")) else text


def buckets(stack: RustStack) -> list[str]:
    return [bucket["Name"] for bucket in stack.client("s3").list_buckets()["Buckets"]]


@pytest.mark.parametrize("path", ["/health", "/_ruststack/health", "/_localstack/health", "/_ministack/health"])
def test_health_lists_services_edition_and_version(stack: RustStack, path: str) -> None:
    buckets(stack)
    status, health = ask(stack, "GET", path)
    assert (status, health["version"], health["edition"]) == (200, __version__, "ruststack")
    assert health["services"]["s3"] == "running"
    assert ask(stack, "HEAD", path) == (200, None)


def test_a_service_is_available_until_it_is_used_and_then_it_runs() -> None:
    with RustStack() as stack:
        assert set(ask(stack, "GET", "/health")[1]["services"].values()) == {"available"}
        buckets(stack)
        services = ask(stack, "GET", "/health")[1]["services"]
        assert [name for name, status in services.items() if status == "running"] == ["s3"]


def test_a_service_that_is_switched_off_is_disabled() -> None:
    with RustStack(s3="off") as stack:
        assert ask(stack, "GET", "/health")[1]["services"]["s3"] == "disabled"


def test_info_has_localstacks_members(stack: RustStack) -> None:
    status, info = ask(stack, "GET", "/_localstack/info")
    assert status == 200
    assert {"version", "edition", "is_license_activated", "session_id", "system", "uptime"} <= set(info)


@pytest.mark.parametrize("path", ["/_ruststack/reset", "/_localstack/state/reset", "/_ministack/reset"])
def test_a_reset_forgets_everything(stack: RustStack, path: str) -> None:
    stack.client("s3").create_bucket(Bucket="bucket")
    assert ask(stack, "POST", path) == (200, {"status": "ok"})
    assert buckets(stack) == []


def test_a_reset_of_one_account_leaves_the_others(stack: RustStack) -> None:
    sandbox = stack.client("s3", account="990000000001")
    sandbox.create_bucket(Bucket="bucket")
    stack.client("s3").create_bucket(Bucket="bucket")
    assert ask(stack, "POST", "/_ruststack/reset", {"account": "990000000001"})[0] == 200
    assert sandbox.list_buckets()["Buckets"] == []
    assert buckets(stack) == ["bucket"]


def test_snapshots_are_held_by_name(stack: RustStack) -> None:
    stack.client("s3").create_bucket(Bucket="first")
    assert ask(stack, "POST", "/_ruststack/snapshot", {"name": "one"}) == (200, {"name": "one"})
    stack.client("s3").create_bucket(Bucket="second")
    assert ask(stack, "POST", "/_ruststack/snapshot") == (200, {"name": "default"})
    assert ask(stack, "GET", "/_ruststack/snapshots") == (200, ["one", "default"])
    ask(stack, "POST", "/_ruststack/restore", {"name": "one"})
    assert buckets(stack) == ["first"]
    ask(stack, "POST", "/_ruststack/restore")
    assert buckets(stack) == ["first", "second"]
    assert ask(stack, "DELETE", "/_ruststack/snapshots/one")[0] == 200
    assert ask(stack, "POST", "/_ruststack/restore", {"name": "one"})[0] == 404


def test_the_clock_freezes_advances_and_resumes(stack: RustStack) -> None:
    status, clock = ask(stack, "POST", "/_ruststack/clock", {"freeze": "2030-01-01T00:00:00Z"})
    assert (status, clock["iso"], clock["is_frozen"]) == (200, "2030-01-01T00:00:00.000Z", True)
    assert ask(stack, "POST", "/_ruststack/clock", {"advance": 86400})[1]["iso"] == "2030-01-02T00:00:00.000Z"
    assert ask(stack, "GET", "/_ruststack/clock")[1]["iso"] == "2030-01-02T00:00:00.000Z"
    assert ask(stack, "POST", "/_ruststack/clock", {"freeze": 1})[1]["now"] == 1.0
    assert ask(stack, "POST", "/_ruststack/clock", {"resume": True})[1]["is_frozen"] is False
    assert ask(stack, "POST", "/_ruststack/clock", {"freeze": True})[1]["is_frozen"] is True


@pytest.mark.parametrize(
    "body", [{}, {"freeze": False}, {"forward": 1}, {"advance": "x"}, {"advance": 1e300}, {"freeze": 1e300}]
)
def test_a_clock_move_that_means_nothing_is_refused(stack: RustStack, body: Any) -> None:
    before = ask(stack, "GET", "/_ruststack/clock")[1]["offset_s"]
    assert ask(stack, "POST", "/_ruststack/clock", body)[0] == 422
    assert ask(stack, "GET", "/_ruststack/clock")[1]["offset_s"] == pytest.approx(before, abs=1)


def test_services_are_told_when_time_has_moved(stack: RustStack, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple[str, float]] = []
    monkeypatch.setattr(s3_service, "tick", lambda context: told.append((context.account, context.clock.now())))
    stack.client("s3").create_bucket(Bucket="bucket")
    stack.client("s3", account="990000000001").create_bucket(Bucket="bucket")
    ask(stack, "POST", "/_ruststack/clock", {"freeze": 1000})
    ask(stack, "POST", "/_ruststack/clock", {"advance": 500})
    assert told == [("", 1000.0), ("990000000001", 1000.0), ("", 1500.0), ("990000000001", 1500.0)]


def test_time_alone_expires_what_a_lifecycle_says(stack: RustStack) -> None:
    s3 = stack.client("s3")
    s3.create_bucket(Bucket="bucket")
    rule = {"ID": "r", "Status": "Enabled", "Filter": {"Prefix": ""}, "Expiration": {"Days": 1}}
    s3.put_bucket_lifecycle_configuration(Bucket="bucket", LifecycleConfiguration={"Rules": [rule]})
    s3.put_object(Bucket="bucket", Key="k", Body=b"x")
    ask(stack, "POST", "/_ruststack/clock", {"advance": 3 * 86400})
    assert "Contents" not in s3.list_objects_v2(Bucket="bucket")


def test_a_seed_is_taken_and_given_back(stack: RustStack) -> None:
    assert ask(stack, "POST", "/_ruststack/seed", {"seed": 7}) == (200, {"seed": 7})
    first = ask(stack, "POST", "/_ruststack/seed", {"seed": None})
    assert first == (200, {"seed": None})
    assert ask(stack, "POST", "/_ruststack/seed", {})[0] == 422


def test_the_journal_tells_what_changed_the_state(stack: RustStack) -> None:
    s3 = stack.client("s3")
    s3.create_bucket(Bucket="bucket")
    s3.put_object(Bucket="bucket", Key="k", Body=b"xyz")
    s3.list_buckets()
    journal = ask(stack, "GET", "/_ruststack/journal")[1]
    assert journal["is_on"] is True
    assert [entry["operation"] for entry in journal["entries"]] == ["CreateBucket", "PutObject"]
    assert journal["entries"][1]["blobs"] == [{"size": 3}]
    assert ask(stack, "GET", "/_ruststack/journal?start=1&limit=1")[1]["entries"] == journal["entries"][1:]


def test_a_rewind_goes_back_to_an_operation(stack: RustStack) -> None:
    s3 = stack.client("s3")
    for name in ("first", "second", "third"):
        s3.create_bucket(Bucket=name)
    assert ask(stack, "POST", "/_ruststack/rewind", {"to": 2}) == (200, {"count": 2})
    assert buckets(stack) == ["first", "second"]
    assert ask(stack, "POST", "/_ruststack/rewind", {"to": 3})[0] == 409


def test_every_operation_is_explained_and_the_page_needs_nothing_from_elsewhere(stack: RustStack) -> None:
    paths = ask(stack, "GET", "/_ruststack/openapi.json")[1]["paths"]
    assert {"/_ruststack/reset", "/_ruststack/clock", "/_ruststack/journal"} <= set(paths)
    for methods in paths.values():
        for operation in methods.values():
            assert operation["description"]
    with urllib.request.urlopen(f"{stack.endpoint_url}/_ruststack/docs", timeout=30) as answer:
        assert answer.headers["Content-Type"].startswith("text/html")
        text = answer.read().decode()
    for path in paths:
        assert path in text
    assert "http://" not in text
    assert "https://" not in text


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/_ruststack/nothing", 404), ("GET", "/_localstack/nothing", 404), ("DELETE", "/_ruststack/reset", 405)],
)
def test_what_is_not_there_is_not_taken_for_a_bucket(stack: RustStack, method: str, path: str, status: int) -> None:
    assert ask(stack, method, path)[0] == status


def test_bad_json_is_the_callers_fault(stack: RustStack) -> None:
    request = urllib.request.Request(
        f"{stack.endpoint_url}/_ruststack/seed", b"{", {"Content-Type": "application/json"}
    )
    with pytest.raises(urllib.error.HTTPError, match="422") as caught:
        urllib.request.urlopen(request, timeout=30)
    caught.value.close()


def test_a_page_of_another_origin_cannot_drive_the_server(stack: RustStack) -> None:
    stack.client("s3").create_bucket(Bucket="bucket")
    assert ask(stack, "POST", "/_ruststack/reset", Origin="http://evil.example")[0] == 403
    assert buckets(stack) == ["bucket"]


def test_who_waits_for_localstack_finds_it_ready(stack: RustStack) -> None:
    assert ask(stack, "GET", "/_localstack/init")[1]["completed"]["READY"] is True
    assert ask(stack, "GET", "/_localstack/init/ready") == (200, {"completed": True, "scripts": []})


def test_a_body_is_json_whatever_curl_calls_it(stack: RustStack) -> None:
    stack.client("s3").create_bucket(Bucket="gone-soon")
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    assert raw(stack, "POST", "/_ruststack/snapshot", b'{"name": "by-curl"}', headers) == (200, b'{"name":"by-curl"}')


@pytest.mark.parametrize("body", [b'{"name":"\\ud800"}', b'{"name":"\xff"}', b"{{{", b"[" * 100_000, b'{"name":1}'])
def test_a_body_that_cannot_be_is_the_clients_mistake(stack: RustStack, body: bytes) -> None:
    status, answer = raw(stack, "POST", "/_ruststack/snapshot", body)
    assert status in (400, 422)
    assert b"detail" in answer


def test_a_path_that_is_not_text_is_the_clients_mistake(stack: RustStack) -> None:
    status, answer = raw(stack, "DELETE", "/_ruststack/snapshots/%FF")
    assert (status, b"<Code>InvalidURI</Code>" in answer) == (400, True)


def test_a_large_body_is_refused(stack: RustStack) -> None:
    largest = b'{"name": "x"}'.ljust(1024 * 1024)
    assert raw(stack, "POST", "/_ruststack/snapshot", largest)[0] == 200
    assert raw(stack, "POST", "/_ruststack/snapshot", largest + b" ")[0] == 413


def test_a_body_that_will_never_fit_is_not_waited_for(stack: RustStack) -> None:
    host, port = stack.endpoint_url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=30) as client:
        client.sendall(b"POST /_ruststack/reset HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9000000000\r\n\r\n")
        assert client.recv(65536).startswith(b"HTTP/1.1 400 Bad Request")


def raw(
    stack: RustStack, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None
) -> tuple[int, bytes]:
    request = urllib.request.Request(stack.endpoint_url + path, body, headers or {}, method=method)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read()

"""The notes, deployed to a RustStack of the test session's own and used over HTTP as a browser would."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.error import HTTPError
from urllib.request import HTTPRedirectHandler, Request, build_opener

import boto3
import pytest
from deploy import deploy

ROLE = "arn:aws:iam::000000000000:role/flask-notes"


class Answer(NamedTuple):
    status: int
    headers: Any
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Stay(HTTPRedirectHandler):
    """Redirects are looked at, not followed."""

    def redirect_request(self, *words: Any) -> None:
        return None


def ask(method: str, url: str, body: Any = None, headers: dict[str, str] | None = None) -> Answer:
    data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
    request = Request(url, data, headers or {"content-type": "application/json"}, method=method)
    try:
        with build_opener(Stay).open(request) as answer:
            return Answer(answer.status, answer.headers, answer.read())
    except HTTPError as error:
        with error:
            return Answer(error.code, error.headers, error.read())


@pytest.fixture(scope="session")
def url(ruststack: Any) -> Iterator[str]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL", ruststack.endpoint_url)
        session = boto3.Session("test", "test", region_name="us-east-1")
        yield deploy(session, ROLE, ruststack.endpoint_url)


@pytest.fixture
def note(url: str) -> str:
    return ask("POST", f"{url}/notes", {"text": "milk"}).json["id"]


def test_a_note_is_added_and_told_where(url: str) -> None:
    added = ask("POST", f"{url}/notes", {"text": "eggs, ½ dozen"})
    assert added.status == 201
    assert added.headers["location"].endswith(f"/notes/{added.json['id']}")
    assert ask("GET", f"{url}/notes/{added.json['id']}").json == added.json


def test_a_note_is_changed_and_deleted(url: str, note: str) -> None:
    assert ask("PUT", f"{url}/notes/{note}", {"text": "oat milk"}).json["text"] == "oat milk"
    assert ask("DELETE", f"{url}/notes/{note}").status == 204
    assert ask("GET", f"{url}/notes/{note}").status == 404


def test_notes_are_listed_in_pages(url: str) -> None:
    added = {ask("POST", f"{url}/notes", {"text": f"note {number}"}).json["id"] for number in range(30)}
    page = ask("GET", f"{url}/notes").json
    assert len(page["notes"]) == 25
    listed = {each["id"] for each in page["notes"]}
    while page["next"]:
        page = ask("GET", f"{url}/notes?after={page['next']}").json
        listed |= {each["id"] for each in page["notes"]}
    assert added <= listed


@pytest.mark.parametrize("body", [{}, {"text": ""}, {"text": 7}, {"text": "x" * 2001}, b"{"])
def test_a_bad_note_is_refused(url: str, body: Any) -> None:
    refused = ask("POST", f"{url}/notes", body)
    assert (refused.status, refused.json) == (400, {"error": "text must be a string of 1 to 2000 characters"})


def test_what_is_not_there_is_not_there(url: str) -> None:
    for method, path in (("GET", "/notes/none"), ("PUT", "/notes/none"), ("GET", "/nowhere")):
        assert ask(method, f"{url}{path}", {"text": "x"} if method == "PUT" else None).status == 404
    assert ask("PATCH", f"{url}/notes").status == 405


def test_an_attachment_goes_to_s3_by_a_form_and_comes_back_by_a_link(url: str, note: str) -> None:
    form = ask("POST", f"{url}/notes/{note}/attachment").json
    fields = [*form["fields"].items(), ("file", "\x00\xff picture")]
    parts = "".join(
        f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in fields
    )
    body = (parts + "--b--\r\n").encode("latin-1")
    assert ask("POST", form["url"], body, {"content-type": "multipart/form-data; boundary=b"}).status == 204
    there = ask("GET", f"{url}/notes/{note}/attachment")
    assert there.status == 302
    assert ask("GET", there.headers["location"], headers={}).body == b"\x00\xff picture"

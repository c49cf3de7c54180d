"""The compiled program on a RustStack of the session's own; its mail arrives at a server of the tests."""

from __future__ import annotations

import json
import queue
import socketserver
import threading
from collections.abc import Iterator
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import boto3
import pytest
from deploy import deploy

ROLE = "arn:aws:iam::000000000000:role/contact-form"
FORM = "application/x-www-form-urlencoded"
ENTRY = {"name": "Ada", "email": "ada@example.org", "message": "Does it weave algebraic patterns?"}


class MailServer(socketserver.ThreadingTCPServer):
    """Just enough of SMTP to take a mail in. ``mails`` gives the texts."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Session)
        self.mails: queue.Queue[str] = queue.Queue()


class Session(socketserver.StreamRequestHandler):
    server: MailServer

    def handle(self) -> None:
        self.say("220 here")
        for line in self.rfile:
            word = line[:4].upper()
            if word == b"DATA":
                self.say("354 go on")
                self.server.mails.put(self.text())
            self.say("250 fine" if word != b"QUIT" else "221 bye")

    def text(self) -> str:
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line.decode())
        return "".join(lines)

    def say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


@pytest.fixture(scope="session")
def mails() -> Iterator[MailServer]:
    with MailServer() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture(scope="session")
def url(ruststack: Any, mails: MailServer) -> str:
    variables = {
        "SMTP_URL": f"smtp://127.0.0.1:{mails.server_address[1]}",
        "MAIL_FROM": "Form <form@example.org>",
        "MAIL_TO": "office@example.org",
    }
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL", ruststack.endpoint_url)
        session = boto3.Session("test", "test", region_name="us-east-1")
        return deploy(session, ROLE, variables, ruststack.endpoint_url)


def post(url: str, entry: dict[str, str], kind: str = "application/json") -> tuple[int, str]:
    body = urlencode(entry) if kind == FORM else json.dumps(entry)
    try:
        with urlopen(Request(url, body.encode(), {"content-type": kind})) as answer:
            return answer.status, json.load(answer)["message"]
    except HTTPError as error:
        with error:
            return error.code, json.load(error)["message"]


def test_the_form_is_shown(url: str) -> None:
    with urlopen(url) as page:
        assert page.headers["content-type"] == "text/html; charset=utf-8"
        assert b'<form method="post">' in page.read()


@pytest.mark.parametrize("kind", ["application/json", FORM])
def test_what_was_entered_is_mailed(url: str, mails: MailServer, kind: str) -> None:
    assert post(url, ENTRY, kind) == (202, "thank you")
    mail = mails.mails.get(timeout=30)
    assert "To: office@example.org" in mail and "Reply-To: ada@example.org" in mail
    assert "Subject: Message from Ada" in mail and ENTRY["message"] in mail


def test_what_a_program_entered_is_thanked_for_and_dropped(url: str, mails: MailServer) -> None:
    assert post(url, ENTRY | {"website": "http://spam"}) == (202, "thank you")
    assert mails.mails.empty()


@pytest.mark.parametrize("wrong", [{"email": "ada"}, {"message": " "}, {"message": "x" * 5001}, {"name": ""}])
def test_what_cannot_be_answered_is_refused(url: str, wrong: dict[str, str]) -> None:
    assert post(url, ENTRY | wrong)[0] == 400
    assert post(url, {"name": "Ada"})[0] == 400

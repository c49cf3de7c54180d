"""The books, deployed to a RustStack of the test session's own and used over HTTP."""

from __future__ import annotations

import json
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import boto3
import pytest
from deploy import deploy

ROLE = "arn:aws:iam::000000000000:role/fastapi-books"
ISBN = "9780262510875"
BOOK = {"title": "Structure and Interpretation of Computer Programs", "price": "55.00"}


@pytest.fixture(scope="session")
def url(ruststack: Any) -> str:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL", ruststack.endpoint_url)
        return deploy(boto3.Session("test", "test", region_name="us-east-1"), ROLE, ruststack.endpoint_url)


def ask(method: str, url: str, body: Any = None) -> tuple[int, Any]:
    data = None if body is None else json.dumps(body).encode()
    try:
        with urlopen(Request(url, data, {"content-type": "application/json"}, method=method)) as answer:
            return answer.status, json.load(answer)
    except HTTPError as error:
        with error:
            return error.code, json.load(error)


def test_a_book_is_kept_to_the_cent(url: str) -> None:
    assert ask("PUT", f"{url}/books/{ISBN}", BOOK) == (201, {"isbn": ISBN, **BOOK})
    assert ask("GET", f"{url}/books/{ISBN}")[1]["title"] == BOOK["title"]
    assert float(ask("GET", f"{url}/books/{ISBN}")[1]["price"]) == 55


def test_what_is_not_there_is_not_found(url: str) -> None:
    assert ask("GET", f"{url}/books/{ISBN[::-1]}") == (404, {"detail": "no such book"})


@pytest.mark.parametrize("wrong", [{"title": ""}, {"price": "-1"}, {"price": "1.005"}, {"price": None}])
def test_a_bad_book_is_refused(url: str, wrong: dict[str, Any]) -> None:
    status, told = ask("PUT", f"{url}/books/{ISBN}", BOOK | wrong)
    assert status == 422
    assert told["detail"][0]["loc"] == ["body", next(iter(wrong))]


def test_the_function_sees_the_event_of_an_http_api(url: str) -> None:
    status, told = ask("GET", f"{url}/caller")
    assert (status, told["stage"], told["method"]) == (200, "$default", "GET")
    assert told["id"]

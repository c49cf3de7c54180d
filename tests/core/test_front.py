"""Which requests are an application's own traffic, and for which application."""

from __future__ import annotations

import pytest

from ruststack.core.blobs import EMPTY
from ruststack.core.front import Front, front_of
from ruststack.core.http import Request


def came(target: str, host: str = "localhost:4566") -> Front | None:
    return front_of(Request("GET", target, [], {"host": host}, EMPTY))


@pytest.mark.parametrize(
    ("target", "host", "expected"),
    [
        (
            "/prod/a?b=c",
            "a1b2.execute-api.eu-west-1.amazonaws.com",
            ("apigateway", "a1b2", "eu-west-1", None, "/prod/a"),
        ),
        ("/prod", "a1b2.execute-api.localhost.localstack.cloud:4566", ("apigateway", "a1b2", "", None, "/prod")),
        ("/", "u1.lambda-url.us-east-1.localhost:4566", ("lambda", "u1", "us-east-1", None, "/")),
        ("/restapis/a1b2/dev/_user_request_/x/y%20z", "", ("apigateway", "a1b2", "", "dev", "/x/y%20z")),
        ("/restapis/a1b2/dev/_user_request_", "", ("apigateway", "a1b2", "", "dev", "/")),
        ("/_aws/execute-api/a1b2/dev/x/y", "", ("apigateway", "a1b2", "", "dev", "/x/y")),
        ("/_aws/execute-api/a1b2/dev", "", ("apigateway", "a1b2", "", "dev", "/")),
        ("/_aws/execute-api/a1b2", "", ("apigateway", "a1b2", "", "", "/")),
    ],
)
def test_the_traffic_of_an_application(target: str, host: str, expected: tuple[object, ...]) -> None:
    assert came(target, host) == expected


@pytest.mark.parametrize(
    ("target", "host"),
    [
        ("/restapis/a1b2/stages/dev", ""),
        ("/restapis/a1b2/resources/_user_request_x/y", ""),
        ("/_aws/execute-api/", ""),
        ("/bucket/key", "localhost:4566"),
        ("/key", "a.b.execute-api.s3.amazonaws.com"),
    ],
)
def test_calls_of_an_aws_api_pass_by(target: str, host: str) -> None:
    assert came(target, host) is None

"""What boto3 would send for a call, found out by letting botocore prepare the request and not sending it."""

from __future__ import annotations

from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

import botocore
import botocore.config
import botocore.exceptions
import botocore.session

from conformance.exchange import Request

_REFUSALS = (
    botocore.exceptions.BotoCoreError,
    botocore.exceptions.ClientError,
    AttributeError,
    KeyError,
    TypeError,
    ValueError,
)

_WHEN_REQUIRED = {
    "request_checksum_calculation": "when_required",
    "response_checksum_validation": "when_required",
}
# The arguments of Config by which a client sends what it would else refuse or adorn, by a name of ours.
PLAIN, UNCHECKED, UNADORNED = "plain", "unchecked", "unadorned"
CONFIGS: dict[str, dict[str, Any]] = {
    PLAIN: {},
    UNCHECKED: {"parameter_validation": False},
    UNADORNED: _WHEN_REQUIRED,
}


class _Prepared(Exception):
    """Carries the request out of botocore before it is sent."""

    def __init__(self, request: Any) -> None:
        super().__init__("prepared, and not sent")
        self.request = request


def rehearse(service: str, method: str, parameters: dict[str, Any], region: str, config: str = PLAIN) -> Request | None:
    """The request; None when boto3 refuses to make it. ``config`` is a name in CONFIGS."""
    client = _client(service, region, config)
    try:
        getattr(client, method)(**parameters)
    except _Prepared as prepared:
        return _request(prepared.request)
    except _REFUSALS:
        return None
    return None


@lru_cache(maxsize=64)
def _client(service: str, region: str, config: str) -> Any:
    client = botocore.session.Session().create_client(
        service,
        region_name=region,
        endpoint_url="http://127.0.0.1:4566",
        aws_access_key_id="000000000000",
        aws_secret_access_key="test",
        config=botocore.config.Config(**CONFIGS[config], retries={"total_max_attempts": 1}),
    )
    client.meta.events.register_first("before-send", _stop)
    return client


def _stop(request: Any, **_: Any) -> None:
    raise _Prepared(request)


def _request(prepared: Any) -> Request:
    where = urlsplit(prepared.url)
    body = prepared.body or b""
    if hasattr(body, "read"):
        body = body.read()
    headers = tuple((name, _text(value)) for name, value in prepared.headers.items())
    target = where.path + (f"?{where.query}" if where.query else "")
    return Request(
        prepared.method,
        target,
        (("Host", where.netloc), *headers),
        body.encode() if isinstance(body, str) else bytes(body),
    )


def _text(value: Any) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)

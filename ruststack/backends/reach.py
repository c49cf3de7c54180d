"""How to reach the other engine: a child of ours, or a URL."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Final
from urllib.parse import urlsplit

import httptools

from ruststack.backends.dynamodb import Unreachable
from ruststack.core.http import Response
from ruststack.runtime.dynamodb_local.child import Child, Down
from ruststack.runtime.http_client import Client

# SDKs give up after 60 seconds: an error should come before.
_ANSWER_S: Final = 30.0
_RESETS: Final = 200
# The engines tell accounts and regions apart by these, and check no signature.
_CREDENTIALS: Final = (
    "AWS4-HMAC-SHA256 Credential={}/20260101/{}/dynamodb/aws4_request, SignedHeaders=host, Signature=0"
)


class OfChild:
    """DynamoDB Local, run by us. Access keys that it has not seen have no tables there: so much for a reset."""

    def __init__(self, child: Child) -> None:
        self._child = child
        self._resets = 0
        self._is_worn = False

    def forget(self) -> None:
        """Begin anew, without tables; now and then with a new process, since the old tables stay in its memory."""
        self._resets += 1
        self._is_worn = self._is_worn or self._resets % _RESETS == 0

    async def post(self, target: str, account: str, region: str, body: bytes) -> Response:
        """Its answer. What it had not read when it died is asked again of the next one. Raises Unreachable."""
        account = f"{account}r{self._resets}" if self._resets else account
        if self._is_worn:
            self._is_worn = False
            self._child.restart()
        for is_last in (False, True):
            try:
                client = await self._child.client()
                return await _post(client, "127.0.0.1", target, account, region, body)
            except Down as error:
                raise Unreachable(str(error)) from error
            except ConnectionRefusedError as error:
                if is_last:
                    raise Unreachable("DynamoDB Local cannot be reached.") from error
                await asyncio.sleep(0.1)  # its end is noticed meanwhile
            except (OSError, EOFError, TimeoutError, httptools.HttpParserError) as error:
                raise Unreachable("DynamoDB Local ended, or fell silent, before it had answered.") from error
        raise AssertionError("unreachable")


class OfUrl:
    """An engine that runs already."""

    def __init__(self, url: str) -> None:
        where = urlsplit(url)
        self._url = url
        self._host = where.hostname or "127.0.0.1"
        self._client = Client(self._host, where.port or 80)

    def close(self) -> None:
        """Let its connections go."""
        self._client.close()

    async def post(self, target: str, account: str, region: str, body: bytes) -> Response:
        """Its answer. Raises Unreachable."""
        try:
            return await _post(self._client, self._host, target, account, region, body)
        except (OSError, EOFError, TimeoutError, httptools.HttpParserError) as error:
            reason = str(error) or type(error).__name__
            raise Unreachable(f"RUSTSTACK_DYNAMODB_BACKEND: {self._url} does not answer: {reason}.") from error


def _post(client: Client, host: str, target: str, account: str, region: str, body: bytes) -> Awaitable[Response]:
    headers = (
        (b"host", host.encode()),
        (b"content-type", b"application/x-amz-json-1.0"),
        (b"x-amz-target", target.encode()),
        (b"authorization", _CREDENTIALS.format(account, region).encode()),
    )
    return asyncio.wait_for(client.send("POST", "/", headers, (body,), len(body)), _ANSWER_S)

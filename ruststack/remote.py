"""A running server, driven through its control API: what the commands and the pytest plugin use."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from typing import Any, Final

from ruststack import sdk

TIMEOUT_S: Final = 30
DEFAULT_REGION: Final = "us-east-1"


class Unreachable(Exception):
    """Nothing that talks like RustStack answers at the URL."""


class Refused(Exception):
    """The server answered that it would not; the message is its reason."""


class RemoteStack:
    """The server at ``endpoint_url``, with the same verbs as the embedded `RustStack`."""

    def __init__(self, endpoint_url: str) -> None:
        self.endpoint_url = endpoint_url.rstrip("/")
        self._session: Any = None
        self._snapshots = 0

    def client(self, service: str, *, account: str = "test", region: str = DEFAULT_REGION, **keywords: Any) -> Any:
        """A boto3 client of this server; ``keywords`` go to boto3."""
        if self._session is None:
            self._session = sdk.session()
        defaults = {
            "endpoint_url": self.endpoint_url,
            "region_name": region,
            "aws_access_key_id": account,
            "aws_secret_access_key": "test",
        }
        return self._session.client(service, **defaults | keywords)

    def health(self) -> dict[str, Any]:
        """Version and services. Raises Unreachable, as every other method."""
        answer: dict[str, Any] = self.ask("GET", "health")
        return answer

    def reset(self, account: str | None = None) -> None:
        """Forget all state, or what belongs to one account alone."""
        self.ask("POST", "reset", {} if account is None else {"account": account})

    def snapshot(self, name: str | None = None) -> str:
        """Hold the world as it is now in the server, under a name of the caller's or a new one; the name."""
        self._snapshots += 1
        name = name or f"snapshot-{id(self)}-{self._snapshots}"
        self.ask("POST", "snapshot", {"name": name})
        return name

    def restore(self, name: str) -> None:
        """Go back to a snapshot. Raises Refused when the server holds none of that name."""
        self.ask("POST", "restore", {"name": name})

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """One request to the control API. Raises Unreachable or Refused."""
        request = urllib.request.Request(
            f"{self.endpoint_url}/_ruststack/{path}",
            None if body is None else json.dumps(body).encode(),
            {"Content-Type": "application/json"},
            method=method,
        )
        # A proxy that the environment names is for the world outside, not for this machine's emulator.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=TIMEOUT_S) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            with error:
                raise Refused(_reason(error.read(), error.code)) from None
        except (OSError, ValueError) as error:
            reason = getattr(error, "reason", error)
            raise Unreachable(f"no RustStack answers at {self.endpoint_url}: {reason}") from None


def _reason(body: bytes, status: int) -> str:
    try:
        return str(json.loads(body)["detail"])
    except (ValueError, KeyError, TypeError):
        return f"the server answered {status}"

"""Reaches what is behind an API: functions, other servers, and other services of ours."""

from __future__ import annotations

import asyncio
import re
import socket
from collections.abc import Awaitable, Mapping
from typing import Any, Final, NamedTuple, TypeVar
from urllib.parse import quote, urlencode

from ruststack.core.errors import ServiceError
from ruststack.core.http import Response
from ruststack.services.apigateway.execution.call import Call
from ruststack.services.apigateway.execution.gateway_errors import (
    ApiConfigurationError,
    GatewayError,
    IntegrationFailure,
    IntegrationTimeout,
    TooLargeForFunction,
)
from ruststack.services.apigateway.execution.headers import Headers
from ruststack.services.apigateway.execution.permission import METHOD, Asker, require_permission

T = TypeVar("T")
_STAGE_VARIABLE: Final = re.compile(r"\$\{stageVariables\.([^}]*)\}")
_FUNCTION: Final = re.compile(r"arn:aws[a-z-]*:lambda:([a-z0-9-]+):(\d{12}):function:(.+)")
_AFTER: Final = "/functions/"
_KEPT: Final = "%/:?#[]@!$&'()*+,;=~"
_late: set[asyncio.Future[Any]] = set()


class Invoked(NamedTuple):
    """What a function answered; ``error`` is empty, or says how it failed."""

    payload: bytes
    error: str


def with_stage_variables(text: str, variables: Mapping[str, str] | None) -> str:
    """``${stageVariables.name}`` filled in; unknown ones become nothing."""
    if "${stageVariables." not in text:
        return text
    return _STAGE_VARIABLE.sub(lambda found: (variables or {}).get(found[1], ""), text)


def function_of(uri: str) -> str:
    """The function that an integration's or authorizer's URI names: what stands between functions/ and /invocations."""
    named = uri.partition(_AFTER)[2] if _AFTER in uri else uri
    return named.removesuffix("/invocations").removesuffix("/response-streaming-invocations")


def place_of(call: Call, function: str) -> tuple[str, str]:
    """Account and region of a function: its ARN's, or the API's."""
    named = _FUNCTION.fullmatch(function)
    return (named[2], named[1]) if named is not None else (call.account, call.region)


def tenant_of(headers: Mapping[str, str]) -> str:
    """The tenant that the headers of an integration name.

    Source: Lambda developer guide, "Invoking Lambda functions with tenant isolation" (API Gateway).
    """
    return next((value for name, value in headers.items() if name.lower() == "x-amz-tenant-id"), "")


async def invoke(
    call: Call,
    function: str,
    payload: bytes,
    timeout_s: float,
    *,
    asker: Asker = METHOD,
    is_event: bool = False,
    tenant_id: str = "",
) -> Invoked:
    """Run a function on an event.

    Raises ServiceError where Lambda refuses, IntegrationTimeout; a function that takes too long runs on.
    """
    account, region = place_of(call, function)
    require_permission(call, asker, function, account, region)
    params: dict[str, Any] = {"FunctionName": function, "Payload": payload}
    params["InvocationType"] = "Event" if is_event else "RequestResponse"
    if tenant_id:
        params["TenantId"] = tenant_id
    output = call.world.call("lambda", "Invoke", params, account=account, region=region)
    if isinstance(output, Awaitable):
        output = await within(output, timeout_s)
    data = output.get("Payload") or b""
    return Invoked(data if isinstance(data, bytes) else data.read(), output.get("FunctionError") or "")


async def within(waited: Awaitable[T], timeout_s: float) -> T:
    """What it gives, if it comes in time. Raises IntegrationTimeout; the work goes on all the same."""
    task = asyncio.ensure_future(waited)
    try:
        done, _ = await asyncio.wait((task,), timeout=timeout_s)
    except asyncio.CancelledError:  # the client has gone
        _let_go(task)
        raise
    if not done:
        _let_go(task)
        raise IntegrationTimeout
    return task.result()


def _let_go(task: asyncio.Future[Any]) -> None:
    _late.add(task)
    task.add_done_callback(_forget)


def _forget(task: asyncio.Future[Any]) -> None:
    _late.discard(task)
    if not task.cancelled():
        task.exception()  # nobody waits for it any more


def refused_by_lambda(error: ServiceError) -> GatewayError:
    """What clients see when a function cannot be invoked at all.

    Source: developer guide, troubleshooting ("Invalid permissions on Lambda function" is a configuration error).
    """
    if error.code in ("ResourceNotFoundException", "AccessDeniedException"):
        log = "Execution failed due to configuration error: Invalid permissions on Lambda function"
        return ApiConfigurationError(log=log)
    if error.status == 413:
        return TooLargeForFunction(log=f"Execution failed: {error}")
    return GatewayError(status=502 if error.status < 500 else 500, log=f"Execution failed: {error}")


async def fetch(call: Call, method: str, url: str, headers: Headers, body: bytes, timeout_s: float) -> Response:
    """The answer of a server. Raises ApiConfigurationError, IntegrationTimeout, IntegrationFailure."""
    assert call.world.live is not None
    scheme = url.partition("://")[0].lower()
    if scheme not in ("http", "https"):
        raise ApiConfigurationError(log="Execution failed due to configuration error: Invalid endpoint address")
    try:
        return await call.world.live.fetch(method, escaped(url), headers, body, timeout_s)
    except TimeoutError:
        raise IntegrationTimeout from None
    except (ValueError, UnicodeError):
        raise ApiConfigurationError(
            log="Execution failed due to configuration error: Invalid endpoint address"
        ) from None
    except socket.gaierror:
        raise ApiConfigurationError(
            log="Execution failed due to configuration error: Invalid endpoint address"
        ) from None
    except OSError:
        raise IntegrationFailure(
            "Network error communicating with endpoint",
            log="Execution failed due to a network error communicating with endpoint",
        ) from None


def escaped(url: str) -> str:
    """The address with what may not stand in one escaped."""
    return quote(url, safe=_KEPT)


def with_query(url: str, pairs: list[tuple[str, str]]) -> str:
    """The address with parameters added to its query."""
    if not pairs:
        return url
    return f"{url}{'&' if '?' in url else '?'}{urlencode(pairs)}"


def body_of(response: Response) -> bytes:
    """The whole body of a fetched answer."""
    body = response.body
    if isinstance(body, bytes):
        return body
    read = getattr(body, "read", None)
    return b"" if read is None else read()

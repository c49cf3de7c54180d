"""What a function answers to a Lambda proxy integration of a REST API, as HTTP.

Source: developer guide, "Output format of a Lambda function for proxy integration"; recorded answers.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import orjson

from ruststack.services.apigateway.execution.gateway_errors import ApiConfigurationError, MalformedAnswer
from ruststack.services.apigateway.execution.headers import Headers
from ruststack.services.apigateway.execution.media import decoded, is_binary

_MEMBERS: Final = frozenset(("isBase64Encoded", "statusCode", "headers", "multiValueHeaders", "body"))
_MALFORMED: Final = "Execution failed due to configuration error: Malformed Lambda proxy response"


def http_answer(payload: bytes, accept: str | None, binary_types: Sequence[str] | None) -> tuple[int, Headers, bytes]:
    """Status, headers and body of a function's answer. Raises MalformedAnswer, ApiConfigurationError."""
    try:
        answer = orjson.loads(payload)
    except orjson.JSONDecodeError:
        raise MalformedAnswer(log=_MALFORMED) from None
    if not isinstance(answer, dict) or not _MEMBERS.issuperset(answer):
        raise MalformedAnswer(log=_MALFORMED)
    status = status_of(answer.get("statusCode"))
    headers = merged(answer.get("headers"), answer.get("multiValueHeaders"))
    body = answer.get("body")
    text = "" if body is None else body
    if not isinstance(text, str):
        raise MalformedAnswer(log=_MALFORMED)
    data = text.encode("utf-8", "surrogatepass")
    if answer.get("isBase64Encoded") is True and is_binary(accept or "", binary_types):
        unpacked = decoded(data)
        if unpacked is None:
            raise ApiConfigurationError(
                log="Execution failed due to configuration error: Unable to base64 decode the body."
            )
        data = unpacked
    if not any(name.lower() == "content-type" for name, _ in headers):
        headers.insert(0, ("Content-Type", "application/json"))
    return status, headers, data


def status_of(given: Any) -> int:
    """A number, or text of one; 200 for nothing. Raises MalformedAnswer."""
    if given is None:
        return 200
    if isinstance(given, bool) or not isinstance(given, int | str | float):
        raise MalformedAnswer(log=_MALFORMED)
    try:
        status = int(given)
    except (ValueError, OverflowError):
        raise MalformedAnswer(log=_MALFORMED) from None
    if not 100 <= status <= 999:
        # Unknown: which numbers AWS refuses; functions that answer 0, 99, 600 and 1000 would tell.
        raise MalformedAnswer(log=_MALFORMED)
    return status


def merged(single: Any, multiple: Any) -> Headers:
    """Values of ``multiValueHeaders`` first, then the one of ``headers``; the former decides the case of a name.

    Raises MalformedAnswer.
    """
    single, multiple = {} if single is None else single, {} if multiple is None else multiple
    if not isinstance(single, dict) or not isinstance(multiple, dict):
        raise MalformedAnswer(log=_MALFORMED)
    many = {name.lower(): (name, values) for name, values in multiple.items()}
    found: Headers = []
    rest = {name.lower(): (name, value) for name, value in single.items()}
    for lower, (name, values) in many.items():
        if not isinstance(values, list):
            raise MalformedAnswer(log=_MALFORMED)
        texts = [header_text(value) if isinstance(value, bool) else str(value) for value in values]
        if lower in rest:
            last = header_text(rest.pop(lower)[1])
            texts += [last] if last not in texts else []
        found += [(name, text) for text in texts]
    found += [(name, header_text(value)) for name, value in rest.values()]
    return found


def header_text(value: Any) -> str:
    """A header's value: text, or true and false. Raises MalformedAnswer.

    Recorded: a number in ``headers`` is a malformed answer.
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str):
        raise MalformedAnswer(log=_MALFORMED)
    return value

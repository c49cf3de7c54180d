"""Mapping expressions of parameters: where values come from, and that the method knows both ends.

Source: Developer Guide, "Amazon API Gateway API request and response data mapping reference"; for the words,
aws/aws-cdk#17318 (parameters of requests), awslabs/aws-solutions-constructs#1130 (of responses), and
amazon-archives/aws-apigateway-importer#121 (responses that the method has not).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from ruststack.services.apigateway.errors import BadRequestException
from ruststack.services.apigateway.state import Integration, IntegrationResponse, Method

_PLACES: Final = "path|querystring|header|multivalueheader|multivaluequerystring"
_TARGET: Final = re.compile(rf"integration\.request\.({_PLACES})\.\S+")
_RESPONSE_TARGET: Final = re.compile(r"method\.response\.(header|multivalueheader)\.\S+")
_ANYWHERE: Final = r"'.*'|context\.\S+|stageVariables\.\S+"
_SOURCE: Final = re.compile(rf"method\.request\.(({_PLACES})\.\S+|body(\.\S.*)?)|{_ANYWHERE}", re.DOTALL)
_RESPONSE_SOURCE: Final = re.compile(
    rf"integration\.response\.((header|multivalueheader)\.\S+|body(\.\S.*)?)|{_ANYWHERE}", re.DOTALL
)


def check_requests(method: Method, integration: Integration) -> None:
    """Whether what an integration is to be sent can be had from the method's requests. Raises BadRequestException."""
    _refuse_if_any(_wrong_requests(integration, method.request_parameters or {}))


def _wrong_requests(integration: Integration, known: Mapping[str, bool]) -> Iterator[str]:
    for target, source in (integration.request_parameters or {}).items():
        if _TARGET.fullmatch(target) is None:
            yield f"Invalid mapping expression specified: {target}"
        if _SOURCE.fullmatch(source) is None:
            yield f"Invalid mapping expression specified: {source}"
        elif _names_parameter(source) and not {source, source.replace(".multivalue", ".")} & known.keys():
            yield f"Invalid mapping expression parameter specified: {source}"


def _names_parameter(source: str) -> bool:
    return source.startswith("method.request.") and not source.startswith("method.request.body")


def check_responses(method: Method, response: IntegrationResponse) -> None:
    """Whether the method has what an integration's response is to set. Raises BadRequestException."""
    if not response.response_parameters:
        return
    answered = (method.method_responses or {}).get(response.status_code)
    if answered is None:
        raise _invalid("No method response exists for method.")
    _refuse_if_any(_wrong_responses(response, answered.response_parameters or {}))


def _wrong_responses(response: IntegrationResponse, known: Mapping[str, bool]) -> Iterator[str]:
    for target, source in (response.response_parameters or {}).items():
        if _RESPONSE_TARGET.fullmatch(target) is None:
            yield f"Invalid mapping expression specified: {target}"
        elif not {target, target.replace(".multivalue", ".")} & known.keys():
            yield f"Invalid mapping expression parameter specified: {target}"
        elif _RESPONSE_SOURCE.fullmatch(source) is None:
            yield f"Invalid mapping expression specified: {source}"


def _refuse_if_any(errors: Iterator[str]) -> None:
    told = list(errors)
    if told:
        raise _invalid(", ".join(told))


def _invalid(errors: str) -> BadRequestException:
    return BadRequestException(
        f"Invalid mapping expression specified: Validation Result: warnings : [], errors : [{errors}]"
    )

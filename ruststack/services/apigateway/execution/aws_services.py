"""Integrations with other AWS services: ``arn:aws:apigateway:{region}:{service}:path/…`` and ``:action/…``.

The request is sent to this server as the API's own account would send it, and signed by that. Source: developer guide,
"Set up an integration request in API Gateway"; API_PutIntegration (uri).
"""

from __future__ import annotations

import re
from typing import Final

from ruststack.core.http import Response
from ruststack.core.signatures import Place
from ruststack.services.apigateway.execution.backends import escaped, fetch, with_query
from ruststack.services.apigateway.execution.call import Call
from ruststack.services.apigateway.execution.gateway_errors import ApiConfigurationError
from ruststack.services.apigateway.execution.headers import Headers, replaced, value_of

_URI: Final = re.compile(r"arn:aws[a-z-]*:apigateway:([a-z0-9-]+):([a-z0-9.-]+):(path|action)/(.*)", re.S)
# What stands before the action in X-Amz-Target, for services that are told the action there.
_TARGETS: Final = {
    "dynamodb": ("DynamoDB_20120810", "1.0"),
    "kinesis": ("Kinesis_20131202", "1.1"),
    "states": ("AWSStepFunctions", "1.0"),
    "ssm": ("AmazonSSM", "1.1"),
    "events": ("AWSEvents", "1.1"),
    "logs": ("Logs_20140328", "1.1"),
    "secretsmanager": ("secretsmanager", "1.1"),
    "kms": ("TrentService", "1.1"),
    "firehose": ("Firehose_20150804", "1.1"),
}


async def request_service(
    call: Call,
    uri: str,
    method: str,
    query: list[tuple[str, str]],
    headers: Headers,
    body: bytes,
    timeout_s: float,
) -> Response:
    """The service's answer. Raises ApiConfigurationError for a URI that names no service."""
    named = _URI.fullmatch(uri)
    assert call.world.live is not None and call.world.signatures is not None
    if named is None:
        raise ApiConfigurationError(log="Execution failed due to configuration error: Invalid endpoint address")
    region, service, kind, rest = named.groups()
    path, _, own_query = rest.partition("?") if kind == "path" else rest.partition("&")
    if kind == "action":
        target = _TARGETS.get(service)
        if target is not None:
            headers = replaced(headers, "X-Amz-Target", f"{target[0]}.{path}")
            headers = replaced(headers, "Content-Type", f"application/x-amz-json-{target[1]}")
        else:
            query = [("Action", path), *query]
        path = ""
    url = f"{call.world.live.endpoint}/{path}" + (f"?{own_query}" if own_query else "")
    if value_of(headers, "host") is None:
        headers = [*headers, ("Host", f"{service}.{region}.amazonaws.com")]
    url = escaped(with_query(url, query))
    # Of bucket.s3 the service is s3.
    place = Place(call.account, region, service.rpartition(".")[2])
    headers = call.world.signatures.sign(place, method, url, headers, body)
    return await fetch(call, method, url, headers, body, timeout_s)

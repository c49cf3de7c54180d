"""``requestContext`` of a REST API's events, which is also ``$context`` in templates.

Source: developer guide, "Input format of a Lambda function for proxy integration" and "Variables for data
transformations for API Gateway".
"""

from __future__ import annotations

from typing import Any

from ruststack.services.apigateway.execution.call import Call


def request_context(call: Call) -> dict[str, Any]:
    """What a function is told about a request; AWS sends null where it knows nothing."""
    told: dict[str, Any] = {
        "resourceId": call.resource_id,
        **({"authorizer": call.authorizer} if call.authorizer is not None else {}),
        "resourcePath": call.resource_path,
        "httpMethod": call.method,
        "extendedRequestId": call.extended_id,
        "requestTime": call.request_time,
        "path": f"{call.base}{call.path}" or "/",
        "accountId": call.account,
        "protocol": "HTTP/1.1",
        "stage": call.stage,
        "domainPrefix": call.domain_name.partition(".")[0],
        "requestTimeEpoch": call.epoch_ms,
        "requestId": call.request_id,
        "identity": identity(call),
        "domainName": call.domain_name,
        "deploymentId": call.deployment_id,
        "apiId": call.api_id,
    }
    return told


def identity(call: Call) -> dict[str, Any]:
    """Who asks. ``apiKey`` and ``apiKeyId`` are there only where a key is required."""
    told: dict[str, Any] = {
        "cognitoIdentityPoolId": None,
        "accountId": None,
        "cognitoIdentityId": None,
        "caller": None,
        "sourceIp": call.peer,
        "principalOrgId": None,
        "accessKey": None,
        "cognitoAuthenticationType": None,
        "cognitoAuthenticationProvider": None,
        "userArn": None,
        "userAgent": call.header("user-agent"),
        "user": None,
        **call.identity,
    }
    if call.api_key is not None:
        told["apiKey"] = call.api_key
        told["apiKeyId"] = call.api_key_id
    return told

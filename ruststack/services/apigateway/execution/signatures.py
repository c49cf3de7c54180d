"""What AWS_IAM asks of a request: a signature, and a right one where the settings say that signatures are verified.

Source: developer guide, "Control access to a REST API with IAM permissions"; re:Post, "How do I troubleshoot signature
mismatch errors when making SigV4 signed requests with IAM authentication to API Gateway?" and "How do I troubleshoot
HTTP 403 errors from API Gateway?", whose issues are the gateway responses; answers that clients report (mhart/aws4#33,
aws/aws-sdk-js#2372: what a wrong signature is told; Kong/insomnia#713: a scope of elsewhere).
"""

from __future__ import annotations

from typing import Any, Final

from ruststack.core.errors import ServiceError
from ruststack.core.http import Request
from ruststack.services.apigateway.execution.call import Call
from ruststack.services.apigateway.execution.gateway_errors import (
    ExpiredSignature,
    IncompleteSignature,
    InvalidSignature,
    MissingAuthenticationToken,
    UnrecognizedClient,
)

_SERVICE: Final = "execute-api"
_ERRORS: Final = {
    "IncompleteSignatureException": IncompleteSignature,
    "InvalidSignatureException": InvalidSignature,
    "MissingAuthenticationTokenException": MissingAuthenticationToken,
    "UnrecognizedClientException": UnrecognizedClient,
}


def signer(call: Call, request: Request) -> dict[str, Any]:
    """Who signed, as ``identity`` tells it. Raises GatewayError."""
    assert call.world.signatures is not None
    try:
        signed = call.world.signatures.check(request, _SERVICE, call.region)
    except ServiceError as error:
        kind = ExpiredSignature if error.message.startswith("Signature expired") else _ERRORS[error.code]
        raise kind(_message(error), log=f"Execution failed: {error.message}") from None
    return {
        "accountId": signed.account,
        "caller": signed.account,
        "accessKey": signed.access_key,
        "userArn": f"arn:aws:iam::{signed.account}:root",
        "user": signed.account,
    }


def _message(error: ServiceError) -> str:
    """With what should have been signed, where that is the trouble."""
    told = error.members
    if "CanonicalRequest" not in told:
        return error.message
    return (
        f"{error.message}\n\nThe Canonical String for this request should have been\n'{told['CanonicalRequest']}'"
        f"\n\nThe String-to-Sign should have been\n'{told['StringToSign']}'\n"
    )

"""What API Gateway answers to input that breaks the service model.

Source: recorded answers of CreateRestApi, UpdateRestApi, UpdateMethodResponse and PutGatewayResponse.
"""

from __future__ import annotations

from typing import Final

from ruststack.core.violation import FAILED, detected, quoted
from ruststack.core.violation import constraint as constraint_of
from ruststack.kit import Context, ServiceError, Violation
from ruststack.services.apigateway.errors import ValidationException

# AWS lists the values in the order of a Java set; of enums that are not here it is not known.
_ENUMS: Final = {
    "EndpointType": "PRIVATE, EDGE, REGIONAL",
    "IpAddressType": "ipv4, dualstack",
    "Op": "add, remove, move, test, replace, copy",
    "GatewayResponseType": (
        "REQUEST_TOO_LARGE, RESOURCE_NOT_FOUND, AUTHORIZER_CONFIGURATION_ERROR, MISSING_AUTHENTICATION_TOKEN, "
        "BAD_REQUEST_BODY, INVALID_SIGNATURE, INVALID_API_KEY, BAD_REQUEST_PARAMETERS, AUTHORIZER_FAILURE, "
        "UNAUTHORIZED, INTEGRATION_TIMEOUT, ACCESS_DENIED, DEFAULT_4XX, DEFAULT_5XX, WAF_FILTERED, QUOTA_EXCEEDED, "
        "THROTTLED, API_CONFIGURATION_ERROR, UNSUPPORTED_MEDIA_TYPE, INTEGRATION_FAILURE, EXPIRED_TOKEN"
    ),
}
_JUDGED_BY_HANDLER: Final = frozenset({("PutMode", "enum"), ("ApiKeysFormat", "enum")})
_LISTS_AS_A_WHOLE: Final = ("types",)


def invalid(ctx: Context, violations: list[Violation]) -> ServiceError | None:
    """All broken constraints in one message; a value of the wrong type is the protocol's to word."""
    if violations[0].rule == "type":
        return None
    # AWS tells them in its model's order, whatever the request's: types come before the kinds of addresses.
    violations = sorted(violations, key=lambda each: "ipAddressType" in each.path)
    told = [_worded(ctx.operation, each) for each in violations if (each.shape, each.rule) not in _JUDGED_BY_HANDLER]
    if not told:
        return None
    return ValidationException(detected(told))


def _worded(operation: str, violation: Violation) -> str:
    path, given, constraint = violation.path, violation.given, constraint_of(violation, _ENUMS)
    if isinstance(path[-1], int) and path[-2] in _LISTS_AS_A_WHOLE and violation.rule != "required":
        # Unknown: how a list of several is told, one of which is wrong; types of EDGE and wrong would tell.
        path, given, constraint = path[:-1], [given], f"Member must satisfy constraint: [{constraint}]"
    prefix = "" if violation.location else f"{operation[:1].lower()}{operation[1:]}Input."
    return f"Value {quoted(given)} at '{prefix}{_place(path)}' {FAILED}: {constraint}"


def _place(path: tuple[str | int, ...]) -> str:
    """``patchOperations.1.member.op``: list positions count from 1."""
    return ".".join(f"{step + 1}.member" if isinstance(step, int) else step for step in path)

"""What the gateway answers by itself where an API does not say otherwise.

Source: Developer Guide, "Gateway response types"; a recorded list of an API's gateway responses, whose order is kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from ruststack.services.apigateway.state import GatewayResponse

TEMPLATES: Final = {"application/json": '{"message":$context.error.messageString}'}
STATUSES: Final[dict[str, str | None]] = {
    "REQUEST_TOO_LARGE": "413",
    "RESOURCE_NOT_FOUND": "404",
    "AUTHORIZER_CONFIGURATION_ERROR": "500",
    "MISSING_AUTHENTICATION_TOKEN": "403",
    "BAD_REQUEST_BODY": "400",
    "INVALID_SIGNATURE": "403",
    "INVALID_API_KEY": "403",
    "BAD_REQUEST_PARAMETERS": "400",
    "AUTHORIZER_FAILURE": "500",
    "UNAUTHORIZED": "401",
    "INTEGRATION_TIMEOUT": "504",
    "ACCESS_DENIED": "403",
    "DEFAULT_4XX": None,
    "DEFAULT_5XX": None,
    "WAF_FILTERED": "403",
    "QUOTA_EXCEEDED": "429",
    "THROTTLED": "429",
    "API_CONFIGURATION_ERROR": "500",
    "UNSUPPORTED_MEDIA_TYPE": "415",
    "INTEGRATION_FAILURE": "504",
    "EXPIRED_TOKEN": "403",
}


def default(kind: str) -> GatewayResponse:
    """The answer of a type that nobody has changed."""
    return GatewayResponse(kind, STATUSES[kind], {}, TEMPLATES, default_response=True)


def effective(changed: Mapping[str, GatewayResponse], kind: str) -> GatewayResponse:
    """What is answered: as the API says of the type, else of DEFAULT_4XX or DEFAULT_5XX, else the default.

    The status is the type's own unless what is changed has one.
    """
    status = STATUSES[kind]
    rest = "DEFAULT_4XX" if (status or "").startswith("4") else "DEFAULT_5XX"
    found = changed.get(kind) or changed.get(rest)
    if found is None:
        return default(kind)
    return replace(found, response_type=kind, status_code=found.status_code or status)

"""Tenants: a function made for them has workers for each that no other one's events reach.

Source: developer guide, "Tenant isolation" (tenant-isolation): the identifier comes with every invocation, the setting
with the function alone, and neither function URLs, provisioned concurrency nor SnapStart go with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ruststack.services.lambda_.errors import InvalidParameterValueException
from ruststack.services.lambda_.state import Function, Version


def is_isolated(settings: Mapping[str, Any]) -> bool:
    """Whether a function of these settings keeps its tenants apart."""
    return bool(settings.get("TenancyConfig"))


def check_tenant(version: Version, tenant_id: str) -> None:
    """Raises InvalidParameterValueException where a tenant is missing, or is one too many."""
    if is_isolated(version.settings) and not tenant_id:
        # Source: the words that AWS answers, as its announcement and users show them.
        raise InvalidParameterValueException(
            "The invoked function is enabled with tenancy configuration. "
            "Add a valid tenant ID in your request and try again."
        )
    if tenant_id and not is_isolated(version.settings):
        # Unknown: the words; Invoke with X-Amz-Tenant-Id of an ordinary function would tell.
        raise InvalidParameterValueException(
            "The invoked function is not enabled with tenancy configuration. "
            "Remove the tenant ID from your request and try again."
        )


def check_without(function: Function, what: str) -> None:
    """Refuse what does not go with tenants. Raises InvalidParameterValueException."""
    if is_isolated(function.latest.settings):
        raise no_tenants(what)


def no_tenants(what: str) -> InvalidParameterValueException:
    """Unknown: the words; asking for it of such a function would tell."""
    return InvalidParameterValueException(f"{what} is not supported for functions with tenancy configuration.")

"""ImportApiKeys: keys from a file of comma-separated values.

Source: API_ImportApiKeys; Developer Guide, "API Gateway API key file format".
"""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from typing import Any

from ruststack.kit import Context, Input, Output, ServiceError, operation
from ruststack.services.apigateway.api_keys import new_key
from ruststack.services.apigateway.errors import BadRequestException
from ruststack.services.apigateway.state import ApiKey, UsagePlan


@operation("ImportApiKeys")
def import_api_keys(ctx: Context, req: Input) -> Output:
    """One key a line, under a line of names: name, key, description, enabled, usageplanIds.

    Raises BadRequestException. A line that cannot be taken is a warning, or with ``failonwarnings`` the error.
    Unknown: AWS's words for its warnings; a file with a short key would tell.
    """
    warnings: list[str] = []
    made: list[ApiKey] = []
    plans: dict[str, UsagePlan] = dict(ctx.state.usage_plans)
    for number, row in enumerate(_rows(req.get("body") or b""), 1):
        try:
            key = _key(ctx, row, made)
        except ServiceError as error:
            warnings.append(f"Line {number}: {error.message}")
            continue
        made.append(key)
        _join(row.get("usageplanids", ""), key, plans, warnings, number)
    if warnings and req.get("failOnWarnings"):
        raise BadRequestException("; ".join(warnings))
    ctx.state.api_keys.update({key.id: key for key in made})
    ctx.state.usage_plans.update(plans)
    return {"ids": [key.id for key in made], "warnings": warnings}


def _rows(body: bytes) -> list[dict[str, str]]:
    """The lines by the lower-case names of their columns. Raises BadRequestException."""
    try:
        lines = [line for line in csv.reader(io.StringIO(body.decode("utf-8-sig")), strict=True) if line]
    except (UnicodeDecodeError, csv.Error) as error:
        raise BadRequestException(f"Failed to parse the API key file: {error}") from None
    names = [name.strip().lower() for name in lines[0]] if lines else []
    if "key" not in names or "name" not in names:
        raise BadRequestException("The API key file must have the columns Name and Key")
    return [dict(zip(names, map(str.strip, line), strict=False)) for line in lines[1:]]


def _key(ctx: Context, row: dict[str, str], made: list[ApiKey]) -> ApiKey:
    value = row.get("key", "")
    if any(each.value == value for each in made):
        raise BadRequestException("API Key already exists")
    given: dict[str, Any] = {
        "name": row.get("name") or None,
        "description": row.get("description") or None,
        "enabled": row.get("enabled", "true").lower() == "true",
        "value": value or None,
    }
    return new_key(ctx, given)


def _join(named: str, key: ApiKey, plans: dict[str, UsagePlan], warnings: list[str], number: int) -> None:
    for plan_id in filter(None, (each.strip() for each in named.split(","))):
        plan = plans.get(plan_id)
        if plan is None:
            warnings.append(f"Line {number}: Invalid Usage Plan ID specified")
        else:
            plans[plan_id] = replace(plan, keys=(*plan.keys, key.id))

"""DurableConfig: what makes a function durable, from its creation on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from ruststack.kit import Input
from ruststack.services.lambda_.errors import InvalidParameterValueException

_RETENTION_DAYS: Final = 14
_LONGEST_TIMEOUT_S: Final = 900


def created(req: Input) -> dict[str, Any]:
    """The settings that a durable function begins with; none for others. Raises InvalidParameterValueException.

    Source: API_CreateFunction; "AWS SAM", DurableConfig (14 days); aws/aws-lambda-dotnet#2453, which quotes AWS; of the
    function's own timeout and its log, floci-io/floci.
    """
    given = req.get("DurableConfig")
    if given is None:
        return {}
    if given.get("ExecutionTimeout") is None:
        raise InvalidParameterValueException(
            "You cannot create a function with a durable configuration without an executionTimeout"
        )
    logging = {"LogFormat": "JSON", "ApplicationLogLevel": "INFO", "SystemLogLevel": "INFO"}
    return {
        "DurableConfig": {"RetentionPeriodInDays": _RETENTION_DAYS, **_given(given)},
        "Timeout": min(given["ExecutionTimeout"], _LONGEST_TIMEOUT_S),
        "LoggingConfig": {**logging, "LogGroup": f"/aws/lambda/{req['FunctionName']}"},
    }


def changed(settings: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """The configuration after a change. Raises InvalidParameterValueException for a function that has none.

    Source: developer guide, "Configure Lambda durable functions" ("You cannot enable it on existing functions"); the
    words: floci-io/floci.
    """
    before = settings.get("DurableConfig")
    if before is None:
        raise InvalidParameterValueException(
            "You cannot add a durable configuration to a function that was originally created with no durable "
            "configuration"
        )
    return {**before, **_given(given)}


def _given(members: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in members.items() if value is not None}

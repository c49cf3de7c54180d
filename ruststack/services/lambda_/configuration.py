"""A function's configuration: what is asked for, judged and completed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from ruststack.kit import Context, Input, ServiceError
from ruststack.services.lambda_ import layer_names, limits
from ruststack.services.lambda_.durable import config as durable
from ruststack.services.lambda_.errors import InvalidParameterValueException, NotImplementedHere
from ruststack.services.lambda_.tenancy import is_isolated, no_tenants
from ruststack.services.lambda_.violations import out_of_range

_LOGGING: Final = {"ApplicationLogLevel": "INFO", "SystemLogLevel": "INFO"}

# Kept as given, and told only of functions that have them.
_AS_GIVEN: Final = (
    "KMSKeyArn",
    "FileSystemConfigs",
    "CapacityProviderConfig",
    "RuntimeConfig",
    "AcceleratorConfig",
    "TenancyConfig",
)
# What would have to change how functions run, and does not yet.
_ABSENT: Final = ("PublishTo",)
_SNAPPABLE: Final = (
    "java11",
    "java17",
    "java21",
    "java25",
    "python3.12",
    "python3.13",
    "python3.14",
    "dotnet8",
    "dotnet10",
)
_RANGES: Final = (("Timeout", "timeout", limits.TIMEOUT_S), ("MemorySize", "memorySize", limits.MEMORY_MB))


def created(ctx: Context, req: Input) -> dict[str, Any]:
    """The settings of a new function. Raises InvalidParameterValueException, ValidationException."""
    settings: dict[str, Any] = {
        "Description": "",
        "Timeout": 3,
        "MemorySize": 128,
        "PackageType": req.get("PackageType") or "Zip",
        "TracingConfig": {"Mode": "PassThrough"},
        "Architectures": list(req.get("Architectures") or ["x86_64"]),
        "EphemeralStorage": {"Size": 512},
        "SnapStart": {"ApplyOn": "None", "OptimizationStatus": "Off"},
        "LoggingConfig": {"LogFormat": "Text", "LogGroup": f"/aws/lambda/{req['FunctionName']}"},
    }
    if settings["PackageType"] == "Zip":
        _require_program(req)
    return changed(ctx, settings | durable.created(req), req)


def _require_program(req: Input) -> None:
    missing = [name for name in ("Runtime", "Handler") if not req.get(name)]
    if missing:
        # Source: the words that AWS answers, as users report them.
        raise InvalidParameterValueException(
            "Runtime and Handler are mandatory parameters for functions created with deployment packages."
        )


def changed(ctx: Context, settings: Mapping[str, Any], req: Input) -> dict[str, Any]:
    """The settings after a request that may change some. Raises InvalidParameterValueException, ValidationException."""
    after = dict(settings)
    for name in _ABSENT:
        if req.get(name):
            raise NotImplementedHere(f"lambda.{ctx.operation}.{name}")
    _check_ranges(req)
    for name in ("Role", "Handler", "Runtime", "Description", "Timeout", "MemorySize", "TracingConfig"):
        if req.get(name) is not None:
            after[name] = req[name]
    for name in _AS_GIVEN:
        if req.get(name) is not None:
            after[name] = req[name]
    if req.get("DurableConfig") is not None:
        after["DurableConfig"] = durable.changed(settings, req["DurableConfig"])
    if req.get("Environment") is not None:
        after["Environment"] = {"Variables": _variables(req["Environment"])}
    if req.get("EphemeralStorage") is not None:
        after["EphemeralStorage"] = req["EphemeralStorage"]
    if req.get("SnapStart") is not None:
        after["SnapStart"] = _snap_start(req["SnapStart"], after.get("Runtime") or "")
    if is_isolated(after) and after["SnapStart"]["ApplyOn"] != "None":
        raise no_tenants("SnapStart")
    if req.get("Layers") is not None:
        layers = layer_names.checked(ctx, req["Layers"])
        after["Layers"] = [{"Arn": layer.arn, "CodeSize": layer.code.size} for layer in layers]
    if req.get("LoggingConfig") is not None:
        after["LoggingConfig"] = _logging(after["LoggingConfig"], req["LoggingConfig"])
    if req.get("ImageConfig") is not None:
        after["ImageConfig"] = req["ImageConfig"]
    if req.get("DeadLetterConfig") is not None:
        after["DeadLetterConfig"] = _dead_letters(ctx, req["DeadLetterConfig"])
    if req.get("VpcConfig") is not None:
        after["VpcConfig"] = _network(req["VpcConfig"])
    return after


def _snap_start(given: Mapping[str, Any], runtime: str) -> dict[str, Any]:
    """Source: LocalStack's answer, which it takes from AWS; developer guide, "Lambda SnapStart"."""
    apply_on = given.get("ApplyOn") or "None"
    if apply_on != "None" and not runtime.startswith(_SNAPPABLE):
        raise InvalidParameterValueException(f"{runtime} is not supported for SnapStart enabled functions.")
    return {"ApplyOn": apply_on, "OptimizationStatus": "Off"}


def _check_ranges(req: Input) -> None:
    """Functions on capacity providers of one's own may take more."""
    if req.get("CapacityProviderConfig"):
        return
    given = [(path, req.get(name), bounds) for name, path, bounds in _RANGES]
    storage = (req.get("EphemeralStorage") or {}).get("Size")
    for path, value, bounds in (*given, ("ephemeralStorage.size", storage, limits.STORAGE_MB)):
        error = out_of_range(path, value, *bounds) if value is not None else None
        if error is not None:
            raise error


def _variables(environment: Mapping[str, Any]) -> dict[str, str]:
    variables: dict[str, str] = dict(environment.get("Variables") or {})
    reserved = sorted(limits.RESERVED_VARIABLES & variables.keys())
    if reserved:
        raise _unconfigurable(
            "contains reserved keys that are currently not supported for modification. "
            f"Reserved keys used in this request: {', '.join(reserved)}"
        )
    told = json.dumps(variables, separators=(",", ":"), ensure_ascii=False)
    if len(told.encode("utf-8", "surrogatepass")) > limits.ENVIRONMENT_BYTES:
        raise _unconfigurable(f"exceeded the 4KB limit. String measured: {told}")
    return variables


def _unconfigurable(why: str) -> ServiceError:
    return InvalidParameterValueException(
        "Lambda was unable to configure your environment variables because the environment variables you have provided "
        + why
    )


def _logging(before: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    after = {**before, **{name: value for name, value in given.items() if value is not None}}
    if after["LogFormat"] == "JSON":
        return _LOGGING | after
    if given.get("ApplicationLogLevel") or given.get("SystemLogLevel"):
        # Source: LocalStack's answer, which it takes from AWS.
        raise InvalidParameterValueException(
            'LogLevel is not supported when LogFormat is set to "Text". '
            'Remove LogLevel from your request or change the LogFormat to "JSON" and try again.'
        )
    return {name: value for name, value in after.items() if name not in _LOGGING}


def _dead_letters(ctx: Context, given: Mapping[str, Any]) -> dict[str, Any]:
    arn = given.get("TargetArn") or ""
    if not arn:
        return {}
    pieces = arn.split(":")
    if len(pieces) != 6 or pieces[2] not in ("sqs", "sns") or pieces[3] != ctx.region or not pieces[5]:
        # Unknown: the words; a queue of another region would tell.
        raise InvalidParameterValueException(f"The provided target ARN {arn} is invalid.")
    return {"TargetArn": arn}


def _network(given: Mapping[str, Any]) -> dict[str, Any]:
    """EC2 is not asked whether subnets and groups are there."""
    subnets, groups = list(given.get("SubnetIds") or ()), list(given.get("SecurityGroupIds") or ())
    network = {"SubnetIds": subnets, "SecurityGroupIds": groups, "VpcId": "vpc-00000000" if subnets else ""}
    return {**network, "Ipv6AllowedForDualStack": bool(given.get("Ipv6AllowedForDualStack"))}

"""What UpdateStage changes: its own paths, its methods' settings, and everything else refused in AWS's words.

Source: recorded answers of UpdateStage; AWS's page "Patch Operations", UpdateStage.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from ruststack.services.apigateway import patches
from ruststack.services.apigateway.errors import BadRequestException
from ruststack.services.apigateway.method_settings import remove_setting, set_setting
from ruststack.services.apigateway.patches import ANY, REPLACE, Draft, Patch, Rule, Rules
from ruststack.services.apigateway.stage_of_deployment import check_percent
from ruststack.services.apigateway.state import CanarySettings

_LOG: Final = "/accessLogSettings"
_METHOD: Final = "/{resourcePath}/{httpMethod}"
_PATHS: Final = (
    "/deploymentId, /description, /cacheClusterEnabled, /cacheClusterSize, /clientCertificateId, /accessLogSettings, "
    "/accessLogSettings/destinationArn, /accessLogSettings/format, "
    f"{_METHOD}/metrics/enabled, {_METHOD}/logging/dataTrace, {_METHOD}/logging/loglevel, "
    f"{_METHOD}/throttling/burstLimit{_METHOD}/throttling/rateLimit{_METHOD}/caching/ttlInSeconds, "
    f"{_METHOD}/caching/enabled, {_METHOD}/caching/dataEncrypted, "
    f"{_METHOD}/caching/requireAuthorizationForCacheControl, "
    f"{_METHOD}/caching/unauthorizedCacheControlHeaderStrategy, "
    "/*/*/metrics/enabled, /*/*/logging/dataTrace, /*/*/logging/loglevel, /*/*/throttling/burstLimit "
    "/*/*/throttling/rateLimit /*/*/caching/ttlInSeconds, /*/*/caching/enabled, /*/*/caching/dataEncrypted, "
    "/*/*/caching/requireAuthorizationForCacheControl, /*/*/caching/unauthorizedCacheControlHeaderStrategy, "
    "/variables/{variable_name}, /tracingEnabled"
)


def _canary(draft: Draft, **changes: Any) -> None:
    draft["canary_settings"] = replace(draft["canary_settings"] or CanarySettings(), **changes)


def _canary_deployment(draft: Draft, patch: Patch) -> None:
    _canary(draft, deployment_id=patch.value)


def _canary_percent(draft: Draft, patch: Patch) -> None:
    percent = patches.fraction(patch.value)
    check_percent(percent)
    _canary(draft, percent_traffic=percent)


def _canary_cache(draft: Draft, patch: Patch) -> None:
    _canary(draft, use_stage_cache=patches.truth(patch.value))


def _canary_variable(draft: Draft, patch: Patch) -> None:
    old = draft["canary_settings"]
    inner: Draft = {"variables": old.stage_variable_overrides if old else None}
    patches.entry("variables")(inner, patch)
    _canary(draft, stage_variable_overrides=inner["variables"])


def _no_canary(draft: Draft, patch: Patch) -> None:
    draft["canary_settings"] = None


def _deployment(draft: Draft, patch: Patch) -> None:
    """Show another deployment; ``copy`` promotes the canary's."""
    canary = draft["canary_settings"]
    if patch.op == "copy":
        if patch.source != "/canarySettings/deploymentId" or canary is None:
            raise BadRequestException(f"Invalid patch path {patch.source or 'null'}")
        draft["deployment_id"] = canary.deployment_id
    else:
        draft["deployment_id"] = patch.value


def _variables(draft: Draft, patch: Patch) -> None:
    """``copy`` promotes the canary's variables."""
    canary = draft["canary_settings"]
    if patch.source != "/canarySettings/stageVariableOverrides" or canary is None:
        raise BadRequestException(f"Invalid patch path {patch.source or 'null'}")
    draft["variables"] = {**(draft["variables"] or {}), **(canary.stage_variable_overrides or {})} or None


RULES: Final[Rules] = {
    "/cacheClusterEnabled": Rule(REPLACE, patches.flag("cache_cluster_enabled")),
    "/cacheClusterSize": Rule(
        REPLACE, patches.choice("cache_cluster_size", "0.5", "1.6", "6.1", "13.5", "28.4", "58.2", "118", "237")
    ),
    "/canarySettings": Rule(("remove",), _no_canary),
    "/canarySettings/deploymentId": Rule(REPLACE, _canary_deployment),
    "/canarySettings/percentTraffic": Rule(REPLACE, _canary_percent),
    "/canarySettings/stageVariableOverrides/{}": Rule(ANY, _canary_variable),
    "/canarySettings/useStageCache": Rule(REPLACE, _canary_cache),
    "/clientCertificateId": Rule(REPLACE, patches.text("client_certificate_id")),
    "/deploymentId": Rule(("replace", "copy"), _deployment),
    "/description": Rule(REPLACE, patches.text("description")),
    "/documentationVersion": Rule(REPLACE, patches.text("documentation_version")),
    "/tracingEnabled": Rule(REPLACE, patches.flag("tracing_enabled")),
    "/variables": Rule(("copy",), _variables),
    "/variables/{}": Rule(ANY, patches.entry("variables")),
}


def change(draft: Draft, patch: Patch, rules: Rules) -> None:
    """Apply one operation. Raises BadRequestException."""
    rule, key = patches.find(patch.path, rules)
    if rule is not None and patch.op in rule.ops:
        rule.apply(draft, patch._replace(key=key))
    elif patch.op == "remove":
        _remove(draft, patch)
    elif patch.path == _LOG or patch.path.startswith(f"{_LOG}/"):
        _set_log(draft, patch)
    elif not set_setting(draft, patch):
        raise BadRequestException(f"Invalid method setting path: {patch.path}. Must be one of: [{_PATHS}]")


def _remove(draft: Draft, patch: Patch) -> None:
    if patch.path == _LOG:
        draft["access_log_settings"] = None
    elif not remove_setting(draft, patch):
        raise BadRequestException(
            f"Cannot remove method setting {patch.path[1:]} because there is no method setting for this method "
        )


def _set_log(draft: Draft, patch: Patch) -> None:
    name = patch.path[len(_LOG) + 1 :]
    if name not in ("destinationArn", "format"):
        raise BadRequestException(
            f"Invalid accessLogSettings path. Must be one of : [{_LOG}/destinationArn, {_LOG}/format]"
        )
    if not patch.value:
        raise BadRequestException("Access Log value must not be empty")
    draft["access_log_settings"] = {**(draft["access_log_settings"] or {}), name: patch.value}

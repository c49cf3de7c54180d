"""A stage's settings for its methods: ``/pets/GET/throttling/burstLimit``, ``/*/*/caching/enabled``.

A method's settings begin with those of ``*/*``, as they stand when it gets its first own. Source: recorded answers.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from ruststack.services.apigateway import patches
from ruststack.services.apigateway.errors import BadRequestException
from ruststack.services.apigateway.patches import Draft, Patch
from ruststack.services.apigateway.state import MethodSetting, Stage

ALL: Final = "*/*"
_STRATEGIES: Final = ("FAIL_WITH_403", "SUCCEED_WITH_RESPONSE_HEADER", "SUCCEED_WITHOUT_RESPONSE_HEADER")
_LONGEST_CACHED_S: Final = 3600


def _level(value: str | None) -> str:
    """Unknown: AWS's words for another level; trying one would tell."""
    if value not in ("OFF", "ERROR", "INFO"):
        raise BadRequestException("Invalid logging level specified. Must be one of: [OFF, ERROR, INFO]")
    return value


def _strategy(value: str | None) -> str:
    """Unknown: AWS's words for another strategy; trying one would tell."""
    if value not in _STRATEGIES:
        raise BadRequestException(f"Invalid strategy specified. Must be one of: [{', '.join(_STRATEGIES)}]")
    return value


def _cached_s(value: str | None) -> int:
    return patches.whole(value, 0, _LONGEST_CACHED_S)


_SETTINGS: Final[dict[str, tuple[str, Callable[[str | None], Any]]]] = {
    "metrics/enabled": ("metrics_enabled", patches.truth),
    "logging/dataTrace": ("data_trace_enabled", patches.truth),
    "logging/loglevel": ("logging_level", _level),
    "throttling/burstLimit": ("throttling_burst_limit", patches.whole),
    "throttling/rateLimit": ("throttling_rate_limit", patches.fraction),
    "caching/enabled": ("caching_enabled", patches.truth),
    "caching/ttlInSeconds": ("cache_ttl_in_seconds", _cached_s),
    "caching/dataEncrypted": ("cache_data_encrypted", patches.truth),
    "caching/requireAuthorizationForCacheControl": ("require_authorization_for_cache_control", patches.truth),
    "caching/unauthorizedCacheControlHeaderStrategy": ("unauthorized_cache_control_header_strategy", _strategy),
}


def set_setting(draft: Draft, patch: Patch) -> bool:
    """Change one setting; False if the path names none. Raises BadRequestException."""
    pieces = patch.path.split("/")
    setting = _SETTINGS.get("/".join(pieces[-2:]))
    if setting is None or len(pieces) < 5 or pieces[0]:
        return False
    name, read = setting
    method, settings = "/".join(pieces[1:-2]), draft["method_settings"]
    old = settings.get(method) or settings.get(ALL) or MethodSetting()
    draft["method_settings"] = {**settings, method: replace(old, **{name: read(patch.value)})}
    return True


def remove_setting(draft: Draft, patch: Patch) -> bool:
    """Forget a method's settings (``/*/*``), or one of them; False if it has none."""
    settings = dict(draft["method_settings"])
    path = patch.path[1:]
    if settings.pop(path, None) is not None:
        draft["method_settings"] = settings
        return True
    method, *setting = path.rsplit("/", 2)
    known = _SETTINGS.get("/".join(setting))
    if known is None or method not in settings:
        return False
    usual = getattr(MethodSetting(), known[0])
    draft["method_settings"] = {**settings, method: replace(settings[method], **{known[0]: usual})}
    return True


def setting_of(stage: Stage, path: str, http_method: str) -> MethodSetting:
    """How a stage treats a method: its own settings, else those of all, else the usual ones."""
    settings = stage.method_settings
    plain = path.lstrip("/")
    escaped = path.replace("/", "~1")
    for name in (plain, plain.replace("/", "~1"), path, escaped):
        found = settings.get(f"{name}/{http_method}")
        if found is not None:
            return found
    return settings.get(ALL) or MethodSetting()

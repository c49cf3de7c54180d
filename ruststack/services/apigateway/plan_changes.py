"""What UpdateUsagePlan changes.

Source: recorded answers of UpdateUsagePlan; boto/boto3#2629 for the paths that may be removed; AWS's page "Patch
Operations", UpdateUsagePlan.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from ruststack.services.apigateway import patches
from ruststack.services.apigateway.errors import BadRequestException, NotFoundException
from ruststack.services.apigateway.patches import ADD_REMOVE, ANY, Draft, Patch, Rule, Setter
from ruststack.services.apigateway.state import ApiStage, Quota, Throttle

_STAGE: Final = "/apiStages/<apidId:stageName>/throttle"
_PATHS: Final = {
    "add": "/apiStages, /description, /name, /productCode, /quota/limit, /quota/offset, /quota/period, "
    f"/throttle/burstLimit, /throttle/rateLimit, {_STAGE}/<resourcePath>/<httpMethod>/rateLimit, "
    f"{_STAGE}/<resourcePath>/<httpMethod>/burstLimit",
    "remove": f"/apiStages, /quota, /throttle, /productCode, {_STAGE}/<resourcePath>/<httpMethod>, {_STAGE}",
    "replace": "/description, /name, /productCode, /quota/limit, /quota/offset, /quota/period, /throttle/burstLimit, "
    f"/throttle/rateLimit, {_STAGE}/<resourcePath>/<httpMethod>/rateLimit, "
    f"{_STAGE}/<resourcePath>/<httpMethod>/burstLimit",
}


def _stages(draft: Draft, patch: Patch) -> None:
    """Add or remove a stage, written ``api:stage``. Raises BadRequestException, NotFoundException."""
    api_id, colon, stage = (patch.value or "").partition(":")
    if not colon or not api_id or not stage:
        raise BadRequestException("Invalid API Stage specified")
    kept = tuple(each for each in draft["api_stages"] if (each.api_id, each.stage) != (api_id, stage))
    if patch.op == "add":
        if len(kept) == len(draft["api_stages"]):
            draft["api_stages"] = (*kept, ApiStage(api_id, stage))
    elif len(kept) == len(draft["api_stages"]):
        raise NotFoundException(
            f"Invalid API Stage {{api: {api_id}, stage: {stage}}} specified for usageplan {draft['id']}"
        )
    else:
        draft["api_stages"] = kept


def _part(field: str, kind: Any, name: str, read: Callable[[str | None], Any]) -> Setter:
    """One member of a quota or throttle, which comes to be with it."""

    def set_part(draft: Draft, patch: Patch) -> None:
        draft[field] = replace(draft[field] or kind(), **{name: read(patch.value)})

    return set_part


def _none(field: str) -> Setter:
    def forget(draft: Draft, patch: Patch) -> None:
        draft[field] = None

    return forget


def _period(value: str | None) -> str:
    """Unknown: AWS's words; a period of YEAR would tell."""
    if value not in ("DAY", "WEEK", "MONTH"):
        raise BadRequestException("Usage Plan quota period must be one of: [DAY, WEEK, MONTH]")
    return value


_SET: Final = ("add", "replace")
_GONE: Final = ("remove",)
RULES: Final = {
    "/apiStages": Rule(ADD_REMOVE, _stages),
    "/description": Rule(_SET, patches.text("description")),
    "/name": Rule(_SET, patches.needed("name", "Usage plan name cannot be empty")),
    "/productCode": Rule(ANY, patches.text("product_code")),
    "/quota": Rule(_GONE, _none("quota")),
    "/quota/limit": Rule(_SET, _part("quota", lambda: Quota(offset=0), "limit", patches.whole)),
    "/quota/offset": Rule(_SET, _part("quota", Quota, "offset", patches.whole)),
    "/quota/period": Rule(_SET, _part("quota", lambda: Quota(offset=0), "period", _period)),
    "/throttle": Rule(_GONE, _none("throttle")),
    "/throttle/burstLimit": Rule(_SET, _part("throttle", Throttle, "burst_limit", patches.whole)),
    "/throttle/rateLimit": Rule(_SET, _part("throttle", Throttle, "rate_limit", patches.fraction)),
}


def change(draft: Draft, patch: Patch) -> None:
    """Apply one operation. Raises BadRequestException, NotFoundException."""
    rule = RULES.get(patch.path)
    if rule is not None and patch.op in rule.ops:
        rule.apply(draft, patch)
    elif not _throttle_stage(draft, patch):
        named = f"Invalid patch path  '{patch.path}' specified for op '{patch.op}'."
        if patch.op not in _PATHS:
            raise BadRequestException(f"{named} Please choose supported operations")
        raise BadRequestException(f"{named} Must be one of: [{_PATHS[patch.op]}]")


def _throttle_stage(draft: Draft, patch: Patch) -> bool:
    """``/apiStages/{api:stage}/throttle/{path}/{METHOD}/rateLimit``; False if the path is none of these."""
    head, found, path = patch.path.partition("/throttle")
    api_id, colon, name = head.removeprefix("/apiStages/").partition(":")
    if not found or not colon or (path and not path.startswith("/")):
        return False
    for place, stage in enumerate(draft["api_stages"]):
        if (stage.api_id, stage.stage) == (api_id, name):
            limits = _limits(dict(stage.throttle or {}), patch, patches.unescaped(path[1:]))
            if limits is None:
                return False
            stages = list(draft["api_stages"])
            stages[place] = replace(stage, throttle=limits or None)
            draft["api_stages"] = tuple(stages)
            return True
    raise NotFoundException(f"Invalid API Stage {{api: {api_id}, stage: {name}}} specified for usageplan {draft['id']}")


def _limits(limits: dict[str, Throttle], patch: Patch, path: str) -> dict[str, Throttle] | None:
    """A stage's limits by method; None if the path names none."""
    if patch.op == "remove":
        if path:
            limits.pop(path, None)
        return limits if path else {}
    method, _, name = path.rpartition("/")
    if not method or name not in ("rateLimit", "burstLimit") or patch.op not in _SET:
        return None
    old = limits.get(method) or Throttle()
    if name == "rateLimit":
        return {**limits, method: replace(old, rate_limit=patches.fraction(patch.value))}
    return {**limits, method: replace(old, burst_limit=patches.whole(patch.value))}

"""What a custom domain's routing rules say of a request.

Source: developer guide, "Routing rules to connect API stages to a custom domain name for REST APIs": rules go by
priority, and all conditions of one hold; names of headers are the same in any case, values and base paths are not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, Final

from ruststack.core.http import Request
from ruststack.services.apigateway.targets import Target

# By what a domain is told to do, in the words of either version, whether its rules are asked, and then its mappings.
_MODES: Final = {
    "ROUTING_RULE_ONLY": (True, False),
    "ROUTING_RULE_THEN_API_MAPPING": (True, True),
    "ROUTING_RULE_THEN_BASE_PATH_MAPPING": (True, True),
}


def asks(mode: str | None) -> tuple[bool, bool]:
    """Whether a domain of this mode asks its rules, and whether its mappings."""
    return _MODES.get(mode or "", (False, True))


def routed(rules: Iterable[Mapping[str, Any]], request: Request, path: str) -> Target | None:
    """Where the first rule leads whose conditions all hold, or None."""
    for rule in sorted(rules, key=lambda each: each["Priority"]):
        base = _base_of(rule["Conditions"], path)
        if base is not None and all(_has_header(each, request) for each in rule["Conditions"]):
            action = rule["Actions"][0]["InvokeApi"]
            return Target(base if action.get("StripBasePath") else "", action["ApiId"], action["Stage"])
    return None


def _base_of(conditions: Iterable[Mapping[str, Any]], path: str) -> str | None:
    """The base path that a request has of those wanted; empty where none is wanted, None if it has none of them."""
    inner, base = path.lstrip("/"), ""
    for condition in conditions:
        wanted = (condition.get("MatchBasePaths") or {}).get("AnyOf")
        if wanted:
            bases = (each.strip("/") for each in wanted)
            match = next((each for each in bases if inner == each or inner.startswith(f"{each}/")), None)
            if match is None:
                return None
            base = match
    return base


def _has_header(condition: Mapping[str, Any], request: Request) -> bool:
    wanted = (condition.get("MatchHeaders") or {}).get("AnyOf")
    return not wanted or any(
        _glob(each["ValueGlob"]).fullmatch(request.headers.get(each["Header"].lower(), "\n")) is not None
        for each in wanted
    )


@lru_cache(256)
def _glob(glob: str) -> re.Pattern[str]:
    return re.compile(".*".join(re.escape(piece) for piece in glob.split("*")))

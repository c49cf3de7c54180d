"""The keys of those who issue tokens, fetched when they are first needed and kept for a while.

Source: OpenID Connect Discovery 1.0, 4; developer guide, "Control access to HTTP APIs with JWT authorizers" (keys are
cached for two hours).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import orjson

from ruststack.services.apigateway.execution.backends import body_of
from ruststack.services.apigateway.execution.call import Call

_KEPT_S: Final = 7200.0
_TIMEOUT_S: Final = 5.0
_MOST: Final = 64
_keys: dict[str, tuple[float, list[Mapping[str, Any]]]] = {}


async def keys_of(call: Call, issuer: str, key_id: object) -> list[Mapping[str, Any]] | None:
    """The issuer's keys, or None where it cannot be asked. It is asked again for a key that was not there before."""
    now = call.epoch_ms / 1000
    known = _keys.get(issuer)
    is_fresh = known is not None and known[0] <= now < known[0] + _KEPT_S
    if known is not None and is_fresh and any(key.get("kid") == key_id for key in known[1]):
        return known[1]
    configuration = await _json(call, f"{issuer.rstrip('/')}/.well-known/openid-configuration")
    address = configuration.get("jwks_uri") if configuration is not None else None
    document = await _json(call, address or f"{issuer.rstrip('/')}/.well-known/jwks.json")
    keys = document.get("keys") if document is not None else None
    if not isinstance(keys, list):
        return None
    if len(_keys) >= _MOST:
        _keys.clear()
    _keys[issuer] = (now, [key for key in keys if isinstance(key, dict)])
    return _keys[issuer][1]


async def _json(call: Call, url: str) -> dict[str, Any] | None:
    live = call.world.live
    if live is None or not url.startswith(("http://", "https://")):
        return None
    try:
        response = await live.fetch("GET", url, [], b"", _TIMEOUT_S)
        document = orjson.loads(body_of(response)) if response.status == 200 else None
    except (OSError, ValueError):
        return None
    return document if isinstance(document, dict) else None

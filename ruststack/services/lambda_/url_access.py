"""Who may call a function URL: whoever the function's policy lets, and at a URL for signers its own account.

Signatures are not computed again here; that there is one, and whose, is what counts.
Source: developer guide, "Control access to Lambda function URLs" (urls-auth).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from ruststack.kit import Request
from ruststack.services.lambda_.state import Function, Url
from ruststack.services.lambda_.url_event import Caller

_ACTIONS: Final = ("lambda:InvokeFunctionUrl", "lambda:*", "*")
_CREDENTIAL: Final = re.compile(
    r"AWS4-(?:HMAC-SHA256|ECDSA-P256-SHA256) .*Credential=([^/,\s]+)/\d{8}/[^,\s]*aws4_request"
)
_DEFAULT_ACCOUNT: Final = "000000000000"


class Refused(Exception):
    """The caller may not."""


def caller_of(request: Request, url: Url) -> Caller | None:
    """Who signed, at a URL that asks for signatures. Raises Refused."""
    if url.auth_type == "NONE":
        return None
    found = _CREDENTIAL.match(request.headers.get("authorization", ""))
    key = found[1] if found is not None else request.params.get("X-Amz-Credential", [""])[0].partition("/")[0]
    if not key:
        raise Refused
    account = key if len(key) == 12 and key.isascii() and key.isdigit() else _DEFAULT_ACCOUNT
    return Caller(key, account)


def check(function: Function, qualifier: str, url: Url, caller: Caller | None, owner: str) -> None:
    """Raises Refused."""
    if caller is not None and caller.account == owner:
        return
    statements = list((function.policies.get(qualifier) or {}).values())
    speaking = [statement["Effect"] for statement in statements if _speaks_of(statement, url, caller)]
    if "Allow" not in speaking or "Deny" in speaking:
        raise Refused


def _speaks_of(statement: Mapping[str, Any], url: Url, caller: Caller | None) -> bool:
    """Whether a statement is about this URL and this caller."""
    if not any(action in _ACTIONS for action in _listed(statement["Action"])):
        return False
    conditions = (statement.get("Condition") or {}).get("StringEquals") or {}
    if url.auth_type not in _listed(conditions.get("lambda:FunctionUrlAuthType", url.auth_type)):
        return False
    principal = statement["Principal"]
    named = _listed(principal.get("AWS", [])) if isinstance(principal, dict) else _listed(principal)
    return "*" in named or (
        caller is not None and any(f"::{caller.account}:" in each or each == caller.account for each in named)
    )


def _listed(value: Any) -> list[str]:
    """Policies may write one value without a list."""
    return [str(each) for each in value] if isinstance(value, list) else [str(value)]

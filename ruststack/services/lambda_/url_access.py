"""Who may call a function URL: whoever the function's policy lets, and at a URL for signers its own account.

Signatures are computed again where the settings say that they are verified.
Source: developer guide, "Control access to Lambda function URLs" (urls-auth); of what a wrong signature is told,
RJPearson94/terraform-aws-open-next#48, jamesmbourne/aws4-axios#1553, and a question of re:Post about presigned ones
(QUPuq7VvHJRwWxVA3XJIgNKQ), by which the body is always signed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from ruststack.kit import Request, ServiceError, World
from ruststack.services.lambda_.state import Function, Url
from ruststack.services.lambda_.url_event import Caller

_ACTIONS: Final = ("lambda:InvokeFunctionUrl", "lambda:*", "*")
_SERVICE: Final = "lambda"
_UNSIGNED: Final = "MissingAuthenticationTokenException"


class Refused(Exception):
    """The caller may not."""


def caller_of(world: World, request: Request, url: Url, region: str) -> Caller | None:
    """Who signed, at a URL that asks for signatures. Raises Refused where nobody did, ServiceError for a wrong one."""
    if url.auth_type == "NONE":
        return None
    assert world.signatures is not None
    try:
        signed = world.signatures.check(request, _SERVICE, region)
    except ServiceError as error:
        error.members.clear()
        raise (Refused if error.code == _UNSIGNED else error) from None
    return Caller(signed.access_key, signed.account)


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

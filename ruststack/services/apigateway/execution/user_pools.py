"""COGNITO_USER_POOLS authorizers: tokens of user pools.

Source: developer guide, "Control access to REST APIs using Amazon Cognito user pools as an authorizer".
"""

from __future__ import annotations

import re
from typing import Final

from ruststack.services.apigateway.execution import tokens
from ruststack.services.apigateway.execution.call import Call
from ruststack.services.apigateway.execution.gateway_errors import ExpiredToken, Unauthorized
from ruststack.services.apigateway.execution.issuers import keys_of
from ruststack.services.apigateway.state import Authorizer, Method

_POOL: Final = re.compile(r"arn:aws[a-z-]*:cognito-idp:([a-z0-9-]+):\d{12}:userpool/(.+)")
_HEADER: Final = "method.request.header."


async def authorize(call: Call, authorizer: Authorizer, method: Method) -> None:
    """Who has a token of one of the pools may pass; where the method names scopes, it must be an access token.

    The signature is checked where the pool's keys can be had. Raises Unauthorized, ExpiredToken.
    """
    source = (authorizer.identity_source or f"{_HEADER}Authorization").removeprefix(_HEADER)
    text = call.header(source.lower()) or ""
    try:
        token = tokens.read(text.removeprefix("Bearer ").strip())
    except tokens.InvalidToken:
        raise Unauthorized from None
    claims = token.claims
    issuers = {issuer for arn in authorizer.provider_arns or () if (issuer := _issuer(arn))}
    if claims.get("iss") not in issuers and not _is_of_pool(str(claims.get("iss", "")), issuers):
        raise Unauthorized
    expires = claims.get("exp")
    if not isinstance(expires, int | float) or expires <= call.epoch_ms / 1000:
        raise ExpiredToken if isinstance(expires, int | float) else Unauthorized
    wanted = list(method.authorization_scopes or ())
    if claims.get("token_use", "id" if not wanted else "access") != ("access" if wanted else "id"):
        raise Unauthorized
    if not tokens.has_scope(claims, wanted):
        raise Unauthorized
    keys = await keys_of(call, str(claims["iss"]), token.header.get("kid"))
    if keys is not None:
        try:
            tokens.check_signature(token, keys)
        except tokens.InvalidToken:
            raise Unauthorized from None
    call.authorizer = {"claims": {name: tokens.claim_text(value) for name, value in claims.items()}}


def _issuer(arn: str) -> str:
    named = _POOL.fullmatch(arn)
    return f"https://cognito-idp.{named[1]}.amazonaws.com/{named[2]}" if named is not None else ""


def _is_of_pool(issuer: str, issuers: set[str]) -> bool:
    """Pools of a local server have its address in place of AWS's."""
    return any(issuer.rpartition("/")[2] == each.rpartition("/")[2] for each in issuers)

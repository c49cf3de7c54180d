"""Security schemes as authorizers, and what an operation's ``security`` asks of its callers.

Source: Developer Guide, "x-amazon-apigateway-authorizer object", "x-amazon-apigateway-authtype property",
"x-amazon-apigateway-auth object".
"""

from __future__ import annotations

from typing import Any, Final

from ruststack.services.apigateway.authorizers import made
from ruststack.services.apigateway.openapi.building import Building
from ruststack.services.apigateway.openapi.reading import listed, text, whole
from ruststack.services.apigateway.state import Authorizer

_EXTENSION: Final = "x-amazon-apigateway-authorizer"
_KIND: Final = "x-amazon-apigateway-authtype"


def read_authorizers(building: Building) -> None:
    """The schemes that have authorizers become authorizers, by the schemes' names."""
    for name, scheme in building.document.security_schemes.items():
        scheme = building.document.resolved(scheme)
        given = scheme.get(_EXTENSION)
        if isinstance(given, dict):
            with building.telling(f"Unable to create authorizer '{name}'"):
                _keep(building, made(building.ctx, _fields(name, scheme, given)))


def _keep(building: Building, authorizer: Authorizer) -> None:
    """An authorizer of that name that is there keeps its id."""
    known = building.api.authorizers
    old = next((each for each in known.values() if each.name == authorizer.name), None)
    place = old.id if old else authorizer.id
    fields = {name: getattr(authorizer, name) for name in Authorizer.__dataclass_fields__}
    known[place] = Authorizer(**{**fields, "id": place})


def _fields(name: str, scheme: dict[str, Any], given: dict[str, Any]) -> dict[str, Any]:
    kind = (text(given.get("type")) or "").upper()
    source = text(given.get("identitySource"))
    if source is None and kind in ("TOKEN", "COGNITO_USER_POOLS"):
        source = f"method.request.header.{text(scheme.get('name')) or 'Authorization'}"
    return {
        "name": name,
        "type": kind,
        "provider_arns": tuple(listed(given.get("providerARNs"))) or None,
        "auth_type": text(scheme.get(_KIND)),
        "authorizer_uri": text(given.get("authorizerUri")),
        "authorizer_credentials": text(given.get("authorizerCredentials")),
        "identity_source": source,
        "identity_validation_expression": text(given.get("identityValidationExpression")),
        "authorizer_result_ttl_in_seconds": whole(given.get("authorizerResultTtlInSeconds")),
    }


def requirements(building: Building, operation: dict[str, Any]) -> dict[str, Any]:
    """The fields of a method that say who may call it."""
    found: dict[str, Any] = {"authorization_type": "NONE"}
    asked = operation.get("security", building.document.root.get("security"))
    for requirement in asked if isinstance(asked, list) else ():
        for name, scopes in requirement.items() if isinstance(requirement, dict) else ():
            _require(building, found, name, scopes)
    plain = operation.get("x-amazon-apigateway-auth")
    if isinstance(plain, dict) and text(plain.get("type")):
        found["authorization_type"] = str(text(plain["type"])).upper()
    return found


def _require(building: Building, found: dict[str, Any], name: str, scopes: Any) -> None:
    scheme = building.document.resolved(building.document.security_schemes.get(name))
    authorizer = next((each for each in building.api.authorizers.values() if each.name == name), None)
    if authorizer is not None:
        pools = authorizer.type == "COGNITO_USER_POOLS"
        found["authorization_type"] = "COGNITO_USER_POOLS" if pools else "JWT" if authorizer.type == "JWT" else "CUSTOM"
        found["authorizer_id"] = authorizer.id
        found["authorization_scopes"] = tuple(listed(scopes)) or None
    elif text(scheme.get(_KIND)) == "awsSigv4":
        found["authorization_type"] = "AWS_IAM"
    elif scheme.get("type") == "apiKey" and (text(scheme.get("name")) or "").lower() == "x-api-key":
        found["api_key_required"] = True
    else:
        building.warnings.append(f"Security scheme '{name}' has no authorizer and was ignored")

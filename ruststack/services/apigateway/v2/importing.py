"""ImportApi and ReimportApi: HTTP APIs from OpenAPI 3 documents with API Gateway's extensions.

Source: developer guide, "Working with OpenAPI definitions for HTTP APIs in API Gateway", "OpenAPI extensions for API
Gateway".
"""

from __future__ import annotations

from typing import Any, Final

from ruststack.kit import Context, Input, Output, operation
from ruststack.services.apigateway.openapi.document import Document, parse
from ruststack.services.apigateway.openapi.reading import listed, text, texts, whole
from ruststack.services.apigateway.tag_rules import check_tags
from ruststack.services.apigateway.v2.apis import new_api, tell
from ruststack.services.apigateway.v2.deploying import touched
from ruststack.services.apigateway.v2.errors import BadRequestException
from ruststack.services.apigateway.v2.integrations import HTTP_TIMEOUT_MS
from ruststack.services.apigateway.v2.records import api_of
from ruststack.services.apigateway.v2.routes import is_route_key, new_route
from ruststack.services.apigateway.v2.state import Api

_ANY: Final = "x-amazon-apigateway-any-method"
_VERBS: Final = ("get", "put", "post", "delete", "options", "head", "patch")
_INTEGRATION: Final = "x-amazon-apigateway-integration"
_AUTHORIZER: Final = "x-amazon-apigateway-authorizer"
_CORS: Final = "x-amazon-apigateway-cors"
_ENDPOINT: Final = "x-amazon-apigateway-endpoint-configuration"
_AUTH: Final = "x-amazon-apigateway-auth"
_TAG: Final = "x-amazon-apigateway-tag-value"
_CORS_LISTS: Final = ("AllowOrigins", "AllowMethods", "AllowHeaders", "ExposeHeaders")


@operation("ImportApi")
def import_api(ctx: Context, req: Input) -> Output:
    """A new API; nothing of it is deployed.

    Raises BadRequestException, ConflictException.  Source: API_ImportApi
    """
    document, prefix = _document(req)
    routes = _routes(document, prefix)
    tags = check_tags(_tags(document))
    api = new_api(ctx, {**_settings(document), "ProtocolType": "HTTP"}, tags)
    _fill(ctx, api, document, routes)
    return tell(ctx, api)


@operation("ReimportApi")
def reimport_api(ctx: Context, req: Input) -> Output:
    """What the document says takes the place of all routes, integrations and authorizers; stages stay.

    Raises NotFoundException, BadRequestException.  Source: API_ReimportApi
    """
    api = api_of(ctx, req)
    document, prefix = _document(req)
    routes = _routes(document, prefix)
    kept = {name: value for name, value in api.record.items() if name not in ("CorsConfiguration", "Description")}
    api.record = {**kept, **_settings(document)}
    for records in (api.routes, api.integrations, api.authorizers, api.route_responses, api.integration_responses):
        records.clear()
    _fill(ctx, api, document, routes)
    touched(ctx, api)
    return tell(ctx, api)


def _document(req: Input) -> tuple[Document, str]:
    """The document, and what stands before all its paths. Raises BadRequestException."""
    document = parse(req["Body"].encode())
    if document.is_swagger:
        # Unknown: AWS's words; importing Swagger 2 would tell.
        raise BadRequestException("Only OpenAPI 3.0 definitions can be imported as HTTP APIs")
    base, wanted = document.base_path, req.get("Basepath") or "ignore"
    if wanted not in ("ignore", "prepend", "split"):
        raise BadRequestException(f"Invalid basepath {wanted}. Valid options are ignore, prepend, split")
    if not base or wanted == "ignore":
        return document, ""
    return document, f"/{base}" if wanted == "prepend" else f"/{base}".rpartition("/")[0]


def _settings(document: Document) -> dict[str, Any]:
    """Raises BadRequestException for a document without a title."""
    info = document.part("info")
    title = text(info.get("title"))
    if not title:
        raise BadRequestException("The title of the API is required")
    found: dict[str, Any] = {"Name": title}
    for member, name in (("Version", "version"), ("Description", "description")):
        if text(info.get(name)):
            found[member] = text(info[name])
    if document.part(_ENDPOINT).get("disableExecuteApiEndpoint") is True:
        found["DisableExecuteApiEndpoint"] = True
    cors = document.part(_CORS)
    if cors:
        found["CorsConfiguration"] = _cors(cors)
    return found


def _cors(given: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for member in _CORS_LISTS:
        value = given.get(member[:1].lower() + member[1:])
        if value is not None:
            found[member] = [value] if isinstance(value, str) else listed(value)
    if isinstance(given.get("allowCredentials"), bool):
        found["AllowCredentials"] = given["allowCredentials"]
    if whole(given.get("maxAge")) is not None:
        found["MaxAge"] = whole(given["maxAge"])
    return found


def _tags(document: Document) -> dict[str, str]:
    tags = document.root.get("tags")
    found = {}
    for each in tags if isinstance(tags, list) else ():
        if isinstance(each, dict) and text(each.get("name")) and text(each.get(_TAG)) is not None:
            found[str(each["name"])] = str(text(each[_TAG]))
    return found


def _routes(document: Document, prefix: str) -> list[tuple[str, dict[str, Any]]]:
    """Route keys and their operations. Raises BadRequestException."""
    found = []
    for path, item in document.part("paths").items():
        operations = document.resolved(item)
        for verb in (*_VERBS, _ANY):
            if verb in operations:
                method = "ANY" if verb == _ANY else verb.upper()
                key = "$default" if path == "/$default" else f"{method} {prefix}{path}"
                if not is_route_key(key):
                    raise BadRequestException(f"Unable to create route {key}: the route key is not formatted properly")
                found.append((key, document.resolved(operations[verb])))
    return found


def _fill(ctx: Context, api: Api, document: Document, routes: list[tuple[str, dict[str, Any]]]) -> None:
    authorizers = _authorizers(ctx, api, document)
    for key, given in routes:
        members: dict[str, Any] = {"RouteKey": key, **_admission(document, given, authorizers)}
        if text(given.get("operationId")):
            members["OperationName"] = text(given["operationId"])
        integration = document.resolved(given.get(_INTEGRATION))
        if integration:
            members["Target"] = f"integrations/{_keep_integration(ctx, api, integration)}"
        new_route(ctx, api, members)


def _keep_integration(ctx: Context, api: Api, given: dict[str, Any]) -> str:
    name = ctx.ids.lower(7)
    record: dict[str, Any] = {
        "ConnectionType": "INTERNET",
        "IntegrationId": name,
        "IntegrationType": str(given.get("type", "http_proxy")).upper(),
        "PayloadFormatVersion": text(given.get("payloadFormatVersion")) or "1.0",
        "TimeoutInMillis": whole(given.get("timeoutInMillis")) or HTTP_TIMEOUT_MS,
    }
    for member, name_there in (
        ("IntegrationMethod", "httpMethod"),
        ("IntegrationUri", "uri"),
        ("IntegrationSubtype", "integrationSubtype"),
        ("ConnectionType", "connectionType"),
        ("ConnectionId", "connectionId"),
        ("CredentialsArn", "credentials"),
        ("Description", "description"),
    ):
        if text(given.get(name_there)):
            record[member] = text(given[name_there])
    if texts(given.get("requestParameters")):
        record["RequestParameters"] = texts(given["requestParameters"])
    tls = given.get("tlsConfig")
    if isinstance(tls, dict) and text(tls.get("serverNameToVerify")):
        record["TlsConfig"] = {"ServerNameToVerify": text(tls["serverNameToVerify"])}
    responses = given.get("responseParameters")
    if isinstance(responses, dict):
        record["ResponseParameters"] = {status: texts(rules) for status, rules in responses.items()}
    api.integrations[name] = record
    return name


def _authorizers(ctx: Context, api: Api, document: Document) -> dict[str, tuple[str, str]]:
    """The authorizers of the document, kept; by name their type of authorization and id."""
    found = {}
    for name, scheme in document.security_schemes.items():
        given = document.resolved(document.resolved(scheme).get(_AUTHORIZER))
        kind = str(given.get("type", "")).upper()
        if kind in ("JWT", "REQUEST"):
            record = _authorizer(name, kind, given)
            record["AuthorizerId"] = ctx.ids.lower(6)
            api.authorizers[record["AuthorizerId"]] = record
            found[name] = ("JWT" if kind == "JWT" else "CUSTOM", record["AuthorizerId"])
    return found


def _authorizer(name: str, kind: str, given: dict[str, Any]) -> dict[str, Any]:
    source = given.get("identitySource")
    sources = source.split(",") if isinstance(source, str) else listed(source)
    record: dict[str, Any] = {
        "AuthorizerType": kind,
        "IdentitySource": [each.strip() for each in sources if each.strip()],
        "Name": name,
    }
    if kind == "JWT":
        configuration = given.get("jwtConfiguration")
        told = configuration if isinstance(configuration, dict) else {}
        record["JwtConfiguration"] = {
            "Audience": listed(told.get("audience")),
            "Issuer": text(told.get("issuer")) or "",
        }
        return record
    record["AuthorizerUri"] = text(given.get("authorizerUri")) or ""
    if text(given.get("authorizerCredentials")):
        record["AuthorizerCredentialsArn"] = text(given["authorizerCredentials"])
    record["AuthorizerPayloadFormatVersion"] = text(given.get("authorizerPayloadFormatVersion")) or "2.0"
    record["EnableSimpleResponses"] = given.get("enableSimpleResponses") is True
    if whole(given.get("authorizerResultTtlInSeconds")) is not None:
        record["AuthorizerResultTtlInSeconds"] = whole(given["authorizerResultTtlInSeconds"])
    return record


def _admission(document: Document, given: dict[str, Any], authorizers: dict[str, tuple[str, str]]) -> dict[str, Any]:
    """What a route asks of its callers: the operation's security, or the document's."""
    if document.resolved(given.get(_AUTH)).get("type") == "AWS_IAM":
        return {"AuthorizationType": "AWS_IAM"}
    security = given.get("security", document.root.get("security"))
    for requirement in security if isinstance(security, list) else ():
        for name, scopes in requirement.items() if isinstance(requirement, dict) else ():
            if name in authorizers:
                kind, authorizer = authorizers[name]
                found: dict[str, Any] = {"AuthorizationType": kind, "AuthorizerId": authorizer}
                return {**found, "AuthorizationScopes": listed(scopes)} if listed(scopes) else found
            if "x-amazon-apigateway-authtype" in document.resolved(document.security_schemes.get(name)):
                return {"AuthorizationType": "AWS_IAM"}
    return {}

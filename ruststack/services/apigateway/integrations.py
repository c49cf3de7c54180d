"""Integrations: the backends of methods."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any, Final

from ruststack.kit import Context, Input, Output, operation
from ruststack.services.apigateway import mappings, methods, patches
from ruststack.services.apigateway.errors import BadRequestException, NotFoundException
from ruststack.services.apigateway.finding import integration_of, method_of
from ruststack.services.apigateway.members import fields, members
from ruststack.services.apigateway.patches import ADD_REMOVE, ANY, REPLACE, Draft, Patch, Rule
from ruststack.services.apigateway.state import Integration, Resource

_URI_ARN: Final = re.compile(r"arn:aws[a-z-]*:apigateway:[a-z0-9-]+:[^:]+:(path|action)/.*", re.DOTALL)
_PROXIES: Final = re.compile(r"arn:aws[a-z-]*:apigateway:[a-z0-9-]+:(lambda:path/|firehose:).*", re.DOTALL)
_HTTP: Final = ("HTTP", "HTTP_PROXY")
_PASSTHROUGHS: Final = ("WHEN_NO_MATCH", "WHEN_NO_TEMPLATES", "NEVER")
_NO_SUCH_PARAMETER: Final = NotFoundException("Invalid parameter name specified")
_NO_SUCH_TEMPLATE: Final = NotFoundException("Content-Type specified was not found")
_SHORTEST_MS: Final = 50
USUAL_MS: Final = 29_000
_LONGEST_MS: Final = 300_000


def _set_verification(draft: Draft, patch: Patch) -> None:
    draft["tls_config"] = {"insecureSkipVerification": patches.truth(patch.value)}


def _timeout(draft: Draft, patch: Patch) -> None:
    """No value stands for the usual one."""
    draft["timeout_in_millis"] = patches.whole(patch.value, _SHORTEST_MS, _LONGEST_MS) if patch.value else USUAL_MS


def _cache_key(draft: Draft, patch: Patch) -> None:
    patches.element("cache_key_parameters")(draft, patch)
    draft["cache_key_parameters"] = draft["cache_key_parameters"] or ()


RULES: Final = {
    "/cacheKeyParameters/{}": Rule(ADD_REMOVE, _cache_key),
    "/cacheNamespace": Rule(REPLACE, patches.text("cache_namespace")),
    "/connectionId": Rule(REPLACE, patches.text("connection_id")),
    "/connectionType": Rule(REPLACE, patches.choice("connection_type", "INTERNET", "VPC_LINK")),
    "/contentHandling": Rule(REPLACE, patches.text("content_handling")),
    "/credentials": Rule(REPLACE, patches.text("credentials")),
    "/httpMethod": Rule(REPLACE, patches.text("http_method")),
    "/integrationTarget": Rule(REPLACE, patches.text("integration_target")),
    "/passthroughBehavior": Rule(REPLACE, patches.text("passthrough_behavior")),
    "/requestParameters/{}": Rule(ANY, patches.entry("request_parameters", missing=_NO_SUCH_PARAMETER)),
    "/requestTemplates/{}": Rule(ANY, patches.entry("request_templates", missing=_NO_SUCH_TEMPLATE)),
    "/responseTransferMode": Rule(REPLACE, patches.choice("response_transfer_mode", "BUFFERED", "STREAM")),
    "/timeoutInMillis": Rule(REPLACE, _timeout),
    "/tlsConfig/insecureSkipVerification": Rule(REPLACE, _set_verification),
    "/type": Rule(REPLACE, patches.choice("type", "HTTP", "AWS", "MOCK", "HTTP_PROXY", "AWS_PROXY")),
    "/uri": Rule(REPLACE, patches.text("uri")),
}


@operation("PutIntegration")
def put_integration(ctx: Context, req: Input) -> Output:
    """Set up the backend of a method, in place of any that was there.

    Raises NotFoundException, BadRequestException.  Source: API_PutIntegration; recorded answers
    """
    api, resource, method = method_of(ctx, req)
    integration = made(resource, _given(req))
    check(integration)
    mappings.check_requests(method, integration)
    methods.keep(api, resource, replace(method, method_integration=integration))
    return members(integration)


def _given(req: Input) -> dict[str, Any]:
    given = fields(Integration, {**req, "httpMethod": req.get("integrationHttpMethod")})
    given["passthrough_behavior"] = (given.get("passthrough_behavior") or "WHEN_NO_MATCH").upper()
    return {name: value for name, value in given.items() if name != "request_parameters" or value}


def made(resource: Resource, given: dict[str, Any]) -> Integration:
    """An integration with AWS's defaults for what is not given."""
    given = {"cache_namespace": resource.id, **given}
    if given["type"] in _HTTP:
        given.setdefault("connection_type", "INTERNET")
    return Integration(**given)


def check(integration: Integration) -> None:
    """Raises BadRequestException.

    Unknown: the order of these checks, and the words about passthrough and timeout; wrong ones, alone and together,
    would tell.
    """
    if integration.type != "MOCK" and not integration.http_method:
        raise BadRequestException("Enumeration value for HttpMethod must be non-empty")
    if integration.http_method and integration.http_method not in methods.VERBS:
        raise BadRequestException(f"Invalid HttpMethod specified. Valid options are {','.join(methods.VERBS)}")
    if integration.type in _HTTP:
        _check_http(integration)
    elif integration.type != "MOCK":
        _check_aws(integration)
    if integration.passthrough_behavior not in _PASSTHROUGHS:
        raise BadRequestException(
            f"Invalid passthrough behavior specified. Valid options are {', '.join(_PASSTHROUGHS)}"
        )
    if not _SHORTEST_MS <= integration.timeout_in_millis <= _LONGEST_MS:
        raise BadRequestException(f"Timeout should be between {_SHORTEST_MS} ms and {_LONGEST_MS} ms")


def _check_http(integration: Integration) -> None:
    uri = integration.uri or ""
    if not uri.startswith(("http://", "https://", "$", "{")):
        raise BadRequestException("Invalid HTTP endpoint specified for URI")
    if integration.connection_type == "VPC_LINK" and not integration.connection_id:
        raise BadRequestException("Invalid connectionId specified for VPC_LINK")


def _check_aws(integration: Integration) -> None:
    uri = integration.uri or ""
    if _URI_ARN.fullmatch(uri) is None:
        raise BadRequestException("Invalid ARN specified in the request")
    if integration.type == "AWS_PROXY" and _PROXIES.fullmatch(uri) is None:
        raise BadRequestException(
            "Integrations of type 'AWS_PROXY' currently only supports Lambda function and Firehose stream invocations."
        )


@operation("GetIntegration")
def get_integration(ctx: Context, req: Input) -> Output:
    """Raises NotFoundException.  Source: API_GetIntegration"""
    return members(integration_of(ctx, req)[3])


@operation("UpdateIntegration")
def update_integration(ctx: Context, req: Input) -> Output:
    """Raises NotFoundException, BadRequestException.  Source: API_UpdateIntegration"""
    api, resource, method, integration = integration_of(ctx, req)
    integration = patches.patched(integration, req, RULES, patches.by_path)
    check(integration)
    mappings.check_requests(method, integration)
    methods.keep(api, resource, replace(method, method_integration=integration))
    return members(integration)


@operation("DeleteIntegration")
def delete_integration(ctx: Context, req: Input) -> Output:
    """Raises NotFoundException.  Source: API_DeleteIntegration"""
    api, resource, method, _ = integration_of(ctx, req)
    methods.keep(api, resource, replace(method, method_integration=None))
    return {}

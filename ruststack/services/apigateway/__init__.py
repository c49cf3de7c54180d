"""Amazon API Gateway: REST APIs."""

from __future__ import annotations

from ruststack.kit import Scope, Service
from ruststack.services.apigateway import (
    access_associations,
    account,
    api_keys,
    authorizers,
    base_paths,
    client_certificates,
    deployments,
    documentation,
    documentation_versions,
    domain_names,
    gateway_responses,
    integration_responses,
    integrations,
    key_import,
    method_responses,
    methods,
    models,
    plan_keys,
    request_validators,
    resources,
    rest_apis,
    sdks,
    stages,
    tags,
    usage,
    usage_plans,
    vpc_links,
)
from ruststack.services.apigateway.execution import test_invocation
from ruststack.services.apigateway.execution.domains import claims
from ruststack.services.apigateway.execution.door import front
from ruststack.services.apigateway.openapi import documentation_import, exporting, importing
from ruststack.services.apigateway.state import APIGatewayState
from ruststack.services.apigateway.violations import invalid

service = Service(
    name="apigateway",
    state=APIGatewayState,
    scope=Scope.REGION,
    # A new operation is a decorated function in one of these modules, or in a new one that is named here.
    modules=(
        access_associations,
        account,
        api_keys,
        authorizers,
        base_paths,
        client_certificates,
        deployments,
        documentation,
        documentation_versions,
        domain_names,
        documentation_import,
        exporting,
        gateway_responses,
        importing,
        integration_responses,
        integrations,
        key_import,
        method_responses,
        methods,
        models,
        plan_keys,
        request_validators,
        resources,
        rest_apis,
        sdks,
        stages,
        tags,
        test_invocation,
        usage,
        usage_plans,
        vpc_links,
    ),
    invalid=invalid,
    front=front,
    claims=claims,
)

"""Amazon API Gateway V2: HTTP APIs and WebSocket APIs."""

from __future__ import annotations

from ruststack.kit import Scope, Service
from ruststack.services.apigateway.execution.domains import claims
from ruststack.services.apigateway.v2 import (
    apis,
    authorizers,
    deployments,
    domain_names,
    exporting,
    importing,
    integrations,
    models,
    responses,
    routes,
    routing_rules,
    stages,
    tags,
    vpc_links,
)
from ruststack.services.apigateway.v2.state import APIGatewayV2State
from ruststack.services.apigateway.v2.violations import invalid

service = Service(
    name="apigatewayv2",
    state=APIGatewayV2State,
    scope=Scope.REGION,
    # A new operation is a decorated function in one of these modules, or in a new one that is named here.
    modules=(
        apis,
        authorizers,
        deployments,
        domain_names,
        exporting,
        importing,
        integrations,
        models,
        responses,
        routes,
        routing_rules,
        stages,
        tags,
        vpc_links,
    ),
    invalid=invalid,
    claims=claims,
)

"""Amazon API Gateway: REST APIs."""

from __future__ import annotations

from ruststack.kit import Scope, Service
from ruststack.services.apigateway import (
    deployments,
    integration_responses,
    integrations,
    method_responses,
    methods,
    resources,
    rest_apis,
    stages,
)
from ruststack.services.apigateway.execution.door import front
from ruststack.services.apigateway.state import APIGatewayState
from ruststack.services.apigateway.violations import invalid

service = Service(
    name="apigateway",
    state=APIGatewayState,
    scope=Scope.REGION,
    # A new operation is a decorated function in one of these modules, or in a new one that is named here.
    modules=(
        deployments,
        integration_responses,
        integrations,
        method_responses,
        methods,
        resources,
        rest_apis,
        stages,
    ),
    invalid=invalid,
    front=front,
)

"""AWS Lambda. The package has an underscore because its name is a word of Python's."""

from __future__ import annotations

from ruststack.kit import Scope, Service
from ruststack.services.lambda_ import (
    account,
    aliases,
    capacity_providers,
    code_signing,
    concurrency,
    event_invoke,
    function_update,
    functions,
    invokers,
    invoking,
    layer_permissions,
    layers,
    mappings,
    permissions,
    provisioned,
    queued,
    resource_policies,
    runtime_settings,
    scaling,
    tags,
    urls,
    versions,
)
from ruststack.services.lambda_.durable import (
    callbacks,
    chained,
    checkpoints,
    executions,
    history,
    invocations,
    pausing,
    starting,
    timers,
)
from ruststack.services.lambda_.front import front
from ruststack.services.lambda_.resuming import resume
from ruststack.services.lambda_.state import LambdaState
from ruststack.services.lambda_.violations import invalid
from ruststack.services.lambda_.wire import intercept

service = Service(
    name="lambda",
    state=LambdaState,
    scope=Scope.REGION,
    # A new operation is a decorated function in one of these modules, or in a new one that is named here.
    modules=(
        account,
        aliases,
        callbacks,
        capacity_providers,
        chained,
        checkpoints,
        code_signing,
        concurrency,
        event_invoke,
        executions,
        function_update,
        functions,
        history,
        invocations,
        invokers,
        invoking,
        layer_permissions,
        layers,
        mappings,
        pausing,
        permissions,
        provisioned,
        queued,
        resource_policies,
        runtime_settings,
        scaling,
        starting,
        tags,
        timers,
        urls,
        versions,
    ),
    invalid=invalid,
    intercept=intercept,
    front=front,
    resume=resume,
)

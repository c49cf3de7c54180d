"""Whether a function lets an API invoke it: its policy is asked, unless a role of the user's own invokes.

Source: Lambda developer guide, "Invoking a Lambda function using an Amazon API Gateway endpoint" (Permissions); API
Gateway developer guide, troubleshooting ("Invalid permissions on Lambda function").
"""

from __future__ import annotations

from typing import Final, NamedTuple

from ruststack.services.apigateway.execution.call import Call

_SERVICE: Final = "apigateway.amazonaws.com"


class Asker(NamedTuple):
    """What of an API invokes: an ``authorizer`` by its id, a WebSocket API's ``route``, else the request's method.

    With a ``role`` of the user's own it is that role's permission that counts, and roles' policies are not looked at.
    """

    authorizer: str = ""
    route: str = ""
    role: str | None = None


METHOD: Final = Asker()


def require_permission(call: Call, asker: Asker, function: str, account: str, region: str) -> None:
    """Raises AccessDeniedException, ResourceNotFoundException."""
    if asker.role:
        return
    source = f"arn:aws:execute-api:{call.region}:{call.account}:{call.api_id}"
    asked = {
        "FunctionName": function,
        "Service": _SERVICE,
        "SourceArns": [f"{source}/{each}" for each in _names(call, asker)],
        "SourceAccount": call.account,
    }
    assert call.world.perform is not None
    call.world.perform("lambda", "CheckInvoker", asked, account=account, region=region)


def _names(call: Call, asker: Asker) -> tuple[str, ...]:
    """Unknown: whether a request is named by its own path or by its resource's; permissions for ``/pets/{id}`` and for
    ``/pets/1`` would tell. Here both are good.
    """
    if asker.authorizer:
        return (f"authorizers/{asker.authorizer}",)
    if asker.route:
        return (f"{call.stage}/{asker.route}",)
    if call.resource_path == "$default":
        return (f"{call.stage}/$default", f"{call.stage}/{call.method}{call.path}")
    return (f"{call.stage}/{call.method}{call.path}", f"{call.stage}/{call.method}{call.resource_path}")

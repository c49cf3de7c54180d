"""Route responses and integration responses: what goes back over a WebSocket."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

from ruststack.kit import Context, Input, Output, operation
from ruststack.services.apigateway.v2.deploying import touched
from ruststack.services.apigateway.v2.errors import BadRequestException, ConflictException
from ruststack.services.apigateway.v2.records import api_of, found, given, page
from ruststack.services.apigateway.v2.state import Api, Record, Records

_NO_RECORDS: dict[str, Record] = {}


class _Kind(NamedTuple):
    """Whose responses they are: of a Route or an Integration, and where an API keeps both."""

    owner: str
    owners: Callable[[Api], Records]
    responses: Callable[[Api], dict[str, dict[str, Record]]]

    @property
    def name(self) -> str:
        return f"{self.owner}Response"

    def of(self, ctx: Context, req: Input) -> tuple[Api, dict[str, Record]]:
        """The API, and the responses of the one that a request names. Raises NotFoundException."""
        api, owner = api_of(ctx, req), req[f"{self.owner}Id"]
        found(self.owners(api), self.owner, owner)
        return api, self.responses(api).get(owner, _NO_RECORDS)

    def check_key(self, responses: dict[str, Record], key: str, own: str = "") -> None:
        """Raises ConflictException. Unknown: AWS's words; a second response with the same key would tell."""
        if any(each[f"{self.name}Key"] == key and name != own for name, each in responses.items()):
            raise ConflictException(f"A response with the key {key} already exists")

    def create(self, ctx: Context, req: Input) -> Output:
        api, responses = self.of(ctx, req)
        self.check_key(responses, req[f"{self.name}Key"])
        response_id = ctx.ids.lower(6)
        record = {**given(req, "ApiId", f"{self.owner}Id"), f"{self.name}Id": response_id}
        self.responses(api).setdefault(req[f"{self.owner}Id"], {})[response_id] = record
        touched(ctx, api)
        return dict(record)

    def get(self, ctx: Context, req: Input) -> Output:
        return dict(found(self.of(ctx, req)[1], self.name, req[f"{self.name}Id"]))

    def list(self, ctx: Context, req: Input) -> Output:
        return page(req, (dict(each) for each in self.of(ctx, req)[1].values()))

    def update(self, ctx: Context, req: Input) -> Output:
        api, responses = self.of(ctx, req)
        response_id = req[f"{self.name}Id"]
        kept = found(responses, self.name, response_id)
        record = {**kept, **given(req, "ApiId", f"{self.owner}Id", f"{self.name}Id")}
        self.check_key(responses, record[f"{self.name}Key"], response_id)
        responses[response_id] = record
        touched(ctx, api)
        return dict(record)

    def delete(self, ctx: Context, req: Input) -> Output:
        api, responses = self.of(ctx, req)
        found(responses, self.name, req[f"{self.name}Id"])
        del responses[req[f"{self.name}Id"]]
        touched(ctx, api)
        return {}


_ROUTE: Final = _Kind("Route", lambda api: api.routes, lambda api: api.route_responses)
_INTEGRATION: Final = _Kind("Integration", lambda api: api.integrations, lambda api: api.integration_responses)


@operation("CreateRouteResponse")
def create_route_response(ctx: Context, req: Input) -> Output:
    """Its key is ``$default``.

    Raises NotFoundException, BadRequestException, ConflictException.  Source: API_CreateRouteResponse
    """
    _ROUTE.of(ctx, req)
    if req["RouteResponseKey"] != "$default":
        raise BadRequestException("RouteResponseKey must be $default")
    return _ROUTE.create(ctx, req)


@operation("GetRouteResponse")
def get_route_response(ctx: Context, req: Input) -> Output:
    """Raises NotFoundException.  Source: API_GetRouteResponse"""
    return _ROUTE.get(ctx, req)


@operation("GetRouteResponses")
def get_route_responses(ctx: Context, req: Input) -> Output:
    """Raises NotFoundException, BadRequestException.  Source: API_GetRouteResponses"""
    return _ROUTE.list(ctx, req)


@operation("UpdateRouteResponse")
def update_route_response(ctx: Context, req: Input) -> Output:
    """Raises NotFoundException, ConflictException.  Source: API_UpdateRouteResponse"""
    return _ROUTE.update(ctx, req)


@operation("DeleteRouteResponse")
def delete_route_response(ctx: Context, req: Input) -> Output:
    """Raises NotFoundException.  Source: API_DeleteRouteResponse"""
    return _ROUTE.delete(ctx, req)


@operation("CreateIntegrationResponse")
def create_integration_response(ctx: Context, req: Input) -> Output:
    """Raises NotFoundException, ConflictException.  Source: API_CreateIntegrationResponse"""
    return _INTEGRATION.create(ctx, req)


@operation("GetIntegrationResponse")
def get_integration_response(ctx: Context, req: Input) -> Output:
    """Raises NotFoundException.  Source: API_GetIntegrationResponse"""
    return _INTEGRATION.get(ctx, req)


@operation("GetIntegrationResponses")
def get_integration_responses(ctx: Context, req: Input) -> Output:
    """Raises NotFoundException, BadRequestException.  Source: API_GetIntegrationResponses"""
    return _INTEGRATION.list(ctx, req)


@operation("UpdateIntegrationResponse")
def update_integration_response(ctx: Context, req: Input) -> Output:
    """Raises NotFoundException, ConflictException.  Source: API_UpdateIntegrationResponse"""
    return _INTEGRATION.update(ctx, req)


@operation("DeleteIntegrationResponse")
def delete_integration_response(ctx: Context, req: Input) -> Output:
    """Raises NotFoundException.  Source: API_DeleteIntegrationResponse"""
    return _INTEGRATION.delete(ctx, req)

"""What HTTP and WebSocket APIs are made of: made, told, listed, changed, deleted, and refused."""

from __future__ import annotations

from typing import Any

import pytest

from ruststack.kit import ServiceError
from tests.services.apigateway.v2.conftest import GatewayV2

FUNCTION = "arn:aws:lambda:us-east-1:000000000000:function:f"
NOW = 1_790_000_000


def refused(call: Any, **params: Any) -> tuple[str, int, str]:
    with pytest.raises(ServiceError) as raised:
        call(**params)
    return raised.value.code, raised.value.status, raised.value.message


def test_an_http_api_is_told_with_what_nobody_has_said(gateway: GatewayV2) -> None:
    made = gateway.CreateApi(Name="api", ProtocolType="HTTP", Tags={"a": "b"})
    api_id = made["ApiId"]
    assert made == {
        "ApiEndpoint": f"https://{api_id}.execute-api.us-east-1.amazonaws.com",
        "ApiId": api_id,
        "ApiKeySelectionExpression": "$request.header.x-api-key",
        "CreatedDate": NOW,
        "DisableExecuteApiEndpoint": False,
        "IpAddressType": "ipv4",
        "Name": "api",
        "ProtocolType": "HTTP",
        "RouteSelectionExpression": "$request.method $request.path",
        "Tags": {"a": "b"},
    }
    assert gateway.GetApi(ApiId=api_id) == made
    assert gateway.GetApis() == {"Items": [made]}


def test_a_websocket_api_needs_a_route_selection_expression(gateway: GatewayV2) -> None:
    code, status, _ = refused(gateway.CreateApi, Name="ws", ProtocolType="WEBSOCKET")
    assert (code, status) == ("BadRequestException", 400)
    made = gateway.GetApi(ApiId=gateway.socket())
    assert made["ApiEndpoint"].startswith("wss://")


@pytest.mark.parametrize(
    "params",
    [
        {"ProtocolType": "FTP"},
        {"ProtocolType": "HTTP", "CorsConfiguration": {"AllowCredentials": True, "AllowOrigins": ["*"]}},
        {"ProtocolType": "WEBSOCKET", "RouteSelectionExpression": "$request.body.a", "Target": FUNCTION},
    ],
)
def test_apis_that_cannot_be(gateway: GatewayV2, params: dict[str, Any]) -> None:
    assert refused(gateway.CreateApi, Name="x", **params)[0] == "BadRequestException"


def test_lists_come_in_pages(gateway: GatewayV2) -> None:
    made = [gateway.api(Name=str(number)) for number in range(3)]
    first = gateway.GetApis(MaxResults="2")
    second = gateway.GetApis(MaxResults="2", NextToken=first["NextToken"])
    assert [each["ApiId"] for each in first["Items"] + second["Items"]] == made
    assert "NextToken" not in second
    for wrong in ({"MaxResults": "0"}, {"MaxResults": "x"}, {"MaxResults": "501"}, {"NextToken": "?"}):
        assert refused(gateway.GetApis, **wrong)[0] == "BadRequestException"


def test_an_api_is_changed_and_deleted(gateway: GatewayV2) -> None:
    api = gateway.api(CorsConfiguration={"AllowOrigins": ["*"]})
    assert gateway.UpdateApi(ApiId=api, Name="new")["Name"] == "new"
    gateway.DeleteCorsConfiguration(ApiId=api)
    assert "CorsConfiguration" not in gateway.GetApi(ApiId=api)
    assert refused(gateway.UpdateApi, ApiId=api, Target=FUNCTION)[0] == "BadRequestException"
    gateway.DeleteApi(ApiId=api)
    assert refused(gateway.GetApi, ApiId=api) == ("NotFoundException", 404, f"Invalid API identifier specified {api}")


def test_quick_create_makes_all_that_is_needed(gateway: GatewayV2) -> None:
    api = gateway.api(Target=FUNCTION)
    route = gateway.GetRoutes(ApiId=api)["Items"][0]
    integration = gateway.GetIntegrations(ApiId=api)["Items"][0]
    stage = gateway.GetStages(ApiId=api)["Items"][0]
    assert (route["RouteKey"], route["ApiGatewayManaged"]) == ("$default", True)
    assert route["Target"] == f"integrations/{integration['IntegrationId']}"
    assert (integration["IntegrationType"], integration["PayloadFormatVersion"]) == ("AWS_PROXY", "2.0")
    assert (stage["StageName"], stage["AutoDeploy"]) == ("$default", True)
    gateway.UpdateApi(ApiId=api, Target="https://else.example")
    assert gateway.GetIntegrations(ApiId=api)["Items"][0]["IntegrationUri"] == "https://else.example"


def test_routes(gateway: GatewayV2) -> None:
    api = gateway.api()
    target = f"integrations/{gateway.integration(api)}"
    made = gateway.CreateRoute(ApiId=api, RouteKey="GET /a", Target=target, RequestParameters={"p": {"Required": True}})
    assert (made["ApiKeyRequired"], made["AuthorizationType"], made["Target"]) == (False, "NONE", target)
    named = {"ApiId": api, "RouteId": made["RouteId"]}
    assert gateway.GetRoute(**named) == made
    assert gateway.UpdateRoute(**named, RouteKey="POST /b")["RouteKey"] == "POST /b"
    gateway.DeleteRouteRequestParameter(**named, RequestParameterKey="p")
    assert refused(gateway.DeleteRouteRequestParameter, **named, RequestParameterKey="p")[1] == 404
    gateway.DeleteRoute(**named)
    assert refused(gateway.GetRoute, **named)[2] == f"Invalid Route identifier specified {made['RouteId']}"


@pytest.mark.parametrize("key", ["GET", "/a", "FETCH /a", "GET a", "get /a", "GET /a b", ""])
def test_keys_that_are_none_of_an_http_api(gateway: GatewayV2, key: str) -> None:
    code, _, message = refused(gateway.CreateRoute, ApiId=gateway.api(), RouteKey=key)
    assert (code, message[:45]) == ("BadRequestException", "The provided route key is not formatted prope")


def test_a_route_key_is_there_once(gateway: GatewayV2) -> None:
    api = gateway.api()
    gateway.route(api)
    assert refused(gateway.CreateRoute, ApiId=api, RouteKey="GET /a") == (
        "ConflictException",
        409,
        "Route with key GET /a already exists for this API",
    )
    assert refused(gateway.CreateRoute, ApiId=api, RouteKey="GET /b", Target="integrations/none")[1] == 404


def test_integrations(gateway: GatewayV2) -> None:
    api = gateway.api()
    made = gateway.CreateIntegration(ApiId=api, IntegrationType="AWS_PROXY", IntegrationUri=FUNCTION)
    assert (made["ConnectionType"], made["IntegrationMethod"], made["TimeoutInMillis"]) == ("INTERNET", "POST", 30000)
    named = {"ApiId": api, "IntegrationId": made["IntegrationId"]}
    assert gateway.GetIntegration(**named) == made
    changed = gateway.UpdateIntegration(**named, RequestParameters={"a": "1", "b": "2"})
    assert changed["RequestParameters"] == {"a": "1", "b": "2"}
    assert gateway.UpdateIntegration(**named, RequestParameters={"a": ""})["RequestParameters"] == {"b": "2"}
    route = gateway.route(api, Target=f"integrations/{made['IntegrationId']}")
    assert refused(gateway.DeleteIntegration, **named)[0] == "ConflictException"
    gateway.DeleteRoute(ApiId=api, RouteId=route)
    gateway.DeleteIntegration(**named)
    assert gateway.GetIntegrations(ApiId=api) == {"Items": []}
    assert refused(gateway.GetIntegration, **named)[1] == 404


@pytest.mark.parametrize(
    "params",
    [
        {"IntegrationType": "MOCK"},
        {"IntegrationType": "AWS_PROXY"},
        {"IntegrationType": "HTTP_PROXY", "IntegrationUri": "http://x/", "PayloadFormatVersion": "3.0"},
        {"IntegrationType": "HTTP_PROXY", "IntegrationUri": "http://x/", "TimeoutInMillis": 30001},
        {"IntegrationType": "HTTP_PROXY", "IntegrationUri": "http://x/", "TimeoutInMillis": 49},
    ],
)
def test_integrations_that_cannot_be(gateway: GatewayV2, params: dict[str, Any]) -> None:
    assert refused(gateway.CreateIntegration, ApiId=gateway.api(), **params)[0] == "BadRequestException"


def test_stages(gateway: GatewayV2) -> None:
    api = gateway.api()
    made = gateway.CreateStage(ApiId=api, StageName="dev", StageVariables={"a": "b"})
    assert (made["AutoDeploy"], made["DefaultRouteSettings"]) == (False, {"DetailedMetricsEnabled": False})
    assert refused(gateway.CreateStage, ApiId=api, StageName="dev")[0] == "ConflictException"
    assert refused(gateway.CreateStage, ApiId=api, StageName="a/b")[0] == "BadRequestException"
    named = {"ApiId": api, "StageName": "dev"}
    changed = gateway.UpdateStage(
        **named,
        Description="d",
        RouteSettings={"GET /a": {"ThrottlingBurstLimit": 1}},
        AccessLogSettings={"Format": "f"},
    )
    assert (changed["Description"], changed["RouteSettings"]) == ("d", {"GET /a": {"ThrottlingBurstLimit": 1}})
    gateway.DeleteRouteSettings(**named, RouteKey="GET /a")
    assert refused(gateway.DeleteRouteSettings, **named, RouteKey="GET /a")[1] == 404
    gateway.DeleteAccessLogSettings(**named)
    assert "AccessLogSettings" not in gateway.GetStage(**named)
    assert [stage["StageName"] for stage in gateway.GetStages(ApiId=api)["Items"]] == ["dev"]
    gateway.DeleteStage(**named)
    assert refused(gateway.GetStage, **named)[1] == 404


def test_deployments(gateway: GatewayV2) -> None:
    api = gateway.api()
    nothing = refused(gateway.CreateDeployment, ApiId=api)
    assert nothing[2] == "Unable to deploy API because no routes exist in this API"
    nothing = refused(gateway.CreateDeployment, ApiId=gateway.socket())
    assert nothing[2] == "At least one route is required before deploying the Api."
    gateway.route(api)
    gateway.CreateStage(ApiId=api, StageName="dev")
    made = gateway.CreateDeployment(ApiId=api, StageName="dev", Description="first")
    assert (made["AutoDeployed"], made["DeploymentStatus"], made["Description"]) == (False, "DEPLOYED", "first")
    named = {"ApiId": api, "DeploymentId": made["DeploymentId"]}
    assert gateway.GetStage(ApiId=api, StageName="dev")["DeploymentId"] == made["DeploymentId"]
    assert gateway.GetDeployment(**named) == made
    assert gateway.GetDeployments(ApiId=api) == {"Items": [made]}
    assert gateway.UpdateDeployment(**named, Description="new")["Description"] == "new"
    assert refused(gateway.DeleteDeployment, **named)[0] == "BadRequestException"
    gateway.DeleteStage(ApiId=api, StageName="dev")
    gateway.DeleteDeployment(**named)
    assert refused(gateway.GetDeployment, **named)[1] == 404
    assert refused(gateway.CreateDeployment, ApiId=api, StageName="none")[1] == 404


def test_stages_that_deploy_by_themselves_show_every_change(gateway: GatewayV2) -> None:
    api = gateway.api()
    gateway.CreateStage(ApiId=api, StageName="$default", AutoDeploy=True)
    gateway.route(api)
    first = gateway.GetStage(ApiId=api, StageName="$default")["DeploymentId"]
    gateway.route(api, "GET /b")
    second = gateway.GetStage(ApiId=api, StageName="$default")["DeploymentId"]
    assert first != second
    assert [each["AutoDeployed"] for each in gateway.GetDeployments(ApiId=api)["Items"]] == [True]
    assert refused(gateway.CreateDeployment, ApiId=api, StageName="$default")[0] == "BadRequestException"
    named = {"ApiId": api, "StageName": "$default"}
    assert refused(gateway.UpdateStage, **named, DeploymentId=second)[0] == "BadRequestException"
    assert refused(gateway.CreateStage, ApiId=api, StageName="x", DeploymentId="none")[1] == 404


def test_authorizers(gateway: GatewayV2) -> None:
    api = gateway.api()
    jwt = {"AuthorizerType": "JWT", "IdentitySource": ["$request.header.Authorization"], "Name": "jwt"}
    made = gateway.CreateAuthorizer(ApiId=api, **jwt, JwtConfiguration={"Issuer": "https://i", "Audience": ["a"]})
    named = {"ApiId": api, "AuthorizerId": made["AuthorizerId"]}
    assert gateway.GetAuthorizer(**named) == made
    assert gateway.UpdateAuthorizer(**named, Name="new")["Name"] == "new"
    assert len(gateway.GetAuthorizers(ApiId=api)["Items"]) == 1
    route = gateway.route(api, AuthorizationType="JWT", AuthorizerId=made["AuthorizerId"])
    assert refused(gateway.DeleteAuthorizer, **named)[0] == "ConflictException"
    gateway.DeleteRoute(ApiId=api, RouteId=route)
    gateway.DeleteAuthorizer(**named)
    assert refused(gateway.GetAuthorizer, **named)[1] == 404


@pytest.mark.parametrize(
    "params",
    [
        {"AuthorizerType": "JWT"},
        {"AuthorizerType": "TOKEN"},
        {"AuthorizerType": "REQUEST", "AuthorizerPayloadFormatVersion": "2.0"},
        {"AuthorizerType": "REQUEST", "AuthorizerUri": FUNCTION},
        {
            "AuthorizerType": "REQUEST",
            "AuthorizerUri": FUNCTION,
            "AuthorizerPayloadFormatVersion": "1.0",
            "EnableSimpleResponses": True,
        },
    ],
)
def test_authorizers_that_cannot_be(gateway: GatewayV2, params: dict[str, Any]) -> None:
    api = gateway.api()
    assert refused(gateway.CreateAuthorizer, ApiId=api, Name="a", IdentitySource=[], **params)[1] == 400


def test_models(gateway: GatewayV2) -> None:
    api = gateway.socket()
    made = gateway.CreateModel(ApiId=api, Name="Pet", Schema="{}")
    named = {"ApiId": api, "ModelId": made["ModelId"]}
    assert gateway.GetModel(**named) == made
    assert gateway.GetModels(ApiId=api) == {"Items": [made]}
    assert gateway.UpdateModel(**named, Description="d")["Description"] == "d"
    template = gateway.GetModelTemplate(**named)["Value"]
    assert template == "#set($inputRoot = $input.path('$'))\n{ }"
    assert refused(gateway.CreateModel, ApiId=api, Name="Pet", Schema="{}")[1] == 409
    assert refused(gateway.CreateModel, ApiId=api, Name="Cat", Schema="{")[1] == 400
    assert refused(gateway.CreateModel, ApiId=api, Name="a-b", Schema="{}")[1] == 400
    gateway.DeleteModel(**named)
    assert refused(gateway.GetModel, **named)[1] == 404


def test_route_responses(gateway: GatewayV2) -> None:
    api = gateway.socket()
    route = {"ApiId": api, "RouteId": gateway.route(api, "send")}
    made = gateway.CreateRouteResponse(**route, RouteResponseKey="$default")
    named = {**route, "RouteResponseId": made["RouteResponseId"]}
    assert gateway.GetRouteResponse(**named) == made
    assert gateway.GetRouteResponses(**route) == {"Items": [made]}
    assert refused(gateway.CreateRouteResponse, **route, RouteResponseKey="$default")[1] == 409
    assert refused(gateway.CreateRouteResponse, **route, RouteResponseKey="200")[1] == 400
    assert gateway.UpdateRouteResponse(**named, ModelSelectionExpression="x")["ModelSelectionExpression"] == "x"
    gateway.DeleteRouteResponse(**named)
    assert refused(gateway.GetRouteResponse, **named)[1] == 404


def test_integration_responses(gateway: GatewayV2) -> None:
    api = gateway.socket()
    integration = {"ApiId": api, "IntegrationId": gateway.integration(api, IntegrationType="HTTP")}
    made = gateway.CreateIntegrationResponse(**integration, IntegrationResponseKey="/200/")
    named = {**integration, "IntegrationResponseId": made["IntegrationResponseId"]}
    assert gateway.GetIntegrationResponse(**named) == made
    assert gateway.GetIntegrationResponses(**integration) == {"Items": [made]}
    assert refused(gateway.CreateIntegrationResponse, **integration, IntegrationResponseKey="/200/")[1] == 409
    changed = gateway.UpdateIntegrationResponse(**named, ResponseTemplates={"a": "b"})
    assert changed["ResponseTemplates"] == {"a": "b"}
    gateway.DeleteIntegrationResponse(**named)
    assert refused(gateway.GetIntegrationResponse, **named)[1] == 404


def test_domains_and_mappings(gateway: GatewayV2) -> None:
    made = gateway.CreateDomainName(DomainName="api.example.com", Tags={"a": "b"})
    configuration = made["DomainNameConfigurations"][0]
    assert (configuration["EndpointType"], configuration["DomainNameStatus"]) == ("REGIONAL", "AVAILABLE")
    assert refused(gateway.CreateDomainName, DomainName="api.example.com")[1] == 409
    named = {"DomainName": "api.example.com"}
    assert gateway.GetDomainName(**named) == made
    assert gateway.GetDomainNames() == {"Items": [made]}
    changed = gateway.UpdateDomainName(**named, DomainNameConfigurations=[{"SecurityPolicy": "TLS_1_0"}])
    assert changed["DomainNameConfigurations"][0]["SecurityPolicy"] == "TLS_1_0"
    api = gateway.api()
    gateway.CreateStage(ApiId=api, StageName="dev")
    mapping = gateway.CreateApiMapping(**named, ApiId=api, Stage="dev")
    assert mapping["ApiMappingKey"] == ""
    at = {**named, "ApiMappingId": mapping["ApiMappingId"]}
    assert gateway.GetApiMapping(**at) == mapping
    assert gateway.GetApiMappings(**named) == {"Items": [mapping]}
    assert refused(gateway.CreateApiMapping, **named, ApiId=api, Stage="dev")[1] == 409
    assert refused(gateway.CreateApiMapping, **named, ApiId=api, Stage="none")[1] == 404
    assert refused(gateway.CreateApiMapping, **named, ApiId=api, Stage="dev", ApiMappingKey="/a")[1] == 400
    assert gateway.UpdateApiMapping(**at, ApiId=api, ApiMappingKey="v1")["ApiMappingKey"] == "v1"
    assert refused(gateway.DeleteApi, ApiId=api)[0] == "BadRequestException"
    gateway.DeleteApiMapping(**at)
    assert refused(gateway.GetApiMapping, **at)[1] == 404
    gateway.DeleteDomainName(**named)
    assert refused(gateway.GetDomainName, **named) == (
        "NotFoundException",
        404,
        "The domain name resource specified in the request was not found.",
    )


def test_vpc_links(gateway: GatewayV2) -> None:
    made = gateway.CreateVpcLink(Name="link", SubnetIds=["s"])
    named = {"VpcLinkId": made["VpcLinkId"]}
    assert (made["VpcLinkStatus"], made["SecurityGroupIds"]) == ("AVAILABLE", [])
    assert gateway.GetVpcLink(**named) == made
    assert gateway.GetVpcLinks() == {"Items": [made]}
    assert gateway.UpdateVpcLink(**named, Name="new")["Name"] == "new"
    gateway.DeleteVpcLink(**named)
    assert refused(gateway.GetVpcLink, **named)[1] == 404


@pytest.mark.parametrize("path", ["apis/{api}", "apis/{api}/stages/dev", "vpclinks/{link}", "domainnames/d.example"])
def test_tags(gateway: GatewayV2, path: str) -> None:
    api = gateway.api()
    gateway.CreateStage(ApiId=api, StageName="dev")
    gateway.CreateDomainName(DomainName="d.example")
    link = gateway.CreateVpcLink(Name="link", SubnetIds=["s"])["VpcLinkId"]
    arn = "arn:aws:apigateway:us-east-1::/" + path.replace("{api}", api).replace("{link}", link)
    gateway.TagResource(ResourceArn=arn, Tags={"a": "1", "b": "2"})
    gateway.TagResource(ResourceArn=arn, Tags={"a": "3"})
    gateway.UntagResource(ResourceArn=arn, TagKeys=["b", "none"])
    assert gateway.GetTags(ResourceArn=arn) == {"Tags": {"a": "3"}}
    assert refused(gateway.GetTags, ResourceArn="arn:x")[1] == 400
    assert refused(gateway.GetTags, ResourceArn="arn:aws:apigateway:us-east-1::/apis/none")[1] == 404

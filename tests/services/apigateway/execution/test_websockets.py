"""WebSocket APIs: connecting, messages to routes and back, @connections, and ends of all kinds."""

from __future__ import annotations

import queue
import re
from typing import Any

import orjson
import pytest
from botocore.exceptions import ClientError

from tests.services.apigateway.execution.conftest import Plane
from tests.services.apigateway.execution.functions import Failed
from tests.services.apigateway.execution.sockets import Client

OK = {"statusCode": 200}


class Chat:
    """A WebSocket API under construction, deployed to ``dev`` as it changes."""

    def __init__(self, plane: Plane) -> None:
        self.plane, self.v2 = plane, plane.v2
        expression = "$request.body.action"
        made = plane.v2.create_api(Name="ws", ProtocolType="WEBSOCKET", RouteSelectionExpression=expression)
        self.id = made["ApiId"]
        plane.v2.create_stage(ApiId=self.id, StageName="dev", AutoDeploy=True, StageVariables={"v": "1"})

    @property
    def host(self) -> str:
        return f"{self.id}.execute-api.us-east-1.amazonaws.com"

    def route(self, key: str, behaviour: Any, *, answers: bool = False, kind: str = "AWS_PROXY", **params: Any) -> Chat:
        uri = self.plane.function(f"f-{len(self.plane.functions)}", behaviour) if callable(behaviour) else behaviour
        integration = self.v2.create_integration(ApiId=self.id, IntegrationType=kind, IntegrationUri=uri)
        target = f"integrations/{integration['IntegrationId']}"
        if answers:
            params["RouteResponseSelectionExpression"] = "$default"
        route = self.v2.create_route(ApiId=self.id, RouteKey=key, Target=target, **params)
        if answers:
            self.v2.create_route_response(ApiId=self.id, RouteId=route["RouteId"], RouteResponseKey="$default")
        return self

    def connect(self, target: str = "/dev", **headers: str) -> Client:
        return Client(self.plane.stack.endpoint_url, self.host, target, **headers)


def echo(event: Any) -> Any:
    return {"statusCode": 200, "body": event["body"]}


def test_messages_go_to_routes_by_what_they_say(plane: Plane) -> None:
    chat = Chat(plane)
    chat.route("$default", lambda event: {"statusCode": 200, "body": "default"}, answers=True)
    chat.route("join", lambda event: {"statusCode": 200, "body": "joined"}, answers=True)
    with chat.connect() as client:
        assert client.status == 101
        for message, answer in (('{"action": "join"}', "joined"), ('{"action": "x"}', "default"), ("no", "default")):
            client.send(message)
            assert client.message() == answer


def test_the_events_of_a_connections_life(plane: Plane) -> None:
    ended: queue.Queue[Any] = queue.Queue()
    chat = Chat(plane).route("$connect", lambda event: OK).route("$disconnect", ended.put).route("$default", echo)
    chat.route("back", echo, answers=True)
    with chat.connect("/dev?a=1&a=2", user_agent="me") as client:
        client.send('{"action": "back"}')
        client.message()
        assert client.close() == 1000
    gone = ended.get(timeout=60)
    connect, message = plane.events[:2]
    assert (connect["queryStringParameters"], connect["stageVariables"]) == ({"a": "2"}, {"v": "1"})
    assert connect["multiValueQueryStringParameters"] == {"a": ["1", "2"]}
    assert (connect["isBase64Encoded"], "body" in connect) == (False, False)
    context = connect["requestContext"]
    assert (context["eventType"], context["routeKey"]) == ("CONNECT", "$connect")
    assert context["identity"] == {"sourceIp": "127.0.0.1", "userAgent": "me"}
    assert re.fullmatch(r"[A-Za-z0-9]{15}=", context["connectionId"])
    assert (context["apiId"], context["stage"], context["domainName"]) == (chat.id, "dev", chat.host)
    told = message["requestContext"]
    assert (told["eventType"], told["routeKey"], message["body"]) == ("MESSAGE", "back", '{"action": "back"}')
    assert told["messageId"] and told["connectionId"] == context["connectionId"]
    assert told["connectedAt"] == context["connectedAt"]
    end = gone["requestContext"]
    assert (end["eventType"], end["disconnectStatusCode"], end["disconnectReason"]) == ("DISCONNECT", 1000, "done")


def test_a_client_that_goes_without_a_word_is_told_as_1006(plane: Plane) -> None:
    ended: queue.Queue[Any] = queue.Queue()
    chat = Chat(plane).route("$disconnect", ended.put)
    with chat.connect():
        pass
    assert ended.get(timeout=60)["requestContext"]["disconnectStatusCode"] == 1006


@pytest.mark.parametrize(("status", "body"), [(403, "no entry"), (401, ""), (500, "x")])
def test_connect_may_refuse(plane: Plane, status: int, body: str) -> None:
    chat = Chat(plane).route("$connect", lambda event: {"statusCode": status, "body": body})
    with chat.connect() as client:
        assert (client.status, client.body) == (status, body.encode())


def test_a_connect_that_fails_is_a_bad_gateway(plane: Plane) -> None:
    def fail(event: Any) -> Any:
        raise Failed("no")

    with Chat(plane).route("$connect", fail).connect() as client:
        assert (client.status, client.body) == (502, b'{"message": "Internal server error"}')


@pytest.mark.parametrize("target", ["/none", "/"])
def test_a_stage_that_is_not_there_is_forbidden(plane: Plane, target: str) -> None:
    with Chat(plane).route("$default", echo).connect(target) as client:
        assert client.status == 403


def test_an_ordinary_request_is_no_connection(plane: Plane) -> None:
    chat = Chat(plane).route("$default", echo)
    assert plane.ask(chat.host, "/dev").status == 426


def test_what_no_route_takes_is_forbidden(plane: Plane) -> None:
    with Chat(plane).route("join", echo).connect() as client:
        client.send('{"action": "other"}')
        told = orjson.loads(client.message())
        assert (told["message"], sorted(told)) == ("Forbidden", ["connectionId", "message", "requestId"])


def test_a_backend_that_fails_is_an_error_for_the_client(plane: Plane) -> None:
    def fail(event: Any) -> Any:
        raise Failed("no")

    with Chat(plane).route("$default", fail).connect() as client:
        client.send("x")
        assert orjson.loads(client.message())["message"] == "Internal server error"


def test_bytes_come_in_base64(plane: Plane) -> None:
    with Chat(plane).route("$default", echo, answers=True).connect() as client:
        client.send(b"\xff\x00")
        assert client.message() == "/wA="
    assert plane.events[0]["isBase64Encoded"] is True


def test_pings_are_answered(plane: Plane) -> None:
    with Chat(plane).route("$default", echo).connect() as client:
        assert client.ping() == b"there?"


def test_a_message_that_is_too_big_ends_the_connection(plane: Plane) -> None:
    with Chat(plane).route("$default", echo).connect() as client:
        client.send("x" * (128 * 1024 + 1))
        assert client.closed() == 1009


def test_what_is_no_frame_ends_the_connection(plane: Plane) -> None:
    with Chat(plane).route("$default", echo).connect() as client:
        client.socket.sendall(b"GET / HTTP/1.1\r\n\r\n")
        assert client.closed() == 1002


def test_backends_send_ask_and_send_away(plane: Plane) -> None:
    chat = Chat(plane).route("$connect", lambda event: OK)
    address = f"{plane.stack.endpoint_url}/_aws/execute-api/{chat.id}/dev"
    for endpoint in (address, plane.stack.endpoint_url):
        management = plane.stack.client("apigatewaymanagementapi", endpoint_url=endpoint)
        with chat.connect(user_agent="me") as client:
            name = plane.events[-1]["requestContext"]["connectionId"]
            management.post_to_connection(ConnectionId=name, Data=b"hello")
            assert client.message() == "hello"
            told = management.get_connection(ConnectionId=name)
            assert told["Identity"] == {"SourceIp": "127.0.0.1", "UserAgent": "me"}
            assert told["ConnectedAt"] <= told["LastActiveAt"]
            management.delete_connection(ConnectionId=name)
            assert client.closed() == 1000
        with pytest.raises(management.exceptions.GoneException) as gone:
            management.post_to_connection(ConnectionId=name, Data=b"hello")
        assert gone.value.response["ResponseMetadata"]["HTTPStatusCode"] == 410
        with pytest.raises(ClientError):
            management.get_connection(ConnectionId="none")


def test_a_message_of_a_backend_may_not_be_too_big(plane: Plane) -> None:
    chat = Chat(plane).route("$connect", lambda event: OK)
    with chat.connect():
        name = plane.events[-1]["requestContext"]["connectionId"]
        answer = plane.ask(chat.host, f"/dev/@connections/{name}", "POST", b"x" * (128 * 1024 + 1))
        assert (answer.status, answer.header("x-amzn-ErrorType")) == (413, "PayloadTooLargeException")


@pytest.mark.parametrize(("said", "status"), [("Allow", 101), ("Deny", 403)])
def test_an_authorizer_decides_who_connects(plane: Plane, said: str, status: int) -> None:
    def decide(event: Any) -> Any:
        statement = {"Effect": said, "Action": "execute-api:Invoke", "Resource": event["methodArn"]}
        return {"principalId": "me", "policyDocument": {"Statement": [statement]}, "context": {"k": "v"}}

    chat = Chat(plane)
    guard = plane.v2.create_authorizer(
        ApiId=chat.id,
        AuthorizerType="REQUEST",
        Name="guard",
        AuthorizerUri=plane.function("decide", decide),
        IdentitySource=["route.request.querystring.token"],
    )
    chat.route("$connect", lambda event: OK, AuthorizationType="CUSTOM", AuthorizerId=guard["AuthorizerId"])
    chat.route("$default", echo, answers=True)
    with chat.connect() as client:
        assert client.status == 401
    with chat.connect("/dev?token=t") as client:
        assert client.status == status
        if status == 101:
            client.send("x")
            client.message()
            assert plane.events[-1]["requestContext"]["authorizer"]["k"] == "v"
    assert plane.events[0]["methodArn"].endswith("/dev/$connect")


def test_a_reset_ends_conversations(plane: Plane) -> None:
    with Chat(plane).route("$default", echo).connect() as client:
        plane.stack.reset()
        client.send("x")
        assert client.closed() == 1001


def answering(chat: Chat, kind: str, uri: str, template: str, responses: dict[str, str], **more: Any) -> None:
    """A $default route with templates, whose integration's responses go back to the client."""
    given = {"IntegrationUri": uri} if uri else {}
    made = chat.v2.create_integration(
        ApiId=chat.id, IntegrationType=kind, RequestTemplates={"$default": template}, **given, **more
    )
    name = made["IntegrationId"]
    for key, text in responses.items():
        chat.v2.create_integration_response(
            ApiId=chat.id, IntegrationId=name, IntegrationResponseKey=key, ResponseTemplates={"$default": text}
        )
    route = {"RouteKey": "$default", "Target": f"integrations/{name}", "RouteResponseSelectionExpression": "$default"}
    chat.v2.create_route(ApiId=chat.id, **route)


def test_a_mock_answers_with_the_template_for_its_status(plane: Plane) -> None:
    chat = Chat(plane)
    template = "{\"statusCode\": $input.path('$.want')}"
    responses = {"$default": "else", "/2\\d\\d/": "$context.connectionId $context.routeKey"}
    answering(chat, "MOCK", "", template, responses)
    with chat.connect() as client:
        client.send('{"want": 404}')
        assert client.message() == "else"
        client.send('{"want": 204}')
        assert re.fullmatch(r"[A-Za-z0-9]{15}= \$default", str(client.message()))


def test_a_function_without_proxy_goes_through_templates(plane: Plane) -> None:
    chat = Chat(plane)
    uri = plane.function("double", lambda event: {"twice": event["n"] * 2})
    answering(chat, "AWS", uri, "{\"n\": $input.json('$.number')}", {"$default": "is $input.path('$.twice')"})
    with chat.connect() as client:
        client.send('{"number": 21}')
        assert client.message() == "is 42"


def test_other_services_answer_messages(plane: Plane) -> None:
    chat = Chat(plane)
    uri = "arn:aws:apigateway:us-east-1:dynamodb:action/ListTables"
    answering(chat, "AWS", uri, "{}", {}, IntegrationMethod="POST")
    with chat.connect() as client:
        client.send("x")
        assert orjson.loads(client.message()) == {"TableNames": []}

"""An error in the words of each protocol, as botocore reads it and byte for byte."""

from __future__ import annotations

import pytest
from botocore.awsrequest import HeadersDict
from botocore.parsers import create_parser

from ruststack.core.errors import ServiceError
from ruststack.core.http import Response
from ruststack.model import load
from ruststack.protocol import codec


def error(code: str, message: str, status: int = 400, **members: object) -> ServiceError:
    made = ServiceError(message, **members)
    made.code, made.status = code, status
    return made


def answer(service: str, made: ServiceError, protocol: str | None = None) -> Response:
    return codec(load(service), protocol).write_error(made, "R")


def header(response: Response, name: str) -> str | None:
    return next((value for key, value in response.headers if key.lower() == name), None)


@pytest.mark.parametrize("service", ["s3", "route53", "lambda", "dynamodb", "sqs", "iam", "ec2", "cloudwatch"])
def test_botocore_reads_code_message_and_status(service):
    for protocol in load(service).protocols:
        response = answer(service, error("SomeCode", "Some <message> & more"), protocol)
        raw = {"headers": HeadersDict(dict(response.headers)), "body": response.body, "status_code": response.status}
        parsed = create_parser(protocol).parse(raw, None)
        assert (parsed["Error"]["Code"], parsed["Error"]["Message"]) == ("SomeCode", "Some <message> & more")


def test_query():
    response = answer("iam", error("NoSuchEntity", "gone", 404))
    assert response.body == (
        b'<ErrorResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><Error><Type>Sender</Type>'
        b"<Code>NoSuchEntity</Code><Message>gone</Message></Error><RequestId>R</RequestId></ErrorResponse>"
    )


def test_whose_fault_it_is():
    assert b"<Type>Receiver</Type>" in answer("iam", error("ServiceFailure", "", 500)).body


def test_ec2():
    response = answer("ec2", error("InvalidVpcID.NotFound", "gone"))
    assert response.body == (
        b'<?xml version="1.0" encoding="UTF-8"?>\n<Response><Errors><Error><Code>InvalidVpcID.NotFound</Code>'
        b"<Message>gone</Message></Error></Errors><RequestID>R</RequestID></Response>"
    )


def test_json_has_the_type_with_its_namespace():
    made = error("ResourceNotFoundException", "gone")
    made.namespace = "com.amazonaws.dynamodb.v20120810"
    response = answer("dynamodb", made)
    assert response.body == (
        b'{"__type":"com.amazonaws.dynamodb.v20120810#ResourceNotFoundException","message":"gone"}'
    )
    assert header(response, "content-type") == "application/x-amz-json-1.0"


def test_json_spells_the_message_as_the_model_does():
    assert answer("secretsmanager", error("ResourceNotFoundException", "gone")).body == (
        b'{"__type":"ResourceNotFoundException","Message":"gone"}'
    )


def test_json_writes_members_of_the_errors_own_shape():
    reasons = [{"Code": "ConditionalCheckFailed", "Item": {"b": {"B": "AA=="}}}]
    response = answer("dynamodb", error("TransactionCanceledException", "no", CancellationReasons=reasons))
    assert b'"CancellationReasons":[{"Code":"ConditionalCheckFailed","Item":{"b":{"B":"AA=="}}}]' in response.body


def test_a_service_that_once_spoke_query_tells_the_old_code():
    for code in ("QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue"):
        response = answer("sqs", error(code, "gone"))
        assert header(response, "x-amzn-query-error") == "AWS.SimpleQueueService.NonExistentQueue;Sender"
        assert b'"__type":"QueueDoesNotExist"' in response.body


def test_an_error_that_the_model_lacks_may_name_its_type():
    made = error("InvalidParameterValue", "bad")
    made.type_name, made.namespace = "InvalidParameterValueException", "com.amazon.coral.service"
    response = answer("sqs", made)
    assert b'"__type":"com.amazon.coral.service#InvalidParameterValueException"' in response.body
    assert header(response, "x-amzn-query-error") == "InvalidParameterValue;Sender"


def test_rest_json_has_the_code_in_a_header():
    response = answer("lambda", error("ResourceNotFoundException", "gone", 404, Type="User"))
    assert header(response, "x-amzn-errortype") == "ResourceNotFoundException"
    assert response.body == b'{"Message":"gone","Type":"User"}'


def test_rest_json_puts_members_into_headers_where_the_model_says_so():
    response = answer("lambda", error("TooManyRequestsException", "slow", 429, retryAfterSeconds="3"))
    assert header(response, "retry-after") == "3"
    assert b"retryAfterSeconds" not in response.body


def test_rest_xml_wraps_errors_but_for_s3():
    assert answer("route53", error("NoSuchHostedZone", "gone", 404)).body == (
        b'<?xml version="1.0" encoding="UTF-8"?>\n'
        b'<ErrorResponse xmlns="https://route53.amazonaws.com/doc/2013-04-01/"><Error><Type>Sender</Type>'
        b"<Code>NoSuchHostedZone</Code><Message>gone</Message></Error><RequestId>R</RequestId></ErrorResponse>"
    )
    assert b"<ErrorResponse" not in answer("s3", error("NoSuchKey", "gone", 404)).body


def test_a_bodiless_error_is_its_status_and_headers():
    made = error("NotModified", "", 304)
    made.bodiless = True
    made.headers = {"ETag": '"e"'}
    response = answer("s3", made)
    assert (response.status, response.headers, response.body) == (304, [("ETag", '"e"')], b"")

"""Proof 1, answers: what we write for every published output case, botocore's own parser reads as published.

Where the published answer is canonical, ours has the same body (as a document) and the same headers, too.
"""

from __future__ import annotations

import base64
import json
from typing import Any
from xml.etree import ElementTree

import pytest
from botocore.awsrequest import HeadersDict
from botocore.model import ServiceModel as ClientModel
from botocore.parsers import ResponseParserError, create_parser

from ruststack.core.errors import ServiceError
from ruststack.core.http import Response
from ruststack.protocol import cbor
from tests.oracle.vectors import ABSENT, IS_REQUIRED, Case, cases, comparable, native_members, operation_of

CASES = cases("output")
RESULTS = [case for case in CASES if "error" not in case.raw]
ERRORS = [case for case in CASES if "error" in case.raw]

# Cases where botocore reads something else from our answer than the case says; each with the reason.
FLATTENED = "botocore prefers the element's name to the member's in flattened lists; it leaves the case out itself"
UNQUOTED = "botocore splits header lists at every comma; it leaves the case out itself"
NO_BLOB = "botocore reads an absent blob payload as an empty one; it leaves the case out itself"
NO_UNION = "botocore refuses an absent union payload; it leaves the case out itself"
ALL_HEADERS = "the map has the prefix '', so that botocore puts our Content-Type into it"
ROOT = "botocore looks for the member under its shape's own XML name; it leaves the case out itself"
NOT_READ = {
    "ec2:Ec2XmlLists": FLATTENED,
    "query:QueryXmlLists": FLATTENED,
    "rest-xml:XmlLists": FLATTENED,
    "rest-json:RestJsonHttpPayloadTraitsWithNoBlobBody": NO_BLOB,
    "rest-xml:HttpPayloadTraitsWithNoBlobBody": NO_BLOB,
    "rest-json:RestJsonHttpPayloadWithUnsetUnion": NO_UNION,
    "rest-xml:RestXmlHttpPayloadWithUnsetUnion": NO_UNION,
    "rest-json:HttpPrefixHeadersResponse": ALL_HEADERS,
    "rest-json:RestJsonInputAndOutputWithQuotedStringHeaders": UNQUOTED,
    "rest-json:RestJsonInputAndOutputWithTimestampHeaders": UNQUOTED,
    "rest-xml:InputAndOutputWithTimestampHeaders": UNQUOTED,
    "rest-xml:BodyWithXmlName": ROOT,
}

# Cases whose published answer is one of several that a client must take, and not the one that we give.
OFFSET = "the same time, written in another zone; we write UTC"
NULL = "a null where we leave the member out"
EXTRA = "members that the model lacks, for clients to skip"
EMPTY = "an empty body where we write an empty structure (or the other way round); the twin case has ours"
ERROR_PLACE = "the error's name in one of its older places"
URI = "the error's name with a URI behind it"
TYPE = "a union that names its type beside its member"
NAMES = "the flattened list called by its member's name; real models (SimpleDB) want the element's name"
NAMESPACE = "without the namespace that the structure itself has in the model; rest-xml's twin case has it"
NO_NAMESPACE = "no namespace on ErrorResponse, where AWS's query services have theirs"
UNTOLD = "the answer has what neither the model nor the result tells"
EDGE = "a header that the gateway adds, or that a request has"
JSON_VALUE = "the case counts the header's JSON as text; botocore's jsonvalue members are the document itself"
TEXT_XML = "text/xml without the charset that EC2's other answers have"
NOT_CANONICAL = {
    "ec2:Ec2QueryDateTimeWithNegativeOffset": OFFSET,
    "ec2:Ec2QueryDateTimeWithPositiveOffset": OFFSET,
    "ec2:Ec2ComplexError": UNTOLD,
    "ec2:Ec2XmlEmptyLists": TEXT_XML,
    "ec2:Ec2XmlLists": NAMES,
    "ec2:Ec2XmlNamespaces": NAMESPACE,
    "json:AwsJson11DateTimeWithNegativeOffset": OFFSET,
    "json:AwsJson11DateTimeWithPositiveOffset": OFFSET,
    "json:handles_unexpected_json_output": EXTRA,
    "json:json_1_1_service_responds_with_no_payload": EMPTY,
    "json:AwsJson11FooErrorUsingXAmznErrorType": ERROR_PLACE,
    "json:AwsJson11FooErrorUsingXAmznErrorTypeWithUri": ERROR_PLACE,
    "json:AwsJson11FooErrorUsingXAmznErrorTypeWithUriAndNamespace": ERROR_PLACE,
    "json:AwsJson11FooErrorUsingCode": ERROR_PLACE,
    "json:AwsJson11FooErrorUsingCodeAndNamespace": ERROR_PLACE,
    "json:AwsJson11FooErrorUsingCodeUriAndNamespace": ERROR_PLACE,
    "json:AwsJson11FooErrorWithDunderTypeUriAndNamespace": URI,
    "json:AwsJson11IntEnums": EDGE,
    "json:AwsJson11DeserializeIgnoreType": TYPE,
    "json:parses_the_request_id_from_the_response": EDGE,
    "json:AwsJson11StructuresDontDeserializeNullValues": NULL,
    "json_1_0:AwsJson10FooErrorUsingXAmznErrorType": ERROR_PLACE,
    "json_1_0:AwsJson10FooErrorUsingXAmznErrorTypeWithUri": ERROR_PLACE,
    "json_1_0:AwsJson10FooErrorUsingXAmznErrorTypeWithUriAndNamespace": ERROR_PLACE,
    "json_1_0:AwsJson10FooErrorUsingCode": ERROR_PLACE,
    "json_1_0:AwsJson10FooErrorUsingCodeAndNamespace": ERROR_PLACE,
    "json_1_0:AwsJson10FooErrorUsingCodeUriAndNamespace": ERROR_PLACE,
    "json_1_0:AwsJson10FooErrorWithDunderTypeUriAndNamespace": URI,
    "json_1_0:AwsJson10DeserializeIgnoreType": TYPE,
    "json_1_0:AwsJson10DeserializeAllowNulls": NULL,
    "json_1_0:AwsJson10HandlesUnexpectedJsonOutput": EXTRA,
    "json_1_0:AwsJson10ServiceRespondsWithNoPayload": EMPTY,
    "query:AwsQueryDateTimeWithNegativeOffset": OFFSET,
    "query:AwsQueryDateTimeWithPositiveOffset": OFFSET,
    "query:QueryInvalidGreetingError": NO_NAMESPACE,
    "query:QueryCustomizedError": NO_NAMESPACE,
    "query:QueryComplexError": NO_NAMESPACE,
    "query:QueryXmlLists": NAMES,
    "query:QueryXmlNamespaces": NAMESPACE,
    "rest-json:RestJsonDateTimeWithNegativeOffset": OFFSET,
    "rest-json:RestJsonDateTimeWithPositiveOffset": OFFSET,
    "rest-json:RestJsonEmptyInputAndEmptyOutputJsonObjectOutput": EMPTY,
    "rest-json:RestJsonGreetingWithErrorsNoPayload": EMPTY,
    "rest-json:RestJsonFooErrorUsingXAmznErrorTypeWithUri": URI,
    "rest-json:RestJsonFooErrorUsingXAmznErrorTypeWithUriAndNamespace": URI,
    "rest-json:RestJsonFooErrorUsingCode": ERROR_PLACE,
    "rest-json:RestJsonFooErrorUsingCodeAndNamespace": ERROR_PLACE,
    "rest-json:RestJsonFooErrorUsingCodeUriAndNamespace": ERROR_PLACE,
    "rest-json:RestJsonFooErrorWithDunderType": ERROR_PLACE,
    "rest-json:RestJsonFooErrorWithDunderTypeAndNamespace": ERROR_PLACE,
    "rest-json:RestJsonFooErrorWithDunderTypeUriAndNamespace": ERROR_PLACE,
    "rest-json:RestJsonHttpResponseCodeWithNoPayload": EMPTY,
    "rest-json:RestJsonIgnoreQueryParamsInResponseNoPayload": EMPTY,
    "rest-json:RestJsonDeserializesDenseSetMapAndSkipsNull": NULL,
    "rest-json:RestJsonDeserializeIgnoreType": TYPE,
    "rest-json:MediaTypeHeaderOutputBase64": JSON_VALUE,
    "rest-json:RestJsonNoInputAndOutputNoPayload": EMPTY,
    "rest-json:RestJsonDoesntDeserializeNullStructureValues": NULL,
    "rest-xml:RestXmlDateTimeWithNegativeOffset": OFFSET,
    "rest-xml:RestXmlDateTimeWithPositiveOffset": OFFSET,
    "rest-xml:InvalidGreetingError": UNTOLD,
    "rest-xml:ComplexError": UNTOLD,
    "rest-xml:RestXmlHttpResponseCode": UNTOLD,
    "rest-xml:XmlLists": NAMES,
    "smithy-rpc-v2-cbor:empty_output_no_body": EMPTY,
    "smithy-rpc-v2-cbor:NoOutputClientAllowsEmptyCbor": EMPTY,
    "smithy-rpc-v2-cbor:NoOutputClientAllowsEmptyBody": UNTOLD,
    "smithy-rpc-v2-cbor:RpcV2CborDeserializesDenseSetMapAndSkipsNull": NULL,
    "smithy-rpc-v2-cbor:RpcV2CborClientDoesntDeserializeNullStructureValues": NULL,
    "smithy-rpc-v2-cbor:RpcV2CborExtraFieldsInTheBodyShouldBeSkippedByClients": EXTRA,
    "smithy-rpc-v2-cbor:RpcV2CborPayloadWithUnsetUnion": EXTRA,
}


@pytest.fixture(autouse=True, scope="module")
def _vectors() -> None:
    if not CASES and not IS_REQUIRED:
        pytest.skip(ABSENT)


def test_the_vectors_are_there():
    assert len(CASES) == 365, ABSENT


def test_every_exception_names_a_case():
    assert NOT_READ.keys() | NOT_CANONICAL.keys() <= {case.name for case in CASES}


@pytest.mark.parametrize("case", RESULTS, ids=lambda case: case.name)
def test_a_result_is_read_back(case: Case) -> None:
    read = _parse(case, _write(case))
    assert (read == case.raw["result"]) is (case.name not in NOT_READ), read


@pytest.mark.parametrize("case", ERRORS, ids=lambda case: case.name)
def test_an_error_is_read_back(case: Case) -> None:
    answer = _write_error(case)
    read = _parse_error(case, answer)
    wanted = {"Code": case.raw["errorCode"], **case.raw["error"]}
    if "errorMessage" in case.raw:
        wanted["Message"] = case.raw["errorMessage"]
    assert (read == wanted) is (case.name not in NOT_READ), (read, wanted)
    assert answer.status == case.raw["response"]["status_code"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_answer_is_the_published_one(case: Case) -> None:
    answer = _write_error(case) if "error" in case.raw else _write(case)
    published = case.raw["response"]
    is_same = answer.status == published["status_code"]
    if "body" in published:
        is_same = is_same and _document(case, answer.body) == _document(case, _published_body(case))
    is_same = is_same and _headers(published.get("headers", {})).items() <= _headers(dict(answer.headers)).items()
    assert is_same is (case.name not in NOT_CANONICAL), (answer.headers, answer.body)


def _write(case: Case) -> Response:
    codec, operation = operation_of(case)
    result = case.raw["result"]
    output = native_members(operation.output, result) if operation.output else result
    return codec.write(operation, output, "foo-id")


def _write_error(case: Case) -> Response:
    codec, operation = operation_of(case)
    shape = operation.errors[0] if operation.errors else None
    members = native_members(shape, case.raw["error"]) if shape else dict(case.raw["error"])
    message = next((members.pop(name) for name in list(members) if name.lower() == "message"), "")
    error = ServiceError(message, **members)
    error.code = case.raw["errorCode"]
    error.status = case.raw["response"]["status_code"]
    # The namespace before the error's name is the service's own; the published model does not tell it.
    document = _document(case, _published_body(case))
    kind = document.get("__type", "") if isinstance(document, dict) else ""
    error.namespace = kind.rpartition("#")[0]
    return codec.write_error(error, "foo-id", operation)


def _client_response(case: Case, answer: Response) -> dict[str, Any]:
    assert isinstance(answer.body, bytes)
    return {
        "headers": HeadersDict(dict(answer.headers)),
        "body": answer.body,
        "status_code": answer.status,
        "context": {},
    }


def _parse(case: Case, answer: Response) -> Any:
    operation = ClientModel(case.description).operation_model(case.raw["given"]["name"])
    try:
        parsed = create_parser(case.protocol).parse(_client_response(case, answer), operation.output_shape)
    except ResponseParserError as error:
        return repr(error)
    parsed.pop("ResponseMetadata", None)
    return comparable(parsed)


def _parse_error(case: Case, answer: Response) -> Any:
    client = ClientModel(case.description)
    operation = client.operation_model(case.raw["given"]["name"])
    parser, response = create_parser(case.protocol), _client_response(case, answer)
    parsed = parser.parse(response, operation.output_shape)["Error"]
    read = {"Code": parsed["Code"]}
    if parsed.get("Message"):
        read["Message"] = parsed["Message"]
    for shape in operation.error_shapes:
        read |= comparable(parser.parse(response, shape))
    return read


def _published_body(case: Case) -> bytes:
    body = case.raw["response"].get("body", "")
    return base64.b64decode(body) if case.protocol == "smithy-rpc-v2-cbor" else body.encode()


def _headers(headers: dict[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items() if name.lower() != "content-length"}


def _document(case: Case, body: Any) -> Any:
    """A body in a form that is equal for equal documents."""
    if not body:
        return None
    if case.protocol == "smithy-rpc-v2-cbor":
        return comparable(cbor.decode(body))
    if body.lstrip().startswith((b"{", b"[")):
        return json.loads(body)
    if body.lstrip().startswith(b"<"):
        return _tree(ElementTree.fromstring(body))
    return body


_REQUEST_IDS = ("ResponseMetadata", "requestId", "RequestId", "RequestID")


def _tree(element: ElementTree.Element) -> Any:
    """An element without its request ids: most published answers leave out what real ones always have."""
    children = [_tree(child) for child in element if child.tag.rpartition("}")[2] not in _REQUEST_IDS]
    text = "" if children else (element.text or "").strip()
    return element.tag, sorted(element.attrib.items()), children, text

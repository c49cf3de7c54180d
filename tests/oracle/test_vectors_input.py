"""Proof 1, requests: every published input case reads back to its params."""

from __future__ import annotations

from typing import Any

import pytest

from tests.oracle.vectors import ABSENT, IS_REQUIRED, Case, cases, comparable, labels, operation_of, request_of

CASES = cases("input")

# Cases whose request does not hold the params, so that no server can read them back; each with the reason.
NULL = "a client sends nothing for a null"
EMPTY = "a client sends nothing for an empty list or map"
TOKEN = "the client itself makes up the idempotency token"
GZIP = "the case publishes a header alone, without the compressed body"
NO_PAYLOAD = "{} stands for no payload and for an empty one alike; we read the empty one"
PRECEDENCE = "the client drops the map's entry in favour of the member of that name"
ALL_IN_MAP = "rest-json's map holds all parameters (RestJsonAllQueryStringTypes); the client gave only the others"
JSON_VALUE = "the case counts the header's JSON as text; botocore's jsonvalue members are the document itself"
EXCEPTIONS = {
    "ec2:Ec2ProtocolIdempotencyTokenAutoFill": TOKEN,
    "ec2:Ec2EmptyQueryLists": EMPTY,
    "ec2:SDKAppliedContentEncoding_ec2Query": GZIP,
    "ec2:SDKAppendsGzipAndIgnoresHttpProvidedEncoding_ec2Query": GZIP,
    "json:AwsJson11StructuresDontSerializeNullValues": NULL,
    "json:SDKAppliedContentEncoding_awsJson1_1": GZIP,
    "json:SDKAppendsGzipAndIgnoresHttpProvidedEncoding_awsJson1_1": GZIP,
    "json_1_0:SDKAppliedContentEncoding_awsJson1_0": GZIP,
    "json_1_0:SDKAppendsGzipAndIgnoresHttpProvidedEncoding_awsJson1_0": GZIP,
    "query:QueryProtocolIdempotencyTokenAutoFill": TOKEN,
    "query:QueryEmptyQueryMaps": EMPTY,
    "query:SDKAppliedContentEncoding_awsQuery": GZIP,
    "query:SDKAppendsGzipAndIgnoresHttpProvidedEncoding_awsQuery": GZIP,
    "rest-json:RestJsonHttpPrefixHeadersAreNotPresent": EMPTY,
    "rest-json:MediaTypeHeaderInputBase64": JSON_VALUE,
    "rest-json:RestJsonNullAndEmptyHeaders": NULL,
    "rest-json:RestJsonOmitsNullQuery": NULL,
    "rest-json:RestJsonOmitsEmptyListQueryValues": EMPTY,
    "rest-json:RestJsonQueryIdempotencyTokenAutoFill": TOKEN,
    "rest-json:RestJsonQueryPrecedence": PRECEDENCE,
    "rest-json:RestJsonQueryParamsStringListMap": ALL_IN_MAP,
    "rest-json:RestJsonDoesntSerializeNullStructureValues": NULL,
    "rest-json:RestJsonHttpWithEmptyStructurePayload": NO_PAYLOAD,
    "rest-json:RestJsonHttpWithHeadersButNoPayload": NO_PAYLOAD,
    "rest-json:SDKAppliedContentEncoding_restJson1": GZIP,
    "rest-json:SDKAppendedGzipAfterProvidedEncoding_restJson1": GZIP,
    "rest-xml:HttpPrefixHeadersAreNotPresent": EMPTY,
    "rest-xml:NullAndEmptyHeaders": NULL,
    "rest-xml:RestXmlOmitsNullQuery": NULL,
    "rest-xml:QueryIdempotencyTokenAutoFill": TOKEN,
    "rest-xml:RestXmlQueryPrecedence": PRECEDENCE,
    "rest-xml:SDKAppliedContentEncoding_restXml": GZIP,
    "rest-xml:SDKAppendedGzipAfterProvidedEncoding_restXml": GZIP,
    "smithy-rpc-v2-cbor:RpcV2CborClientDoesntSerializeNullStructureValues": NULL,
}


@pytest.fixture(autouse=True, scope="module")
def _vectors() -> None:
    if not CASES and not IS_REQUIRED:
        pytest.skip(ABSENT)


def test_the_vectors_are_there():
    assert len(CASES) == 367, ABSENT


def test_every_exception_names_a_case():
    assert set(EXCEPTIONS) <= {case.name for case in CASES}


@pytest.mark.parametrize("case", [case for case in CASES if case.name not in EXCEPTIONS], ids=lambda case: case.name)
def test_an_input_case_reads_back(case: Case) -> None:
    assert _read(case) == comparable(case.raw["params"])


@pytest.mark.parametrize("case", [case for case in CASES if case.name in EXCEPTIONS], ids=lambda case: case.name)
def test_an_exception_is_still_needed(case: Case) -> None:
    assert _read(case) != comparable(case.raw["params"])


def _read(case: Case) -> Any:
    codec, operation = operation_of(case)
    request = request_of(case)
    uri_params = labels(operation, request.path) if operation.template.labels else {}
    return comparable(codec.read(operation, request, uri_params))

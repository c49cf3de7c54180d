"""Whatever a request holds, a reader gives values or says MalformedInput."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ruststack.core.blobs import MemoryBlob
from ruststack.core.http import Request
from ruststack.model import load
from ruststack.protocol import MalformedInput, codec

TARGETS = [
    ("s3", "rest-xml", "PutBucketLifecycleConfiguration"),
    ("s3", "rest-xml", "PutBucketPolicy"),
    ("s3", "rest-xml", "ListObjectsV2"),
    ("s3", "rest-xml", "PutObject"),
    ("route53", "rest-xml", "ChangeResourceRecordSets"),
    ("lambda", "rest-json", "CreateFunction"),
    ("lambda", "rest-json", "Invoke"),
    ("dynamodb", "json", "PutItem"),
    ("iam", "query", "CreateUser"),
    ("ec2", "ec2", "RunInstances"),
    ("cloudwatch", "smithy-rpc-v2-cbor", "PutMetricData"),
]
DEEP = 3000
BODIES = (
    st.binary(max_size=200)
    | st.text(max_size=100).map(str.encode)
    | st.recursive(st.none() | st.integers() | st.text(), lambda inner: st.lists(inner), max_leaves=5).map(
        lambda tree: str(tree).encode("utf-8", "replace")
    )
)
HEADERS = st.dictionaries(
    st.sampled_from(["content-type", "x-amz-object-lock-retain-until-date", "if-modified-since", "content-length"]),
    st.text(st.characters(max_codepoint=255), max_size=40),
)


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: f"{target[0]}:{target[2]}")
def test_any_bytes_are_read_or_refused(target):
    service, protocol, name = target
    model = load(service)
    operation, spoken = model.operations[name], codec(model, protocol)

    @settings(max_examples=60, deadline=None, database=None)
    @given(BODIES, HEADERS, st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=60))
    @example(b'{"a":' * DEEP + b"1" + b"}" * DEEP, {}, "")
    @example(b'{"Item":{"a":' + b'{"L":[' * DEEP + b"]}" * DEEP + b"}}", {}, "")
    @example(b"<a>" * DEEP + b"</a>" * DEEP, {}, "")
    @example(b"\x81" * DEEP + b"\x01", {}, "")
    @example(b"A" + b".member.1" * DEEP + b"=1", {}, "max-keys=99999999999999999999999")
    @example(b"Tags.member.99999999999999999999.Key=a", {}, "max-keys=" + "9" * 5000)
    @example(b'<?xml version="1.0" encoding="nonsense"?><a/>', {}, "%FF=%FE&%00=&=&&")
    def check(body, headers, query):
        request = Request(operation.method, f"/?{query}", [], headers, MemoryBlob(body))
        labels = dict.fromkeys(operation.template.labels, "x")
        try:
            params = spoken.read(operation, request, labels)
        except MalformedInput as error:
            assert error.status == 400
        else:
            spoken.check(operation, params)

    check()


@pytest.mark.parametrize(
    "document",
    [
        b'<!DOCTYPE a [<!ENTITY e "e">]><a>&e;</a>',
        b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>',
        b'<!DOCTYPE a [<!ENTITY % p SYSTEM "http://localhost/">%p;]><a/>',
        '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE a [<!ENTITY e "e">]><a>&e;</a>'.encode("utf-16"),
    ],
)
def test_documents_with_a_dtd_are_refused(document):
    model = load("s3")
    request = Request("PUT", "/b?tagging", [], {}, MemoryBlob(document))
    with pytest.raises(MalformedInput) as caught:
        codec(model).read(model.operations["PutBucketTagging"], request, {"Bucket": "b"})
    assert caught.value.code == "MalformedXML"

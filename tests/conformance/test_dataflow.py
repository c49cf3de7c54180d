"""Which values flow from an answer into a later request."""

import base64
import json
from dataclasses import replace
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conformance.exchange import Exchange, Recording, Request, Response, Source
from conformance.minting import minted_value
from conformance.record.dataflow import infer
from conformance.record.names import infer_names
from conformance.replay.rebind import Rebinder
from tests.conformance.synthetic import Service, wander

UPLOAD = "m3krghfNoFsNV6uFroXZaqlCMuSQwsWkGPCaJEzCEc0Q"


def exchange(number, target="/b/k", *, sent=(), body=b"", answer=(), said=b""):
    return Exchange(number, "", "main", Request("GET", target, sent, body), Response(200, "OK", answer, said))


def test_an_upload_id_flows_from_a_body_into_queries():
    minted = exchange(1, "/b/k?uploads", said=f"<R><Bucket>b</Bucket><UploadId>{UPLOAD}</UploadId></R>".encode())
    (binding,) = infer(
        (minted, exchange(2, f"/b/k?uploadId={UPLOAD}"), exchange(3), exchange(4, f"/?uploadId={UPLOAD}"))
    )
    assert (binding.name, binding.value, binding.source) == ("upload-id:1", UPLOAD, 1)
    assert binding.where == "body R/UploadId"
    assert binding.uses == (2, 4)


def test_an_etag_flows_from_a_header_into_a_body_and_a_header():
    tag = "a67b5d4b6a1b2d0da9351cb1f9170de7"
    used = exchange(2, body=f'<C><ETag>"{tag}"</ETag></C>'.encode())
    (binding,) = infer(
        (exchange(1, answer=(("ETag", f'"{tag}"'),)), used, exchange(3, sent=(("If-Match", f'"{tag}"'),)))
    )
    assert (binding.name, binding.where, binding.uses) == ("etag:1", "header ETag", (2, 3))


def test_an_encoded_token_is_recognised():
    token = "abc+/def=ghijklmnop=="
    minted = exchange(1, said=f"<L><NextContinuationToken>{token}</NextContinuationToken></L>".encode())
    encoded = "abc%2B%2Fdef%3Dghijklmnop%3D%3D"
    assert infer((minted, exchange(2, f"/b?continuation-token={encoded}")))[0].uses == (2,)


def test_a_version_in_a_copy_source_is_recognised():
    version = "T3x8.0_Qk3wD9aBcDeFgHiJkLmNoPqRs"
    used = exchange(2, sent=(("x-amz-copy-source", f"b/k?versionId={version}"),))
    assert infer((exchange(1, answer=(("x-amz-version-id", version),)), used))[0].name == "version-id:1"


def test_what_the_client_chose_is_not_bound():
    said = b"<L><Key>some-long-key-name-of-mine</Key></L>"
    first = exchange(1, "/b/some-long-key-name-of-mine")
    assert infer((first, exchange(2, said=said), exchange(3, "/b/some-long-key-name-of-mine"))) == ()


def test_what_nobody_uses_is_not_bound():
    assert infer((exchange(1, answer=(("x-amz-request-id", "ABCDEFGHIJKLMNOP"),)), exchange(2))) == ()


def test_plain_words_and_short_values_are_not_bound():
    answer = (("x-amz-storage-class", "STANDARD"), ("x-amz-mp-parts-count", "3"))
    assert infer((exchange(1, answer=answer), exchange(2, "/b/STANDARD?partNumber=3"))) == ()


def test_a_short_value_inside_a_longer_text_is_not_bound():
    assert infer((exchange(1, answer=(("x-amz-id", "abc-123"),)), exchange(2, "/b/xabc-123x"))) == ()


def test_each_value_is_bound_once_and_numbered_by_kind():
    first = exchange(1, answer=(("x-amz-version-id", "v1" * 16),))
    second = exchange(2, answer=(("x-amz-version-id", "v2" * 16),))
    again = exchange(3, f"/b/k?versionId={'v1' * 16}", answer=(("x-amz-version-id", "v1" * 16),))
    names = [each.name for each in infer((first, second, again, exchange(4, f"/b/k?versionId={'v2' * 16}")))]
    assert names == ["version-id:1", "version-id:2"]


def test_an_answer_to_head_has_no_body_to_bind_from():
    head = Exchange(1, "", "main", Request("HEAD", "/b"), Response(200, "OK", (), b"<A>abcdefgh-1234567890</A>"))
    assert infer((head, exchange(2, "/b?x=abcdefgh-1234567890"))) == ()


def said_json(number, operation, answer, request=None, *, target="/", sent=(), method="POST"):
    body = json.dumps(request).encode() if request is not None else b""
    asked = Request(method, target, sent, body)
    return Exchange(number, operation, "main", asked, Response(200, "OK", (), json.dumps(answer).encode()))


def bound(*exchanges):
    return [(each.where, each.value, each.uses, each.places) for each in infer(exchanges)]


HANDLE = "AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a+/=="
ITERATOR = "AAAAAAAAAAHSywljv0zEgPX4NyKdZ5wryMzP9yALs8NeKbUjp1IxtZs1Sp+KEd9I6AJ9ZG4lNR1EMi+9Md/nHvtLyxpfhEzY"
UUID = "8c5d2b1e-0f8a-4b0e-9f43-2b4a1f7e6d01"


def test_a_queue_url_is_host_account_and_name_and_none_of_them_was_minted():
    url = "http://sqs.us-east-1.localhost.localstack.cloud:4566/000000000000/orders-2"
    assert (
        bound(
            said_json(1, "sqs.CreateQueue", {"QueueUrl": url}, {"QueueName": "orders-2"}),
            said_json(2, "sqs.SendMessage", {}, {"QueueUrl": url}),
        )
        == []
    )


def test_a_receipt_handle_is_bound_in_its_field():
    messages = {"Messages": [{"MessageId": UUID, "ReceiptHandle": HANDLE, "Body": "b"}]}
    assert bound(
        said_json(1, "sqs.ReceiveMessage", messages, {"QueueUrl": "http://localhost:4566/000000000000/q"}),
        said_json(2, "sqs.DeleteMessageBatch", {}, {"Entries": [{"Id": "1", "ReceiptHandle": HANDLE}]}),
    ) == [("body Messages[1]/ReceiptHandle", HANDLE, (2,), ("body Entries/ReceiptHandle",))]


def test_of_an_arn_only_the_part_that_was_minted_is_bound():
    topic = "arn:aws:sns:us-east-1:000000000000:orders-topic-2"
    create = Exchange(
        1,
        "sns.CreateTopic",
        "main",
        Request("POST", "/", (), b"Action=CreateTopic&Name=orders-topic-2"),
        Response(200, "OK", (), f"<R><TopicArn>{topic}</TopicArn></R>".encode()),
    )
    subscribe = Exchange(
        2,
        "sns.Subscribe",
        "main",
        Request("POST", "/", (), f"Action=Subscribe&TopicArn={topic.replace(':', '%3A')}".encode()),
        Response(200, "OK", (), f"<R><SubscriptionArn>{topic}:{UUID}</SubscriptionArn></R>".encode()),
    )
    end = Exchange(
        3,
        "sns.Unsubscribe",
        "main",
        Request("POST", "/", (), f"Action=Unsubscribe&SubscriptionArn={topic.replace(':', '%3A')}%3A{UUID}".encode()),
        Response(200, "OK"),
    )
    assert bound(create, subscribe, end) == [("body R/SubscriptionArn#part[2]", UUID, (3,), ("body SubscriptionArn",))]


def test_the_random_end_of_a_secrets_arn_is_bound_with_the_name_before_it():
    arn = "arn:aws:secretsmanager:us-east-1:000000000000:secret:app/pass-{}"
    for tail in ("a1B2c3", "aBcDeF", "abcdef"):
        exchanges = (
            said_json(1, "secretsmanager.CreateSecret", {"ARN": arn.format(tail)}, {"Name": "app/pass"}),
            said_json(2, "secretsmanager.GetSecretValue", {}, {"SecretId": arn.format(tail)}),
        )
        assert bound(*exchanges) == [("body ARN#part[3]", f"pass-{tail}", (2,), ("body SecretId",))]


def test_a_version_that_the_client_chose_by_its_token_is_not_bound():
    exchanges = (
        said_json(1, "secretsmanager.PutSecretValue", {"VersionId": UUID}, {"ClientRequestToken": UUID}),
        said_json(2, "secretsmanager.GetSecretValue", {}, {"VersionId": UUID}),
    )
    assert bound(*exchanges) == []


@pytest.mark.parametrize("short", ["a1b2c3", "abcdef", "0123456789", "w4c0dexyz1"])
def test_an_apis_id_is_bound_where_it_is_a_whole_segment_or_label(short):
    host = (("Host", f"{short}.execute-api.localhost.localstack.cloud:4566"),)
    exchanges = (
        said_json(1, "apigateway.CreateRestApi", {"id": short, "name": "orders"}, {"name": "orders"}),
        said_json(2, "apigateway.GetResources", {}, target=f"/restapis/{short}/resources", method="GET"),
        said_json(3, "", {}, target=f"/x{short}/{short}.txt/{short}-b", method="GET"),
        said_json(4, "", {}, target="/prod/orders", sent=host, method="GET"),
        said_json(5, "", {}, {"uri": f"arn:aws:execute-api:us-east-1:000000000000:{short}/*"}),
    )
    assert bound(*exchanges) == [("body id", short, (2, 4, 5), ("body uri", "host", "path"))]


def test_the_id_in_a_function_url_is_bound_from_its_host_name():
    url = "http://abcdefghij0123456789.lambda-url.us-east-1.localhost.localstack.cloud:4566/"
    host = (("Host", "abcdefghij0123456789.lambda-url.us-east-1.localhost.localstack.cloud:4566"),)
    exchanges = (
        said_json(1, "lambda.CreateFunctionUrlConfig", {"FunctionUrl": url}, {"AuthType": "NONE"}),
        said_json(2, "", {}, target="/", sent=host, method="GET"),
    )
    assert bound(*exchanges) == [("body FunctionUrl#host[1]", "abcdefghij0123456789", (2,), ("host",))]


def test_shard_iterators_and_sequence_numbers_are_bound():
    number = "49590338271490256608559692538361571095921575989136588898"
    exchanges = (
        said_json(1, "kinesis.PutRecord", {"SequenceNumber": number, "ShardId": "shardId-000000000000"}, {}),
        said_json(2, "kinesis.GetShardIterator", {"ShardIterator": ITERATOR}, {"StartingSequenceNumber": number}),
        said_json(3, "kinesis.GetRecords", {}, {"ShardIterator": ITERATOR}),
    )
    assert [each[0] for each in bound(*exchanges)] == ["body SequenceNumber", "body ShardIterator"]


def test_a_next_token_goes_into_a_query_and_a_header():
    token = base64.b64encode(b'{"offset": 20, "at": "x-20"}').decode()
    exchanges = (
        said_json(1, "lambda.ListFunctions", {"NextMarker": token}, method="GET"),
        said_json(2, "lambda.ListFunctions", {}, target=f"/functions?Marker={quote(token)}", method="GET"),
        said_json(3, "", {}, sent=(("X-Next", token),), method="GET"),
    )
    assert bound(*exchanges) == [("body NextMarker", token, (2, 3), ("header x-next", "query Marker"))]


def test_a_last_evaluated_key_is_data():
    key = {"id": {"S": "order-00000017"}}
    exchanges = (
        said_json(1, "dynamodb.Scan", {"Items": [], "LastEvaluatedKey": key}, {"TableName": "orders"}),
        said_json(2, "dynamodb.Scan", {}, {"TableName": "orders", "ExclusiveStartKey": key}),
    )
    assert bound(*exchanges) == []


def test_a_value_that_the_table_gave_first_is_bound_as_data():
    exchanges = (
        said_json(1, "dynamodb.Scan", {"Items": [{"id": {"S": UUID}}]}, {"TableName": "orders"}),
        said_json(2, "dynamodb.GetItem", {}, {"TableName": "orders", "Key": {"id": {"S": UUID}}}),
    )
    assert [each.name for each in infer(exchanges)] == ["data:1"]


def test_json_inside_a_message_is_looked_into_on_both_sides():
    event = json.dumps({"Records": [{"s3": {"object": {"key": "k", "versionId": UUID}}}]})
    exchanges = (
        said_json(1, "sqs.ReceiveMessage", {"Messages": [{"Body": event}]}, {}),
        said_json(2, "events.PutEvents", {}, {"Entries": [{"Detail": json.dumps({"version": UUID})}]}),
    )
    ((where, value, uses, places),) = bound(*exchanges)
    assert (where, places) == ("body Messages[1]/Body/Records[1]/s3/object/versionId", ("body Entries/Detail/version",))
    assert minted_value(exchanges[0].response, where) == value and uses == (2,)


def test_a_number_is_bound_as_a_whole_field():
    exchanges = (
        said_json(1, "logs.GetLogEvents", {"events": [{"ingestionTime": 1763721213123}]}, {}),
        said_json(2, "logs.FilterLogEvents", {}, {"startTime": 1763721213123, "limit": 17637212131239}),
    )
    assert bound(*exchanges) == [("body events[1]/ingestionTime", "1763721213123", (2,), ("body startTime",))]


@pytest.mark.parametrize(
    ("operation", "member", "word"),
    [
        ("s3.GetBucketEncryption", "SSEAlgorithm", "AES256"),
        ("s3.HeadObject", "ChecksumAlgorithm", "CRC64NVME"),
        ("s3.GetBucketAcl", "Permission", "FULL_CONTROL"),
        ("lambda.GetFunction", "Runtime", "python3.12"),
        ("lambda.GetFunction", "Region", "eu-central-1"),
        ("ec2.DescribeSubnets", "AvailabilityZone", "us-east-1a"),
        ("iam.GetPolicyVersion", "Version", "2012-10-17"),
        ("sts.GetCallerIdentity", "Account", "000000000000"),
        ("sqs.GetQueueAttributes", "VisibilityTimeout", "432000"),
        ("ec2.DescribeVpcs", "CidrBlock", "172.31.0.0/16"),
        ("dynamodb.DescribeTable", "Status", "PAY_PER_REQUEST_MODE"),
    ],
)
def test_what_everybody_knows_is_not_bound(operation, member, word):
    exchanges = (said_json(1, operation, {member: word}, {}), said_json(2, operation, {}, {member: word}))
    assert bound(*exchanges) == []


def test_the_content_of_an_object_is_data():
    exchanges = (
        said_json(1, "s3.GetObject", {"id": UUID}, method="GET", target="/b/k"),
        said_json(2, "sqs.SendMessage", {}, {"MessageBody": UUID}),
    )
    assert bound(*exchanges) == []


def test_who_said_it_while_the_answer_was_under_way_chose_it():
    first = said_json(1, "x.Make", {"id": UUID}, {})
    meanwhile = replace(said_json(2, "x.Use", {}, {"id": UUID}), after=())
    later = replace(said_json(3, "x.Use", {}, {"id": UUID}), after=(1,))
    assert bound(first, meanwhile, later) == []
    assert [each[2] for each in bound(first, replace(meanwhile, after=(1,)), later)] == [(2, 3)]


def test_the_same_element_is_found_in_a_list_of_another_order():
    recorded = Response(200, "OK", (), b'{"items":[{"path":"/","id":"aaaaa1"},{"path":"/x","id":"bbbbb1"}]}')
    live = Response(200, "OK", (), b'{"items":[{"path":"/x","id":"yyyyy1"},{"path":"/","id":"zzzzz1"}]}')
    assert minted_value(live, "body items[1]/id", recorded, live) == "zzzzz1"
    assert minted_value(live, "body items[2]/id", recorded, live) == "yyyyy1"
    assert minted_value(live, "body items[1]/id") == "yyyyy1"


def test_names_are_those_that_a_successful_create_gave():
    refused = replace(said_json(6, "sqs.CreateQueue", {}, {"QueueName": "refused"}), response=Response(400, ""))
    exchanges = (
        said_json(1, "s3.CreateBucket", {}, target="/photos", method="PUT"),
        said_json(2, "s3.CreateBucket", {}, sent=(("Host", "music.s3.amazonaws.com"),), method="PUT"),
        said_json(3, "dynamodb.CreateTable", {}, {"TableName": "users", "AttributeDefinitions": []}),
        said_json(4, "sqs.CreateQueue", {}, {"QueueName": "orders.fifo"}),
        Exchange(
            5,
            "sns.CreateTopic",
            "main",
            Request("POST", "/", (), b"Action=CreateTopic&Name=news"),
            Response(200, "OK"),
        ),
        refused,
        said_json(7, "sqs.GetQueueUrl", {}, {"QueueName": "not-made-here"}),
        said_json(8, "events.PutRule", {}, {"Name": "nightly"}),
        said_json(9, "apigateway.CreateRestApi", {}, {"name": "any"}),
        said_json(10, "cognito-idp.CreateUserPool", {}, {"PoolName": "people"}),
        said_json(11, "nothing.CreateThing", {}, {"Name": "x"}),
    )
    assert infer_names(exchanges) == ("photos", "music", "users", "orders.fifo", "news", "nightly", "people")


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 10**9), st.integers(2, 40), st.booleans())
def test_what_one_instance_minted_is_replayed_against_another(seed, steps, has_fresh_names):
    exchanges = wander(Service(seed), seed, steps)
    assert {each.response.status for each in exchanges} == {200}
    source = Source("other", "", "us-east-1", "2026-11-21", "")
    recording = Recording("x/y", "", source, {"main": "000000000000"}, (), exchanges, infer(exchanges))
    names = {"users-2": "users-2-12345678", "photos": "photos-12345678"} if has_fresh_names else {}
    rebinder = Rebinder(recording, names, {"main": "123456789012"}, "4566")
    other = Service(seed + 1, "123456789012")
    for each in recording.exchanges:
        sent = rebinder.request(each)
        live = other.answer(sent)
        assert live.status == 200, (each.request, sent, recording.bindings)
        if each.request.target == "/make":
            name = json.loads(each.request.body)["Name"]
            assert json.loads(sent.body)["Name"] == names.get(name, name)
        assert rebinder.response(live).status == 200
        rebinder.learn(each, live)
    assert rebinder.unmet == {}

"""Answering from recordings: which exchange answers, in which state, of which scenario, and in whose words."""

import json
import zlib
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from conformance.compare.judge import is_unsupported
from conformance.exchange import Binding, Request, Response
from conformance.replay.serving.canon import canonical
from conformance.replay.serving.payload import KEPT_BYTES, Payload
from conformance.replay.serving.playback import How
from conformance.replay.serving.stage import NoSuchScenario
from conformance.replay.serving.volatile import shape
from tests.conformance.talks import REQUEST_ID, asked, bodies, get, item, put, s3, said, stage, talk

UUIDS = [f"{digit * 8}-0000-4000-8000-{digit * 12}" for digit in "abcd"]
MISSING = {}


# which state


def test_a_read_is_answered_by_the_state_that_the_client_has_made():
    on = stage(talk("t/a", (get("t", "k"), said(MISSING)), (put("t", "k"), said({})), (get("t", "k"), said(item("k")))))
    assert bodies(on, get("t", "k"), get("t", "k")) == [MISSING, MISSING]
    assert bodies(on, put("t", "k"), get("t", "k"), get("t", "k")) == [{}, item("k"), item("k")]


def test_reads_that_only_waited_move_on_and_the_last_answer_stays():
    describe = asked("DynamoDB_20120810.DescribeTable", {"TableName": "t"})
    statuses = [{"Table": {"TableStatus": each}} for each in ("CREATING", "CREATING", "ACTIVE")]
    on = stage(talk("t/a", *((describe, said(each)) for each in statuses)))
    assert bodies(on, *[describe] * 5) == [*statuses, statuses[-1], statuses[-1]]


def test_a_change_that_failed_made_no_new_state():
    refused = said({"__type": "ConditionalCheckFailedException"}, 400)
    on = stage(talk("t/a", (get("t", "k"), said(MISSING)), (put("t", "k"), refused), (get("t", "k"), said(item("k")))))
    assert bodies(on, get("t", "k"), get("t", "k")) == [MISSING, item("k")]


def test_what_was_done_at_the_same_time_may_come_in_another_order():
    on = stage(talk("t/a", (put("t", "a"), said({"n": 1})), (put("t", "b"), said({"n": 2}))))
    assert bodies(on, put("t", "b"), put("t", "a")) == [{"n": 2}, {"n": 1}]


def test_a_client_that_leaves_a_change_out_still_gets_the_answers_after_it():
    on = stage(talk("t/a", (put("t", "a"), said({})), (get("t", "a"), said(item("a")))))
    outcome = on.respond(get("t", "a"))
    assert (json.loads(outcome.response.body), outcome.how) == (item("a"), How.AHEAD)


def test_the_same_change_twice_has_its_two_answers():
    on = stage(talk("t/a", (put("t", "a"), said({"n": 1})), (put("t", "a"), said({"n": 2}))))
    assert bodies(on, *[put("t", "a")] * 2) == [{"n": 1}, {"n": 2}]


# which request


def test_signature_date_sdk_and_host_do_not_matter():
    on = stage(talk("t/a", (get("t", "k"), said(item("k")))))
    request = get("t", "k", access_key="AKIAIOSFODNN7EXAMPLE", host="dynamodb.eu-west-1.amazonaws.com")
    assert bodies(on, request) == [item("k")]


def test_the_order_of_members_and_the_spelling_of_json_do_not_matter():
    on = stage(talk("t/a", (put("t", "k"), said({}))))
    spelled = b'{ "Item":{"v": {"S":"1"},"id":{"S":"k"}},\n "TableName":"t"}'
    request = put("t", "k")
    assert bodies(on, Request("POST", "/", request.headers, spelled)) == [{}]


@pytest.mark.parametrize(
    "request_",
    [put("t", "k", "2"), put("t2", "k"), get("t", "k2"), asked("DynamoDB_20120810.DeleteItem", {"TableName": "t"})],
)
def test_another_request_is_not_recorded(request_):
    on = stage(talk("t/a", (put("t", "k"), said({})), (get("t", "k"), said({}))))
    assert bodies(on, request_) == [501]


def test_a_bucket_is_the_same_by_path_and_by_host_and_a_query_in_any_order():
    on = stage(talk("t/a", (s3("GET", "/bucket/a%20b?versionId=1&partNumber=2"), Response(200, "OK", (), b"x"))))
    hosted = s3("GET", "/a+b".replace("+", "%20") + "?partNumber=2&versionId=1&x-id=GetObject", host="bucket.localhost")
    assert on.respond(hosted).response.body == b"x"


def test_an_expired_presigned_url_is_what_was_presigned():
    signed = (
        "?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=test%2F{0}%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date={0}"
    )
    signed += "T000000Z&X-Amz-Expires=1&X-Amz-SignedHeaders=host&X-Amz-Signature=" + "0" * 64
    on = stage(talk("t/a", (s3("GET", "/b/k" + signed.format("20261121"), key=""), Response(200, "OK", (), b"x"))))
    assert on.respond(s3("GET", "/b/k" + signed.format("20300101"), key="")).response.body == b"x"


def test_an_anonymous_request_is_not_a_signed_one():
    on = stage(talk("t/a", (s3("GET", "/b/k"), Response(200, "OK", (), b"x"))))
    assert on.respond(s3("GET", "/b/k", key="")).response.status == 501


def test_headers_that_say_what_is_wanted_count_and_checksums_do_not():
    on = stage(talk("t/a", (s3("GET", "/b/k", ("Range", "bytes=0-1")), Response(206, "Partial Content", (), b"xy"))))
    assert (
        on.respond(s3("GET", "/b/k", ("range", "bytes=0-1"), ("x-amz-checksum-mode", "ENABLED"))).response.status == 206
    )
    assert on.respond(s3("GET", "/b/k")).response.status == 501


def test_a_body_in_signed_chunks_is_the_body():
    plain = s3("PUT", "/b/k", body=b"hello world")
    framed = (
        b"5;chunk-signature="
        + b"0" * 64
        + b"\r\nhello\r\n6;chunk-signature="
        + b"1" * 64
        + b"\r\n world\r\n0;x\r\n\r\n"
    )
    chunked = s3("PUT", "/b/k", ("x-amz-content-sha256", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"), body=framed)
    assert canonical(chunked).text == canonical(plain).text


@pytest.mark.parametrize("size", [1, 7, 64, 10_000])
def test_framing_comes_off_however_the_bytes_arrive(size):
    payload = Payload((("content-encoding", "aws-chunked"),))
    framed = b"400\r\n" + b"a" * 1024 + b"\r\n3\r\nbcd\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n"
    for start in range(0, len(framed), size):
        payload.feed(framed[start : start + size])
    assert payload.finish().data == b"a" * 1024 + b"bcd"


def test_a_large_body_is_compared_by_its_digest_and_not_kept():
    large = s3("PUT", "/b/k", body=b"x" * (KEPT_BYTES + 1))
    assert Payload.of(large.headers, large.body).data == b""
    on = stage(talk("t/a", (large, Response(200, "OK"))))
    assert on.respond(large).response.status == 200
    assert on.respond(s3("PUT", "/b/k", body=b"y" * (KEPT_BYTES + 1))).response.status == 501


def test_a_browser_form_is_its_fields_and_file_whatever_boundary_and_policy():
    def form(boundary, policy):
        fields = {"key": "k", "policy": policy, "x-amz-signature": policy, "x-amz-credential": policy}
        text = "".join(
            f'--{boundary}\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n' for k, v in fields.items()
        )
        text += f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\n'
        text += f"data\r\n--{boundary}--\r\n"
        kind = ("Content-Type", f"multipart/form-data; boundary={boundary}")
        return canonical(s3("POST", "/b", kind, body=text.encode(), key="")).text

    assert form("one", "aaaa") == form("two", "bbbb")
    assert 'body file = "data"' in form("one", "aaaa") and "unsigned" not in form("one", "aaaa")


def test_a_secret_that_was_crossed_out_is_any_secret():
    def create(secret):
        return asked("secretsmanager.CreateSecret", {"Name": "s", "SecretString": secret})

    on = stage(talk("t/a", (create("xxxxxxx"), said({"Name": "s"}))))
    assert bodies(on, create("hunter2!")) == [{"Name": "s"}]


# whose values


def test_an_id_that_the_client_makes_anew_is_its_own_from_then_on():
    on = stage(talk("t/a", (put("t", UUIDS[0]), said({})), (get("t", UUIDS[0]), said(item(UUIDS[0])))))
    assert bodies(on, put("t", UUIDS[1]), get("t", UUIDS[1])) == [{}, item(UUIDS[1])]


def test_two_ids_of_the_client_are_not_mixed_up():
    a, b, x, y = UUIDS
    exchanges = [(put("t", a, "1"), said({})), (put("t", b, "1"), said({})), (get("t", b), said(item(b, "second")))]
    on = stage(talk("t/a", *exchanges, (get("t", a), said(item(a, "first")))))
    assert bodies(on, put("t", x), put("t", y), get("t", x), get("t", y)) == [
        {},
        {},
        item(x, "first"),
        item(y, "second"),
    ]


def test_an_id_that_the_service_made_is_no_other():
    send = asked("AmazonSQS.SendMessage", {"MessageBody": "m"})
    delete = [asked("AmazonSQS.DeleteMessage", {"ReceiptHandle": each}) for each in UUIDS[:2]]
    binding = Binding("receipt:1", UUIDS[0], 1, "body MessageId", (2,))
    on = stage(talk("t/a", (send, said({"MessageId": UUIDS[0]})), (delete[0], said({})), bindings=[binding]))
    assert bodies(on, send, delete[1], delete[0]) == [{"MessageId": UUIDS[0]}, 501, {}]


@pytest.mark.parametrize(
    ("recorded", "live"),
    [
        ("jobs-0a1b2c3d", "jobs-99887766"),
        ("2026-11-21T10:00:00Z", "2027-01-01T00:00:00.123Z"),
        ("logs/2026/11/21/a", "logs/2027/01/02/a"),
        ("run-1763719200", "run-1795255200"),
        ("me@example.org", "you@there.example.com"),
        ("arn:aws:sqs:us-east-1:000000000000:q", "arn:aws:sqs:us-east-1:123456789012:q"),
    ],
)
def test_what_a_run_makes_anew_is_matched_by_its_shape_and_echoed(recorded, live):
    on = stage(talk("t/a", (put("t", recorded), said({"Attributes": {"id": {"S": recorded}}}))))
    assert bodies(on, put("t", live)) == [{"Attributes": {"id": {"S": live}}}]


@pytest.mark.parametrize(("recorded", "live"), [("jobs", "tasks"), ("a1", "a2"), ("2026-11-21", "12"), ("k", UUIDS[0])])
def test_what_the_client_chose_is_not_matched_by_its_shape(recorded, live):
    on = stage(talk("t/a", (put("t", recorded), said({}))))
    assert bodies(on, put("t", live)) == [501]


def test_two_accounts_are_told_apart_by_who_spoke_first():
    on = stage(
        talk(
            "t/a",
            (put("t", "k"), said({"who": 1}), "main"),
            (put("t", "k", access_key="000000000001"), said({"who": 2}), "other"),
            accounts=("main", "other"),
        )
    )
    keys = ["AKIAIOSFODNN7EXAMPLE", "AKIAI44QH8DHBEXAMPLE"]
    assert bodies(on, put("t", "k", access_key=keys[0]), put("t", "k", access_key=keys[1])) == [{"who": 1}, {"who": 2}]
    assert bodies(on, put("t", "k", access_key=keys[0])) == [{"who": 1}]


# whose answer


def test_request_id_and_date_are_new_and_the_length_and_crc_are_right():
    on = stage(talk("t/a", (put("t", UUIDS[0]), said({"id": UUIDS[0] + "x", "RequestId": REQUEST_ID}))))
    answer = on.respond(put("t", UUIDS[1])).response
    fresh = answer.header("x-amzn-requestid")
    assert fresh != REQUEST_ID and len(fresh) == len(REQUEST_ID)
    assert json.loads(answer.body)["RequestId"] == fresh
    assert answer.header("x-amz-crc32") == str(zlib.crc32(answer.body))
    assert answer.header("content-length") == str(len(answer.body))
    said_at = datetime.strptime(answer.header("date"), "%a, %d %b %Y %H:%M:%S GMT").replace(tzinfo=UTC)
    assert abs((datetime.now(UTC) - said_at).total_seconds()) < 60


def test_names_and_order_of_headers_are_as_recorded():
    on = stage(talk("t/a", (get("t", "k"), said({}))))
    names = [name for name, _ in on.respond(get("t", "k")).response.headers]
    assert names == ["x-amzn-RequestId", "Date", "x-amz-crc32", "Content-Length"]


def test_a_queue_url_leads_here_and_is_recognised_when_it_comes_back():
    create = asked("AmazonSQS.CreateQueue", {"QueueName": "q"}, host="sqs.us-east-1.amazonaws.com")
    url = {"QueueUrl": "https://sqs.us-east-1.amazonaws.com/000000000000/q"}
    send = asked("AmazonSQS.SendMessage", {**url, "MessageBody": "m"}, host="sqs.us-east-1.amazonaws.com")
    on = stage(talk("t/a", (create, said(url)), (send, said({"ok": 1}))))
    (given,) = bodies(on, asked("AmazonSQS.CreateQueue", {"QueueName": "q"}, host="localhost:5001"))
    assert given == {"QueueUrl": "http://localhost:5001/000000000000/q"}
    assert bodies(on, asked("AmazonSQS.SendMessage", {**given, "MessageBody": "m"}, host="localhost:5001")) == [
        {"ok": 1}
    ]


def test_credentials_that_were_lent_are_not_expired():
    body = b"Action=AssumeRole&RoleArn=arn&RoleSessionName=s&Version=2011-06-15"
    headers = (
        ("Host", "sts.amazonaws.com"),
        ("Content-Type", "application/x-www-form-urlencoded"),
        (
            "Authorization",
            "AWS4-HMAC-SHA256 Credential=k/20261121/us-east-1/sts/aws4_request, SignedHeaders=host, Signature=0",
        ),
    )
    answer = Response(200, "OK", (), b"<R><Credentials><Expiration>2026-11-21T11:00:00Z</Expiration></Credentials></R>")
    given = stage(talk("t/a", (Request("POST", "/", headers, body), answer))).respond(
        Request("POST", "/", headers, body)
    )
    expires = datetime.fromisoformat(given.response.body.decode().partition("<Expiration>")[2].partition("<")[0])
    assert 3500 < (expires - datetime.now(UTC)).total_seconds() <= 3600


def test_an_imitations_own_marks_are_not_sent():
    answer = Response(200, "OK", (("Server", "TwistedWeb"), ("x-localstack", "true"), ("ETag", '"e"')))
    on = stage(talk("t/a", (s3("GET", "/b/k"), answer), source="localstack"))
    assert [name for name, _ in on.respond(s3("GET", "/b/k")).response.headers] == ["ETag", "Content-Length"]


# which scenario


def both():
    """Two scenarios that begin alike."""
    first = talk("t/a", (put("t", "k"), said({"from": "a"})), (get("t", "a"), said(item("a"))))
    return first, talk("t/b", (put("t", "k"), said({"from": "b"})), (get("t", "b"), said(item("b"))))


def test_scenarios_that_begin_alike_are_told_apart_by_what_follows():
    on = stage(*both())
    assert bodies(on, put("t", "k"), get("t", "b")) == [{"from": "a"}, item("b")]
    assert on.playing() == "t/b"


def test_the_second_client_that_begins_so_gets_the_scenario_that_is_left():
    on = stage(*both())
    assert bodies(on, put("t", "k"), get("t", "a"), put("t", "k"), get("t", "b")) == [
        {"from": "a"},
        item("a"),
        {"from": "b"},
        item("b"),
    ]


def test_clients_at_the_same_time_each_go_on_in_their_own():
    one = talk("t/a", (put("a", "k"), said({})), (get("a", "k"), said(item("k"))), (put("a", "z"), said({"a": "z"})))
    two = talk("t/b", (put("b", "k"), said({})), (get("b", "k"), said(item("k"))), (put("b", "z"), said({"b": "z"})))
    requests = [put("a", "k"), put("b", "k"), get("a", "k"), get("b", "k"), put("b", "z"), put("a", "z")]
    assert bodies(stage(one, two), *requests) == [{}, {}, item("k"), item("k"), {"b": "z"}, {"a": "z"}]


def test_a_scenario_can_be_played_again():
    on = stage(both()[0])
    once = bodies(on, put("t", "k"), get("t", "a"))
    assert bodies(on, put("t", "k"), get("t", "a")) == once


def test_a_read_at_the_end_is_repeated_but_another_scenarios_first_read_begins_that():
    tables = asked("DynamoDB_20120810.ListTables", {})
    first = talk("t/a", (tables, said({"n": 1})), (get("t", "a"), said(item("a"))))
    second = talk("t/b", (tables, said({"n": 2})), (get("t", "b"), said(item("b"))))
    requests = [tables, get("t", "a"), get("t", "a"), tables, tables, get("t", "b")]
    answers = [{"n": 1}, item("a"), item("a"), {"n": 2}, {"n": 2}, item("b")]
    assert bodies(stage(first, second), *requests) == answers


def test_a_selected_scenario_alone_answers_from_its_start():
    on = stage(*both(), selected="t/b")
    assert bodies(on, put("t", "k"), get("t", "a")) == [{"from": "b"}, 501]
    assert on.missed[-1].elsewhere == ("t/a",)
    on.select("t/a")
    assert bodies(on, put("t", "k")) == [{"from": "a"}]


def test_one_request_may_name_its_scenario():
    on = stage(*both())
    assert bodies(on, put("t", "k"), scenario="t/b") == [{"from": "b"}]


def test_an_unknown_scenario_is_refused_with_those_that_are_close():
    with pytest.raises(NoSuchScenario, match="t/a"):
        stage(*both()).select("t/aa")


# what is not recorded


def test_an_answer_out_of_a_recording_is_no_support_by_the_target():
    answer = said({})
    assert not is_unsupported(answer, answer)
    assert is_unsupported(answer, replace(answer, headers=(*answer.headers, ("x-ruststack-recorded", "aws"))))


def test_the_refusal_names_the_nearest_request_and_how_it_differs():
    on = stage(talk("t/a", (get("other", "x"), said({})), (put("t", "k", "1"), said({}))))
    refused = on.respond(put("t", "k", "2")).response
    assert (refused.status, refused.header("x-ruststack-unrecorded")) == (501, "dynamodb.PutItem")
    document = json.loads(refused.body)
    assert document["__type"] == "NotRecorded"
    assert "t/a#2" in document["message"]
    assert '- body Item/v/S = "1"; + body Item/v/S = "2"' in document["message"]


FORMS = {
    "xml": (s3("GET", "/b/k"), b"<Error><Code>NotRecorded</Code>"),
    "query": (
        Request("POST", "/", (("Content-Type", "application/x-www-form-urlencoded"),), b"Action=ListTopics&Version=1"),
        b"<ErrorResponse><Error><Type>Receiver</Type><Code>NotRecorded</Code>",
    ),
    "json": (get("t", "k"), b'{"__type": "NotRecorded"'),
    "cbor": (
        Request("POST", "/service/X/operation/Y", (("smithy-protocol", "rpc-v2-cbor"),)),
        b"\xa2\x79\x00\x06__type",
    ),
}


@pytest.mark.parametrize("protocol", FORMS)
def test_the_refusal_is_in_the_services_own_form(protocol):
    request, expected = FORMS[protocol]
    assert expected in stage().respond(request).response.body


def test_what_was_missed_and_what_was_never_asked_for_is_known():
    on = stage(*both())
    bodies(on, put("t", "k"), get("t", "nothing"))
    assert [each.operation for each in on.missed] == ["dynamodb.GetItem"]
    unused = on.unused()
    assert unused == {"t/a": [2], "t/b": [1, 2]}


@pytest.mark.parametrize("text", ["a" * 300_000, "a_A_1_" * 50_000, "a@a." * 75_000, "-0a0a0a" * 40_000])
def test_a_value_of_any_length_is_read_in_one_go(text):
    """A repetition without bound, tried anew at each letter, would take hours for these."""
    assert shape(f"{text} ada@example.com").endswith(" <email>")

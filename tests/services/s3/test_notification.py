from __future__ import annotations

import pytest

from ruststack.core.blobs import MemoryBlob
from ruststack.core.errors import ServiceError
from ruststack.services.s3.notification import destinations

QUEUE = "arn:aws:sqs:us-east-1:000000000000:queue"
FUNCTION = "arn:aws:lambda:us-east-1:000000000000:function:my-lambda"


def queue(*events, arn=QUEUE, **rules):
    each = {"QueueArn": arn, "Events": list(events or ["s3:ObjectCreated:*"]), "Id": "id"}
    if rules:
        each["Filter"] = {"Key": {"FilterRules": [{"Name": name, "Value": value} for name, value in rules.items()]}}
    return each


def configure(s3, bucket, configuration, skip=False):
    s3.PutBucketNotificationConfiguration(
        Bucket=bucket, NotificationConfiguration=configuration, SkipDestinationValidation=skip
    )


@pytest.mark.parametrize(
    ("configuration", "name"),
    [
        ({"LambdaFunctionConfigurations": [{"LambdaFunctionArn": "invalid-queue", "Events": []}]}, "CloudFunction"),
        ({"QueueConfigurations": [{"QueueArn": "arn:aws:sns:us-east-1:0:a", "Events": []}]}, "Queue"),
        ({"TopicConfigurations": [{"TopicArn": "", "Events": []}]}, "Topic"),
    ],
)
def test_an_arn_must_be_of_its_service(s3, bucket, refused, configuration, name):
    error = refused(configure, s3=s3, bucket=bucket, configuration=configuration)
    assert (error.message, error.members["ArgumentName"]) == ("The ARN could not be parsed", name)


@pytest.mark.parametrize(
    ("each", "name"),
    [
        (queue("s3:Nothing"), "Event"),
        (queue(INVALID="a"), "FilterRule.Name"),
        (queue(arn=QUEUE.replace("us-east-1", "us-west-2")), QUEUE.replace("us-east-1", "us-west-2")),
    ],
)
def test_what_is_wrong_with_a_configuration(s3, bucket, refused, each, name):
    error = refused(configure, s3=s3, bucket=bucket, configuration={"QueueConfigurations": [each]}, skip=True)
    assert (error.code, error.members["ArgumentName"]) == ("InvalidArgument", name)


@pytest.mark.parametrize(
    ("first", "second", "overlap"),
    [
        (queue("s3:ObjectCreated:*"), queue("s3:ObjectCreated:Put"), True),
        (queue("s3:ObjectCreated:Put"), queue("s3:ObjectRemoved:*"), False),
        (queue(prefix="a"), queue(prefix="ab"), True),
        (queue(prefix="a"), queue(prefix="b"), False),
        (queue(prefix="a", suffix="1"), queue(prefix="a", suffix="2"), False),
    ],
)
def test_two_configurations_must_not_overlap(s3, bucket, refused, first, second, overlap):
    configuration = {"QueueConfigurations": [first, second]}
    if overlap:
        assert "overlap" in refused(configure, s3=s3, bucket=bucket, configuration=configuration).message
    else:
        configure(s3, bucket, configuration)


def test_a_destination_that_is_not_there(s3, bucket, refused):
    def missing(*arguments, **more):
        raise ServiceError()

    s3.world.call = missing
    function = {"LambdaFunctionArn": FUNCTION, "Events": ["s3:ObjectCreated:*"]}
    error = refused(configure, s3=s3, bucket=bucket, configuration={"LambdaFunctionConfigurations": [function]})
    assert error.members == {
        "ArgumentName1": f"{FUNCTION}, null",
        "ArgumentValue1": f"Not authorized to invoke function [{FUNCTION}]",
    }
    error = refused(configure, s3=s3, bucket=bucket, configuration={"QueueConfigurations": [queue()]})
    assert error.members == {"ArgumentName1": QUEUE, "ArgumentValue1": "The destination queue does not exist"}


def test_a_new_destination_hears_a_test(s3, bucket):
    configure(s3, bucket, {"QueueConfigurations": [queue()]})
    (event,) = s3.events
    assert (event.kind, event.detail["targets"]) == ("TestEvent", [{"Arn": QUEUE, "Id": "id"}])
    assert event.detail["message"]["Event"] == "s3:TestEvent"


def test_nothing_is_tested_when_validation_is_skipped(s3, bucket):
    configure(s3, bucket, {"QueueConfigurations": [queue()]}, skip=True)
    assert s3.events == []


def test_a_configuration_comes_and_goes(s3, bucket):
    configure(s3, bucket, {"QueueConfigurations": [queue()]})
    assert s3.GetBucketNotificationConfiguration(Bucket=bucket) == {"QueueConfigurations": [queue()]}
    configure(s3, bucket, {})
    assert s3.GetBucketNotificationConfiguration(Bucket=bucket) == {}


def test_a_configuration_without_an_id_gets_one(s3, bucket):
    each = queue()
    del each["Id"]
    configure(s3, bucket, {"QueueConfigurations": [each]})
    assert s3.GetBucketNotificationConfiguration(Bucket=bucket)["QueueConfigurations"][0]["Id"]


def test_an_object_is_told_of_with_its_record(s3, bucket):
    configure(s3, bucket, {"QueueConfigurations": [queue(suffix=".png")]}, skip=True)
    s3.PutObject(Bucket=bucket, Key="a b.png", Body=MemoryBlob(b"data"))
    s3.PutObject(Bucket=bucket, Key="a.txt", Body=MemoryBlob(b"data"))
    s3.DeleteObject(Bucket=bucket, Key="a b.png")
    (event,) = s3.events
    record = event.detail["record"]
    assert (event.kind, record["eventName"]) == ("ObjectCreated:Put", "ObjectCreated:Put")
    assert record["s3"]["object"].items() >= {"key": "a+b.png", "size": 4}.items()
    assert record["eventTime"] == "2023-11-14T22:13:20.000Z"


def test_the_event_bridge_hears_everything(s3, bucket):
    configure(s3, bucket, {"EventBridgeConfiguration": {}})
    s3.PutObject(Bucket=bucket, Key="a", Body=MemoryBlob(b""))
    assert s3.events[0].detail["event_bridge"]


def test_a_star_covers_the_kinds_of_an_event():
    configuration = {"QueueConfigurations": [queue("s3:ObjectRemoved:*")]}
    assert destinations(configuration, "ObjectRemoved:DeleteMarkerCreated", "a") == [{"Arn": QUEUE, "Id": "id"}]
    assert destinations(configuration, "ObjectCreated:Put", "a") == []

"""Global tables: what is written in one region is in the others, until a replica goes."""

from __future__ import annotations

from typing import Any

import botocore.exceptions
import pytest

from ruststack import RustStack


def make(db: Any) -> None:
    db.create_table(
        TableName="tbl",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )


@pytest.fixture
def home(stack: RustStack) -> Any:
    stack.reset()
    db = stack.client("dynamodb")
    make(db)
    db.put_item(TableName="tbl", Item={"pk": {"S": "before"}})
    return db


def elsewhere(stack: RustStack, region: str) -> Any:
    return stack.client("dynamodb", region_name=region)


def change(db: Any, kind: str, region: str) -> Any:
    return db.update_table(TableName="tbl", ReplicaUpdates=[{kind: {"RegionName": region}}])["TableDescription"]


def keys(db: Any) -> set[str]:
    return {item["pk"]["S"] for item in db.scan(TableName="tbl")["Items"]}


def regions(db: Any) -> list[str]:
    return [each["RegionName"] for each in db.describe_table(TableName="tbl")["Table"].get("Replicas", ())]


def test_writes_reach_every_replica_from_wherever_they_come(stack: RustStack, home: Any) -> None:
    europe, asia = elsewhere(stack, "eu-west-1"), elsewhere(stack, "ap-south-1")
    described = change(home, "Create", "eu-west-1")
    assert described["GlobalTableVersion"] == "2019.11.21" and keys(europe) == {"before"}
    change(europe, "Create", "ap-south-1")
    assert regions(home) == ["eu-west-1", "ap-south-1"] and regions(asia) == ["us-east-1", "eu-west-1"]
    home.put_item(TableName="tbl", Item={"pk": {"S": "home"}})
    asia.put_item(TableName="tbl", Item={"pk": {"S": "asia"}})
    europe.delete_item(TableName="tbl", Key={"pk": {"S": "before"}})
    assert keys(home) == keys(europe) == keys(asia) == {"home", "asia"}
    arn = europe.describe_table(TableName="tbl")["Table"]["TableArn"]
    assert arn == "arn:aws:dynamodb:eu-west-1:000000000000:table/tbl"


def test_a_replica_that_is_gone_is_told_nothing(stack: RustStack, home: Any) -> None:
    change(home, "Create", "eu-west-1")
    change(home, "Delete", "eu-west-1")
    home.put_item(TableName="tbl", Item={"pk": {"S": "later"}})
    assert regions(home) == []
    with pytest.raises(botocore.exceptions.ClientError, match="Requested resource not found"):
        keys(elsewhere(stack, "eu-west-1"))
    change(home, "Create", "ap-south-1")
    elsewhere(stack, "ap-south-1").delete_table(TableName="tbl")
    home.put_item(TableName="tbl", Item={"pk": {"S": "again"}})
    assert regions(home) == [] and "again" in keys(home)


LOCAL = "Cannot add or delete the local region through ReplicaUpdates. Use CreateTable, DeleteTable, or UpdateTable as"
THERE = "Failed to create a the new replica of table with name: ‘tbl’ because one or more replicas already existed as"
NO_PART = (
    "Update global table operation failed because one or more replicas were not part of the global table. Please retry "
    "the request without these replicas: [ap-south-1]."
)
NO_ACTION = "There are no actions specified in the Replica Update Action of the request."
MANY = "Update table operation with more than one"
SOURCE = "Replica cannot be deleted because it has acted as a source region for new replica(s) being added to the table"
EUROPE = {"RegionName": "eu-west-1"}
STRONG = {"MultiRegionConsistency": "STRONG"}


def refused(call: Any, code: str = "ValidationException", **params: Any) -> str:
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        call(TableName="tbl", **params)
    error = caught.value.response["Error"]
    assert error["Code"] == code
    return str(error["Message"])


@pytest.mark.parametrize(
    ("updates", "words"),
    [
        ([{"Create": EUROPE}], THERE),
        ([{"Create": {"RegionName": "us-east-1"}}], LOCAL),
        ([{"Delete": {"RegionName": "us-east-1"}}], LOCAL),
        ([{"Delete": {"RegionName": "ap-south-1"}}], NO_PART),
        ([{"Update": {"RegionName": "ap-south-1", "TableClassOverride": "STANDARD"}}], NO_PART),
        ([{"Update": EUROPE}], NO_ACTION),
        ([{}], NO_ACTION),
        ([{"Create": EUROPE, "Delete": EUROPE}], f"{MANY} type of replica actions not allowed."),
        (
            [{"Create": {"RegionName": "ap-south-1"}}, {"Create": {"RegionName": "us-west-2"}}],
            f"{MANY} create or delete replica actions not allowed",
        ),
        ([{"Create": {"RegionName": "us-fake-1"}}], "Region us-fake-1 is not supported. The latest version of global"),
        (
            [{"Update": {**EUROPE, "KMSMasterKeyId": "alias/aws/dynamodb"}}],
            "One or more parameter values were invalid: KMSMasterKeyId must be specified for each replica.",
        ),
        (
            [{"Update": {**EUROPE, "ProvisionedThroughputOverride": {"ReadCapacityUnits": 5}}}],
            "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST",
        ),
    ],
)
def test_what_cannot_be_is_refused(home: Any, updates: list[dict[str, Any]], words: str) -> None:
    """Source: ack-api-quirks, DDB-TABLE-203, -223, -265, -295."""
    change(home, "Create", "eu-west-1")
    assert refused(home.update_table, ReplicaUpdates=updates).startswith(words)


def test_replicas_are_changed_by_themselves(home: Any) -> None:
    """Source: ack-api-quirks, DDB-TABLE-224, -265."""
    twice = [{"Create": EUROPE}, {"Create": EUROPE}]
    assert refused(home.update_table, ReplicaUpdates=twice, DeletionProtectionEnabled=True) == (
        "One or more parameter values were invalid: Replica modification must be the only operation in the request"
    )
    home.update_table(TableName="tbl", ReplicaUpdates=twice)
    assert regions(home) == ["eu-west-1"]


def test_a_replica_is_described_by_what_is_otherwise_there(stack: RustStack, home: Any) -> None:
    """Source: ack-api-quirks, DDB-TABLE-201, -221, -226, -229, -231."""
    answered = change(home, "Create", "eu-west-1")
    assert (answered["TableStatus"], answered["Replicas"]) == ("UPDATING", [])
    assert answered["StreamSpecification"] == {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}
    table = home.describe_table(TableName="tbl")["Table"]
    warm = {"ReadUnitsPerSecond": 12000, "WriteUnitsPerSecond": 4000, "Status": "ACTIVE"}
    mode = {"GlobalTableSettingsReplicationMode": "ENABLED_WITH_OVERRIDES"}
    assert table["Replicas"] == [{**EUROPE, "ReplicaStatus": "ACTIVE", "WarmThroughput": warm, **mode}]
    assert mode.items() <= table.items()
    there = elsewhere(stack, "eu-west-1").describe_table(TableName="tbl")["Table"]
    assert there["LatestStreamArn"].startswith("arn:aws:dynamodb:eu-west-1:") and "TableId" in there
    assert there["TableId"] != table["TableId"]
    assert change(home, "Delete", "eu-west-1")["Replicas"][0]["ReplicaStatus"] == "ACTIVE"
    after = home.describe_table(TableName="tbl")["Table"]
    assert not {"Replicas", "GlobalTableVersion", *mode} & after.keys() and "StreamSpecification" in after


def test_a_stream_stays_on_while_there_are_replicas(home: Any) -> None:
    """Source: ack-api-quirks, DDB-TABLE-222."""
    change(home, "Create", "eu-west-1")
    off = {"StreamSpecification": {"StreamEnabled": False}}
    assert refused(home.update_table, **off) == (
        "One or more parameter values were invalid: Disabling Stream is not allowed for a Global Table replica."
    )
    change(home, "Delete", "eu-west-1")
    home.update_table(TableName="tbl", **off)


def test_what_replicas_were_made_from_stays_for_a_day(stack: RustStack, home: Any) -> None:
    """Source: ack-api-quirks, DDB-TABLE-266, -267."""
    europe = elsewhere(stack, "eu-west-1")
    change(home, "Create", "eu-west-1")
    assert refused(home.delete_table).startswith(SOURCE)
    change(europe, "Create", "ap-south-1")
    assert refused(home.update_table, ReplicaUpdates=[{"Delete": EUROPE}]).startswith(SOURCE)
    change(home, "Delete", "ap-south-1")
    stack.clock.advance(24 * 3600)
    assert home.delete_table(TableName="tbl")["TableDescription"]["TableStatus"] == "DELETING"
    assert regions(europe) == []


def test_a_replica_has_protection_of_its_own(stack: RustStack, home: Any) -> None:
    """Source: ack-api-quirks, DDB-TABLE-230, -297."""
    europe = elsewhere(stack, "eu-west-1")
    change(home, "Create", "eu-west-1")
    europe.update_table(TableName="tbl", DeletionProtectionEnabled=True)
    assert not home.describe_table(TableName="tbl")["Table"]["DeletionProtectionEnabled"]
    words = (
        "Cannot delete table tbl in region eu-west-1 because it has deletion protection enabled. Disable deletion "
        "protection first."
    )
    assert refused(home.update_table, ReplicaUpdates=[{"Delete": EUROPE}]) == words == refused(europe.delete_table)


def test_indexes_and_time_to_live_are_of_all_replicas(stack: RustStack, home: Any) -> None:
    """Source: ack-api-quirks, DDB-TABLE-230, -296; developer guide, time-to-live-ttl-streams."""
    europe = elsewhere(stack, "eu-west-1")
    change(home, "Create", "eu-west-1")
    index = {"IndexName": "idx", "KeySchema": [{"AttributeName": "a", "KeyType": "HASH"}]}
    europe.update_table(
        TableName="tbl",
        AttributeDefinitions=[{"AttributeName": "a", "AttributeType": "S"}],
        GlobalSecondaryIndexUpdates=[{"Create": {**index, "Projection": {"ProjectionType": "ALL"}}}],
    )
    home.put_item(TableName="tbl", Item={"pk": {"S": "x"}, "a": {"S": "y"}, "end": {"N": "1"}})
    assert [each["pk"]["S"] for each in home.scan(TableName="tbl", IndexName="idx")["Items"]] == ["x"]
    (told,) = home.describe_table(TableName="tbl")["Table"]["Replicas"][0]["GlobalSecondaryIndexes"]
    assert told["IndexName"] == "idx" and "IndexStatus" not in told
    europe.update_time_to_live(TableName="tbl", TimeToLiveSpecification={"Enabled": True, "AttributeName": "end"})
    described = home.describe_time_to_live(TableName="tbl")["TimeToLiveDescription"]
    assert described == {"TimeToLiveStatus": "ENABLED", "AttributeName": "end"}


def test_reads_are_provisioned_by_region(stack: RustStack, home: Any) -> None:
    """Source: ack-api-quirks, DDB-TABLE-250, -251."""
    europe, units = elsewhere(stack, "eu-west-1"), {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5}
    change(home, "Create", "eu-west-1")
    home.update_table(TableName="tbl", BillingMode="PROVISIONED", ProvisionedThroughput=units)

    def override(reads: int) -> Any:
        wanted = {**EUROPE, "ProvisionedThroughputOverride": {"ReadCapacityUnits": reads}}
        home.update_table(TableName="tbl", ReplicaUpdates=[{"Update": wanted}])
        return home.describe_table(TableName="tbl")["Table"]["Replicas"][0].get("ProvisionedThroughputOverride")

    def there() -> tuple[int, int]:
        found = europe.describe_table(TableName="tbl")["Table"]["ProvisionedThroughput"]
        return found["ReadCapacityUnits"], found["WriteCapacityUnits"]

    assert there() == (5, 5)
    assert override(10) == {"ReadCapacityUnits": 10} and there() == (10, 5)
    home.update_table(TableName="tbl", ProvisionedThroughput={"ReadCapacityUnits": 6, "WriteCapacityUnits": 7})
    assert there() == (10, 7)
    assert override(6) is None and there() == (6, 7)


def test_what_goes_by_time_says_so_in_one_region_alone(stack: RustStack, home: Any) -> None:
    """Source: developer guide, time-to-live-ttl-streams."""
    change(home, "Create", "eu-west-1")
    home.update_time_to_live(TableName="tbl", TimeToLiveSpecification={"Enabled": True, "AttributeName": "end"})
    moment = int(stack.clock.now()) + 60
    home.put_item(TableName="tbl", Item={"pk": {"S": "x"}, "end": {"N": str(moment)}})
    stack.clock.advance(3600)
    told = [
        record.get("userIdentity")
        for region in ("us-east-1", "eu-west-1")
        for record in records(stack, region)
        if record["eventName"] == "REMOVE"
    ]
    assert len(told) == 2 and told.count(None) == 1


def records(stack: RustStack, region: str) -> list[dict[str, Any]]:
    streams = stack.client("dynamodbstreams", region_name=region)
    arn = elsewhere(stack, region).describe_table(TableName="tbl")["Table"]["LatestStreamArn"]
    (shard,) = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]
    iterator = streams.get_shard_iterator(StreamArn=arn, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON")[
        "ShardIterator"
    ]
    found: list[dict[str, Any]] = streams.get_records(ShardIterator=iterator)["Records"]
    return found


# Strong consistency: ack-api-quirks, DDB-TABLE-202, -257 to -261.


@pytest.fixture
def empty(home: Any) -> Any:
    home.delete_item(TableName="tbl", Key={"pk": {"S": "before"}})
    return home


def witness(kind: str, region: str) -> dict[str, Any]:
    return {"GlobalTableWitnessUpdates": [{kind: {"RegionName": region}}]}


def replicas_of(kind: str, *named: str) -> dict[str, Any]:
    return {"ReplicaUpdates": [{kind: {"RegionName": region}} for region in named]}


def test_a_strong_global_table_is_made_and_removed_at_once(stack: RustStack, empty: Any) -> None:
    made = {**replicas_of("Create", "us-east-2"), **witness("Create", "us-west-2"), **STRONG}
    assert empty.update_table(TableName="tbl", **made)["TableDescription"]["MultiRegionConsistency"] == "STRONG"
    for region in ("us-east-1", "us-east-2"):
        table = elsewhere(stack, region).describe_table(TableName="tbl")["Table"]
        assert table["MultiRegionConsistency"] == "STRONG"
        assert table["GlobalTableWitnesses"] == [{"RegionName": "us-west-2", "WitnessStatus": "ACTIVE"}]
    assert elsewhere(stack, "us-west-2").list_tables()["TableNames"] == []
    add, gone = replicas_of("Create", "eu-west-1"), replicas_of("Delete", "us-east-2")
    words = "Cannot add replicas to a global table with strong MultiRegionConsistency"
    assert refused(empty.update_table, **add) == words
    assert refused(empty.update_table, **gone) == "Update table delete operation does not include all witnesses."
    assert refused(empty.update_table, **gone, **witness("Delete", "eu-west-1")).endswith("witnesses: [eu-west-1].")
    words = "Deletion of only one table replica is not supported for global tables with MultiRegionConsistency set to"
    assert refused(empty.delete_table).startswith(words)
    empty.update_table(TableName="tbl", **gone, **witness("Delete", "us-west-2"))
    table = empty.describe_table(TableName="tbl")["Table"]
    assert not {"Replicas", "MultiRegionConsistency", "GlobalTableWitnesses", "GlobalTableVersion"} & table.keys()
    empty.delete_table(TableName="tbl")


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({**replicas_of("Create", "us-east-2"), **STRONG}, "Unsupported replica count for global tables with"),
        (
            {**replicas_of("Create", "us-east-2"), **witness("Create", "us-west-2")},
            "MultiRegionConsistency must be set",
        ),
        (
            {**replicas_of("Create", "us-east-2"), **witness("Create", "us-east-2"), **STRONG},
            "Cannot target multiple regions with the same action",
        ),
        (
            {**replicas_of("Create", "us-west-1"), **witness("Create", "us-east-2"), **STRONG},
            "Unsupported Region(s) specified for global tables with MultiRegionConsistency set to STRONG: [us-west-1].",
        ),
        (STRONG, "At least one of ProvisionedThroughput"),
        (witness("Create", "us-east-2"), "At least one of ProvisionedThroughput"),
        (
            {**replicas_of("Create", "us-east-2", "us-west-2"), **STRONG, "DeletionProtectionEnabled": True},
            "Requests that modify replicas or witnesses must not also modify other fields",
        ),
    ],
)
def test_a_strong_global_table_is_of_three_regions(empty: Any, asked: dict[str, Any], words: str) -> None:
    assert refused(empty.update_table, **asked).startswith(words)


# With RUSTSTACK_DYNAMODB_TABLE_DELAY: ack-api-quirks, DDB-TABLE-227, -228, -298, -306, -308, -444.

BUSY = "The resource which you are attempting to change is in use."


def statuses(db: Any) -> tuple[str, list[str]]:
    table = db.describe_table(TableName="tbl")["Table"]
    return table["TableStatus"], [each["ReplicaStatus"] for each in table.get("Replicas", ())]


def test_replicas_come_and_go_in_their_time() -> None:
    with RustStack(dynamodb_table_delay=10.0) as stack:
        stack.clock.freeze()
        home, europe = stack.client("dynamodb"), elsewhere(stack, "eu-west-1")
        make(home)
        stack.clock.advance(10)
        change(home, "Create", "eu-west-1")
        assert statuses(home) == ("UPDATING", ["CREATING"]) and statuses(europe) == ("CREATING", ["ACTIVE"])
        busy = "ResourceInUseException"
        assert refused(home.update_table, busy, DeletionProtectionEnabled=True) == BUSY
        assert refused(home.update_table, busy, **replicas_of("Create", "us-west-2")) == BUSY
        assert refused(home.delete_table, busy) == BUSY
        assert refused(home.update_table, busy, **replicas_of("Create", "eu-west-1")) == (
            "Global table with name: 'tbl' already exists with replicas in regions: 'eu-west-1, us-east-1'."
        )
        missing = "Requested resource not found: Table: tbl not found"
        assert refused(europe.update_table, "ResourceNotFoundException", DeletionProtectionEnabled=True) == missing
        assert refused(europe.delete_table, busy).endswith("is still in use: Table: tbl is being used.")
        home.put_item(TableName="tbl", Item={"pk": {"S": "meanwhile"}})
        stack.clock.advance(10)
        assert statuses(home) == ("ACTIVE", ["ACTIVE"]) == statuses(europe) and keys(europe) == {"meanwhile"}
        change(home, "Delete", "eu-west-1")
        assert statuses(home) == ("UPDATING", ["DELETING"]) and statuses(europe) == ("DELETING", [])
        assert refused(home.update_table, busy, DeletionProtectionEnabled=True) == BUSY
        stack.clock.advance(10)
        assert statuses(home) == ("ACTIVE", [])
        change(home, "Create", "eu-west-1")

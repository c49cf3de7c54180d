"""Vector indexes and SearchVectors: developer guide, VectorSearch*; aws/agent-toolkit-for-aws, vector-search.md."""

from __future__ import annotations

from typing import Any

import botocore.exceptions
import pytest

from ruststack import RustStack

INVALID = "One or more parameter values were invalid: "


@pytest.fixture
def db(stack: RustStack) -> Any:
    stack.reset()
    return stack.client("dynamodb")


def index(name: str = "vec", dimensions: int = 4, **more: Any) -> dict[str, Any]:
    return {
        "IndexName": name,
        "VectorAttribute": {"AttributeName": "v"},
        "Projection": {"ProjectionType": "ALL"},
        "Dimensions": dimensions,
        "DistanceFunction": "COSINE",
        **more,
    }


PARTED = index(
    SearchSchema=[
        {"AttributeName": "tenant", "SearchSchemaElementType": "HASH"},
        {"AttributeName": "kind", "SearchSchemaElementType": "INLINE_FILTER"},
    ],
    Projection={"ProjectionType": "INCLUDE", "NonKeyAttributes": ["title"]},
)


def made(db: Any, *indexes: dict[str, Any], **more: Any) -> dict[str, Any]:
    names = {"pk"} | {each["AttributeName"] for given in indexes for each in given.get("SearchSchema", ())}
    request = {
        "TableName": "tbl",
        "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
        "AttributeDefinitions": [{"AttributeName": name, "AttributeType": "S"} for name in sorted(names)],
        "BillingMode": "PAY_PER_REQUEST",
        **({"VectorIndexes": list(indexes)} if indexes else {}),
        **more,
    }
    description: dict[str, Any] = db.create_table(**request)["TableDescription"]
    return description


def vector(*numbers: float) -> list[dict[str, str]]:
    return [{"N": str(each)} for each in numbers]


def put(db: Any, pk: str, *numbers: float, **more: str) -> None:
    item = {"pk": {"S": pk}, "v": {"L": vector(*numbers)}, **{name: {"S": value} for name, value in more.items()}}
    db.put_item(TableName="tbl", Item=item)


def search(db: Any, *numbers: float, k: int = 10, **more: Any) -> list[tuple[str, float]]:
    request = {"TableName": "tbl", "IndexName": "vec", "SearchVector": vector(*numbers), "TopK": k, **more}
    results = db.search_vectors(**request)["SearchResults"]
    return [(each["Item"]["pk"]["S"], round(each["Score"], 6)) for each in results]


def refused(call: Any, *arguments: Any, **request: Any) -> str:
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        call(*arguments, **request)
    error = caught.value.response["Error"]
    return error["Message"] if error["Code"] == "ValidationException" else f"{error['Code']}: {error['Message']}"


def test_an_index_is_described(db: Any) -> None:
    told = made(db, PARTED)["VectorIndexes"][0]
    assert told["IndexStatus"] == "CREATING"
    put(db, "a", 1, 0, 0, 0, tenant="x", title="t")
    (told,) = db.describe_table(TableName="tbl")["Table"]["VectorIndexes"]
    assert told == {
        **PARTED,
        "IndexStatus": "ACTIVE",
        "ItemCount": 1,
        "IndexSizeBytes": 32,
        "IndexArn": "arn:aws:dynamodb:us-east-1:000000000000:table/tbl/index/vec",
    }


@pytest.mark.parametrize(
    ("distance", "found"),
    [
        ("COSINE", [("same", 0.0), ("long", 0.0), ("near", 0.292893), ("across", 1.0), ("against", 2.0)]),
        ("EUCLIDEAN", [("same", 0.0), ("near", 1.0), ("across", 1.414214), ("against", 2.0), ("long", 9.0)]),
        ("DOT_PRODUCT", [("long", 10.0), ("same", 1.0), ("near", 1.0), ("across", 0.0), ("against", -1.0)]),
    ],
)
def test_the_most_similar_come_first(db: Any, distance: str, found: list[tuple[str, float]]) -> None:
    made(db, index(DistanceFunction=distance))
    put(db, "across", 0, 1, 0, 0)
    put(db, "same", 1, 0, 0, 0)
    put(db, "long", 10, 0, 0, 0)
    put(db, "against", -1, 0, 0, 0)
    put(db, "near", 1, 1, 0, 0)
    assert search(db, 1, 0, 0, 0) == found
    assert search(db, 1, 0, 0, 0, k=2) == found[:2]


def test_a_search_keeps_to_its_partition_and_filters(db: Any) -> None:
    made(db, PARTED)
    for pk, tenant, kind in (("a", "x", "k"), ("b", "x", "l"), ("c", "y", "k")):
        put(db, pk, 1, 0, 0, 0, tenant=tenant, kind=kind)
    put(db, "no kind", 1, 0, 0, 0, tenant="x")
    put(db, "no tenant", 1, 0, 0, 0, kind="k")
    values = {":t": {"S": "x"}}
    within = {"SearchConditionExpression": "tenant = :t", "ExpressionAttributeValues": values}
    assert [name for name, _ in search(db, 1, 0, 0, 0, **within)] == ["a", "b", "no kind"]
    both = {
        "SearchConditionExpression": "#t = :t AND kind = :k",
        "ExpressionAttributeNames": {"#t": "tenant"},
        "ExpressionAttributeValues": {**values, ":k": {"S": "k"}},
    }
    assert [name for name, _ in search(db, 1, 0, 0, 0, **both)] == ["a"]
    lacking = "SearchConditionExpression must be provided when SearchSchema has a HASH key"
    assert refused(search, db, 1, 0, 0, 0) == lacking
    other = {**within, "SearchConditionExpression": "tenant > :t"}
    wrong = "Invalid SearchConditionExpression: Invalid comparator used in SearchConditionExpression"
    assert refused(search, db, 1, 0, 0, 0, **other) == wrong


def test_an_item_shows_what_the_index_holds(db: Any) -> None:
    made(db, {**PARTED, "SearchSchema": PARTED["SearchSchema"][1:]})
    put(db, "a", 1, 0, 0, 0.5, kind="k", title="t", apart="h")
    request = {"TableName": "tbl", "IndexName": "vec", "SearchVector": vector(1, 0, 0, 0.5), "TopK": 1}
    told = db.search_vectors(**request, ReturnConsumedCapacity="TOTAL")
    assert told["SearchResults"] == [{"Item": {"pk": {"S": "a"}, "kind": {"S": "k"}, "title": {"S": "t"}}, "Score": 0}]
    assert told["ConsumedCapacity"] == {"VectorSearchRequestBytes": 1024}
    told = db.search_vectors(**request, ProjectionExpression="title, apart, v")
    assert told["SearchResults"][0]["Item"] == {"title": {"S": "t"}, "v": {"L": vector(1, 0, 0, 0.5)}}
    assert "ConsumedCapacity" not in told


def test_items_come_into_the_index_and_leave_it(db: Any) -> None:
    made(db, PARTED)
    within = {"SearchConditionExpression": "tenant = :t", "ExpressionAttributeValues": {":t": {"S": "x"}}}
    for pk in "abcd":
        put(db, pk, 1, 0, 0, 0, tenant="x")
    key = {"TableName": "tbl", "Key": {"pk": {"S": "a"}}}
    db.update_item(**key, UpdateExpression="REMOVE tenant")
    db.update_item(TableName="tbl", Key={"pk": {"S": "b"}}, UpdateExpression="REMOVE v")
    db.delete_item(TableName="tbl", Key={"pk": {"S": "c"}})
    assert [name for name, _ in search(db, 1, 0, 0, 0, **within)] == ["d"]
    put(db, "a", 0, 1, 0, 0, tenant="x")
    put(db, "d", 0, 0, 1, 0, tenant="y")
    assert search(db, 0, 1, 0, 0, **within) == [("a", 0.0)]
    (told,) = db.describe_table(TableName="tbl")["Table"]["VectorIndexes"]
    assert (told["ItemCount"], told["IndexSizeBytes"]) == (2, 2 * (3 + 7 + 16))


def test_what_no_index_can_hold_is_refused(db: Any) -> None:
    made(db, PARTED)
    short = f"{INVALID}Invalid size for parameter v, Expected: 4, Actual: 3. IndexName: vec"
    assert refused(put, db, "a", 1, 0, 0) == short
    request = {
        "TableName": "tbl",
        "Key": {"pk": {"S": "a"}},
        "UpdateExpression": "SET v = :v",
        "ExpressionAttributeValues": {":v": {"L": vector(1, 0, 0)}},
    }
    assert refused(db.update_item, **request) == short
    item = {"pk": {"S": "a"}, "v": {"NS": ["1", "1"]}}
    assert refused(db.put_item, TableName="tbl", Item=item) == "Input collection contains duplicates"
    typed = f"{INVALID}Invalid type for parameter v[1], Expected: N, Actual: S. IndexName: vec"
    item = {"pk": {"S": "a"}, "v": {"L": [{"N": "1"}, {"S": "b"}, {"N": "1"}, {"N": "1"}]}}
    assert refused(db.put_item, TableName="tbl", Item=item) == typed
    assert "Type mismatch for Index Key tenant" in refused(
        db.put_item, TableName="tbl", Item={"pk": {"S": "a"}, "tenant": {"N": "1"}}
    )
    assert "IndexName: vec, IndexKey: tenant" in refused(
        db.put_item, TableName="tbl", Item={"pk": {"S": "a"}, "tenant": {"S": ""}}
    )


def test_what_no_search_can_ask_is_refused(db: Any) -> None:
    made(db, index())
    wrong = "Provided TopK value '101' is out of valid range. The value must be between 1 and 100 inclusive"
    assert refused(search, db, 1, 0, 0, 0, k=101) == wrong
    wrong = "Input search vector dimension 3 does not match vector index dimension 4"
    assert refused(search, db, 1, 0, 0) == wrong
    wrong = "The table does not have the specified index: other"
    assert refused(search, db, 1, 0, 0, 0, IndexName="other") == wrong
    assert refused(search, db, 1, 0, 0, 0, TableName="none").startswith("ResourceNotFoundException")
    reads = {"TableName": "tbl", "IndexName": "vec"}
    assert refused(db.scan, **reads) == "Scan operation not supported on this index type."
    of_key = {"KeyConditionExpression": "pk = :a", "ExpressionAttributeValues": {":a": {"S": "a"}}}
    assert refused(db.query, **reads, **of_key) == "Query operation not supported on this index type."


def test_a_table_cannot_have_every_index(db: Any) -> None:
    undefined = f"{INVALID}One element in SearchSchema is not defined in attribute definitions"
    definitions = [{"AttributeName": "pk", "AttributeType": "S"}]
    assert refused(made, db, PARTED, AttributeDefinitions=definitions) == undefined
    many = [index(f"vec{n}") for n in range(6)]
    assert refused(made, db, *many) == f"{INVALID}VectorIndex count exceeds the per-table limit of 5"
    assert refused(made, db, index(), index()) == f"{INVALID}Duplicate index name: vec"
    units = {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1}
    provisioned: dict[str, Any] = {"BillingMode": "PROVISIONED", "ProvisionedThroughput": units}
    assert "PAY_PER_REQUEST" in refused(made, db, index(), **provisioned)
    assert "same Dimensions" in refused(made, db, index(), index("other", 5))
    assert "Dimensions exceeds" in refused(made, db, index(dimensions=4097))
    made(db, index())
    change: dict[str, Any] = {"TableName": "tbl", **provisioned}
    assert "PAY_PER_REQUEST" in refused(db.update_table, **change)


def test_an_index_comes_and_goes_later(db: Any) -> None:
    made(db)
    put(db, "a", 1, 0, 0, 0, tenant="x")
    put(db, "short", 1, 0, tenant="x")
    names = ("pk", "tenant", "kind")
    definitions = [{"AttributeName": name, "AttributeType": "S"} for name in names]
    create = {"TableName": "tbl", "AttributeDefinitions": definitions, "VectorIndexUpdates": [{"Create": PARTED}]}
    told = db.update_table(**create)["TableDescription"]
    assert told["TableStatus"] == "UPDATING"
    assert (told["VectorIndexes"][0]["IndexStatus"], told["VectorIndexes"][0]["Backfilling"]) == ("CREATING", False)
    assert {each["AttributeName"] for each in told["AttributeDefinitions"]} == {"pk", "tenant", "kind"}
    within = {"SearchConditionExpression": "tenant = :t", "ExpressionAttributeValues": {":t": {"S": "x"}}}
    assert search(db, 1, 0, 0, 0, **within) == [("a", 0.0)]
    assert refused(db.update_table, **create) == "Attempting to create an index which already exists"
    delete = {"TableName": "tbl", "VectorIndexUpdates": [{"Delete": {"IndexName": "vec"}}]}
    two = [{"Create": index("one")}, {"Create": index("two")}]
    limit = "Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table"
    wrong = f"LimitExceededException: {limit}"
    assert refused(db.update_table, TableName="tbl", VectorIndexUpdates=two) == wrong
    told = db.update_table(**delete)["TableDescription"]
    assert [each["IndexStatus"] for each in told["VectorIndexes"]] == ["DELETING"]
    described = db.describe_table(TableName="tbl")["Table"]
    assert "VectorIndexes" not in described
    assert [each["AttributeName"] for each in described["AttributeDefinitions"]] == ["pk"]
    missing = "ResourceNotFoundException: Requested resource not found: Index vec for table tbl"
    assert refused(db.update_table, **delete) == missing


def test_replicas_and_restored_tables_have_the_index_too(db: Any, stack: RustStack) -> None:
    made(db, index())
    put(db, "a", 1, 0, 0, 0)
    db.update_table(TableName="tbl", ReplicaUpdates=[{"Create": {"RegionName": "us-west-2"}}])
    put(db, "b", 0, 1, 0, 0)
    there = stack.client("dynamodb", region_name="us-west-2")
    assert search(there, 0, 1, 0, 0) == [("b", 0.0), ("a", 1.0)]
    db.update_table(TableName="tbl", VectorIndexUpdates=[{"Create": index("more")}])
    assert [each["IndexName"] for each in there.describe_table(TableName="tbl")["Table"]["VectorIndexes"]] == [
        "vec",
        "more",
    ]
    arn = db.create_backup(TableName="tbl", BackupName="bak")["BackupDetails"]["BackupArn"]
    features = db.describe_backup(BackupArn=arn)["BackupDescription"]["SourceTableFeatureDetails"]
    assert features["VectorIndexes"] == [index(), index("more")]
    put(db, "c", 0, 0, 1, 0)
    db.restore_table_from_backup(BackupArn=arn, TargetTableName="new", VectorIndexOverride=[index()])
    assert [name for name, _ in search(db, 1, 0, 0, 0, TableName="new")] == ["a", "b"]
    (told,) = db.describe_table(TableName="new")["Table"]["VectorIndexes"]
    assert told["IndexArn"].endswith("table/new/index/vec")

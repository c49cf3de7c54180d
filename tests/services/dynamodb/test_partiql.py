"""PartiQL: statements against a small table. Source of refusals: answers of DynamoDB Local 3.1.0."""

from __future__ import annotations

from typing import Any

import botocore.exceptions
import pytest

from ruststack import RustStack

ITEMS = (
    {"pk": {"S": "a"}, "sk": {"N": "1"}, "n": {"N": "1"}, "m": {"M": {"x": {"N": "1"}, "l": {"L": [{"N": "7"}]}}}},
    {"pk": {"S": "a"}, "sk": {"N": "2"}, "n": {"N": "2"}, "z": {"NULL": True}, "s": {"SS": ["x", "y"]}},
    {"pk": {"S": "a"}, "sk": {"N": "3"}, "q": {"S": "it's"}},
    {"pk": {"S": "b"}, "sk": {"N": "1"}, "n": {"N": "2"}, "z": {"S": "z"}},
)


@pytest.fixture
def db(stack: RustStack) -> Any:
    stack.reset()
    db = stack.client("dynamodb")
    db.create_table(
        TableName="tbl",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        AttributeDefinitions=[
            {"AttributeName": "pk", "AttributeType": "S"},
            {"AttributeName": "sk", "AttributeType": "N"},
            {"AttributeName": "n", "AttributeType": "N"},
        ],
        GlobalSecondaryIndexes=[
            {
                "IndexName": "by-n",
                "KeySchema": [{"AttributeName": "n", "KeyType": "HASH"}],
                "Projection": {"ProjectionType": "KEYS_ONLY"},
            }
        ],
        BillingMode="PAY_PER_REQUEST",
    )
    for item in ITEMS:
        db.put_item(TableName="tbl", Item=item)
    return db


def keys(db: Any, where: str, *parameters: dict[str, Any]) -> list[str]:
    """The keys of what a SELECT finds, as ``a1``."""
    more = {"Parameters": list(parameters)} if parameters else {}
    items = db.execute_statement(Statement=f'SELECT pk, sk FROM "tbl" {where}', **more)["Items"]
    return [item["pk"]["S"] + item["sk"]["N"] for item in items]


@pytest.mark.parametrize(
    ("where", "found"),
    [
        ("WHERE pk = 'a'", ["a1", "a2", "a3"]),
        ("WHERE pk = 'a' ORDER BY sk DESC", ["a3", "a2", "a1"]),
        ("WHERE pk = 'a' AND sk BETWEEN 2 AND 3", ["a2", "a3"]),
        ("WHERE pk = 'a' AND NOT sk BETWEEN 2 AND 3", ["a1"]),
        ("WHERE 'a' = pk AND 2 < sk", ["a3"]),
        ("WHERE pk IN ['a', 'b'] AND sk = 1", ["a1", "b1"]),
        ("WHERE pk IN ('b')", ["b1"]),
        ("WHERE pk = 'a' AND q IS MISSING", ["a1", "a2"]),
        ("WHERE q IS NOT MISSING", ["a3"]),
        ("WHERE z IS NULL", ["a2"]),
        ("WHERE pk = 'a' AND z IS NOT NULL", ["a1", "a3"]),
        ("WHERE contains(s, 'x')", ["a2"]),
        ("WHERE s = <<'y', 'x'>>", ["a2"]),
        ("WHERE size(s) = 2", ["a2"]),
        ("WHERE attribute_type(s, 'SS')", ["a2"]),
        ("WHERE pk = 'a' AND (n = 1 OR q = 'it''s')", ["a1", "a3"]),
        ("WHERE m.x = 1", ["a1"]),
        ("WHERE m['l'][0] = 7", ["a1"]),
        ("WHERE begins_with(pk, 'b');", ["b1"]),
        ("-- all of them\nWHERE pk = 'nobody'", []),
    ],
)
def test_a_select_finds(db: Any, where: str, found: list[str]) -> None:
    assert sorted(keys(db, where)) == sorted(found)
    if "ORDER" in where:
        assert keys(db, where) == found


def test_parameters_stand_for_values(db: Any) -> None:
    assert keys(db, "WHERE pk = ? AND sk > ?", {"S": "a"}, {"N": "1"}) == ["a2", "a3"]


def test_columns_have_the_last_name_of_their_path(db: Any) -> None:
    (item,) = db.execute_statement(Statement="SELECT sk, m.x, m.l[0], nope FROM tbl WHERE pk = 'a' AND sk = 1")["Items"]
    assert item == {"sk": {"N": "1"}, "x": {"N": "1"}, "l[0]": {"N": "7"}}


def test_an_index_shows_what_it_holds(db: Any) -> None:
    items = db.execute_statement(Statement='SELECT * FROM "tbl"."by-n" WHERE n = 1')["Items"]
    assert items == [{"pk": {"S": "a"}, "sk": {"N": "1"}, "n": {"N": "1"}}]


@pytest.mark.parametrize("where", ["WHERE pk = 'a'", "", "WHERE pk IN ['a', 'b']", "WHERE pk = 'a' ORDER BY sk DESC"])
def test_pages_make_the_whole(db: Any, where: str) -> None:
    statement = f"SELECT * FROM tbl {where}"
    whole = db.execute_statement(Statement=statement)["Items"]
    found: list[Any] = []
    more: dict[str, str] = {}
    while True:
        page = db.execute_statement(Statement=statement, Limit=1, **more)
        found += page["Items"]
        if "NextToken" not in page:
            break
        more = {"NextToken": page["NextToken"]}
    assert found == whole and len(whole) >= 3


def test_writes_do_what_they_say(db: Any) -> None:
    def run(statement: str) -> list[Any]:
        items: list[Any] = db.execute_statement(Statement=statement)["Items"]
        return items

    assert run("INSERT INTO tbl VALUE {'pk': 'i', 'sk': 1, 'l': [1, {'k': true}], 'ns': <<1, 2>>, 'f': -1.50}") == []
    where = "WHERE pk = 'i' AND sk = 1"
    (item,) = run(f"UPDATE tbl SET f = f - 1, data = ['x'] REMOVE l {where} RETURNING ALL NEW *")
    assert item["f"] == {"N": "-2.5"} and item["data"] == {"L": [{"S": "x"}]} and "l" not in item
    (item,) = run(
        f"UPDATE tbl SET ns = set_add(ns, <<9>>), data = list_append(data, [2]) {where} RETURNING MODIFIED NEW *"
    )
    assert sorted(item["ns"]["NS"]) == ["1", "2", "9"] and item["data"] == {"L": [{"S": "x"}, {"N": "2"}]}
    (item,) = run(f"UPDATE tbl SET ns = set_delete(ns, <<9>>) {where} RETURNING MODIFIED OLD *")
    assert sorted(item["ns"]["NS"]) == ["1", "2", "9"]
    assert len(run(f"DELETE FROM tbl {where} AND f < 0 RETURNING ALL OLD *")) == 1
    assert run(f"DELETE FROM tbl {where} RETURNING ALL OLD *") == []


@pytest.mark.parametrize(
    ("statement", "code", "message"),
    [
        ("SELEKT", "ValidationException", "Unsupported operation: VariableReference"),
        ("SELECT * FROM tbl WHERE", "ValidationException", "Statement wasn't well formed, can't be processed: SELECT"),
        ("SELECT * FROM tbl LIMIT 1", "ValidationException", "Unsupported clause: LIMIT at 1:25:1"),
        ("SELECT DISTINCT pk FROM tbl", "ValidationException", "Unsupported token in expression: DISTINCT"),
        ("SELECT * FROM tbl t", "ValidationException", "Aliasing is not supported"),
        ("SELECT * FROM tbl WHERE pk = 1", "ValidationException", "Key attribute's data type should match"),
        ("SELECT * FROM tbl ORDER BY sk", "ValidationException", "Must have WHERE clause in the statement"),
        ("SELECT * FROM tbl WHERE n = 1 ORDER BY sk", "ValidationException", "Must have at least one non-optional"),
        ("SELECT * FROM tbl WHERE foo(pk)", "ValidationException", "Unrecognized function: foo"),
        (
            "SELECT * FROM tbl WHERE pk = ?",
            "ValidationException",
            "Number of parameters in request and statement don't",
        ),
        ("SELECT m, m.x FROM tbl", "ValidationException", "Two document paths overlap with each other"),
        ("SELECT * FROM nonesuch", "ResourceNotFoundException", "Requested resource not found"),
        (
            "SELECT * FROM tbl.nope WHERE n = 1",
            "ValidationException",
            "The table does not have the specified index: nope",
        ),
        (
            "INSERT INTO tbl VALUE {'pk': 'a', 'sk': 1}",
            "DuplicateItemException",
            "Duplicate primary key exists in table",
        ),
        (
            "INSERT INTO tbl VALUE {'pk': 'a'}",
            "ValidationException",
            "Key attribute should be present in the item: Key sk",
        ),
        (
            "INSERT INTO tbl VALUE {'pk': 'a', 'sk': 7, 's': <<>>}",
            "ValidationException",
            "Empty bags are not supported",
        ),
        ("UPDATE tbl SET n = 1 WHERE pk = 'a'", "ValidationException", "Where clause does not contain a mandatory"),
        (
            "UPDATE tbl SET n = 1 WHERE pk = 'x' AND sk = 1",
            "ConditionalCheckFailedException",
            "The conditional request",
        ),
        (
            "UPDATE tbl SET pk = 'b' WHERE pk = 'a' AND sk = 1",
            "ValidationException",
            "One or more parameter values were",
        ),
        ("DELETE FROM tbl WHERE pk = 'a' AND sk = 1 AND n = 9", "ConditionalCheckFailedException", "The conditional"),
        ("DELETE FROM tbl WHERE pk = 'a' AND sk = 1 RETURNING ALL NEW *", "ValidationException", "Invalid returning"),
        ("DROP TABLE tbl", "ValidationException", "Unsupported operation: DropTable"),
    ],
)
def test_a_refusal_says_why(db: Any, statement: str, code: str, message: str) -> None:
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        db.execute_statement(Statement=statement)
    error = caught.value.response["Error"]
    assert error["Code"] == code and error["Message"].startswith(message)


def statements(*texts: str) -> list[dict[str, str]]:
    return [{"Statement": text} for text in texts]


def test_each_statement_of_a_batch_fails_by_itself(db: Any) -> None:
    answer = db.batch_execute_statement(
        Statements=statements(
            "SELECT n FROM tbl WHERE pk = 'a' AND sk = 1",
            "SELECT * FROM tbl WHERE pk = 'a'",
            "SELECT * FROM nonesuch WHERE pk = 'a'",
            "SELEKT",
        )
    )
    first, *failed = answer["Responses"]
    assert first == {"TableName": "tbl", "Item": {"n": {"N": "1"}}}
    assert [each["Error"]["Code"] for each in failed] == ["ValidationError", "ResourceNotFound", "ValidationError"]


def test_a_transaction_is_all_or_nothing(db: Any) -> None:
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        db.execute_transaction(
            TransactStatements=statements(
                "INSERT INTO tbl VALUE {'pk': 't', 'sk': 1}",
                "UPDATE tbl SET n = 1 WHERE pk = 'a' AND sk = 9",
            )
        )
    reasons = caught.value.response["CancellationReasons"]
    assert [reason["Code"] for reason in reasons] == ["None", "ConditionalCheckFailed"]
    assert keys(db, "WHERE pk = 't'") == []
    db.execute_transaction(
        TransactStatements=statements(
            "EXISTS(SELECT * FROM tbl WHERE pk = 'a' AND sk = 1 AND n = 1)",
            "INSERT INTO tbl VALUE {'pk': 't', 'sk': 1}",
            "DELETE FROM tbl WHERE pk = 'b' AND sk = 1",
        )
    )
    assert keys(db, "WHERE pk = 't'") == ["t1"] and keys(db, "WHERE pk = 'b'") == []
    read = "SELECT sk FROM tbl WHERE pk = 'a' AND sk = "
    answer = db.execute_transaction(TransactStatements=statements(f"{read}1", f"{read}8"))
    assert answer["Responses"] == [{"Item": {"sk": {"N": "1"}}}, {}]

"""Operations by chance on tables of every kind of key, and how the engine and the reference each perform them."""

from __future__ import annotations

import base64
import copy
from typing import Any

from hypothesis import strategies as st

from tests.services.dynamodb.random_expressions import ATTRIBUTES, CONDITIONS, UPDATES, Texts, path, value
from tests.services.dynamodb.reference import Refused, Table, Tree, plain

TYPES = {
    "S": [{"S": text} for text in ("a", "ab", "b", "Z", "é", "\ue000", "\U0001f600")],
    "N": [{"N": text} for text in ("0", "-1", "-1.5", "2", "10", "1E+20", "-1E-20")],
    "B": [{"B": base64.b64encode(data).decode()} for data in (b"\x00", b"\x7f", b"\x80", b"\xff", b"\xff\xff", b"ab")],
}
INDEXES: dict[str, Any] = {
    "by-l": (("pk", "l"), None, "LocalSecondaryIndexes"),
    "few-by-l": (("pk", "l"), frozenset({"a"}), "LocalSecondaryIndexes"),
    "by-g": (("g", "h"), None, "GlobalSecondaryIndexes"),
    "few-by-g": (("g", "h"), frozenset({"a", "Name"}), "GlobalSecondaryIndexes"),
    "by-h": (("h",), frozenset(), "GlobalSecondaryIndexes"),
}
KINDS: dict[str, tuple[dict[str, str], tuple[str, ...]]] = {
    "plain": ({"pk": "S"}, ()),
    "texts": ({"pk": "S", "sk": "S", "g": "S", "h": "N", "l": "N"}, ("by-l", "by-g", "few-by-g")),
    "numbers": ({"pk": "N", "sk": "N", "g": "N", "h": "B", "l": "S"}, ("few-by-l", "by-g", "by-h")),
    "binaries": ({"pk": "B", "sk": "B", "g": "B", "h": "S", "l": "B"}, ("by-l", "few-by-g", "by-h")),
    "mixed": ({"pk": "N", "sk": "S", "h": "N"}, ("by-h",)),
}
TABLES = st.sampled_from(list(KINDS))


def of_reference(name: str) -> Table:
    types, indexes = KINDS[name]
    keys = tuple(key for key in ("pk", "sk") if key in types)
    of_indexes = {key: kind for key, kind in types.items() if key not in keys}
    return Table(keys, {index: INDEXES[index][:2] for index in indexes}, of_indexes)


def creation(name: str) -> dict[str, Any]:
    """What CreateTable is asked for."""
    types, indexes = KINDS[name]
    asked: dict[str, Any] = {
        "TableName": name,
        "AttributeDefinitions": [{"AttributeName": key, "AttributeType": kind} for key, kind in types.items()],
        "KeySchema": schema(tuple(key for key in ("pk", "sk") if key in types)),
        "BillingMode": "PAY_PER_REQUEST",
    }
    for index in indexes:
        keys, shown, member = INDEXES[index]
        projection: dict[str, Any] = {"ProjectionType": "ALL" if shown is None else "INCLUDE" if shown else "KEYS_ONLY"}
        if shown:
            projection["NonKeyAttributes"] = sorted(shown)
        entry = {"IndexName": index, "KeySchema": schema(keys), "Projection": projection}
        asked.setdefault(member, []).append(entry)
    return asked


def schema(keys: tuple[str, ...]) -> list[dict[str, str]]:
    return [{"AttributeName": key, "KeyType": kind} for key, kind in zip(keys, ("HASH", "RANGE"), strict=False)]


def keys_of(name: str) -> st.SearchStrategy[Any]:
    types = KINDS[name][0]
    few = {"pk": 2 if "sk" in types else 6, "sk": 7}
    return st.fixed_dictionaries({key: st.sampled_from(TYPES[types[key]][: few[key]]) for key in few if key in types})


def items_of(name: str) -> st.SearchStrategy[Any]:
    """Items with some of the indexes' keys, now and then of a wrong type."""
    types = {key: kind for key, kind in KINDS[name][0].items() if key not in ("pk", "sk")}
    right = {key: st.sampled_from(TYPES[kind][: 2 if key == "g" else 7]) for key, kind in types.items()}
    wrong = {key: st.just({"BOOL": True}) for key in types}
    extra = st.integers(0, 9).flatmap(lambda die: st.fixed_dictionaries({}, optional=right if die else wrong))
    return st.tuples(ATTRIBUTES, extra, keys_of(name)).map(lambda drawn: drawn[0] | drawn[1] | drawn[2])


MAYBE = st.integers(0, 4).flatmap(lambda die: st.none() if die else CONDITIONS)


def actions_of(name: str) -> st.SearchStrategy[Any]:
    """Updates, most of which move the item in an index."""
    types = {key: kind for key, kind in KINDS[name][0].items() if key not in ("pk", "sk")}
    moves = [
        st.sampled_from(TYPES[kind]).map(lambda drawn, key=key: [("SET", (key,), value(drawn))])
        for key, kind in types.items()
    ]
    leaves = [st.just([("REMOVE", (key,))]) for key in types]
    return st.tuples(UPDATES, st.one_of(st.just([]), *moves, *leaves)).map(
        lambda drawn: drawn[1] + (drawn[0] if len(drawn[0]) > 1 or not drawn[1] else [])
    )


def write_of(name: str) -> st.SearchStrategy[Any]:
    table = st.just(name)
    return (
        st.tuples(st.just("Put"), table, items_of(name), st.none(), MAYBE)
        | st.tuples(st.just("Update"), table, keys_of(name), actions_of(name), MAYBE)
        | st.tuples(st.just("Delete"), table, keys_of(name), st.none(), MAYBE)
    )


def place(write: Any) -> Any:
    return write[1], tuple(plain(write[2][key]) for key in ("pk", "sk") if key in write[2])


WRITES = TABLES.flatmap(write_of)


def batch_of(name: str) -> st.SearchStrategy[Any]:
    writes = write_of(name).filter(lambda write: write[0] != "Update")
    return st.lists(writes, min_size=1, max_size=5, unique_by=place)


def transaction_of(name: str) -> st.SearchStrategy[Any]:
    """Writes and checks, now and then of another table too."""
    check = st.tuples(st.just("ConditionCheck"), st.just(name), keys_of(name), st.none(), CONDITIONS)
    mostly = st.integers(0, 9).flatmap(lambda die: WRITES if die == 9 else check if die == 8 else write_of(name))
    return st.lists(mostly, min_size=1, max_size=4, unique_by=place)


BATCHES, TRANSACTIONS = TABLES.flatmap(batch_of), TABLES.flatmap(transaction_of)


def ranges(key: str, kind: str) -> st.SearchStrategy[Any]:
    """Conditions on a range key."""
    scalar = st.sampled_from(TYPES[kind])
    between = st.tuples(scalar, scalar).map(lambda pair: sorted(pair, key=plain))
    found = st.tuples(st.sampled_from(["=", "<", "<=", ">", ">="]), scalar).map(
        lambda drawn: (drawn[0], path((key,)), value(drawn[1]))
    ) | between.map(lambda pair: ("between", path((key,)), value(pair[0]), value(pair[1])))
    if kind != "N":
        found |= scalar.map(lambda drawn: ("begins_with", path((key,)), value(drawn)))
    return found


@st.composite
def reads(draw: Any, name: str) -> Any:
    """(table, index, condition on keys or None for a scan, filter, forward, limit, segments)."""
    types, indexes = KINDS[name]
    index = draw(st.sampled_from([None, *indexes]))
    keys = INDEXES[index][0] if index else tuple(key for key in ("pk", "sk") if key in types)
    condition: Tree | None = None
    if draw(st.integers(0, 3)):
        condition = ("=", path((keys[0],)), value(draw(st.sampled_from(TYPES[types[keys[0]]][:2]))))
        if keys[1:] and draw(st.integers(0, 3)):
            condition = ("and", condition, draw(ranges(keys[1], types[keys[1]])))
    limit = draw(st.none() | st.integers(1, 4))
    return name, index, condition, draw(MAYBE), draw(st.booleans()), limit, draw(st.integers(1, 3))


def operations_of(name: str) -> st.SearchStrategy[Any]:
    """A table with some items, and what is done to it."""
    filled = st.lists(items_of(name), min_size=1, max_size=10).map(
        lambda items: [("write", ("Put", name, item, None, None)) for item in items]
    )
    done = st.lists(
        write_of(name).map(lambda write: ("write", write))
        | batch_of(name).map(lambda writes: ("batch", writes))
        | transaction_of(name).map(lambda writes: ("transact", writes))
        | reads(name).map(lambda read: ("read", read))
        | reads(name).map(lambda read: ("read", read)),
        max_size=15,
    )
    return st.tuples(filled, done).map(lambda drawn: drawn[0] + drawn[1])


OPERATIONS = TABLES.flatmap(operations_of)


def walks_of(name: str) -> st.SearchStrategy[Any]:
    """Many items, a read in small pages, and which of the items go after each page (none, for a negative number)."""
    items = st.lists(items_of(name), min_size=4, max_size=30)
    whole = reads(name).map(lambda read: (*read[:3], None, read[4], None, 1))
    return st.tuples(items, whole, st.integers(1, 3), st.lists(st.integers(-20, 30), max_size=30))


WALKS = TABLES.flatmap(walks_of)


# As the engine does it


def request(write: Any) -> dict[str, Any]:
    """A write's parameters."""
    kind, name, item, actions, condition = write
    texts = Texts()
    asked = {"TableName": name, "Item" if kind == "Put" else "Key": item}
    if actions is not None:
        asked["UpdateExpression"] = texts.update(actions)
    if condition is not None:
        asked["ConditionExpression"] = texts.condition(condition)
    return asked | texts.params()


def batch(writes: list[Any]) -> dict[str, Any]:
    entries: dict[str, list[Any]] = {}
    for kind, name, item, *_ in writes:
        entry = {"PutRequest": {"Item": item}} if kind == "Put" else {"DeleteRequest": {"Key": item}}
        entries.setdefault(name, []).append(entry)
    return {"RequestItems": entries}


def by_engine(db: Any, kind: str, what: Any) -> Any:
    if kind == "batch":
        return None if db.BatchWriteItem(**batch(what)) else "nothing told"
    if kind == "transact":
        return db.TransactWriteItems(TransactItems=[{write[0]: request(write)} for write in what]) or None
    returned = "ALL_NEW" if what[0] == "Update" else "ALL_OLD"
    return getattr(db, f"{what[0]}Item")(**request(what), ReturnValues=returned).get("Attributes")


def asking(read: Any) -> dict[str, Any]:
    """The parameters of a Query, or of a Scan without segments."""
    name, index, condition, test, is_forward, limit, _ = read
    texts = Texts()
    asked: dict[str, Any] = {"TableName": name}
    if index is not None:
        asked["IndexName"] = index
    if condition is not None:
        asked |= {"KeyConditionExpression": conjunction(texts, condition), "ScanIndexForward": is_forward}
    if test is not None:
        asked["FilterExpression"] = texts.condition(test)
    return asked | texts.params() | ({"Limit": limit} if limit else {})


def pages(db: Any, read: Any) -> tuple[list[Any], int]:
    """All items of a Query or Scan, and how many were looked at, page by page and segment by segment."""
    asked, segments = asking(read), read[-1]
    if "KeyConditionExpression" in asked:
        return _all(db.Query, asked)
    parts = [_all(db.Scan, asked | {"Segment": each, "TotalSegments": segments}) for each in range(segments)]
    return [item for items, _ in parts for item in items], sum(count for _, count in parts)


def conjunction(texts: Texts, condition: Tree) -> str:
    parts = condition[1:] if condition[0] == "and" else (condition,)
    return " AND ".join(map(texts.condition, parts))


def _all(operation: Any, asked: dict[str, Any]) -> tuple[list[Any], int]:
    items: list[Any] = []
    count, more = 0, asked
    while True:
        page = operation(**more)
        items += page["Items"]
        count += page["ScannedCount"]
        if "LastEvaluatedKey" not in page:
            return items, count
        assert page["ScannedCount"] == asked["Limit"]
        assert page["LastEvaluatedKey"] != more.get("ExclusiveStartKey"), "a page that leads nowhere"
        more = asked | {"ExclusiveStartKey": page["LastEvaluatedKey"]}


# As the reference does it


def by_reference(tables: dict[str, Table], kind: str, what: Any) -> Any:
    if kind == "write":
        return _write(tables, what)
    before = copy.deepcopy(tables)
    try:
        for write in what:
            _write(tables, (*write[:4], None) if kind == "batch" else write)
    except Refused:
        tables.update(before)
        raise Refused("ValidationException" if kind == "batch" else "TransactionCanceledException") from None
    return None


def _write(tables: dict[str, Table], write: Any) -> Any:
    kind, name, item, actions, condition = write
    table = tables[name]
    old = table.get(item)
    if kind == "Update":
        return table.update(item, actions, condition)
    if kind == "ConditionCheck":
        return table.demand(item, condition)
    (table.put if kind == "Put" else table.delete)(item, condition)
    return old

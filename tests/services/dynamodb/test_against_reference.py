"""Operations, expressions and numbers by chance give what the reference gives."""

from __future__ import annotations

import os
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, given, settings

from ruststack.core.errors import ServiceError
from tests.services.dynamodb.conftest import fresh
from tests.services.dynamodb.random_expressions import (
    ATTRIBUTES,
    CONDITIONS,
    ELEMENTS,
    MANY_NUMBERS,
    PROJECTIONS,
    UPDATES,
    Texts,
)
from tests.services.dynamodb.reference import GONE, NUMBERS, Refused, holds, plain, plain_item, projected, updated

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "120"))
quickly = settings(
    max_examples=EXAMPLES, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), database=None
)
KEY = {"pk": {"S": "key"}}


def outcome(function: Any, *args: Any, **req: Any) -> Any:
    """What a call gives, or the code of its error."""
    try:
        return function(*args, **req)
    except (ServiceError, Refused) as error:
        return error.code if isinstance(error, ServiceError) else str(error)


@quickly
@given(ATTRIBUTES, CONDITIONS)
def test_conditions_hold_as_in_the_reference(attributes: Any, condition: Any) -> None:
    db, texts = fresh(), Texts()
    db.make()
    db.PutItem(TableName="tab", Item=KEY | attributes)
    text = texts.condition(condition)
    found = db.Scan(TableName="tab", FilterExpression=text, **texts.params())["Count"]
    assert bool(found) == holds(condition, KEY | attributes), (text, texts.params())


@quickly
@given(ATTRIBUTES, UPDATES | ELEMENTS)
def test_updates_change_as_in_the_reference(attributes: Any, actions: Any) -> None:
    db, texts = fresh(), Texts()
    db.make()
    db.PutItem(TableName="tab", Item=KEY | attributes)
    text = texts.update(actions)
    told = outcome(db.UpdateItem, TableName="tab", Key=KEY, UpdateExpression=text, **texts.params())
    wanted = outcome(updated, KEY | attributes, actions)
    assert (told if isinstance(told, str) else "") == (wanted if isinstance(wanted, str) else ""), (text, told, wanted)
    kept = db.GetItem(TableName="tab", Key=KEY)["Item"]
    assert plain_item(kept) == plain_item(KEY | attributes if isinstance(wanted, str) else wanted), text


@quickly
@given(ATTRIBUTES, PROJECTIONS)
def test_projections_show_what_paths_name(attributes: Any, paths: Any) -> None:
    db, texts = fresh(), Texts()
    db.make()
    db.PutItem(TableName="tab", Item=KEY | attributes)
    text = texts.projection(paths)
    shown = db.GetItem(TableName="tab", Key=KEY, ProjectionExpression=text, **texts.params())["Item"]
    wanted = projected({"M": KEY | attributes}, paths)
    assert plain_item(shown) == plain({"M": {}} if wanted is GONE else wanted), text


@quickly
@given(MANY_NUMBERS, MANY_NUMBERS)
def test_numbers_order_and_add_as_decimals_do(first: str, second: str) -> None:
    db = fresh()
    numeric = [{"AttributeName": "pk", "AttributeType": "S"}, {"AttributeName": "sk", "AttributeType": "N"}]
    db.make("tab", "sk", AttributeDefinitions=numeric)
    for text in (first, second):
        db.PutItem(TableName="tab", Item=KEY | {"sk": {"N": text}, "n": {"N": text}})
    asked = {"KeyConditionExpression": "pk = :pk", "ExpressionAttributeValues": {":pk": {"S": "key"}}}
    found = [Decimal(item["sk"]["N"]) for item in db.Query(TableName="tab", **asked)["Items"]]
    assert found == sorted({Decimal(first), Decimal(second)})
    assert all("E" not in item["n"]["N"] for item in db.Scan(TableName="tab")["Items"])
    adding = {"UpdateExpression": "ADD n :n", "ExpressionAttributeValues": {":n": {"N": second}}}
    told = outcome(db.UpdateItem, TableName="tab", Key=KEY | {"sk": {"N": first}}, ReturnValues="ALL_NEW", **adding)
    wanted = outcome(updated, {"n": {"N": first}}, [("ADD", ("n",), ("value", {"N": second}))])
    if isinstance(wanted, str):
        assert told == wanted
    else:
        assert NUMBERS.compare(Decimal(told["Attributes"]["n"]["N"]), Decimal(wanted["n"]["N"])) == 0

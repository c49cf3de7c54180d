"""Key schemas: what a new table's must be, and how items and keys fit one.

Source: answers of DynamoDB Local 2.6.1; nubo-db/dynamodb-conformance; architect/dynalite's tests.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from ruststack.kit import Input
from ruststack.services.dynamodb.errors import InvalidParameter, ValidationException
from ruststack.services.dynamodb.index_projection import check_projection, projected
from ruststack.services.dynamodb.state import Attribute, Index, KeySchema
from ruststack.services.dynamodb.vector_checks import check_vector_indexes

_MAX_LOCAL: Final = 5
_MAX_GLOBAL: Final = 20
_MOST_OF_TABLES: Final = 2
_MOST_OF_A_KIND: Final = 4
MAX_UNITS: Final = 1_000_000_000_000
Elements = list[dict[str, str]]


def key_schema(elements: Elements, definitions: Mapping[str, str]) -> KeySchema:
    """The schema of checked elements."""
    of_kind = {
        kind: tuple(
            Attribute(each["AttributeName"], definitions[each["AttributeName"]])
            for each in elements
            if each["KeyType"] == kind
        )
        for kind in ("HASH", "RANGE")
    }
    return KeySchema(of_kind["HASH"], of_kind["RANGE"])


def index_of(given: dict[str, Any], is_local: bool, definitions: Mapping[str, str]) -> Index:
    """The index that a checked request describes."""
    projection = given["Projection"]
    return Index(
        name=given["IndexName"],
        is_local=is_local,
        key=key_schema(given["KeySchema"], definitions),
        projection=projection,
        projected=projected(projection),
        throughput=dict(given.get("ProvisionedThroughput") or {}),
        on_demand=dict(given.get("OnDemandThroughput") or {}),
        warm=dict(given.get("WarmThroughput") or {}),
    )


def check_new_table(req: Input) -> None:
    """Raises ValidationException for the first fault."""
    _check_billing(req)
    definitions = [each["AttributeName"] for each in req["AttributeDefinitions"]]
    _check_elements(req["KeySchema"], definitions)
    indexes = req.get("LocalSecondaryIndexes"), req.get("GlobalSecondaryIndexes")
    vectors = req.get("VectorIndexes") or ()
    if indexes == (None, None) and not vectors and len(req["KeySchema"]) != len(definitions):
        raise InvalidParameter(
            "Number of attributes in KeySchema does not exactly match number of attributes defined in "
            "AttributeDefinitions"
        )
    names: set[str] = set()
    if indexes[0] is not None:
        _check_local(indexes[0], req["KeySchema"], definitions, names)
    if indexes[1] is not None:
        _check_global(indexes[1], definitions, names, req.get("BillingMode"))
    check_vector_indexes(vectors, definitions, names, req.get("BillingMode"))
    schemas = [req["KeySchema"], *(index["KeySchema"] for given in indexes for index in given or ())]
    schemas += [index.get("SearchSchema") or [] for index in vectors]
    used = {each["AttributeName"] for schema in schemas for each in schema}
    if set(definitions) - used:
        raise InvalidParameter(
            "Some AttributeDefinitions are not used. AttributeDefinitions: "
            f"[{', '.join(definitions)}], keys used: [{', '.join(sorted(used))}]"
        )


def _check_billing(req: Input) -> None:
    given = req.get("ProvisionedThroughput")
    if req.get("BillingMode") == "PAY_PER_REQUEST":
        if given:
            what = "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is "
            raise InvalidParameter(f"{what}PAY_PER_REQUEST")
        return
    if not given or not given.get("ReadCapacityUnits") or not given.get("WriteCapacityUnits"):
        what = "ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED"
        raise InvalidParameter(what)
    check_billing_units(given)


def check_billing_units(given: dict[str, Any]) -> None:
    """Raises ValidationException for more than can be asked for."""
    for name in ("ReadCapacityUnits", "WriteCapacityUnits"):
        if given[name] > MAX_UNITS:
            raise ValidationException(f"Given value {given[name]} for {name} is out of bounds")


def _check_elements(elements: Elements, definitions: list[str]) -> None:
    names = [each["AttributeName"] for each in elements]
    _check_names(names, definitions)
    if len(set(names)) < len(names):
        raise ValidationException("Both the Hash Key and the Range Key element in the KeySchema have the same name")
    if elements[0]["KeyType"] != "HASH":
        raise ValidationException("Invalid KeySchema: The first KeySchemaElement is not a HASH key type")
    if len(elements) > 1 and elements[1]["KeyType"] != "RANGE":
        raise ValidationException("Invalid KeySchema: The second KeySchemaElement is not a RANGE key type")


def _check_names(names: list[str], definitions: list[str]) -> None:
    if len(names) > len(definitions):
        raise ValidationException("Invalid KeySchema: Some index key attribute have no definition")
    _check_defined(names, definitions)


def _check_global_elements(elements: Elements, definitions: list[str]) -> None:
    """Up to four hash keys, then up to four range keys.

    Source: ack-api-quirks, DDB-TABLE-123, -124, -442. Unknown: which of several faults is told; a KeySchema of five
    hash keys that repeat each other would tell.
    """
    names, kinds = [each["AttributeName"] for each in elements], [each["KeyType"] for each in elements]
    if len(elements) <= _MOST_OF_TABLES and kinds != ["HASH", "HASH"]:
        return _check_elements(elements, definitions)
    _check_names(names, definitions)
    if kinds[0] != "HASH":
        raise ValidationException("Invalid KeySchema: The first KeySchemaElement is not a HASH key type")
    for kind in ("HASH", "RANGE"):
        if kinds.count(kind) > _MOST_OF_A_KIND:
            raise InvalidParameter(f"The KeySchema exceeds the maximum allowed number of {kind} key attributes")
    if kinds != sorted(kinds):
        raise InvalidParameter("All HASH key attributes must precede RANGE key attributes in the KeySchema")
    if len(set(names)) < len(names):
        raise ValidationException("The KeySchema contains multiple key attributes with the same name")
    return None


def _check_defined(names: list[str], definitions: list[str]) -> None:
    if not set(names) <= set(definitions):
        raise InvalidParameter(
            "Some index key attributes are not defined in AttributeDefinitions. "
            f"Keys: [{', '.join(names)}], AttributeDefinitions: [{', '.join(definitions)}]"
        )


def _check_local(given: list[Any], table: Elements, definitions: list[str], names: set[str]) -> None:
    if not given:
        raise InvalidParameter("List of LocalSecondaryIndexes is empty")
    if len(table) != 2:
        what = "Table KeySchema does not have a range key, which is required when specifying a LocalSecondaryIndex"
        raise InvalidParameter(what)
    for index in given:
        name, elements = index["IndexName"], index["KeySchema"]
        _check_index_elements(elements, definitions)
        if len(elements) != 2:
            raise InvalidParameter(f"Index KeySchema does not have a range key for index: {name}")
        first, hash_name = elements[0]["AttributeName"], table[0]["AttributeName"]
        if first != hash_name:
            raise InvalidParameter(
                f"Index KeySchema does not have the same leading hash key as table KeySchema for index: {name}. "
                f"index hash key: {first}, table hash key: {hash_name}"
            )
        check_projection(index, names)
    if len(given) > _MAX_LOCAL:
        raise InvalidParameter(f"Number of LocalSecondaryIndexes exceeds per-table limit of {_MAX_LOCAL}")


def _check_index_elements(elements: Elements, definitions: list[str]) -> None:
    _check_defined([each["AttributeName"] for each in elements], definitions)
    _check_elements(elements, definitions)


def _check_global(given: list[Any], definitions: list[str], names: set[str], billing_mode: str | None) -> None:
    if not given:
        raise InvalidParameter("List of GlobalSecondaryIndexes is empty")
    for index in given:
        _check_global_index(index, definitions, names, billing_mode)
        if billing_mode != "PAY_PER_REQUEST" and not index.get("ProvisionedThroughput"):
            # Source: ack-api-quirks, DDB-TABLE-128, -442: UpdateTable has other words.
            raise InvalidParameter(f"ProvisionedThroughput is not specified for index: {index['IndexName']}")
    if len(given) > _MAX_GLOBAL:
        raise InvalidParameter(f"GlobalSecondaryIndex count exceeds the per-table limit of {_MAX_GLOBAL}")


def check_new_index(index: dict[str, Any], definitions: Mapping[str, str], billing_mode: str) -> None:
    """A global index that a table gets later. Raises ValidationException."""
    _check_global_index(index, list(definitions), set(), billing_mode)
    if billing_mode != "PAY_PER_REQUEST" and not index.get("ProvisionedThroughput"):
        raise InvalidParameter(f"ProvisionedThroughput must be specified for index: {index['IndexName']}")


def _check_global_index(
    index: dict[str, Any], definitions: list[str], names: set[str], billing_mode: str | None
) -> None:
    _check_defined([each["AttributeName"] for each in index["KeySchema"]], definitions)
    _check_global_elements(index["KeySchema"], definitions)
    check_projection(index, names)
    throughput = index.get("ProvisionedThroughput")
    if billing_mode == "PAY_PER_REQUEST" and throughput:
        raise InvalidParameter(
            f"ProvisionedThroughput should not be specified for index: {index['IndexName']} when BillingMode is "
            "PAY_PER_REQUEST"
        )

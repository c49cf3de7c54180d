"""What S3's model leaves unsaid is said, once, for everything that needs it."""

from __future__ import annotations

from collections import defaultdict

import pytest

from ruststack.model import Operation, load
from ruststack.model.corrections_s3 import S3_DISCRIMINATORS, S3_OUTPUT_ROOTS, S3_SHADOWED, S3_STATUS_BY_MEMBER

OPERATIONS = load("s3").operations


def groups() -> dict[tuple[str, str], list[Operation]]:
    found = defaultdict(list)
    for operation in OPERATIONS.values():
        found[operation.method, operation.uri].append(operation)
    return {key: members for key, members in found.items() if len(members) > 1}


def test_there_are_13_groups():
    assert len(groups()) == 13


@pytest.mark.parametrize("group", groups().values(), ids=lambda group: group[0].name)
def test_the_members_of_a_group_are_told_apart(group):
    meant = [operation.discriminators for operation in group if not operation.is_shadowed]
    assert len(set(meant)) == len(meant)


@pytest.mark.parametrize("name", S3_DISCRIMINATORS)
def test_a_discriminator_is_a_required_member_of_its_operation(name):
    operation = OPERATIONS[name]
    required = {operation.input.members[member] for member in operation.input.required}
    places = {("query" if member.location == "querystring" else member.location, member.wire) for member in required}
    assert {(rule.place, rule.name) for rule in operation.discriminators} <= places


def test_every_answer_with_a_document_has_a_root():
    named = set()
    for name, operation in OPERATIONS.items():
        shape = operation.output
        if shape and not shape.payload and any(not member.location for member in shape.members.values()):
            named.add(name)
    # PutObjectAnnotation is new, and its page does not show the root yet; it takes the shape's name.
    # The payloads of two operations have other names on the wire than their shapes.
    payloads = {"GetObjectLegalHold", "GetObjectRetention"}
    assert named - {"PutObjectAnnotation", "ListObjectAnnotations"} == set(S3_OUTPUT_ROOTS) - payloads


def test_the_tables_name_what_the_model_has():
    assert OPERATIONS.keys() >= S3_SHADOWED
    for name, (member, _status) in S3_STATUS_BY_MEMBER.items():
        assert member in OPERATIONS[name].output.members

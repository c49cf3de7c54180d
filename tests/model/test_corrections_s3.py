"""What S3's model leaves unsaid is said, once, for everything that needs it."""

from __future__ import annotations

from collections import defaultdict

import pytest

from ruststack.model import Operation, load
from ruststack.model.corrections_s3 import S3_DISCRIMINATORS, S3_OUTPUT_ROOTS, S3_SHADOWED, S3_STATUS_BY_MEMBER
from ruststack.protocol import codec

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


def test_every_answer_with_a_document_of_its_own_has_a_root():
    without_payload = {
        name
        for name, operation in OPERATIONS.items()
        if operation.output
        and not operation.output.payload
        and any(not member.location for member in operation.output.members.values())
    }
    # The two are new, and their pages do not show the root yet; they take the shape's name.
    assert without_payload - {"PutObjectAnnotation", "ListObjectAnnotations"} <= S3_OUTPUT_ROOTS.keys()


@pytest.mark.parametrize("name", S3_OUTPUT_ROOTS)
def test_a_root_is_on_the_wire(name):
    shape = OPERATIONS[name].output
    output = {shape.payload: {}} if shape.payload else {}
    answer = codec(load("s3")).write(OPERATIONS[name], output)
    assert f"<{S3_OUTPUT_ROOTS[name]} ".encode() in answer.body


def test_the_tables_name_what_the_model_has():
    assert OPERATIONS.keys() >= S3_SHADOWED
    for name, (member, _status) in S3_STATUS_BY_MEMBER.items():
        assert member in OPERATIONS[name].output.members

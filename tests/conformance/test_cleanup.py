"""Clean-up: what is ours by its name goes, in order, and what cannot go is told."""

import botocore.exceptions
import botocore.session
import pytest

from conformance.scenarios.cleanup import KINDS, is_gone, sweep
from conformance.scenarios.cleanup.sweep import Kind
from conformance.scenarios.leftovers import Leftovers, wait_until


def error(code, operation="Delete"):
    return botocore.exceptions.ClientError({"Error": {"Code": code, "Message": code}}, operation)


class Tables:
    """A client of a service that keeps tables; ``stuck`` cannot be deleted."""

    def __init__(self, *names, stuck="", lists=True):
        self.names, self.stuck, self.lists, self.calls = list(names), stuck, lists, []

    def can_paginate(self, call):
        return False

    def list_tables(self):
        if not self.lists:
            raise error("NotImplemented", "ListTables")
        return {"TableNames": list(self.names)}

    def delete_table(self, TableName):
        self.calls.append(TableName)
        if TableName == self.stuck:
            raise error("ResourceInUseException")
        if TableName not in self.names:
            raise error("ResourceNotFoundException")
        self.names.remove(TableName)

    def update_table(self, TableName, DeletionProtectionEnabled):
        assert DeletionProtectionEnabled is False

    def close(self):
        pass


KIND = (Kind("list_tables", "TableNames", "delete_table", "TableName"),)


def test_only_what_is_ours_is_swept():
    client = Tables("conform-a-1", "theirs")
    assert sweep(client, KIND, lambda name: "conform-a-" in name) == []
    assert client.names == ["theirs"]


def test_what_cannot_be_deleted_is_told():
    (line,) = sweep(Tables("conform-a-1", stuck="conform-a-1"), KIND, lambda name: True)
    assert line.startswith("conform-a-1: ") and "ResourceInUseException" in line


def test_a_target_without_the_service_has_nothing_of_ours():
    assert sweep(Tables(lists=False), KIND, lambda name: True) == []


def test_a_prepared_kind_is_prepared_before_its_deletion():
    client, seen = Tables("t"), []
    kind = Kind("list_tables", "TableNames", "delete_table", "TableName", prepare=lambda _, name: seen.append(name))
    sweep(client, (kind,), lambda name: True)
    assert seen == ["t"] and client.names == []


@pytest.mark.parametrize("service", sorted(KINDS))
def test_every_kind_speaks_of_calls_and_members_that_there_are(service):
    model = botocore.session.get_session().get_service_model(service)
    operations = {botocore.xform_name(name): model.operation_model(name) for name in model.operation_names}
    for kind in KINDS[service]:
        entries = operations[kind.lists].output_shape.members[kind.entries].member
        members = set(getattr(entries, "members", ()))
        assert {kind.name, kind.identity} - {""} <= members
        assert {kind.argument, *kind.more} <= set(operations[kind.delete].input_shape.members)
        assert set(kind.asks) <= set(getattr(operations[kind.lists].input_shape, "members", ()))


@pytest.mark.parametrize(
    ("code", "gone"),
    [
        ("ResourceNotFoundException", True),
        ("NoSuchEntity", True),
        ("AWS.SimpleQueueService.NonExistentQueue", True),
        ("ResourceInUseException", False),
    ],
)
def test_what_is_gone_is_no_problem(code, gone):
    assert is_gone(error(code)) is gone


def test_an_emulator_is_swept_of_an_earlier_run():
    client = Tables("conform-tables-1", "theirs")
    left = Leftovers(lambda *key: client, "conform-tables", is_emulator=True)
    left.client("dynamodb", "main", "us-east-1")
    assert client.names == ["theirs"]


def test_aws_is_swept_of_this_runs_names_alone():
    client = Tables("conform-tables-1", "conform-tables-2")
    left = Leftovers(lambda *key: client, "conform-tables", is_emulator=False)
    left.client("dynamodb", "main", "us-east-1")
    assert left.clear({"conform-tables-2": ""}) == []
    assert client.names == ["conform-tables-1"]


def test_what_was_made_is_undone_last_first():
    client = Tables("a", "b")
    left = Leftovers(lambda *key: client, "none", is_emulator=True)
    for name in ("a", "b", "gone"):
        left.made(client, "delete_table", {"TableName": name})
    assert left.clear(()) == []
    assert client.calls == ["gone", "b", "a"]


def test_waiting_ends_with_the_first_settled_answer():
    answers = iter((error("ResourceNotFoundException"), "CREATING", "ACTIVE"))

    def ask():
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    assert wait_until(ask, lambda state: state == "ACTIVE", 5.0, 0.0) == "ACTIVE"
    with pytest.raises(TimeoutError, match="CREATING"):
        wait_until(lambda: "CREATING", lambda state: False, 0.0, 0.0)

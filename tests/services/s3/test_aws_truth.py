"""Every error that AWS was recorded to answer is answered here, over a socket, in the same words.

The recordings are one JSON object a line in ``$AWS_TRUTH/s3.errors.jsonl``. In them ``<...>`` stands for any text,
111111111111 for the account, and a value that equals its own name for one that was hidden.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from ruststack import RustStack
from tests.services.s3 import raw_recipes as raw_recipes
from tests.services.s3.bucket_recipes import RECIPES, Recipe
from tests.services.s3.test_recorded_object_errors import CASES
from tests.services.s3.wire import Answer, Wire, raised

EXCUSED = {
    ("ListObjects", "get_execution_history.events[4].taskFailedEventDetails"): (
        "the text of an SDK inside a workflow: S3 itself answers NoSuchBucket, as another row has it"
    ),
}
HIDDEN = frozenset(("host-id", "date"))


def rows() -> list[dict[str, Any]]:
    folder = os.environ.get("AWS_TRUTH")
    if folder is None:
        return []
    return [json.loads(line) for line in (Path(folder) / "s3.errors.jsonl").read_text().splitlines()]


def parameters() -> list[Any]:
    found = [row for row in rows() if (row["operation"], row["snapshot_key"]) not in EXCUSED]
    return [pytest.param(row, id=f"{row['operation']}-{row['code']}-{n}") for n, row in enumerate(found)]


def recipe_for(row: dict[str, Any]) -> Recipe | None:
    operation, name, code = row["operation"], row["snapshot_key"], row["code"]
    case = CASES.get((operation, name, code)) or CASES.get((operation, name, ""))
    return RECIPES.get((operation, name, code)) or case


@pytest.fixture(scope="module")
def stack() -> Iterator[RustStack]:
    with RustStack() as stack:
        yield stack


@pytest.fixture
def wire(stack: RustStack) -> Iterator[Wire]:
    """A server with nothing in it but an empty bucket named ``bucket``, unless the case makes its own."""
    stack.reset()
    yield Wire(stack)
    stack.clock.resume()


def answered(wire: Wire, row: dict[str, Any]) -> Answer:
    recipe = recipe_for(row)
    assert recipe is not None, "a recorded error without a recipe, and without a reason in EXCUSED"
    try:
        answer = recipe(wire, row)
    except ClientError as error:
        return raised(error)
    assert isinstance(answer, Answer), "the recipe provoked no error"
    return answer


def template(text: str) -> re.Pattern[str]:
    """Recorded text with its placeholders."""
    return re.compile(".+".join(re.escape(piece) for piece in re.split(r"<[^<>]*>|1{12}", text)) + r"\Z", re.DOTALL)


@pytest.mark.parametrize("row", parameters())
def test_the_recorded_error_is_answered(wire, row):
    wire.CreateBucket(Bucket="bucket")
    answer = answered(wire, row)
    assert row["status"] in (None, answer.status)
    assert answer.code == row["code"]
    assert template(row["message"] or "").match(answer.message), answer.message
    unread = {"RequestId", "HostId"} if row["kind"] == "client-response" else set()
    assert answer.members.keys() - unread == row["error_members"].keys()
    for name, value in row["error_members"].items():
        assert value in HIDDEN or template(str(value)).match(answer.members[name]), (name, answer.members[name])


def test_every_recipe_has_a_row():
    if not rows():
        absent = "AWS_TRUTH does not name the folder of recorded AWS answers"
        pytest.fail(absent) if os.environ.get("RUSTSTACK_REQUIRE_ALL") == "1" else pytest.skip(absent)
    known = {(row["operation"], row["snapshot_key"], row["code"]) for row in rows()}
    assert RECIPES.keys() <= known
    assert EXCUSED.keys() <= {key[:2] for key in known}

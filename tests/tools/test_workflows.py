"""The small runner of workflows: expressions mean what they mean on GitHub, and steps hand on what they write."""

from pathlib import Path

import pytest

from tools.workflows.__main__ import main
from tools.workflows.expression import BadExpression, evaluate, fill, holds
from tools.workflows.runner import pairs

CONTEXTS = {
    "vars": {"ROLE": "", "N": "20"},
    "env": {"SOURCE": "aws"},
    "inputs": {"adopt": True},
    "steps": {"one": {"outputs": {"code": "4"}}},
}
FUNCTIONS = {"success": lambda: True, "failure": lambda: False, "always": lambda: True, "cancelled": lambda: False}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("vars.ROLE != '' && 'aws' || 'localstack'", "localstack"),
        ("env.SOURCE == 'AWS'", True),
        ("vars.ROLE || 'us-east-1'", "us-east-1"),
        ("inputs.adopt && '--adopt' || ''", "--adopt"),
        ("inputs.scenarios", None),
        ("inputs.nobody.at_all == ''", True),
        ("!cancelled() && steps.one.outputs.code == '4'", True),
        ("(true || false) && false", False),
        ("'it''s'", "it's"),
        ("vars.N == 20", True),
    ],
)
def test_expressions(text, value):
    assert evaluate(text, CONTEXTS, FUNCTIONS) == value


@pytest.mark.parametrize("text", ["", "nowhere.x", "fly()", "a b", "'open", "(true", "1 +"])
def test_what_is_not_understood_is_an_error(text):
    with pytest.raises(BadExpression):
        evaluate(text, {"a": {}}, FUNCTIONS)


def test_templates_are_filled():
    assert fill("x-${{ env.SOURCE }}-${{ inputs.adopt }}-${{ inputs.no }}", CONTEXTS, FUNCTIONS) == "x-aws-true-"


@pytest.mark.parametrize(
    ("condition", "succeeded", "runs"),
    [
        (None, True, True),
        (None, False, False),
        ("env.SOURCE == 'aws'", False, False),
        ("${{ always() }}", False, True),
        ("!cancelled()", False, True),
        ("failure()", True, False),
    ],
)
def test_a_step_runs_only_while_all_is_well_unless_it_asks(condition, succeeded, runs):
    functions = {**FUNCTIONS, "success": lambda: succeeded, "failure": lambda: not succeeded}
    assert holds(condition, CONTEXTS, functions) is runs


def test_what_steps_write_is_read():
    assert pairs("a=1\nb=x=y\ntext<<END\none\ntwo\nEND\nc=\n") == {"a": "1", "b": "x=y", "text": "one\ntwo", "c": ""}


WORKFLOW = """\
on: push
env: {GREETING: "hello ${{ vars.WHO }}"}
jobs:
  job:
    steps:
      - uses: somebody/else@0000
      - id: first
        run: |
          echo "said=$GREETING" >>"$GITHUB_OUTPUT"
          echo "LATER=yes" >>"$GITHUB_ENV"
          echo "# Summary" >>"$GITHUB_STEP_SUMMARY"
      - run: echo "$LATER ${{ steps.first.outputs.said }} $MORE" >result
        env: {MORE: "and ${{ env.LATER }}"}
      - run: "false"
      - run: touch not-reached
      - if: always()
        run: touch cleaned-up
"""


def test_a_job_is_played(tmp_path, capfd):
    (tmp_path / "w.yml").write_text(WORKFLOW)
    folder = tmp_path / "checkout"
    folder.mkdir()
    summary = tmp_path / "summary.md"
    words = [str(tmp_path / "w.yml"), "job", "--in", str(folder), "--set", "vars.WHO=you", "--summary", str(summary)]
    assert main(words) == 1
    assert (folder / "result").read_text() == "yes hello you and yes\n"
    assert sorted(path.name for path in folder.iterdir()) == ["cleaned-up", "result"]
    assert summary.read_text() == "# Summary\n"
    assert "-- not ours to run: somebody/else@0000" in capfd.readouterr().out


ACTION = """\
name: x
inputs:
  who: {default: nobody}
outputs:
  said: {value: "${{ steps.one.outputs.said }}"}
runs:
  using: composite
  steps:
    - id: one
      shell: bash
      env: {WHO: "${{ inputs.who }}"}
      run: echo "said=$WHO by $(basename "$GITHUB_ACTION_PATH")" >>"$GITHUB_OUTPUT"
"""


def test_an_action_is_played_and_its_outputs_told(tmp_path, capfd):
    (tmp_path / "here").mkdir()
    path = Path(tmp_path / "here" / "action.yml")
    path.write_text(ACTION)
    assert main([str(path), "--in", str(tmp_path)]) == 0
    assert "output said: nobody by here" in capfd.readouterr().out

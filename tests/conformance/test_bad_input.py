"""Bad input, for every command: one clear line on standard error and exit code 2 or 4, and never a traceback."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from conformance import cli
from conformance.exits import UNREACHABLE, USAGE
from tests.conformance.nobody import NOBODY

ROOT = Path(__file__).parents[2]
GOLDEN = ROOT / "recordings" / "s3" / "bucket_tags.yaml"

# What stands for files: see the fixture. {nobody} is a URL at which nobody answers.
WRONG_USE = [
    *("compare missing.yaml", "compare broken.yaml", "compare binary.yaml", "compare numbers.yaml", "compare empty"),
    *("compare good.yaml --json file/x.json", "compare good.yaml --html empty", "compare good.yaml --junit file/x"),
    *("compare good.yaml --baseline missing", "compare good.yaml --baseline broken.yaml"),
    *("compare good.yaml --baseline list.json", "compare good.yaml --baseline file/x --update-baseline"),
    *("compare good.yaml -n -3", "compare good.yaml -n x", "compare good.yaml -n 1.5"),
    *("compare good.yaml --update-baseline", "compare good.yaml --shard 4/3", "compare good.yaml --shard x"),
    *("compare good.yaml --recordings broken-gaps", "compare good.yaml --fail-under all", "compare -- ls"),
    *("coverage missing.yaml", "coverage broken.yaml", "coverage binary.yaml", "coverage numbers.yaml"),
    *("lint --recordings missing", "lint --recordings good.yaml", "lint --recordings broken-gaps"),
    *("lint --recordings empty", "lint --nothing"),
    *("replay missing.yaml", "replay broken.yaml", "replay --serve missing.yaml", "replay --serve broken.yaml"),
    *("replay --serve good.yaml --scenario none", "replay --serve good.yaml --port 99999"),
    *("replay --serve good.yaml --port 0 -- no-such-program",),
    *("report", "report missing", "report broken.yaml", "report list.json", "report binary.yaml"),
    *("report report.json --html file/x", "report report.json --json empty"),
    *("record no-such-scenario", "record --name x", "record -- true", "record --name X -- true"),
    *("record --name x -- no-such-program", "record s3/bucket_tags --out file"),
    *("record s3/bucket_tags --account x",),
    *("refresh", "refresh no-such-scenario --target {nobody}", "refresh broken.yaml --target {nobody}"),
    *("refresh good.yaml --target {nobody} --markdown file/x", "refresh good.yaml --target {nobody} --max-requests x"),
    *("import", "import missing", "import file --name shop", "import binary.yaml --name shop", "import file --name X"),
    *("export", "export missing.yaml", "export broken.yaml", "export good.yaml --out empty"),
    *("sweep", "sweep no-such-service --target {nobody}", "sweep --target {nobody} --older-than soon"),
    *("iam-policy no-such-scenario", "iam-policy --recordings missing", "iam-policy --recordings broken"),
    *("iam-policy --trust acme", "iam-policy --trust acme/app", "iam-policy --stack acme/app"),
    *("iam-policy s3/bucket_tags --recordings goldens --out file",),
]
OUT_OF_REACH = [
    *("compare good.yaml --target {nobody}", "compare good.yaml --target mars", "compare good.yaml --target http://"),
    *("compare good.yaml --target http://x:99999", "compare good.yaml --target http://[::1"),
    *(
        "compare good.yaml --command no-such-program",
        "compare good.yaml --command false",
        "compare good.yaml --command '",
    ),
    *("replay good.yaml --target {nobody}", "replay good.yaml --target mars", "replay good.yaml --target aws"),
    *("replay good.yaml --command no-such-program", "replay --serve good.yaml --host no.such.host.invalid"),
    *("record s3/bucket_tags --target {nobody}", "record s3/bucket_tags --target mars"),
    *("record s3/bucket_tags --target aws", "record s3/bucket_tags --target embedded --command no-such-program"),
    *("record --name x -- true", "record --name x --target {nobody} -- true"),
    *("refresh good.yaml --target {nobody}", "refresh good.yaml --target mars", "refresh good.yaml --target aws"),
    *("sweep --target {nobody}", "sweep --target mars", "sweep --target aws"),
]
# They ask no target, and write no file whose place is named.
REACHES_NOBODY = {"coverage", "export", "import", "iam-policy", "lint", "report"}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, text in {
        "broken.yaml": "a: [",
        "broken/broken.yaml": "a: [",
        "broken-gaps/known_gaps.yaml": "a: [",
        "broken-gaps/good.yaml": GOLDEN.read_text(),
        "goldens/s3/bucket_tags.yaml": GOLDEN.read_text(),
        "good.yaml": GOLDEN.read_text(),
        "numbers.yaml": "- 1",
        "file": "x",
        "list.json": "[]",
        "report.json": json.dumps({"schema": 3, "runs": []}),
    }.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (tmp_path / "binary.yaml").write_bytes(b"\xff\xfe")
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))  # the emulator is started from another folder
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    for name in ("AWS_PROFILE", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_ENDPOINT_URL"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def said(line: str, capfd: pytest.CaptureFixture[str]) -> tuple[int, str]:
    """The exit code, and what stands on standard error."""
    words = line.replace("{nobody}", NOBODY).split()
    try:
        code = cli.main(words)
    except SystemExit as ended:
        code = int(str(ended.code))
    return code, capfd.readouterr().err


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("line", WRONG_USE)
def test_wrong_use_is_one_line_and_2(line: str, capfd: pytest.CaptureFixture[str]) -> None:
    code, complaint = said(line, capfd)
    assert (code, complaint.count("\n")) == (USAGE, 1), complaint
    assert "Traceback" not in complaint and "Errno" not in complaint


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("line", OUT_OF_REACH)
def test_a_target_out_of_reach_is_one_line_and_4(line: str, capfd: pytest.CaptureFixture[str]) -> None:
    code, complaint = said(line, capfd)
    assert (code, complaint.count("\n")) == (UNREACHABLE, 1), complaint
    assert "Traceback" not in complaint and "Errno" not in complaint


def test_every_command_is_tried() -> None:
    assert {line.split()[0] for line in WRONG_USE} == set(cli._COMMANDS)
    assert {line.split()[0] for line in OUT_OF_REACH} == set(cli._COMMANDS) - REACHES_NOBODY

"""`compare` as it is called: several targets, shards, bars and baselines, against a live emulator."""

import json
import shutil
from pathlib import Path

import pytest

from conformance import cli
from conformance.gaps import Gaps
from conformance.recording import load
from conformance.target import opened
from conformance.trial.accounts import keeps_accounts_apart
from conformance.trial.run import Trial, run_trial

RECORDINGS = Path(__file__).parents[2] / "recordings"


@pytest.fixture(scope="module")
def target():
    with opened("embedded") as found:
        yield found


@pytest.fixture
def folder(tmp_path):
    """A few recordings without known gaps, one of them changed so that it differs."""
    folder = tmp_path / "recordings"
    (folder / "s3").mkdir(parents=True)
    for path in sorted((RECORDINGS / "s3").glob("bucket_*.yaml"))[:8]:
        shutil.copy(path, folder / "s3")
    return folder


@pytest.fixture
def compare(folder, target, tmp_path):
    def call(*arguments, targets=(target.url,)):
        wanted = [word for url in targets for word in ("--target", url)]
        report = tmp_path / "report.json"
        code = cli.main(["compare", "--recordings", str(folder), *wanted, "--json", str(report), *arguments])
        return code, json.loads(report.read_text())["runs"] if code in (0, 1) else []

    return call


def verdicts(run):
    return [(each["scenario"], each["exchange"], each["verdict"], each["mismatches"]) for each in run["judgements"]]


def test_several_targets_have_a_run_each(compare, target):
    _, runs = compare(targets=(target.url, target.url))
    assert len(runs) == 2 and runs[0]["score"] == runs[1]["score"]
    _, runs = compare(targets=(f"{target.url},{target.url}",))
    assert len(runs) == 2


def test_the_result_is_the_same_whatever_the_number_of_workers(compare):
    (one,), (many,) = (compare("-n", n)[1] for n in ("1", "5"))
    assert verdicts(one) == verdicts(many)
    assert list(one["sources"]) == list(many["sources"])


def test_shards_are_the_whole(compare):
    _, (whole,) = compare()
    parts = [compare("--shard", f"{number}/3")[1][0] for number in (1, 2, 3)]
    assert [each["shard"] for each in parts] == ["1/3", "2/3", "3/3"]
    assert sorted(map(repr, verdicts(whole))) == sorted(repr(each) for part in parts for each in verdicts(part))


def test_nothing_is_left_on_a_target_that_outlives_the_run(compare):
    _, (run,) = compare()
    assert run["left"] == []


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ((), 1),
        (("--fail-on", "none"), 0),
        (("--fail-on", "critical"), 1),
        (("--fail-under", "1"), 0),
        (("--fail-under", "100"), 1),
        (("--fail-under", "1", "--fail-on", "minor"), 1),
    ],
)
def test_the_bar_is_the_exit_code(compare, folder, arguments, code):
    spoil(folder, "line: 200 OK", "line: 202 Accepted")
    assert compare(*arguments)[0] == code


def spoil(folder, old, new):
    spoilt = 0
    for path in folder.glob("s3/*.yaml"):
        text = path.read_text()
        spoilt += text.count(old)
        path.write_text(text.replace(old, new))
    assert spoilt


def test_a_baseline_ratchets(compare, folder, tmp_path, capsys):
    baseline = tmp_path / "baseline.json"
    assert compare("--baseline", str(baseline))[0] == 2
    assert "baseline.json" in capsys.readouterr().err
    assert compare("--baseline", str(baseline), "--update-baseline")[0] == 0
    assert "8 scenarios are new" in capsys.readouterr().out
    written = baseline.read_text()
    assert compare("--baseline", str(baseline))[0] == 0

    spoil(folder, "line: 200 OK", "line: 202 Accepted")
    assert compare("--baseline", str(baseline), "--update-baseline")[0] == 1
    assert ": match > differs critical" in capsys.readouterr().err
    assert baseline.read_text() == written

    baseline.unlink()
    compare("--baseline", str(baseline), "--update-baseline")
    spoil(folder, "line: 202 Accepted", "line: 200 OK")
    capsys.readouterr()
    assert compare("--baseline", str(baseline), "--update-baseline")[0] == 0
    assert ": differs critical > match" in capsys.readouterr().out
    assert baseline.read_text() == written


def test_what_was_never_needed_is_told_when_all_was_judged(compare, folder, capsys):
    entry = "{id: none, reason: r, evidence: e, scenario: s3/bucket_life, path: header etag, value: x}"
    (folder / "accept.yaml").write_text(f"- {entry}")
    _, (run,) = compare("--all", "--fail-on", "none")
    assert any(line.startswith("rule upload-id for body UploadId") for line in run["unused"])
    assert "accepted answer none was never used" in run["unused"]
    assert not any(line.startswith("rule request-id for header x-amz-request-id") for line in run["unused"])
    assert not any("SequenceNumber" in line for line in run["unused"])  # of a service that nobody asked
    assert "rule upload-id for body UploadId" in capsys.readouterr().out
    some = sorted(map(str, folder.glob("s3/*.yaml")))[:3]
    for arguments in ((*some,), ("--shard", "1/2")):
        assert compare(*arguments, "--fail-on", "none")[1][0]["unused"] == []


def test_minimise_shows_and_keeps_the_fewest_exchanges(compare, folder, target, tmp_path, capsys):
    path = folder / "s3" / "bucket_list_pages.yaml"
    for each in folder.glob("s3/*.yaml"):
        each.unlink()
    shutil.copy(RECORDINGS / "s3" / path.name, path)
    # As if AWS said another region in the answer to the sixth request, which the first three buckets are needed for.
    text = path.read_text()
    before, mark, after = text.partition("exchange: 6\n")
    path.write_text(before + mark + after.replace("<Prefix>", "<Prefix>x", 1))
    assert "<Prefix>x" in path.read_text()
    out = tmp_path / "minimal"
    assert compare("--minimise", "--out", str(out), "--no-gaps")[0] == 1
    said = capsys.readouterr().out
    kept = load(out / "s3" / path.name)
    assert f"{len(kept.exchanges)} of {len(load(path).exchanges)} exchanges show it" in said
    assert len(kept.exchanges) < 6
    code, (run,) = compare("--no-gaps", str(out))
    assert code == 1 and [each["exchange"] for each in run["judgements"] if each["verdict"] == "differs"]
    assert run["left"] == []


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--out", "{folder}/out"), "--out needs --minimise"),
        (("--shard", "3"), "a shard is written like 3/16"),
        (("--update-baseline",), "--update-baseline needs --baseline FILE"),
        (("--baseline", "{folder}/known"), "known"),
    ],
)
def test_wrong_usage_is_one_clear_line(compare, folder, capsys, arguments, words):
    assert compare(*(each.format(folder=folder) for each in arguments))[0] == 2
    said = capsys.readouterr().err
    assert words in said and len(said.splitlines()) == 1


def test_our_emulator_keeps_accounts_apart(target):
    assert keeps_accounts_apart(target)


def test_a_target_without_accounts_is_tried_serially_and_says_so(monkeypatch, target, folder):
    monkeypatch.setattr("conformance.trial.run.keeps_accounts_apart", lambda target: False)
    seen, said = [], []
    monkeypatch.setattr(
        "conformance.trial.run.in_order", lambda do, items, workers: (seen.append(workers), map(do, items))[1]
    )
    run = run_trial(sorted(folder.glob("s3/*.yaml")), Trial.of(target, Gaps()), set(), workers=4, warn=said.append)
    assert seen == [1] and "one after another" in said[0]
    assert run.left == []

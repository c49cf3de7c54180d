"""Refreshing: the same is left byte for byte, drift is told and written, and what fails leaves the old file alone."""

import http.server
import re
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from conformance import cli
from conformance.exchange import Source
from conformance.record.run import record
from conformance.recording import dump, load
from conformance.refresh.plan import Job
from conformance.refresh.run import State, refresh
from conformance.scenarios import Driver, Scenario
from conformance.target import Target, opened
from tests.conformance.nobody import NOBODY

ID = "318BC8BC148832E5"


class Fake:
    """A server of S3 that mints a version id for each PUT and lists them; ``quirk`` is what drifts."""

    def __init__(self):
        self.quirk = ""
        self.round = 0
        self.versions = []

    def answer(self, method, path):
        if method == "PUT":
            # Two runs mint other ids, of AWS's shape.
            self.versions.append(f"{self.round}{len(self.versions):05d}".rjust(32, "V"))
            headers = {"x-amz-version-id": self.versions[-1]}
            return 200, headers | ({"x-amz-new": "yes"} if self.quirk == "put" else {}), b""
        if self.quirk == "status":
            return 500, {}, b""
        entries = "".join(f"<Version><Key>k</Key><VersionId>{each}</VersionId></Version>" for each in self.versions)
        name = "Owner" if self.quirk == "list" else "Name"
        return 200, {}, f"<ListVersionsResult><{name}>b</{name}>{entries}</ListVersionsResult>".encode()


@pytest.fixture
def fake():
    server = Fake()

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_any(self):
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            status, headers, body = server.answer(self.command, self.path)
            self.send_response(status)
            for name, value in {**headers, "x-amz-request-id": ID, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_PUT = do_DELETE = do_any

        def log_message(self, *words):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as listening:
        listening.daemon_threads = True
        thread = threading.Thread(target=listening.serve_forever, args=(0.01,))
        thread.start()
        server.target = Target("moto", "5", f"http://127.0.0.1:{listening.server_port}")
        yield server
        listening.shutdown()
        thread.join()


def play(t: Driver) -> None:
    t.raw("PUT", "/b/k", body=b"one")
    t.raw("PUT", "/b/k", body=b"two")
    version = re.search(b"<VersionId>(.*?)<", t.raw("GET", "/b?versions").body)[1].decode()
    t.raw("GET", f"/b?versions&version-id-marker={version}")


SCENARIO = Scenario("s3/drifting", "Versions are listed.", play)


def played_again(fake, path, scenario=SCENARIO, quirk="", **how):
    fake.round, fake.versions, fake.quirk = fake.round + 1, [], quirk
    job = Job(scenario.name, path, scenario, load(path) if path.exists() else None)
    result = refresh([job], fake.target, **how)
    (found,) = result.found
    return found


@pytest.fixture
def recorded(fake, tmp_path):
    path = tmp_path / "s3" / "drifting.yaml"
    assert played_again(fake, path).state is State.NEW
    return path


def test_what_answers_the_same_keeps_its_file_byte_for_byte(fake, recorded):
    before = recorded.read_bytes()
    found = played_again(fake, recorded)
    assert (found.state, found.drift.is_none) == (State.SAME, True)
    assert recorded.read_bytes() == before


def test_an_old_date_in_the_file_does_not_matter(fake, recorded):
    old = load(recorded)
    dump(replace(old, source=replace(old.source, date="2020-01-01", version="4")), recorded)
    before = recorded.read_bytes()
    assert played_again(fake, recorded).state is State.SAME
    assert recorded.read_bytes() == before


def test_a_changed_answer_is_told_and_only_it_is_rewritten(fake, recorded):
    old = load(recorded)
    found = played_again(fake, recorded, quirk="list")
    assert found.state is State.CHANGED and not found.drift.is_asked_otherwise
    told = {(each.exchange.number, one.path, one.kind) for each in found.drift.changes for one in each.mismatches}
    assert told == {
        (3, "body ListVersionsResult/Owner", "extra"),
        (3, "body ListVersionsResult/Name", "missing"),
        (4, "body ListVersionsResult/Owner", "extra"),
        (4, "body ListVersionsResult/Name", "missing"),
    }
    new = load(recorded)
    assert new.exchanges[:2] == old.exchanges[:2]
    assert b"<Owner>b</Owner>" in new.exchanges[2].response.body
    # The list names the versions as the answers that are kept do, and the binding still holds.
    minted = [each.response.header("x-amz-version-id") for each in new.exchanges[:2]]
    assert all(each.encode() in new.exchanges[2].response.body for each in minted)
    assert new.bindings == old.bindings
    assert played_again(fake, recorded, quirk="list").state is State.SAME


def test_a_new_header_drifts_in_each_answer_that_has_it(fake, recorded):
    found = played_again(fake, recorded, quirk="put")
    paths = [[mismatch.path for mismatch in each.mismatches] for each in found.drift.changes]
    assert paths == [["header x-amz-new"], ["header x-amz-new"]]
    assert load(recorded).exchanges[0].response.header("x-amz-new") == "yes"


def test_a_dry_run_tells_and_writes_nothing(fake, recorded):
    before = recorded.read_bytes()
    assert played_again(fake, recorded, quirk="list", is_dry=True).state is State.CHANGED
    assert recorded.read_bytes() == before


def test_a_scenario_that_asks_otherwise_is_written_anew(fake, recorded):
    def longer(t: Driver) -> None:
        t.raw("PUT", "/b/k", body=b"another")
        play(t)

    found = played_again(fake, recorded, Scenario("s3/drifting", "Versions are listed.", longer))
    assert found.state is State.CHANGED and found.drift.is_asked_otherwise
    assert [len(found.drift.added), len(found.drift.gone)] == [1, 0]
    assert len(load(recorded).exchanges) == 5


def test_another_body_is_another_question(fake, recorded):
    def other(t: Driver) -> None:
        t.raw("PUT", "/b/k", body=b"ONE")
        t.raw("PUT", "/b/k", body=b"two")
        t.raw("GET", "/b?versions")
        t.raw("GET", f"/b?versions&version-id-marker={fake.versions[0]}")

    found = played_again(fake, recorded, Scenario("s3/drifting", "Versions are listed.", other))
    assert found.drift.is_asked_otherwise and not found.drift.added


def test_a_changed_step_is_written_though_the_answers_are_the_same(fake, recorded):
    def stepped(t: Driver) -> None:
        t.step("a step")
        play(t)

    old = load(recorded)
    found = played_again(fake, recorded, Scenario("s3/drifting", "Versions are listed.", stepped))
    assert (found.state, found.drift.changes) == (State.CHANGED, ())
    assert {each.step for each in load(recorded).exchanges} == {"a step"}
    assert {each.step for each in old.exchanges} == {""}


def test_what_cannot_be_recorded_leaves_the_old_file_alone(fake, recorded):
    def breaks(t: Driver) -> None:
        t.step("the end")
        raise ValueError("no more")

    before = recorded.read_bytes()
    found = played_again(fake, recorded, Scenario("s3/drifting", "", breaks))
    assert (found.state, found.why) == (State.FAILED, "at step 'the end': ValueError: no more")
    assert recorded.read_bytes() == before


def test_a_recording_of_another_kind_is_left_alone(fake, recorded):
    dump(replace(load(recorded), source=Source("localstack", "1", "us-east-1", "2026-01-01", "boto3")), recorded)
    before = recorded.read_bytes()
    found = played_again(fake, recorded)
    assert (found.state, found.why) == (State.LEFT, "recorded from localstack: this target is moto")
    assert recorded.read_bytes() == before


def test_it_is_adopted_when_asked_for(fake, recorded):
    dump(replace(load(recorded), source=Source("localstack", "1", "us-east-1", "2026-01-01", "boto3")), recorded)
    assert played_again(fake, recorded, adopt=True).state is State.CHANGED
    assert load(recorded).source.kind == "moto"


def test_what_aws_answered_is_never_replaced_by_an_imitation(fake, recorded):
    dump(replace(load(recorded), source=Source("aws", "", "us-east-1", "2026-01-01", "boto3", True)), recorded)
    assert played_again(fake, recorded, adopt=True).state is State.LEFT


def test_a_program_s_traffic_is_left_alone(fake, recorded):
    job = Job("app/upload", recorded, None, load(recorded))
    (found,) = refresh([job], fake.target).found
    assert found.state is State.LEFT and "program" in found.why


def test_a_new_scenario_is_recorded_from_the_source_of_its_service(fake, recorded, tmp_path):
    new = Job("s3/new", tmp_path / "s3" / "new.yaml", Scenario("s3/new", "New.", play), None)
    other = replace(load(recorded), source=Source("localstack", "1", "us-east-1", "2026-01-01", "boto3"))
    states = [each.state for each in refresh([Job("s3/drifting", recorded, None, other), new], fake.target).found]
    assert states == [State.LEFT, State.LEFT]
    assert not new.path.exists()
    fake.versions = []
    assert [each.state for each in refresh([new], fake.target).found] == [State.NEW]
    assert new.path.exists()


def test_the_budget_of_requests_is_kept(fake, recorded, tmp_path):
    again = Job("s3/drifting", recorded, SCENARIO, load(recorded))
    second = Job("s3/second", tmp_path / "s3" / "second.yaml", Scenario("s3/second", "", play), load(recorded))
    fake.versions = []
    result = refresh([again, second], fake.target, most=7)
    assert [each.state for each in result.found] == [State.SAME, State.FAILED]
    assert result.found[1].why == "the budget of 7 requests is used up"
    assert result.requests == 4
    fake.versions = []
    assert [each.state for each in refresh([again], fake.target, most=4).found] == [State.SAME]


# -- the command, with the emulator as the source --------------------------------------------------------------------


@pytest.fixture(scope="module")
def emulator():
    with opened("embedded") as found:
        yield found


@pytest.fixture
def goldens(emulator, tmp_path):
    folder = tmp_path / "recordings"
    assert cli.main(["record", "s3/bucket_tags", "--target", emulator.url, "--out", str(folder)]) == 0
    return folder


def run(emulator, folder, *words):
    return cli.main(["refresh", *words, "--target", emulator.url, "--recordings", str(folder)])


def test_exit_0_when_all_is_the_same(emulator, goldens, capsys):
    capsys.readouterr()
    assert run(emulator, goldens, "s3/bucket_tags") == 0
    assert capsys.readouterr().out.startswith("1 scenarios, ruststack ")


def test_exit_3_for_drift_with_a_report(emulator, goldens, tmp_path, capsys):
    path = goldens / "s3" / "bucket_tags.yaml"
    path.write_text(path.read_text().replace("NoSuchTagSet</Code>", "NoTags</Code>").replace("204 No", "200 No"))
    before, report = path.read_bytes(), tmp_path / "out" / "drift.md"
    assert run(emulator, goldens, str(path), "--dry-run", "--markdown", str(report)) == 3
    assert path.read_bytes() == before
    assert "would be rewritten" in report.read_text()
    assert run(emulator, goldens, str(goldens), "--markdown", str(report)) == 3
    text = report.read_text()
    assert "### s3/bucket_tags" in text
    assert "| `body Error/Code` | `NoTags` | `NoSuchTagSet` | critical |" in text
    assert "| `status` | `200` | `204` | critical |" in text
    assert f"and {load(path).source.date} (ruststack " in text
    assert "changed   s3/bucket_tags\n" in capsys.readouterr().out
    assert run(emulator, goldens, "s3/bucket_tags") == 0


def test_exit_3_for_a_first_recording(emulator, goldens, capsys):
    assert run(emulator, goldens, "s3/bucket_tags", "s3/bucket_missing") == 3
    assert "new       s3/bucket_missing\n" in capsys.readouterr().out
    assert (goldens / "s3" / "bucket_missing.yaml").exists()


def test_exit_2_for_a_target_of_another_kind(emulator, goldens, capsys):
    path = goldens / "s3" / "bucket_tags.yaml"
    path.write_text(path.read_text().replace("kind: ruststack", "kind: aws"))
    assert run(emulator, goldens, "s3/bucket_tags") == 2
    said = capsys.readouterr()
    assert "recorded from aws: this target is ruststack" in said.out
    assert len(said.err.splitlines()) == 1 and "another kind" in said.err


def test_exit_4_when_something_cannot_be_recorded(emulator, goldens, capsys):
    assert run(emulator, goldens, "s3/bucket_tags", "s3/bucket_life", "--max-requests", "3") == 4
    assert "failed    s3/bucket_tags: the budget of 3 requests is used up" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["s3/nothing_such"], 2, "no scenario is named 's3/nothing_such'"),
        (["nowhere.yaml"], 2, "there is no recording nowhere.yaml"),
        (["--target", "mars"], 4, "no target is named 'mars'"),
        (["--target", NOBODY], 4, "nothing answers at"),
    ],
)
def test_what_cannot_be_done_is_one_clear_line(words, code, said, emulator, tmp_path, capsys):
    assert cli.main(["refresh", "--target", emulator.url, "--recordings", str(tmp_path), *words]) == code
    err = capsys.readouterr().err
    assert said in err and len(err.splitlines()) == 1


def test_scenarios_that_mint_dates_signatures_and_ids_ask_the_same_twice(emulator, tmp_path):
    names = ["chunked_signed", "form_upload", "lock_default_retention", "lock_retention", "presigned_expired"]
    words = [f"s3/{name}" for name in names]
    assert cli.main(["record", *words, "--target", emulator.url, "--out", str(tmp_path)]) == 0
    assert run(emulator, tmp_path, *words) == 0


def test_the_recorder_and_refresh_write_alike(emulator, tmp_path):
    scenario = Scenario("s3/alike", "Alike.", lambda t: t.client().list_buckets())
    (outcome,) = record([scenario], emulator, tmp_path)
    text = Path(outcome.path).read_text()
    outcome.path.unlink()
    (found,) = refresh([Job("s3/alike", outcome.path, scenario, None)], emulator).found
    assert found.state is State.NEW

    def lines(text):
        return [line for line in text.splitlines() if not re.search(r"(?i)date|at:|id|expires", line)]

    assert lines(outcome.path.read_text()) == lines(text)

"""An export is HAR 1.2, and comes back as the recording that it was."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from conformance import cli
from conformance.exchange import Exchange, Recording, Request, Response, Source
from conformance.interchange.archive import spans, to_har
from conformance.interchange.into import import_files
from conformance.record.order import causal
from conformance.recording import dump, load

GOLDENS = Path(__file__).parents[3] / "recordings"
SOME = ("s3/bucket_tags", "s3/range", "s3/form_upload", "dynamodb/*", "sqs/*", "sns/*", "secretsmanager/*")

# What HAR 1.2 requires of each object: http://www.softwareishard.com/blog/har-12-spec/
REQUIRED = {
    "log": {"version", "creator", "entries"},
    "creator": {"name", "version"},
    "page": {"startedDateTime", "id", "title", "pageTimings"},
    "entry": {"startedDateTime", "time", "request", "response", "cache", "timings"},
    "request": {
        *("method", "url", "httpVersion", "cookies", "headers"),
        *("queryString", "headersSize", "bodySize"),
    },
    "response": {
        *("status", "statusText", "httpVersion", "cookies", "headers"),
        *("content", "redirectURL", "headersSize", "bodySize"),
    },
    "content": {"size", "mimeType"},
    "postData": {"mimeType", "params", "text"},
    "timings": {"send", "wait", "receive"},
}


def goldens():
    paths = [path for name in SOME for path in sorted(GOLDENS.glob(f"{name}.yaml"))[:3]]
    assert len(paths) > 10
    return paths


def test_every_member_that_har_requires_is_there():
    log = to_har(load(path) for path in goldens())["log"]
    assert REQUIRED["log"] <= log.keys() and REQUIRED["creator"] <= log["creator"].keys()
    assert log["version"] == "1.2"
    assert all(REQUIRED["page"] <= page.keys() for page in log["pages"])
    pages = {page["id"] for page in log["pages"]}
    for entry in log["entries"]:
        assert REQUIRED["entry"] <= entry.keys() and REQUIRED["timings"] <= entry["timings"].keys()
        assert REQUIRED["request"] <= entry["request"].keys() and REQUIRED["response"] <= entry["response"].keys()
        assert REQUIRED["content"] <= entry["response"]["content"].keys()
        assert REQUIRED["postData"] <= entry["request"].get("postData", dict.fromkeys(REQUIRED["postData"])).keys()
        assert entry["pageref"] in pages
        assert entry["time"] == sum(entry["timings"].values())
        listed = [*entry["request"]["headers"], *entry["response"]["headers"], *entry["request"]["queryString"]]
        assert all(each.keys() == {"name", "value"} for each in listed)
        own = {name for each in (entry, entry["request"], entry["response"]) for name in each if name[0] == "_"}
        assert own <= {"_expects"}
    json.dumps(log)


def there_and_back(paths, folder, name=""):
    """The recordings at those paths, exported and imported again; by scenario."""
    archive = folder / "all.har"
    folder.mkdir()
    archive.write_text(json.dumps(to_har(load(path) for path in paths)))
    done = import_files([archive], name, folder, {}, kind="localstack")
    return {each.scenario: each.path for each in done.written}


def test_what_comes_back_is_the_same_again(tmp_path):
    first = there_and_back(goldens(), tmp_path / "first")
    second = there_and_back(first.values(), tmp_path / "second")
    assert len(first) == len(goldens())
    for name, path in first.items():
        assert load(second[name]) == load(path)


def test_what_comes_back_says_what_was_recorded(tmp_path):
    for name, path in there_and_back(goldens(), tmp_path / "first").items():
        golden, back = load(GOLDENS / f"{name}.yaml"), load(path)
        assert (back.title, back.source.date) == (golden.title, golden.exchanges[0].at[:10])
        said = [(each.request, each.response) for each in back.exchanges]
        assert said == [(each.request, each.response) for each in golden.exchanges]
        for one, other in zip(back.exchanges, golden.exchanges, strict=True):
            assert (one.step, one.expects, one.at, one.after) == (other.step, other.expects, other.at, other.after)


def test_a_new_name_for_a_lone_scenario(tmp_path):
    assert list(there_and_back([GOLDENS / "s3/bucket_tags.yaml"], tmp_path / "x", "shop/tags")) == ["shop/tags"]


def exchange(number, after=None, **changes):
    request, response = Request("GET", "/b", (("Host", "s3.amazonaws.com"),)), Response(200, "OK")
    made = Exchange(number, "s3.ListObjects", "main", request, response, at="2026-11-21T10:00:00.000Z", after=after)
    return replace(made, **changes)


@pytest.mark.parametrize(
    "orders",
    [
        (None, None, None),
        (None, (), None),
        (None, (), (), (1,), (1, 2, 3)),
        (None, (), (1,), (1, 2)),
        (None, None, (1,), (2,), None),
    ],
)
def test_causal_order_is_carried_by_the_times(orders):
    exchanges = tuple(exchange(number, after) for number, after in enumerate(orders, start=1))
    back = causal([replace(each, after=None) for each in exchanges], spans(exchanges))
    assert [each.after for each in back] == list(orders)


def test_the_command_writes_a_file_and_says_what(tmp_path, capsys):
    out = tmp_path / "new" / "tags.har"
    assert cli.main(["export", str(GOLDENS / "s3/bucket_tags.yaml"), "--out", str(out)]) == 0
    assert "1 scenario, " in capsys.readouterr().out
    assert json.loads(out.read_text())["log"]["pages"][0]["id"] == "s3/bucket_tags"
    assert cli.main(["export", str(tmp_path / "nothing"), "--out", str(out)]) == 2
    assert "no recording" in capsys.readouterr().err


def test_binary_bodies_travel_in_base64(tmp_path):
    body = bytes(range(256))
    said = exchange(1, request=Request("PUT", "/b/k", (("Host", "s3.amazonaws.com"),), body))
    source = Source("aws", "", "us-east-1", "2026-11-21", "", True)
    golden = Recording("s3/x", "X", source, {}, (), (replace(said, response=Response(200, "OK", (), body)),))
    dump(golden, tmp_path / "x.yaml")
    (path,) = there_and_back([tmp_path / "x.yaml"], tmp_path / "first").values()
    (back,) = load(path).exchanges
    assert (back.request.body, back.response.body) == (body, body)

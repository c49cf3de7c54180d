"""What mitmproxy and HAR tools have kept becomes recordings as `record -- COMMAND` makes them."""

import io
import json

import boto3
import botocore.config
import pytest
from mitmproxy.addons.savehar import SaveHar
from mitmproxy.certs import CertStore
from mitmproxy.io import FlowReader, FlowWriter
from mitmproxy.test import tflow, tutils

from conformance import cli
from conformance.interchange import flows
from conformance.interchange.into import NothingKept, import_files
from conformance.interchange.taken import NO_BODY, NO_HTTP, BadFile
from conformance.record.capture import Tape
from conformance.record.proxy import Proxy
from conformance.recording import load
from conformance.target import opened

SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYzzzzzzzzzz"
TOKEN = "IQoJb3JpZ2luX2VjEXAMPLEnotreallyatokenbutlongenough"
SIGNED = (
    f"AWS4-HMAC-SHA256 Credential=AKIAZZZZZZZZZZZZZZZZ/20261121/eu-west-1/s3/aws4_request, "
    f"SignedHeaders=host;x-amz-date, Signature={'5' * 64}"
)


def flow(host="photos.s3.eu-west-1.amazonaws.com", at=946681200.0, **request):
    headers = (*request.pop("headers", ()), (b"host", host.encode()), (b"authorization", SIGNED.encode()))
    asked = tutils.treq(
        host=host, port=443, scheme=b"https", path=b"/a", content=b"", headers=headers, timestamp_start=at, **request
    )
    answer = tutils.tresp(headers=((b"x-amz-request-id", b"1"),), content=b"hi", timestamp_end=at + 1)
    return tflow.tflow(req=asked, resp=answer)


def written(*kept):
    file = io.BytesIO()
    for each in kept:
        FlowWriter(file).add(each)
    file.seek(0)
    return file


def kept(tmp_path, *flows, name="shop.flows"):
    path = tmp_path / name
    path.write_bytes(written(*flows).read())
    return path


def certless(each):
    each.server_conn.certificate_list = []
    return each


class Keep:
    """A mitmproxy addon: what `mitmdump -w` keeps."""

    def __init__(self):
        self.flows = []

    def response(self, flow):
        self.flows.append(flow)


@pytest.fixture(scope="module")
def talk():
    """Real flows: boto3 through mitmproxy to the emulator."""
    keep = Keep()
    with opened("embedded") as target, Proxy(Tape(), upstream=target.url, addons=[keep]) as proxy:
        config = botocore.config.Config(s3={"addressing_style": "path"})
        keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test", "region_name": "us-east-1"}
        s3 = boto3.client("s3", endpoint_url=proxy.url, config=config, **keys)
        s3.create_bucket(Bucket="import-photos")
        s3.put_object(Bucket="import-photos", Key="cat.jpg", Body=bytes(range(256)))
        upload = s3.create_multipart_upload(Bucket="import-photos", Key="big")["UploadId"]
        s3.abort_multipart_upload(Bucket="import-photos", Key="big", UploadId=upload)
        s3.get_object(Bucket="import-photos", Key="cat.jpg")["Body"].read()
        s3.close()
    return keep.flows


def test_real_flows_are_what_a_recording_would_hold(talk, tmp_path):
    path = kept(tmp_path, *talk)
    (done,) = import_files([path], "shop", tmp_path, {}, kind="ruststack").written
    made = load(done.path)
    assert [each.operation for each in made.exchanges] == [
        "s3.CreateBucket",
        "s3.PutObject",
        "s3.CreateMultipartUpload",
        "s3.AbortMultipartUpload",
        "s3.GetObject",
    ]
    assert (made.names, [each.places for each in made.bindings]) == (("import-photos",), [("query uploadId",)])
    assert made.accounts == {"main": "000000000000"}
    assert made.exchanges[0].request.header("authorization").endswith("Signature=" + "0" * 64)
    assert made.exchanges[4].response.body == bytes(range(256))
    assert all(each.after is None for each in made.exchanges)
    assert (made.source.kind, made.source.seen_on_aws) == ("ruststack", False)


def test_mitmproxys_own_har_says_the_same(talk, tmp_path):
    path = tmp_path / "shop.har"
    path.write_text(json.dumps(SaveHar().make_har(talk)))
    (from_har,) = import_files([path], "har", tmp_path, {}, kind="ruststack").written
    (from_flows,) = import_files([kept(tmp_path, *talk)], "flows", tmp_path, {}, kind="ruststack").written
    one, other = load(from_har.path), load(from_flows.path)
    said = [[(each.request, each.response) for each in made.exchanges] for made in (one, other)]
    assert said[0] == said[1]
    assert (one.bindings, one.names, one.source) == (other.bindings, other.names, other.source)


def test_no_secret_reaches_the_disk(tmp_path):
    headers = ((b"x-amz-security-token", TOKEN.encode()), (b"x-amz-meta-secret-access-key", SECRET.encode()))
    (done,) = import_files([kept(tmp_path, certless(flow(headers=headers)))], "shop", tmp_path, {}).written
    text = done.path.read_text()
    assert all(secret not in text for secret in (SECRET, TOKEN, "5" * 64, "AKIAZZZZZZZZZZZZZZZZ"))


def test_what_goes_to_awss_hosts_is_aws_but_not_proven(tmp_path):
    done = import_files([kept(tmp_path, certless(flow()))], "shop", tmp_path, {})
    source = load(done.written[0].path).source
    assert (source.kind, source.seen_on_aws, source.region, source.date) == ("aws", False, "eu-west-1", "1999-12-31")


def test_a_certificate_of_somebody_else_says_that_it_is_not(tmp_path):
    given = flow()
    store = CertStore.from_store(tmp_path, "other", 2048)
    given.server_conn.certificate_list = [store.get_cert("photos.s3.eu-west-1.amazonaws.com", []).cert]
    assert import_files([kept(tmp_path, given)], "shop", tmp_path, {}).source.kind == "other"


def test_what_is_not_aws_or_not_whole_is_dropped_and_counted(tmp_path):
    streamed = flow()
    streamed.response.raw_content = None
    unanswered = flow()
    unanswered.response = None
    elsewhere = flow(host="example.com")
    del elsewhere.request.headers["authorization"]
    given = [certless(flow()), streamed, unanswered, elsewhere, tflow.ttcpflow(), tflow.twebsocketflow()]
    done = import_files([kept(tmp_path, *given)], "shop", tmp_path, {})
    assert [each.exchanges for each in done.written] == [1]
    assert done.dropped == {NO_BODY: 1, "never answered": 1, "not AWS": 1, NO_HTTP: 2}


def test_of_http_2_becomes_http_1_1():
    given = flow()
    del given.request.headers["host"]
    given.request.authority = "photos.s3.eu-west-1.amazonaws.com"
    given.request.http_version = given.response.http_version = "HTTP/2.0"
    given.response.reason = ""
    (captured,) = flows.read(written(given)).captured
    assert captured.request.header("host") == "photos.s3.eu-west-1.amazonaws.com"
    assert captured.response.reason == "OK"


def test_behind_a_transparent_proxy_the_host_header_names_the_server():
    given = flow()
    given.request.data.host = "52.218.0.1"
    (captured,) = flows.read(written(given)).captured
    assert captured.origin == "https://photos.s3.eu-west-1.amazonaws.com:443"


def test_what_ran_at_the_same_time_is_told_by_the_clock(tmp_path):
    given = [certless(flow(at=946681200.0 + moment)) for moment in (0, 0.5, 2)]
    (done,) = import_files([kept(tmp_path, *reversed(given))], "shop", tmp_path, {}).written
    assert [each.after for each in load(done.path).exchanges] == [None, (), None]


def test_several_files_are_scenarios_below_the_name(tmp_path):
    paths = [kept(tmp_path, certless(flow()), name=name) for name in ("Up load.flows", "list.flows")]
    done = import_files(paths, "shop", tmp_path, {})
    assert sorted(each.scenario for each in done.written) == ["shop/list", "shop/up_load"]


def test_no_aws_traffic_is_said(tmp_path):
    elsewhere = flow(host="example.com")
    del elsewhere.request.headers["authorization"]
    with pytest.raises(NothingKept, match="1 dropped: not AWS"):
        import_files([kept(tmp_path, elsewhere)], "shop", tmp_path, {})


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "is empty"),
        (b"hello", "neither a mitmproxy flow file nor a HAR"),
        (b"12:not a flow at all", "no mitmproxy flow file"),
        (b"{}", "no HAR"),
        (written(tflow.tflow(resp=True)).read()[:-9], "no mitmproxy flow file"),
    ],
)
def test_the_command_refuses_a_bad_file_in_one_line(content, why, tmp_path, capsys):
    path = tmp_path / "given"
    path.write_bytes(content)
    assert cli.main(["import", str(path), "--name", "shop", "--out", str(tmp_path)]) == 2
    said = capsys.readouterr().err
    assert why in said and str(path) in said and said.count("\n") == 1
    assert not list(tmp_path.glob("*.yaml"))


def test_the_command_refuses_a_file_that_is_not_there(tmp_path, capsys):
    assert cli.main(["import", str(tmp_path / "x"), "--name", "shop"]) == 2
    assert capsys.readouterr().err == f"{tmp_path / 'x'}: No such file or directory\n"


@pytest.mark.parametrize("name", ["Shop", "a//b", "!"])
def test_the_command_refuses_a_name_that_is_no_path(name, tmp_path, capsys):
    assert cli.main(["import", str(kept(tmp_path, flow())), "--name", name]) == 2
    assert "lower-case" in capsys.readouterr().err


def test_a_file_that_names_no_scenario_needs_a_name(tmp_path):
    with pytest.raises(BadFile, match="give them a --name"):
        import_files([kept(tmp_path, flow())], "", tmp_path, {})


def test_the_command_says_what_it_wrote_and_dropped(tmp_path, capsys):
    path = kept(tmp_path, certless(flow()), tflow.ttcpflow())
    assert cli.main(["import", str(path), "--name", "shop/up", "--out", str(tmp_path)]) == 0
    assert capsys.readouterr().out.splitlines() == [
        f"imported shop/up (1) in {tmp_path / 'shop/up.yaml'}",
        "dropped  1 request: not HTTP",
        "from aws",
    ]


def test_mitmproxy_reads_what_this_test_writes():
    assert len(list(FlowReader(written(flow(), flow())).stream())) == 2

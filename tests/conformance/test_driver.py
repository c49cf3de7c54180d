"""The driver's promises that need no network, and the registry of scenarios."""

import io
import zipfile

import pytest

from conformance.scenarios import scenario
from conformance.scenarios.driver import Driver, Endpoint
from conformance.scenarios.raw import assemble
from conformance.sign import Credentials, Scope

LOCAL = Endpoint("http://localhost:4566")


def driver(seed="ruststack", endpoint=LOCAL):
    return Driver("s3/some_long_topic", endpoint, seed=seed)


def test_names_come_from_the_seed_and_are_recorded_alike():
    one, again, other = driver(), driver(), driver("elsewhere")
    names = [one.name(), one.name("log"), again.name(), other.name()]
    assert names[0] == names[2] != names[3]
    assert names[0].startswith("conform-some-long-topic-")
    assert other.minted[names[3]] == names[0]
    assert len(set(names)) == 3


def test_a_name_fits_into_a_bucket_name():
    assert len(driver().name("x" * 80)) <= 63


def test_a_body_is_the_same_in_every_run_and_repeats():
    body = driver().body(200)
    assert len(body) == 200 and body == driver("other").body(200)
    assert body[:64] == body[64:128]


def test_accounts_are_sandboxes_of_twelve_digits():
    t = driver()
    assert t.account_id() == t.credentials().access_key != t.account_id("other")
    assert set(t.used_accounts()) == {"main", "other"}


@pytest.mark.parametrize(
    ("url", "plain", "bucket"),
    [
        ("http://localhost:4566", "localhost:4566", "b.s3.localhost.localstack.cloud:4566"),
        ("http://127.0.0.1:4566", "127.0.0.1:4566", "b.s3.localhost.localstack.cloud:4566"),
        (None, "s3.us-east-1.amazonaws.com", "b.s3.us-east-1.amazonaws.com"),
    ],
)
def test_a_bucket_can_be_addressed_by_its_own_host(url, plain, bucket):
    t = driver(endpoint=Endpoint(url))
    assert (t.authority(), t.authority("b")) == (plain, bucket)


@pytest.mark.parametrize(
    ("url", "region", "host"),
    [
        ("http://127.0.0.1:4566", "us-east-1", "b.s3-website.localhost.localstack.cloud:4566"),
        (None, "us-east-1", "b.s3-website-us-east-1.amazonaws.com"),
        (None, "eu-central-1", "b.s3-website.eu-central-1.amazonaws.com"),
    ],
)
def test_a_website_has_a_host_of_its_own(url, region, host):
    assert driver(endpoint=Endpoint(url, region=region)).website("b") == host


@pytest.mark.parametrize("name", ["s3", "s3/", "/x", "s3/Upper", "s3/with space"])
def test_a_scenario_has_a_service_and_a_topic(name):
    with pytest.raises(ValueError, match="service/topic"):
        scenario(name)


def test_an_archive_has_the_same_bytes_in_every_run():
    files = {"app.py": "def handler(event, context): return event\n", "data.bin": b"\0\1"}
    archive = driver().zip(files)
    assert archive == driver("other").zip(files)
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        assert {name: opened.read(name) for name in opened.namelist()} == {
            "app.py": files["app.py"].encode(),
            "data.bin": b"\0\1",
        }


def test_a_raw_request_says_its_digest_to_s3_alone():
    def names(service):
        scope = Scope("20261121T100000Z", "us-east-1", service)
        request = assemble("POST", "/", [("Host", "h")], b"{}", scope, Credentials("a", "b"), None, None, None)
        return {name.lower() for name, _ in request.headers}

    assert names("s3") - names("dynamodb") == {"x-amz-content-sha256"}
    assert "authorization" in names("dynamodb")

"""In another region than it was recorded in, a scenario is the same scenario, and is judged as strictly."""

import base64
import json
from collections import Counter
from pathlib import Path

import pytest

from conformance import cli
from conformance.exchange import Exchange, Recording, Request, Response, Source
from conformance.replay.rebind import Rebinder
from conformance.replay.regions import Travel, is_region

RECORDINGS = Path(__file__).parents[2] / "recordings"
CREATE = "s3.CreateBucket"
XMLNS = b'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"'
AGAIN = b"<CreateBucketConfiguration %b><LocationConstraint>%b</LocationConstraint></CreateBucketConfiguration>"


def request(target="/b", body=b"", region="us-east-1", headers=()):
    proof = (
        f"AWS4-HMAC-SHA256 Credential=000000000000/20261121/{region}/s3/aws4_request, SignedHeaders=host, Signature=0"
    )
    length = ("Content-Length", str(len(body)))
    return Request("PUT", target, (("Host", "b"), ("Authorization", proof), length, *headers), body)


def recording(*requests, region="us-east-1"):
    exchanges = tuple(Exchange(n, CREATE, "main", each, Response(200, "OK")) for n, each in enumerate(requests, 1))
    return Recording("s3/x", "", Source("localstack", "1", region, "", ""), {"main": "000000000000"}, (), exchanges)


def regions(whole, region):
    return Travel.of(whole, region).regions


def located(asked, recorded, region):
    """The request as CreateBucket is to be told it in ``region``."""
    whole = recording(request(), region=recorded)
    return Travel.of(whole, region).located(whole.exchanges[0], asked)


def moved(whole, region):
    rebinder = Rebinder(whole, {}, {"main": "000000000000"}, "4566")
    rebinder.shift(regions(whole, region))
    return rebinder


def test_where_there_is_no_need_nothing_moves():
    whole = recording(request())
    assert regions(whole, "") == regions(whole, "us-east-1") == {}
    assert regions(recording(request(), region="local"), "eu-west-1") == {}


def test_a_region_is_moved_wherever_it_stands_and_moved_back():
    policy = base64.b64encode(json.dumps({"arn": "arn:aws:sqs:us-east-1:1:q"}).encode()).decode()
    headers = (("x-arn", "arn:aws:kms:us-east-1:1:key/k"), ("x-zone", "us-east-1a"), ("x-other", "us-east-10"))
    rebinder = moved(recording(request()), "eu-west-1")
    live = rebinder.request(
        Exchange(
            1,
            CREATE,
            "main",
            request("/?c=x%2Fus-east-1%2Fs3", b"sqs.us-east-1.amazonaws.com", headers=headers),
            Response(200, ""),
        )
    )
    assert live.target == "/?c=x%2Feu-west-1%2Fs3" and live.body == b"sqs.eu-west-1.amazonaws.com"
    assert live.header("x-arn") == "arn:aws:kms:eu-west-1:1:key/k"
    assert (live.header("x-zone"), live.header("x-other")) == ("eu-west-1a", "us-east-10")
    assert "/eu-west-1/s3/" in live.header("authorization") and policy
    answer = rebinder.response(Response(200, "OK", (("x-amz-bucket-region", "eu-west-1"),), b"eu-west-1b"))
    assert (answer.header("x-amz-bucket-region"), answer.body) == ("us-east-1", b"us-east-1b")


def test_two_regions_stay_two():
    whole = recording(request(), request(region="eu-west-1"))
    found = regions(whole, "eu-west-1")
    assert found["us-east-1"] == "eu-west-1"
    assert found["eu-west-1"] not in ("us-east-1", "eu-west-1")
    rebinder = moved(whole, "eu-west-1")
    assert f"/{found['eu-west-1']}/s3/" in rebinder.request(whole.exchanges[1]).header("authorization")
    assert rebinder.response(Response(200, "", (), found["eu-west-1"].encode())).body == b"eu-west-1"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"", AGAIN % (XMLNS, b"eu-west-1")),
        (b"<CreateBucketConfiguration %b/>" % XMLNS, AGAIN % (XMLNS, b"eu-west-1")),
        (b"<CreateBucketConfiguration %b><Tags/></CreateBucketConfiguration>" % XMLNS, None),
        (b"<CreateBucketConfiguration", b"<CreateBucketConfiguration"),
        (b"not xml", b"not xml"),
        (AGAIN % (XMLNS, b"eu-west-1"), AGAIN % (XMLNS, b"eu-west-1")),
    ],
)
def test_a_bucket_outside_us_east_1_is_made_with_its_constraint(body, expected):
    there = located(request(body=body, region="eu-west-1"), "us-east-1", "eu-west-1")
    if expected is None:
        expected = body.replace(b"<Tags/>", b"<LocationConstraint>eu-west-1</LocationConstraint><Tags/>")
    assert there.body == expected
    assert there.header("content-length") == str(len(there.body))


def test_a_bucket_in_us_east_1_is_made_without_one():
    body = AGAIN % (XMLNS, b"us-east-1")
    there = located(request(body=body), "eu-west-1", "us-east-1")
    assert there.body == b"<CreateBucketConfiguration %b></CreateBucketConfiguration>" % XMLNS


def test_what_the_scenario_does_in_a_third_region_is_left_alone():
    asked = request(region="us-west-2")
    assert located(asked, "us-east-1", "eu-west-1") is asked


def test_a_region_has_a_shape(capsys):
    assert is_region("ap-southeast-4") and is_region("us-gov-west-1")
    assert not is_region("europe") and not is_region("us-east-1a")
    assert cli.main(["compare", "--region", "europe"]) == 2
    assert "is no region" in capsys.readouterr().err


def test_all_of_s3_is_judged_as_strictly_in_another_region(tmp_path):
    """As in us-east-1 every difference is a known gap, and every gap holds; one more, where AWS is not known."""
    report = tmp_path / "report.json"
    paths = (str(RECORDINGS / "s3"), "--recordings", str(RECORDINGS))
    assert cli.main(["compare", *paths, "--region", "eu-west-1", "--json", str(report)]) == 0
    (run,) = json.loads(report.read_text())["runs"]
    notes = Counter(each["note"].partition(": ")[2] for each in run["judgements"] if "accepted" in each["note"])
    assert {"created-elsewhere", "location-elsewhere", "created-again-elsewhere"} <= set(notes)
    assert notes["created-elsewhere"] > 200
    assert "no-such-region-elsewhere" in run["used_gaps"]

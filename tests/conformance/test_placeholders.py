"""Normalising: only where a rule says so, only with AWS's shape, and always with its number."""

import pytest

from conformance.exchange import Request, Response
from conformance.normalise.placeholders import Normaliser
from conformance.normalise.rules import RULES, Rule, Rulebook

V1, V2, V3 = "a" * 32, "b" * 32, "c" * 32
VERSION = "header x-amz-version-id"


@pytest.fixture
def normaliser():
    return Normaliser(Rulebook(), "s3", is_loose=False)


def test_values_with_the_shape_get_the_same_placeholder(normaliser):
    assert normaliser.pair(VERSION, V1, V2) == ("<version-id:1>", "<version-id:1>")
    assert normaliser.pair("body Version/VersionId", V1, V2) == ("<version-id:1>", "<version-id:1>")


def test_a_malformed_value_stays_visible(normaliser):
    assert normaliser.pair(VERSION, V1, "short") == ("<version-id:1>", "short")
    assert normaliser.pair(VERSION, V1, "null") == ("<version-id:1>", "null")


def test_values_that_are_mixed_up_show(normaliser):
    normaliser.pair(VERSION, V1, V2)
    assert normaliser.pair(VERSION, V1, V3) == ("<version-id:1>", "<version-id:?2>")


def test_one_value_for_two_shows(normaliser):
    normaliser.pair(VERSION, V1, V3)
    expected, actual = normaliser.pair(VERSION, V2, V3)
    assert expected != actual


def test_a_value_that_replay_spelled_back_is_equal(normaliser):
    normaliser.pair(VERSION, V1, V2)
    assert normaliser.pair(VERSION, V1, V1) == ("<version-id:1>", "<version-id:1>")


def test_a_missing_side_is_kept_missing(normaliser):
    assert normaliser.pair(VERSION, V1, None) == ("<version-id:1>", None)
    assert normaliser.pair(VERSION, None, V1) == (None, "<version-id:?2>")


def test_times_are_not_numbered(normaliser):
    place = "body Contents/LastModified"
    assert normaliser.pair(place, "2026-11-21T10:00:00.000Z", "2027-01-01T00:00:00.000Z") == ("<time>", "<time>")
    assert normaliser.pair(place, "2026-11-21T10:00:00.000Z", "yesterday") == ("<time>", "yesterday")


def test_what_the_client_chose_must_come_back_exactly(normaliser):
    normaliser.hear(Request("PUT", "/b?lifecycle", (), b"<Rule><ID>my-rule-id</ID></Rule>"))
    assert normaliser.pair("body Rule/ID", "my-rule-id", "other-rule-id") == ("my-rule-id", "other-rule-id")
    assert normaliser.pair("body Rule/ID", "minted-by-aws", "minted-by-us") == ("<rule-id:1>", "<rule-id:1>")


def test_a_part_of_a_value_is_replaced(normaliser):
    left = 'expiry-date="Mon, 23 Nov 2026 00:00:00 GMT", rule-id="a"'
    right = 'expiry-date="Tue, 24 Nov 2026 00:00:00 GMT", rule-id="b"'
    assert normaliser.pair("header x-amz-expiration", left, right) == (
        'expiry-date="<expiry>", rule-id="a"',
        'expiry-date="<expiry>", rule-id="b"',
    )


def test_a_value_without_a_rule_is_left(normaliser):
    assert normaliser.pair("header etag", "a", "b") == ("a", "b")
    assert normaliser.pair("body Error/Code", "a", "b") == ("a", "b")


def test_an_imitation_is_read_loosely_but_the_target_is_held():
    normaliser = Normaliser(Rulebook(), "s3", is_loose=True)
    uuid = "48bc2270-0ff8-42a0-82b8-930608d82b33"
    assert normaliser.pair("header x-amz-request-id", uuid, "ABCDEFGHIJ234567")[1] == "<request-id:1>"
    assert normaliser.pair("header x-amz-request-id", uuid, uuid[:-1] + "4")[1] == uuid[:-1] + "4"
    own = Normaliser(Rulebook(), "s3", is_loose=True, holds_target=False)
    assert own.pair("header x-amz-request-id", uuid, uuid[:-1] + "4") == ("<request-id:1>", "<request-id:1>")


def test_a_host_may_answer_again_but_header_and_body_agree(normaliser):
    one, two = "A" * 63 + "=", "B" * 63 + "="
    normaliser.hear(Request("GET", "/"))
    normaliser.pair("header x-amz-id-2", one, one)
    assert normaliser.pair("body Error/HostId", one, two)[0] != normaliser.pair("body Error/HostId", one, two)[1]
    normaliser.hear(Request("GET", "/"))
    left, right = normaliser.pair("header x-amz-id-2", one, two)
    assert left == right


def test_the_longest_place_wins_and_services_are_told_apart():
    rules = Rulebook((Rule("a", ("body ID",), "x", ""), Rule("b", ("body Owner/ID",), "x", "", service="s3")))
    assert rules.find("s3", "body L/Owner/ID").kind == "b"
    assert rules.find("sqs", "body L/Owner/ID").kind == "a"
    assert rules.find("s3", "body L/MyID") is None


def test_unused_rules_are_known():
    rules = Rulebook()
    Normaliser(rules, "s3", is_loose=False).pair(VERSION, V1, V2)
    of_s3 = [rule for rule in RULES if rule.service in ("", "s3")]
    assert len(rules.unused(("s3",), is_taught=True)) == len(of_s3) - 1


def test_every_rule_says_why():
    assert all(len(rule.why.split()) > 2 and rule.places for rule in RULES)


SEALED = Response(200, "OK", (("x-amz-server-side-encryption", "aws:kms"),))
TAG, OTHER = f'"{"a" * 32}"', f'"{"b" * 32}"'


def test_the_etag_of_an_encrypted_object_is_its_own_and_stays_so(normaliser):
    normaliser.hear(Request("PUT", "/b/k"), SEALED)
    assert normaliser.pair("header etag", TAG, OTHER) == ('"<etag:1>"', '"<etag:1>"')
    normaliser.hear(Request("GET", "/b"), Response(200, "OK"))
    assert normaliser.pair("body Contents/ETag", TAG, OTHER) == ('"<etag:1>"', '"<etag:1>"')
    assert normaliser.pair("body Contents/ETag", TAG, f'"{"c" * 32}"')[1] == '"<etag:?2>"'


def test_any_other_etag_is_compared_exactly(normaliser):
    normaliser.hear(Request("PUT", "/b/k"), Response(200, "OK"))
    assert normaliser.pair("header etag", TAG, OTHER) == (TAG, OTHER)


def test_an_imitation_does_not_teach_opaque_etags():
    normaliser = Normaliser(Rulebook(), "s3", is_loose=True)
    normaliser.hear(Request("PUT", "/b/k"), SEALED)
    assert normaliser.pair("header etag", TAG, OTHER) == (TAG, OTHER)


def test_the_rules_are_those_of_the_service_that_speaks():
    normaliser = Normaliser(Rulebook((Rule("id", ("body Id",), "[a-z]+", "", service="sqs"),)), "sns", is_loose=False)
    assert normaliser.pair("body Id", "a", "b") == ("a", "b")
    normaliser.hear(Request("POST", "/"), service="sqs")
    assert normaliser.pair("body Id", "a", "b") == ("<id:1>", "<id:1>")

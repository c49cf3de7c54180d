from __future__ import annotations

import json

import pytest

from ruststack.core.errors import ServiceError
from ruststack.services.s3 import policy_document
from ruststack.services.s3.policy import Caller, decide, is_public
from ruststack.services.s3.policy_conditions import Condition, operator_of

OTHER = "111111111111"
OBJECTS, BUCKET = "arn:aws:s3:::bucket/*", "arn:aws:s3:::bucket"


def statement(**more):
    given = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": OBJECTS, **more}
    return {name: value for name, value in given.items() if value is not None}


def document(*statements, **more) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements), **more})


def complaint(text: str) -> tuple[str, dict[str, object]]:
    with pytest.raises(ServiceError) as caught:
        policy_document.check(text, "bucket")
    assert (caught.value.code, caught.value.status) == ("MalformedPolicy", 400)
    return caught.value.message, caught.value.members


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "Policies must be valid JSON and the first byte must be '{'"),
        (" {}", "Policies must be valid JSON and the first byte must be '{'"),
        ("{", "This policy contains invalid Json"),
        ("{}", "Missing required field Statement"),
        (document(), "Could not parse the policy: Statement is empty!"),
        (document(statement(), Foo=1), "Unknown field Foo"),
        (document(statement(), Version="2020-01-01"), "The policy must contain a valid version string"),
        (document("text"), "Invalid policy syntax."),
    ],
)
def test_what_is_wrong_with_a_document(text, message):
    assert complaint(text)[0] == message


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"Foo": 1}, "Unknown field Foo"),
        ({"Effect": None}, "Missing required field Effect"),
        ({"Effect": "hello"}, "Invalid effect: hello"),
        ({"Principal": None}, "Missing required field Principal"),
        ({"Action": None}, "Missing required field Action"),
        ({"Resource": None}, "Missing required field Resource"),
        ({"Action": "s3:Nothing"}, "Policy has invalid action"),
        ({"Action": "ec2:*"}, "Policy has invalid action"),
        ({"Action": 1}, "Policy has invalid action"),
        ({"Resource": "arn:aws:s3:::other/*"}, "Policy has invalid resource"),
        ({"Resource": "bucket/*"}, "Policy has invalid resource"),
        ({"Resource": []}, "Policy has invalid resource"),
        ({"Resource": BUCKET}, "Action does not apply to any resource(s) in statement"),
        ({"Action": "s3:ListBucket"}, "Action does not apply to any resource(s) in statement"),
        ({"Condition": {"Foo": {"aws:SourceIp": "1.1.1.1"}}}, "Invalid Condition type : Foo"),
        ({"Condition": {"StringEquals": {"s3:foo": "a"}}}, "Policy has an invalid condition key"),
        ({"Condition": {"IpAddress": {"aws:SourceIp": "300.0.0.1"}}}, "Invalid IP address in Conditions"),
        ({"Condition": []}, "Invalid policy syntax."),
    ],
)
def test_what_is_wrong_with_a_statement(more, message):
    assert complaint(document(statement(**more)))[0] == message


@pytest.mark.parametrize("principal", ["someone", {}, {"AWS": "nobody"}, {"AWS": "1234"}, {"CanonicalUser": "a"}])
def test_a_principal_that_is_none(principal):
    message, members = complaint(document(statement(Principal=principal)))
    assert (message, list(members)) == ("Invalid principal in policy", ["Detail"])


def test_statement_ids_are_unique():
    text = document(statement(Sid="a"), statement(Sid="a"))
    assert complaint(text)[0] == "Statement IDs (SID) in a single policy must be unique."


@pytest.mark.parametrize(
    "more",
    [
        {"Principal": {"AWS": "*"}},
        {"Principal": {"AWS": [OTHER, f"arn:aws:iam::{OTHER}:user/joe"]}},
        {"Principal": {"Service": "cloudfront.amazonaws.com"}},
        {"Principal": None, "NotPrincipal": {"AWS": OTHER}, "Effect": "Deny"},
        {"Action": None, "NotAction": "s3:DeleteObject"},
        {"Action": "S3:getobject"},
        {"Action": "*", "Resource": "*"},
        {"Action": ["s3:ListBucket", "s3:GetObject"], "Resource": [BUCKET, OBJECTS]},
        {"Condition": {"ForAnyValue:StringLikeIfExists": {"aws:Anything": "a"}}},
        {"Condition": {"StringEquals": {"s3:ExistingObjectTag/a": "b"}}},
    ],
)
def test_a_good_statement_is_taken(more):
    policy_document.check(document(statement(**more)), "bucket")


def test_a_policy_has_20_kilobytes():
    text = document(statement(Sid=""))
    room = policy_document.MAX_SIZE_BYTES - len(text)
    policy_document.check(document(statement(Sid="a" * room)), "bucket")
    assert complaint(document(statement(Sid="a" * (room + 1))))[0].startswith("Policies must be no larger")


def holds(operator: str, given: list[str] | None, *values: str) -> bool:
    parsed = operator_of(operator)
    assert parsed is not None
    return Condition(*parsed, key="key", values=values).holds(lambda name: given)


@pytest.mark.parametrize(
    ("operator", "given", "wanted", "expected"),
    [
        ("StringEquals", "a", "a", True),
        ("StringEquals", "A", "a", False),
        ("StringEqualsIgnoreCase", "A", "a", True),
        ("StringNotEquals", "a", "a", False),
        ("StringLike", "user/joe", "user/?o*", True),
        ("StringNotLike", "user/joe", "group/*", True),
        ("ArnLike", "arn:aws:iam::1:root", "arn:*:root", True),
        ("Bool", "true", "True", True),
        ("NumericLessThan", "5", "5", False),
        ("NumericLessThanEquals", "5", "5", True),
        ("NumericGreaterThan", "five", "5", False),
        ("NumericNotEquals", "6", "5", True),
        ("DateLessThan", "2020-01-01T00:00:00Z", "2020-01-01T00:00:01Z", True),
        ("DateGreaterThan", "2020-01-01T00:00:00Z", "1577836799", True),
        ("IpAddress", "10.1.2.3", "10.0.0.0/8", True),
        ("IpAddress", "11.1.2.3", "10.0.0.0/8", False),
        ("NotIpAddress", "11.1.2.3", "10.0.0.0/8", True),
        ("IpAddress", "2001:db8::1", "2001:db8::/32", True),
        ("BinaryEquals", "YQ==", "YQ==", True),
        ("Null", "a", "true", False),
        ("Null", "a", "false", True),
    ],
)
def test_an_operator_compares(operator, given, wanted, expected):
    assert holds(operator, [given], wanted) is expected


@pytest.mark.parametrize(
    ("operator", "expected"),
    [
        ("StringEquals", False),
        ("StringNotEquals", True),
        ("StringEqualsIfExists", True),
        ("Null", True),
        ("ForAllValues:StringEquals", True),
        ("ForAnyValue:StringEquals", False),
        ("NumericLessThan", False),
    ],
)
def test_a_key_may_be_absent(operator, expected):
    assert holds(operator, None, "true") is expected


@pytest.mark.parametrize(
    ("operator", "given", "expected"),
    [
        ("ForAnyValue:StringEquals", ["a", "c"], True),
        ("ForAnyValue:StringEquals", ["c"], False),
        ("ForAllValues:StringEquals", ["a", "b"], True),
        ("ForAllValues:StringEquals", ["a", "c"], False),
    ],
)
def test_a_key_may_have_several_values(operator, given, expected):
    assert holds(operator, given, "a", "b") is expected


@pytest.mark.parametrize("name", ["Foo", "ForSome:StringEquals", "NullIfExists", ""])
def test_an_operator_that_is_none(name):
    assert operator_of(name) is None


def verdict(*statements, account=OTHER, action="s3:GetObject", resource="arn:aws:s3:::bucket/key"):
    return decide(document(*statements), Caller(account), action, resource, lambda name: None)


def test_nothing_said_is_no_decision():
    assert verdict(statement(Action="s3:PutObject")) is None
    assert verdict(statement(Resource="arn:aws:s3:::bucket/other")) is None
    assert verdict(statement(Principal={"AWS": "222222222222"})) is None


def test_a_deny_wins_wherever_it_stands():
    deny = statement(Effect="Deny")
    assert verdict(statement()) is True
    assert verdict(statement(), deny) is False
    assert verdict(deny, statement()) is False


def test_the_nots_turn_around():
    assert verdict(statement(Action=None, NotAction="s3:PutObject")) is True
    assert verdict(statement(Resource=None, NotResource="arn:aws:s3:::bucket/key")) is None
    assert verdict(statement(Effect="Deny", Principal=None, NotPrincipal={"AWS": OTHER})) is None
    assert verdict(statement(Effect="Deny", Principal=None, NotPrincipal={"AWS": OTHER}), account="") is False


def test_nobody_is_among_everybody_alone():
    assert verdict(statement(), account="") is True
    assert verdict(statement(Principal={"AWS": OTHER}), account="") is None


def test_a_variable_stands_for_its_value():
    own = statement(Resource="arn:aws:s3:::bucket/${aws:PrincipalAccount}/*")
    text = document(own)

    def keys(name):
        return [OTHER] if name == "aws:principalaccount" else None

    assert decide(text, Caller(OTHER), "s3:GetObject", f"arn:aws:s3:::bucket/{OTHER}/a", keys) is True
    assert decide(text, Caller(OTHER), "s3:GetObject", "arn:aws:s3:::bucket/other/a", keys) is None


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({}, True),
        ({"Principal": {"AWS": "*"}}, True),
        ({"Principal": {"AWS": OTHER}}, False),
        ({"Effect": "Deny"}, False),
        ({"Condition": {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}}, False),
        ({"Condition": {"IpAddress": {"aws:SourceIp": "0.0.0.0/0"}}}, True),
        ({"Condition": {"NotIpAddress": {"aws:SourceIp": "10.0.0.0/8"}}}, True),
        ({"Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-1"}}}, False),
        ({"Condition": {"StringLike": {"aws:PrincipalArn": "*"}}}, True),
        ({"Condition": {"StringEquals": {"s3:prefix": "a"}}}, True),
    ],
)
def test_what_makes_a_policy_public(more, expected):
    assert is_public(document(statement(**more))) is expected


def test_a_policy_comes_back_letter_by_letter(s3, bucket, refused):
    text = document(statement(Principal={"AWS": OTHER})).replace(" ", "  ")
    s3.PutBucketPolicy(Bucket=bucket, Policy=text)
    assert s3.last.response_status == 204
    assert s3.GetBucketPolicy(Bucket=bucket) == {"Policy": text}
    assert s3.GetBucketPolicyStatus(Bucket=bucket) == {"PolicyStatus": {"IsPublic": False}}
    s3.DeleteBucketPolicy(Bucket=bucket)
    error = refused(s3.GetBucketPolicy, Bucket=bucket)
    assert (error.code, error.members) == ("NoSuchBucketPolicy", {"BucketName": bucket})


@pytest.mark.parametrize(
    ("acl", "is_public"), [("private", False), ("public-read", True), ("authenticated-read", True)]
)
def test_a_bucket_without_a_policy_is_public_by_its_acl(s3, bucket, acl, is_public):
    assert s3.GetBucketPolicyStatus(Bucket=bucket) == {"PolicyStatus": {"IsPublic": False}}
    s3.DeletePublicAccessBlock(Bucket=bucket)
    s3.PutBucketOwnershipControls(Bucket=bucket, OwnershipControls={"Rules": [{"ObjectOwnership": "ObjectWriter"}]})
    s3.PutBucketAcl(Bucket=bucket, ACL=acl)
    assert s3.GetBucketPolicyStatus(Bucket=bucket) == {"PolicyStatus": {"IsPublic": is_public}}

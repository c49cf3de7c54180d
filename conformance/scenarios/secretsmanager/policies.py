"""Resource policies, random passwords and replicas."""

from __future__ import annotations

import json

from conformance.scenarios import Driver, scenario
from conformance.scenarios.secretsmanager.secrets import secret


@scenario("secretsmanager/policy_life")
def policy_life(t: Driver) -> None:
    """A policy is put, read and deleted; a secret without one answers without it."""
    manager = t.client("secretsmanager")
    arn = secret(t)
    manager.get_resource_policy(SecretId=arn)
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{t.account_id()}:root"},
        "Action": "secretsmanager:GetSecretValue",
        "Resource": "*",
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    manager.put_resource_policy(SecretId=arn, ResourcePolicy=policy)
    manager.get_resource_policy(SecretId=arn)
    t.tries(manager.validate_resource_policy, SecretId=arn, ResourcePolicy=policy)
    manager.delete_resource_policy(SecretId=arn)
    manager.get_resource_policy(SecretId=arn)
    t.step("no policy")
    refused = "MalformedPolicyDocumentException"
    t.fails(refused, manager.put_resource_policy, SecretId=arn, ResourcePolicy="no json")


@scenario("secretsmanager/random_password")
def random_password(t: Driver) -> None:
    """A password has the length and the kinds of characters that were asked for; the impossible is refused."""
    manager = t.client("secretsmanager")
    manager.get_random_password()
    digits = {"ExcludeLowercase": True, "ExcludeUppercase": True, "ExcludePunctuation": True}
    manager.get_random_password(PasswordLength=8, **digits)
    t.step("refused")
    t.fails("InvalidParameterException", manager.get_random_password, PasswordLength=3)
    t.fails("InvalidParameterException", manager.get_random_password, PasswordLength=4097)
    t.fails("InvalidParameterException", manager.get_random_password, **digits, ExcludeNumbers=True)

"""Secrets: creation, reading, description, change, deletion and restoring."""

from __future__ import annotations

from typing import Any

from conformance.scenarios import Driver, scenario

MISSING = "ResourceNotFoundException"
VALUE = "not-a-real-secret"
TOKEN = "11111111-1111-4111-8111-11111111111"  # a digit is added: a version's id is the client's own token


def token(number: int) -> str:
    """A ClientRequestToken of the scenario's own: it becomes the version's id, and must come back."""
    return f"{TOKEN}{number}"


def secret(t: Driver, tag: str = "", **params: Any) -> str:
    """Create a secret (recorded) and return its ARN; ``params`` go to CreateSecret."""
    params.setdefault("SecretString", VALUE)
    made = t.client("secretsmanager").create_secret(Name=t.name(tag), ClientRequestToken=token(1), **params)
    return str(made["ARN"])


@scenario("secretsmanager/secret_life")
def secret_life(t: Driver) -> None:
    """A secret is read by name and by ARN until it is deleted."""
    manager = t.client("secretsmanager")
    name = t.name()
    arn = manager.create_secret(Name=name, SecretString=VALUE, ClientRequestToken=token(1))["ARN"]
    manager.get_secret_value(SecretId=name)
    manager.get_secret_value(SecretId=arn)
    manager.describe_secret(SecretId=name)
    manager.list_secrets()
    t.step("deleted")
    manager.delete_secret(SecretId=name, ForceDeleteWithoutRecovery=True)
    t.fails(MISSING, manager.get_secret_value, SecretId=name)
    t.fails(MISSING, manager.describe_secret, SecretId=arn)


@scenario("secretsmanager/secret_missing")
def secret_missing(t: Driver) -> None:
    """Every operation on a secret that is not there says so."""
    manager = t.client("secretsmanager")
    where = {"SecretId": t.name()}
    t.fails(MISSING, manager.get_secret_value, **where)
    t.fails(MISSING, manager.describe_secret, **where)
    t.fails(MISSING, manager.put_secret_value, **where, SecretString=VALUE, ClientRequestToken=token(1))
    t.fails(MISSING, manager.update_secret, **where, Description="x", ClientRequestToken=token(1))
    t.fails(MISSING, manager.list_secret_version_ids, **where)
    t.fails(MISSING, manager.delete_secret, **where)
    t.fails(MISSING, manager.restore_secret, **where)
    t.fails(MISSING, manager.tag_resource, **where, Tags=[{"Key": "a", "Value": "1"}])
    t.fails(MISSING, manager.get_resource_policy, **where)
    t.fails(MISSING, manager.rotate_secret, **where, ClientRequestToken=token(1))


@scenario("secretsmanager/secret_created_again")
def secret_created_again(t: Driver) -> None:
    """A name is taken once; the same request with the same token is the same creation."""
    manager = t.client("secretsmanager")
    name = t.name()
    same = {"Name": name, "SecretString": VALUE, "ClientRequestToken": token(1)}
    manager.create_secret(**same)
    t.tries(manager.create_secret, **same)
    t.fails("ResourceExistsException", manager.create_secret, **{**same, "ClientRequestToken": token(2)})


@scenario("secretsmanager/secret_names")
def secret_names(t: Driver) -> None:
    """A name has letters, digits and some signs; others are refused."""
    manager = t.client("secretsmanager", parameter_validation=False)
    name = t.name()
    keep = {"SecretString": VALUE, "ClientRequestToken": token(1)}
    manager.create_secret(Name=f"{name}/a_b+c=d.e@f", **keep)
    manager.get_secret_value(SecretId=f"{name}/a_b+c=d.e@f")
    t.step("refused")
    t.fails("ValidationException", manager.create_secret, Name="", **keep)
    t.fails("ValidationException", manager.create_secret, Name="a b", **keep)
    t.fails("ValidationException", manager.create_secret, Name="a#b", **keep)
    t.fails("ValidationException", manager.create_secret, Name="a" * 513, **keep)


@scenario("secretsmanager/secret_without_value")
def secret_without_value(t: Driver) -> None:
    """A secret may be made without a value; then it has no version, and none can be read."""
    manager = t.client("secretsmanager")
    name = t.name()
    manager.create_secret(Name=name, Description="empty as yet", ClientRequestToken=token(1))
    manager.describe_secret(SecretId=name)
    manager.list_secret_version_ids(SecretId=name)
    t.fails(MISSING, manager.get_secret_value, SecretId=name)


@scenario("secretsmanager/secret_binary")
def secret_binary(t: Driver) -> None:
    """A secret is a text or bytes, not both."""
    manager = t.client("secretsmanager")
    arn = secret(t, SecretString=VALUE)
    manager.put_secret_value(SecretId=arn, SecretBinary=b"not a real secret", ClientRequestToken=token(2))
    manager.get_secret_value(SecretId=arn)
    both = {"SecretString": VALUE, "SecretBinary": b"x", "ClientRequestToken": token(3)}
    t.fails("InvalidParameterException", manager.put_secret_value, SecretId=arn, **both)


@scenario("secretsmanager/secret_updated")
def secret_updated(t: Driver) -> None:
    """An update of the description keeps the value; one of the value makes a version."""
    manager = t.client("secretsmanager")
    arn = secret(t, Description="before")
    manager.update_secret(SecretId=arn, Description="after", ClientRequestToken=token(2))
    manager.describe_secret(SecretId=arn)
    manager.update_secret(SecretId=arn, SecretString="another", ClientRequestToken=token(3))
    manager.describe_secret(SecretId=arn)
    manager.get_secret_value(SecretId=arn)


@scenario("secretsmanager/secret_deleted_later")
def secret_deleted_later(t: Driver) -> None:
    """A secret in its recovery window can't be read or made again, is listed when asked, and can be restored."""
    manager = t.client("secretsmanager")
    arn = secret(t)
    manager.delete_secret(SecretId=arn, RecoveryWindowInDays=7)
    invalid = "InvalidRequestException"
    t.fails(invalid, manager.get_secret_value, SecretId=arn)
    t.fails(invalid, manager.put_secret_value, SecretId=arn, SecretString="x", ClientRequestToken=token(2))
    name = arn.rpartition(":")[2].rpartition("-")[0]
    t.fails(invalid, manager.create_secret, Name=name, SecretString="x", ClientRequestToken=token(3))
    manager.describe_secret(SecretId=arn)
    manager.list_secrets()
    manager.list_secrets(IncludePlannedDeletion=True)
    t.step("restored")
    manager.restore_secret(SecretId=arn)
    manager.get_secret_value(SecretId=arn)


@scenario("secretsmanager/secret_deletion_refused")
def secret_deletion_refused(t: Driver) -> None:
    """The recovery window is 7 to 30 days, and has no place beside a forced deletion."""
    manager = t.client("secretsmanager")
    arn = secret(t)
    refused = "InvalidParameterException"
    t.fails(refused, manager.delete_secret, SecretId=arn, RecoveryWindowInDays=6)
    t.fails(refused, manager.delete_secret, SecretId=arn, RecoveryWindowInDays=31)
    both = {"RecoveryWindowInDays": 7, "ForceDeleteWithoutRecovery": True}
    t.fails(refused, manager.delete_secret, SecretId=arn, **both)
    t.step("what is not there")
    manager.delete_secret(SecretId=t.name("missing"), ForceDeleteWithoutRecovery=True)


@scenario("secretsmanager/secret_list")
def secret_list(t: Driver) -> None:
    """Secrets are listed by pages, and by name, description or tag."""
    manager = t.client("secretsmanager")
    secret(t, "one", Description="blue", Tags=[{"Key": "colour", "Value": "blue"}])
    secret(t, "two", Description="red")
    manager.list_secrets(SortOrder="asc")
    page = manager.list_secrets(MaxResults=1, SortOrder="asc")
    t.tries(manager.list_secrets, MaxResults=1, SortOrder="asc", NextToken=page.get("NextToken", "none"))
    t.step("filtered")
    manager.list_secrets(Filters=[{"Key": "name", "Values": ["conform-secret-list-one"]}])
    manager.list_secrets(Filters=[{"Key": "description", "Values": ["re"]}])
    manager.list_secrets(Filters=[{"Key": "tag-key", "Values": ["colour"]}])
    manager.list_secrets(Filters=[{"Key": "name", "Values": ["!conform-secret-list-one"]}])


@scenario("secretsmanager/secret_batch_read")
def secret_batch_read(t: Driver) -> None:
    """Several secrets are read at once; one that is missing is an error of its own."""
    manager = t.client("secretsmanager")
    one = secret(t, "one")
    manager.batch_get_secret_value(SecretIdList=[one])
    manager.batch_get_secret_value(SecretIdList=[one, "conform-never-made"])
    manager.batch_get_secret_value(Filters=[{"Key": "name", "Values": ["conform-secret-batch-read"]}])
    t.step("refused")
    t.fails("InvalidParameterException", manager.batch_get_secret_value)


@scenario("secretsmanager/secret_tags")
def secret_tags(t: Driver) -> None:
    """Tags are given at creation, added to, overwritten and taken away."""
    manager = t.client("secretsmanager")
    arn = secret(t, Tags=[{"Key": "colour", "Value": "blue"}])
    manager.tag_resource(SecretId=arn, Tags=[{"Key": "colour", "Value": "red"}, {"Key": "size", "Value": "1"}])
    manager.describe_secret(SecretId=arn)
    manager.untag_resource(SecretId=arn, TagKeys=["colour", "never-there"])
    manager.describe_secret(SecretId=arn)

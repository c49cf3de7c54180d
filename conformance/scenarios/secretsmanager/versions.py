"""Versions of a secret and their staging labels; rotation as it is configured."""

from __future__ import annotations

from conformance.scenarios import Driver, scenario
from conformance.scenarios.secretsmanager.secrets import MISSING, VALUE, secret, token


@scenario("secretsmanager/version_stages")
def version_stages(t: Driver) -> None:
    """A new value is AWSCURRENT, the one before it AWSPREVIOUS; both are read by label or by id."""
    manager = t.client("secretsmanager")
    arn = secret(t)
    manager.put_secret_value(SecretId=arn, SecretString="second", ClientRequestToken=token(2))
    manager.get_secret_value(SecretId=arn)
    manager.get_secret_value(SecretId=arn, VersionStage="AWSPREVIOUS")
    manager.get_secret_value(SecretId=arn, VersionId=token(1))
    manager.list_secret_version_ids(SecretId=arn)
    t.step("the third takes the first one's label")
    manager.put_secret_value(SecretId=arn, SecretString="third", ClientRequestToken=token(3))
    manager.list_secret_version_ids(SecretId=arn)
    manager.list_secret_version_ids(SecretId=arn, IncludeDeprecated=True)
    t.step("missing")
    t.fails(MISSING, manager.get_secret_value, SecretId=arn, VersionStage="AWSPENDING")
    t.fails(MISSING, manager.get_secret_value, SecretId=arn, VersionId=token(9))


@scenario("secretsmanager/version_put_again")
def version_put_again(t: Driver) -> None:
    """The same token with the same value changes nothing; with another value it is refused."""
    manager = t.client("secretsmanager")
    arn = secret(t)
    manager.put_secret_value(SecretId=arn, SecretString="second", ClientRequestToken=token(2))
    manager.put_secret_value(SecretId=arn, SecretString="second", ClientRequestToken=token(2))
    again = {"SecretString": "other", "ClientRequestToken": token(2)}
    t.fails("ResourceExistsException", manager.put_secret_value, SecretId=arn, **again)


@scenario("secretsmanager/version_labels_own")
def version_labels_own(t: Driver) -> None:
    """A version may have labels of the client's; a label is on one version at a time."""
    manager = t.client("secretsmanager")
    arn = secret(t)
    put = {"SecretId": arn, "SecretString": "second", "ClientRequestToken": token(2), "VersionStages": ["mine"]}
    manager.put_secret_value(**put)
    manager.get_secret_value(SecretId=arn)
    manager.get_secret_value(SecretId=arn, VersionStage="mine")
    move = manager.update_secret_version_stage
    move(SecretId=arn, VersionStage="mine", MoveToVersionId=token(1), RemoveFromVersionId=token(2))
    manager.list_secret_version_ids(SecretId=arn)
    move(SecretId=arn, VersionStage="mine", RemoveFromVersionId=token(1))
    manager.list_secret_version_ids(SecretId=arn)


@scenario("secretsmanager/version_current_moved")
def version_current_moved(t: Driver) -> None:
    """AWSCURRENT is moved back to an old version, and AWSPREVIOUS follows; it cannot be taken away."""
    manager = t.client("secretsmanager")
    arn = secret(t)
    manager.put_secret_value(SecretId=arn, SecretString="second", ClientRequestToken=token(2))
    move = manager.update_secret_version_stage
    move(SecretId=arn, VersionStage="AWSCURRENT", MoveToVersionId=token(1), RemoveFromVersionId=token(2))
    manager.get_secret_value(SecretId=arn)
    manager.list_secret_version_ids(SecretId=arn)
    t.step("refused")
    wrong = {"MoveToVersionId": token(2), "RemoveFromVersionId": token(2)}
    t.fails("InvalidParameterException", move, SecretId=arn, VersionStage="AWSCURRENT", **wrong)
    t.fails("InvalidParameterException", move, SecretId=arn, VersionStage="AWSCURRENT", RemoveFromVersionId=token(1))


@scenario("secretsmanager/version_tokens")
def version_tokens(t: Driver) -> None:
    """A token has 32 to 64 characters, and must be there when a value comes."""
    manager = t.client("secretsmanager", parameter_validation=False)
    arn = secret(t)
    put = {"SecretId": arn, "SecretString": VALUE}
    t.fails("InvalidParameterException", manager.put_secret_value, **put, ClientRequestToken="x" * 31)
    t.fails("InvalidParameterException", manager.put_secret_value, **put, ClientRequestToken="x" * 65)
    t.step("none: the SDK adds one, so the request is made by hand")
    for target, body in (
        ("PutSecretValue", f'{{"SecretId":"{arn}","SecretString":"{VALUE}"}}'),
        ("CreateSecret", f'{{"Name":"{t.name("none")}","SecretString":"{VALUE}"}}'),
    ):
        headers = {"Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": f"secretsmanager.{target}"}
        t.raw(
            "POST",
            "/",
            headers=headers,
            body=body.encode(),
            service="secretsmanager",
            expects="InvalidRequestException",
        )


@scenario("secretsmanager/rotation_refused")
def rotation_refused(t: Driver) -> None:
    """Rotation needs a function; a secret that does not rotate cannot stop doing so."""
    manager = t.client("secretsmanager")
    arn = secret(t)
    rules = {"RotationRules": {"AutomaticallyAfterDays": 1}, "ClientRequestToken": token(2)}
    t.fails("InvalidRequestException", manager.rotate_secret, SecretId=arn, **rules)
    missing = f"arn:aws:lambda:{t.region}:{t.account_id()}:function:conform-never-made"
    t.tries(manager.rotate_secret, SecretId=arn, **rules, RotationLambdaARN=missing)
    t.tries(manager.cancel_rotate_secret, SecretId=arn)
    manager.describe_secret(SecretId=arn)

"""Access keys, passwords and credentials for one service."""

from __future__ import annotations

from conformance.scenarios import Driver, scenario
from conformance.scenarios.iam.documents import CONFLICT, EXISTS, INVALID, LIMIT, MISSING

NO_KEY = "AKIAIOSFODNN7EXAMPLE"
SERVICE = "codecommit.amazonaws.com"


@scenario("iam/access_key_life")
def access_key_life(t: Driver) -> None:
    """A key shows its secret once; it is listed, switched off and deleted."""
    iam = t.client("iam")
    user = t.name()
    iam.create_user(UserName=user)
    key = iam.create_access_key(UserName=user)["AccessKey"]["AccessKeyId"]
    iam.list_access_keys(UserName=user)
    iam.update_access_key(UserName=user, AccessKeyId=key, Status="Inactive")
    iam.list_access_keys(UserName=user)
    t.step("never used")
    iam.get_access_key_last_used(AccessKeyId=key)
    t.step("deleted")
    iam.delete_access_key(UserName=user, AccessKeyId=key)
    iam.list_access_keys(UserName=user)
    t.fails(MISSING, iam.delete_access_key, UserName=user, AccessKeyId=key)


@scenario("iam/access_key_limit")
def access_key_limit(t: Driver) -> None:
    """A user has two keys at most."""
    iam = t.client("iam")
    user = t.name()
    iam.create_user(UserName=user)
    for _ in range(2):
        iam.create_access_key(UserName=user)
    t.fails(LIMIT, iam.create_access_key, UserName=user)


@scenario("iam/access_key_missing")
def access_key_missing(t: Driver) -> None:
    """Keys belong to users that are there, and one user's key is not another's."""
    iam = t.client("iam", parameter_validation=False)
    user, other, missing = t.name("user"), t.name("other"), t.name("missing")
    iam.create_user(UserName=user)
    iam.create_user(UserName=other)
    key = iam.create_access_key(UserName=user)["AccessKey"]["AccessKeyId"]
    t.fails(MISSING, iam.delete_access_key, UserName=other, AccessKeyId=key)
    t.fails(MISSING, iam.update_access_key, UserName=user, AccessKeyId=NO_KEY, Status="Inactive")
    t.fails(MISSING, iam.create_access_key, UserName=missing)
    t.fails(MISSING, iam.list_access_keys, UserName=missing)
    t.step("no such status")
    t.fails(INVALID, iam.update_access_key, UserName=user, AccessKeyId=key, Status="Sleeping")


@scenario("iam/login_profile")
def login_profile(t: Driver) -> None:
    """A user may have one password, which nobody can read."""
    iam = t.client("iam")
    user = t.name()
    iam.create_user(UserName=user)
    t.fails(MISSING, iam.get_login_profile, UserName=user)
    iam.create_login_profile(UserName=user, Password="Correct-Horse-7-Battery", PasswordResetRequired=True)
    iam.get_login_profile(UserName=user)
    t.fails(EXISTS, iam.create_login_profile, UserName=user, Password="Correct-Horse-7-Battery")
    iam.update_login_profile(UserName=user, PasswordResetRequired=False)
    iam.get_login_profile(UserName=user)
    t.step("taken away")
    iam.delete_login_profile(UserName=user)
    t.fails(MISSING, iam.delete_login_profile, UserName=user)


@scenario("iam/login_profile_user_deleted")
def login_profile_user_deleted(t: Driver) -> None:
    """A user who may sign in cannot be deleted."""
    iam = t.client("iam")
    user = t.name()
    iam.create_user(UserName=user)
    iam.create_login_profile(UserName=user, Password="Correct-Horse-7-Battery")
    t.fails(CONFLICT, iam.delete_user, UserName=user)


@scenario("iam/service_credential_life")
def service_credential_life(t: Driver) -> None:
    """A credential for one service: its user name ends in the account, its password is told when it is made."""
    iam = t.client("iam")
    user = t.name()
    iam.create_user(UserName=user)
    made = iam.create_service_specific_credential(UserName=user, ServiceName=SERVICE)
    which = {
        "UserName": user,
        "ServiceSpecificCredentialId": made["ServiceSpecificCredential"]["ServiceSpecificCredentialId"],
    }
    iam.list_service_specific_credentials(UserName=user, ServiceName=SERVICE)
    iam.list_service_specific_credentials(UserName=user, ServiceName="cassandra.amazonaws.com")
    iam.update_service_specific_credential(**which, Status="Inactive")
    iam.list_service_specific_credentials(UserName=user)
    iam.reset_service_specific_credential(**which)
    t.step("a user who has one cannot be deleted")
    t.fails(CONFLICT, iam.delete_user, UserName=user)
    iam.delete_service_specific_credential(**which)
    iam.delete_user(UserName=user)


@scenario("iam/service_credential_refused")
def service_credential_refused(t: Driver) -> None:
    """An unknown service, user, credential or status is refused."""
    iam = t.client("iam", parameter_validation=False)
    user, missing = t.name("user"), t.name("missing")
    iam.create_user(UserName=user)
    made = iam.create_service_specific_credential(UserName=user, ServiceName=SERVICE)
    known = made["ServiceSpecificCredential"]["ServiceSpecificCredentialId"]
    t.made("iam", "delete_service_specific_credential", UserName=user, ServiceSpecificCredentialId=known)
    unknown = "ACCAEXAMPLE123EXAMPLE"
    t.fails(
        MISSING, iam.list_service_specific_credentials, UserName=user, ServiceName="nonexistentservice.amazonaws.com"
    )
    for call, more in (
        (iam.update_service_specific_credential, {"Status": "Inactive"}),
        (iam.reset_service_specific_credential, {}),
        (iam.delete_service_specific_credential, {}),
    ):
        t.fails(MISSING, call, UserName=missing, ServiceSpecificCredentialId=known, **more)
        t.fails(MISSING, call, UserName=user, ServiceSpecificCredentialId=unknown, **more)
        t.fails(INVALID, call, UserName=user, ServiceSpecificCredentialId="a-hyphen-is-no-word-character", **more)
    t.step("no such status")
    t.fails(
        INVALID,
        iam.update_service_specific_credential,
        UserName=user,
        ServiceSpecificCredentialId=known,
        Status="Invalid",
    )

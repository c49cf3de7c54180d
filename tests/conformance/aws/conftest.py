"""The double, and a world in which it is AWS: its authority is the public one, and the keys are in the environment."""

import os

import certifi
import pytest

from ruststack import RustStack
from tests.conformance.aws.authority import Authority
from tests.conformance.aws.double import Double
from tests.conformance.aws.services import minted_key

ACCOUNT = "210987654321"
SECRET = "wJalrXUt" + "nFEMI7K7MDENGbPxRfiCYzKkEyLivEKY"


@pytest.fixture(scope="session")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="session")
def access_key():
    return minted_key("AKIA", ACCOUNT)


@pytest.fixture(scope="session")
def public_authorities(authority, tmp_path_factory):
    path = tmp_path_factory.mktemp("public") / "authorities.pem"
    path.write_bytes(authority.certificate)
    return path


@pytest.fixture
def aws(authority, access_key, public_authorities, monkeypatch):
    """The running double. Only its authority is trusted, as if it were one of the public ones."""
    monkeypatch.setattr(certifi, "where", lambda: str(public_authorities))
    for name in os.environ:
        if name.startswith("AWS_") or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", access_key)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    with RustStack() as stack, Double(authority, ACCOUNT, {access_key: (SECRET, None)}, stack.endpoint_url) as double:
        yield double

"""The environment of the tests' own process, changed for the run and put back."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping

# What would lead an SDK past the endpoint: a profile with another one, or with credentials that have to be fetched.
IN_THE_WAY = (
    "AWS_PROFILE",
    "AWS_DEFAULT_PROFILE",
    "AWS_SESSION_TOKEN",
    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
    "AWS_ROLE_ARN",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
)
_OF_ONE_SERVICE = "AWS_ENDPOINT_URL_"


class Surroundings:
    """os.environ as it was, and as it is to be."""

    def __init__(self) -> None:
        self._before: dict[str, str] | None = None

    def become(self, env: Mapping[str, str]) -> None:
        """Make ``env`` the environment."""
        if self._before is None:
            self._before = dict(os.environ)
        _replace(env)

    def put_back(self) -> None:
        if self._before is not None:
            _replace(self._before)
            self._before = None


def led_to(url: str, base: Mapping[str, str], *, has_own_keys: bool) -> dict[str, str]:
    """``base`` with AWS at ``url``. Without ``has_own_keys`` no real credentials are left in it."""
    env = {name: value for name, value in base.items() if not name.startswith(_OF_ONE_SERVICE)}
    if not has_own_keys:
        env = {name: value for name, value in env.items() if name not in IN_THE_WAY}
        env |= {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
    region = env.get("AWS_REGION") or env.get("AWS_DEFAULT_REGION") or "us-east-1"
    defaults = {"AWS_DEFAULT_REGION": region, "AWS_REGION": region}
    return defaults | env | {"AWS_ENDPOINT_URL": url, "AWS_EC2_METADATA_DISABLED": "true"}


def _replace(env: Mapping[str, str]) -> None:
    for name in os.environ.keys() - env.keys():
        del os.environ[name]
    os.environ.update(env)
    boto3 = sys.modules.get("boto3")
    if boto3 is not None:
        # boto3.client() keeps the credentials that it found first.
        vars(boto3)["DEFAULT_SESSION"] = None

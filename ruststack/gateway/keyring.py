"""Which access keys' secrets are known here."""

from __future__ import annotations

from collections.abc import Mapping

from ruststack.gateway import sign_errors
from ruststack.gateway.identify import is_account


class Keyring:
    """``secrets`` maps access keys to secrets.

    ``demands_all`` makes every key need a known secret; an account id used as access key then has
    ``default_secret``.
    """

    def __init__(self, secrets: Mapping[str, str], *, demands_all: bool = False, default_secret: str = "test") -> None:
        self.demands_all = demands_all
        self._secrets = secrets
        self._default_secret = default_secret

    def known(self, key: str | None) -> str | None:
        """The secret if it is known."""
        return self._secrets.get(key or "")

    def demanded(self, key: str | None, service: str = "s3") -> str:
        """The secret. Raises InvalidAccessKeyId; outside S3 UnrecognizedClient."""
        secret = self.known(key)
        if secret is None and is_account(key):
            secret = self._default_secret
        if secret is None:
            if service != "s3":
                raise sign_errors.UnrecognizedClient()
            raise sign_errors.InvalidAccessKeyId(AWSAccessKeyId=key or "")
        return secret

    def wanted(self, key: str | None, service: str = "s3") -> str | None:
        """The secret to verify a presigned URL with; None if it need not be. Raises as `demanded`."""
        return self.demanded(key, service) if self.demands_all else self.known(key)

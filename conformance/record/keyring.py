"""Whose signature it is, and whether it is right, as far as the recorder can know.

The recorder knows the secrets of its own scenarios. Of a program it knows what its environment and the profiles of
this machine hold. Where it knows none, the target's answer decides: a signature is right unless the answer says that
it, or its key, is not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

import botocore.session

from conformance import forms, signed
from conformance.exchange import Request, Response
from conformance.lent import lent_keys
from conformance.operations import code_of
from conformance.record.capture import Captured
from conformance.sandbox import EMULATOR_SECRET
from conformance.sign import Credentials

UNKNOWN = "unknown"
ANONYMOUS = "anonymous"

_REFUSALS = frozenset(
    (
        "AuthFailure",
        "AuthorizationHeaderMalformed",
        "AuthorizationQueryParametersError",
        "IncompleteSignature",
        "IncompleteSignatureException",
        "InvalidAccessKeyId",
        "InvalidClientTokenId",
        "InvalidSignatureException",
        "InvalidToken",
        "SignatureDoesNotMatch",
        "UnrecognizedClientException",
        "XAmzContentSHA256Mismatch",
    )
)


@dataclass(frozen=True, slots=True)
class Proof:
    """What a request is signed with; ``value`` is empty for an unsigned one."""

    label: str
    access_key: str
    value: str
    is_right: bool


@dataclass(slots=True)
class Keyring:
    """``labels`` names the account of each access key, ``secrets`` holds those that are known.

    ``believes`` says to trust the target about keys whose secret is not known; a scenario's own unknown keys are wrong
    on purpose. ``guesses`` are secrets to try for any key. ``lent`` are keys that answers minted: a replay has others.
    """

    labels: dict[str, str]
    secrets: dict[str, str] = field(default_factory=dict)
    believes: bool = False
    guesses: tuple[str, ...] = ()
    lent: frozenset[str] = frozenset()

    @classmethod
    def of(cls, accounts: Mapping[str, Credentials], taken: Iterable[Captured] = ()) -> Keyring:
        """The keys of a scenario: all of them known, those too that answers lent it."""
        lent = lent_in(taken)
        return cls(
            dict.fromkeys(lent, "main") | {keys.access_key: label for label, keys in accounts.items()},
            lent | {keys.access_key: keys.secret_key for keys in accounts.values()},
            lent=frozenset(lent),
        )

    def proof(self, request: Request, response: Response | None) -> Proof:
        """Who signed the request, in a header, the query or a form, and whether rightly."""
        found, form = signed.find(request), forms.find(request.body)
        if found:

            def compute(secret: str) -> str:
                return signed.compute(request, found, secret)

            return self._proof(found.access_key, found.value, compute, response)
        if form:
            return self._proof(form.access_key, form.signature, form.compute, response)
        return Proof(ANONYMOUS, "", "", False)

    def _proof(self, key: str, value: str, compute: Callable[[str], str], response: Response | None) -> Proof:
        label = self.labels.get(key, UNKNOWN)
        known = self.secrets.get(key)
        if value in (signed.RIGHT, signed.WRONG):  # of a recording that is read again, which has judged it
            return Proof(label, key, value, value == signed.RIGHT)
        if known is not None:
            return Proof(label, key, value, compute(known) == value)
        if any(compute(guess) == value for guess in self.guesses):
            return Proof(label, key, value, True)
        return Proof(label, key, value, self.believes and not is_refusal(response))


def is_refusal(response: Response | None) -> bool:
    """Whether the answer is about the signature or the key, and not about the request."""
    return response is None or (response.status in (400, 401, 403) and code_of(response) in _REFUSALS)


def access_keys(taken: Iterable[Captured]) -> list[str]:
    """The keys that signed, in the order in which they first did."""
    keys: dict[str, None] = {}
    for each in taken:
        found, form = signed.find(each.request), forms.find(each.request.body)
        key = found.access_key if found else form.access_key if form else ""
        if key:
            keys[key] = None
    return list(keys)


def machine_secrets(env: Mapping[str, str]) -> dict[str, str]:
    """The secret of each access key that the environment or a profile of this machine holds."""
    secrets = {}
    try:
        profiles = botocore.session.Session().full_config.get("profiles", {})
    except Exception:  # noqa: BLE001 - a file of the user's that cannot be read is no reason not to record
        profiles = {}
    for each in profiles.values():
        if isinstance(each, dict) and "aws_access_key_id" in each:
            secrets[str(each["aws_access_key_id"])] = str(each.get("aws_secret_access_key", ""))
    if env.get("AWS_ACCESS_KEY_ID"):
        secrets[env["AWS_ACCESS_KEY_ID"]] = env.get("AWS_SECRET_ACCESS_KEY", "")
    return secrets


def program_keyring(taken: list[Captured], env: Mapping[str, str], labels: Mapping[str, str]) -> Keyring:
    """The keyring for a program's traffic."""
    keys = access_keys(taken)
    lent = lent_in(taken)
    known = {key: secret for key, secret in (machine_secrets(env) | lent).items() if key in keys and secret}
    return Keyring(dict(labels), known, believes=True, guesses=(EMULATOR_SECRET,), lent=frozenset(lent))


def lent_in(taken: Iterable[Captured]) -> dict[str, str]:
    """The secret of each key that an answer minted."""
    return {
        keys.access_key: keys.secret_key
        for each in taken
        if each.response is not None
        for keys in lent_keys(each.response.body)
    }

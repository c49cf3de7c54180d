"""Accounts of their own: on an emulator the access key picks the account, so a minted key is a fresh account."""

from __future__ import annotations

import hashlib

from conformance.sign import Credentials

# The secret that emulators take for an access key that they do not know.
EMULATOR_SECRET = "test"


def sandbox_key(scenario: str, label: str, salt: str = "") -> Credentials:
    """The same twelve digits for the same scenario, label and salt, so that runs can be compared."""
    digest = hashlib.sha256(f"{salt}{scenario}|account:{label}".encode()).hexdigest()
    # RustStack keeps accounts that begin with 99 apart even from each other, and scenarios let accounts meet.
    number = int(digest[:15], 16) % 889_999_999_999 + 100_000_000_000
    return Credentials(str(number), EMULATOR_SECRET)


def fresh_name(name: str, salt: str) -> str:
    """Another name of the same length and the same beginning, so that lists keep their order."""
    stem, dash, tail = name.rpartition("-")
    return f"{stem}{dash}{hashlib.sha256(f'{salt}{name}'.encode()).hexdigest()[: len(tail)]}"

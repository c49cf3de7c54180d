"""Accounts of their own: on an emulator the access key picks the account, so a minted key is a fresh account."""

from __future__ import annotations

import hashlib

from conformance.sign import Credentials

# The secret that emulators take for an access key that they do not know.
EMULATOR_SECRET = "test"


def sandbox_key(scenario: str, label: str) -> Credentials:
    """The same twelve digits for the same scenario and label, so that runs can be compared."""
    digest = hashlib.sha256(f"{scenario}|account:{label}".encode()).hexdigest()
    number = int(digest[:15], 16) % 899_999_999_999 + 100_000_000_000
    return Credentials(str(number), EMULATOR_SECRET)

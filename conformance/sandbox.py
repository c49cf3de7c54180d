"""Accounts of their own: on an emulator the access key picks the account, so a minted key is a fresh account."""

from __future__ import annotations

import hashlib
import re

from conformance.sign import Credentials

# The secret that emulators take for an access key that they do not know.
EMULATOR_SECRET = "test"

_MINTED = re.compile(r"-[0-9a-f]{8}$")
_FIFO = ".fifo"
_ADDED = 8
# Buckets, rules and many others: 63 or 64.
_LONGEST_NAME = 63


def sandbox_key(scenario: str, label: str, salt: str = "") -> Credentials:
    """The same twelve digits for the same scenario, label and salt, so that runs can be compared."""
    digest = hashlib.sha256(f"{salt}{scenario}|account:{label}".encode()).hexdigest()
    # RustStack keeps accounts that begin with 99 apart even from each other, and scenarios let accounts meet.
    number = int(digest[:15], 16) % 889_999_999_999 + 100_000_000_000
    return Credentials(str(number), EMULATOR_SECRET)


def fresh_name(name: str, salt: str) -> str:
    """Another name with the same beginning, so that lists keep their order and prefixes still hold.

    A name that we minted keeps its length. To one that a client chose is added, before ``.fifo`` and the like.
    """
    digest = hashlib.sha256(f"{salt}{name}".encode()).hexdigest()
    stem, dash, tail = name.rpartition("-")
    if is_unmistakable(name):
        return f"{stem}{dash}{digest[: len(tail)]}"
    start, suffix = (name.removesuffix(_FIFO), _FIFO) if name.endswith(_FIFO) else (name, "")
    joint = "_" if "_" in name and "-" not in name else "-"
    room = _LONGEST_NAME - len(suffix) - len(joint) - _ADDED
    return f"{start[:room]}{joint}{digest[:_ADDED]}{suffix}"


def is_unmistakable(name: str) -> bool:
    """Whether a name is one that scenarios mint: it ends in eight hexadecimal digits, and is never another word."""
    return _MINTED.search(name) is not None

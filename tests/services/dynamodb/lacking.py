"""What DynamoDB Local, behind our server, does not do as AWS does: tests by name, and why each must fail."""

from __future__ import annotations

from typing import Final

ABOUT_OURS: Final = {
    "test_order.py": "our own ordered maps and keys",
    "test_reference.py": "the reference itself",
    "test_state_by_chance.py": "snapshots and the journal hold our own tables alone",
    "test_stages.py": "stages that pass on the virtual clock",
    "test_late_indexes.py": "indexes that are late on the virtual clock",
    "test_wrong_input.py": "our own checks, past the socket",
}

LACKING: Final[dict[str, str]] = {}

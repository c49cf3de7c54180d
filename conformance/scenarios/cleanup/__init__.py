"""Clean-up: delete what scenarios and replays made, known by the names that they minted, past the recorder."""

from conformance.scenarios.cleanup.kinds import KINDS
from conformance.scenarios.cleanup.s3 import delete_bucket
from conformance.scenarios.cleanup.sweep import is_gone, sweep

__all__ = ["KINDS", "delete_bucket", "is_gone", "sweep"]

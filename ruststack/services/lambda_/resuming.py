"""What is set going again after a state was put back."""

from __future__ import annotations

from ruststack.kit import Context
from ruststack.services.lambda_ import asynchronous
from ruststack.services.lambda_.durable import driving


def resume(ctx: Context) -> None:
    """Events that are not over, and durable executions that have not ended."""
    asynchronous.resume(ctx)
    driving.resume(ctx)

"""What HTTP and WebSocket APIs answer to input that breaks the service model."""

from __future__ import annotations

from ruststack.kit import Context, ServiceError, Violation
from ruststack.services.apigateway.v2.errors import BadRequestException


def invalid(ctx: Context, violations: list[Violation]) -> ServiceError | None:
    """A value of the wrong type is the protocol's to word; enums and lengths are the handlers' and AWS's own.

    Unknown: AWS's words for the rest; CreateApi without a name would tell.
    """
    missing = [each for each in violations if each.rule == "required"]
    if not missing:
        return None
    names = ", ".join(".".join(str(step) for step in each.path) for each in missing)
    return BadRequestException(f"Missing required parameter: {names}")

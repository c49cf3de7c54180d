"""Which service and operation a request is, and which error an answer is, told from the wire alone."""

from __future__ import annotations

from conformance.operations.errors import code_of, error_code
from conformance.operations.identify import UNKNOWN, identify
from conformance.operations.models import all_operations, model, signing_name
from conformance.operations.services import service_of

__all__ = ["UNKNOWN", "all_operations", "code_of", "error_code", "identify", "model", "service_of", "signing_name"]

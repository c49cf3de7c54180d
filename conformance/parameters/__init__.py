"""What a request asks for: its parameters in the words of AWS's model, read back from the wire."""

from __future__ import annotations

from conformance.parameters.parse import Parsed, parse
from conformance.parameters.said import carried, said

__all__ = ["Parsed", "carried", "parse", "said"]

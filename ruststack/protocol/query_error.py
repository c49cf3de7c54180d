"""``x-amzn-query-error``: the error code of a service that once spoke query, for SDKs that still expect it."""

from __future__ import annotations

from ruststack.core.errors import ServiceError
from ruststack.model import ServiceModel, Shape


def query_error_header(model: ServiceModel, error: ServiceError, shape: Shape | None) -> list[tuple[str, str]]:
    """The header for a service with the trait awsQueryCompatible; nothing for others.

    Source: smithy.io, aws.protocols#awsQueryCompatible: ``code;fault``, fault being Sender or Receiver.
    """
    if not model.is_query_compatible:
        return []
    code = model.corrections.query_codes.get(shape.name, shape.error_code) if shape else error.code
    return [("x-amzn-query-error", f"{code};{'Sender' if error.status < 500 else 'Receiver'}")]

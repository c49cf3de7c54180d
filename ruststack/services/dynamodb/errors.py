"""DynamoDB's errors. The namespace before the code in ``__type`` differs by the layer that refuses."""

from __future__ import annotations

from typing import Any

from ruststack.kit import ServiceError

_SERVICE = "com.amazonaws.dynamodb.v20120810"


class ValidationException(ServiceError):
    """The request is well-formed JSON, and not acceptable."""

    code, status = "ValidationException", 400
    namespace = "com.amazon.coral.validate"


class InvalidParameter(ValidationException):
    """``One or more parameter values were invalid: ...``"""

    def __init__(self, what: str) -> None:
        super().__init__(f"One or more parameter values were invalid: {what}")


class SerializationException(ServiceError):
    """The request is no JSON, or a value in it has not the model's type."""

    code, status = "SerializationException", 400
    namespace, message_name = "com.amazon.coral.service", "Message"


class DynamoDBError(ServiceError):
    """What the tables themselves answer."""

    status = 400
    namespace = _SERVICE


class ResourceNotFoundException(DynamoDBError):
    """There is no such table, index, backup or stream here."""

    code, message = "ResourceNotFoundException", "Requested resource not found"


class TableNotFound(ResourceNotFoundException):
    """Operations on tables as a whole name the table."""

    def __init__(self, name: str) -> None:
        super().__init__(f"Requested resource not found: Table: {name} not found")


class ResourceInUseException(DynamoDBError):
    """The table is being made, changed or deleted, or exists already."""

    code, message = "ResourceInUseException", "Attempt to change a resource which is still in use"


class GlobalTableInUse(ResourceInUseException):
    """Of global tables it is not said what is under way.  Source: ack-api-quirks, DDB-TABLE-444"""

    message = "The resource which you are attempting to change is in use."


class GlobalTableNotFoundException(DynamoDBError):
    """There is no such global table of the first version."""

    code = "GlobalTableNotFoundException"


class ConditionalCheckFailedException(DynamoDBError):
    """The item is not as the request wants it. Members: Item, when ReturnValuesOnConditionCheckFailure asks for it."""

    code, message = "ConditionalCheckFailedException", "The conditional request failed"

    def __init__(self, item: Any = None) -> None:
        super().__init__(Item=item)


class TransactionCanceledException(DynamoDBError):
    """Some action could not be done, and so none was. Members: CancellationReasons, one for each action."""

    code = "TransactionCanceledException"

    def __init__(self, reasons: list[dict[str, Any]]) -> None:
        codes = ", ".join(reason["Code"] for reason in reasons)
        message = f"Transaction cancelled, please refer cancellation reasons for specific reasons [{codes}]"
        super().__init__(message, CancellationReasons=reasons)


class IdempotentParameterMismatchException(DynamoDBError):
    """A client request token came back with another request."""

    code = "IdempotentParameterMismatchException"
    message = "Specified idempotent token was used with different request parameters within the idempotency window"


class LimitExceededException(DynamoDBError):
    """Too much of something at once."""

    code = "LimitExceededException"


class AccessDeniedException(ServiceError):
    """The resource is another account's."""

    code, status = "AccessDeniedException", 400
    namespace, message_name = "com.amazon.coral.service", "Message"


class NotImplementedHere(ServiceError):
    """A part of an operation that nobody here does; the header names it, so that success is never faked."""

    code, status = "NotImplemented", 501

    def __init__(self, what: str) -> None:
        super().__init__(f"{what} is not implemented.", headers={"x-ruststack-unimplemented": what})


class ExportNotFoundException(DynamoDBError):
    """There is no such export."""

    code = "ExportNotFoundException"

    def __init__(self, arn: str) -> None:
        super().__init__(f"Export not found: {arn}")


class InvalidExportTimeException(DynamoDBError):
    """A moment that is not remembered, or still to come."""

    code = "InvalidExportTimeException"
    message = "The specified ExportTime is outside of the point in time recovery window."


class ImportNotFoundException(DynamoDBError):
    """There is no such import."""

    code = "ImportNotFoundException"

    def __init__(self, arn: str) -> None:
        super().__init__(f"Import not found: {arn}")


class PolicyNotFoundException(DynamoDBError):
    """The resource has no policy, or not in that revision."""

    code = "PolicyNotFoundException"


class TableNotFoundException(DynamoDBError):
    """What backups say of a table that is not there."""

    code = "TableNotFoundException"

    def __init__(self, name: str) -> None:
        super().__init__(f"Table not found: {name}")


class TableAlreadyExistsException(DynamoDBError):
    """What a restore would make is there."""

    code = "TableAlreadyExistsException"

    def __init__(self, name: str) -> None:
        super().__init__(f"Table already exists: {name}")


class BackupNotFoundException(DynamoDBError):
    """There is no such backup."""

    code = "BackupNotFoundException"

    def __init__(self, arn: str) -> None:
        super().__init__(f"Backup not found: {arn}")


class PointInTimeRecoveryUnavailableException(DynamoDBError):
    """Point-in-time recovery is not on for the source table."""

    code = "PointInTimeRecoveryUnavailableException"

    def __init__(self, name: str) -> None:
        super().__init__(f"Point in time recovery is not enabled for table '{name}'")


class InvalidRestoreTimeException(DynamoDBError):
    """A moment that is not remembered, or still to come."""

    code = "InvalidRestoreTimeException"
    message = (
        "An invalid restore time was specified. RestoreDateTime must be between EarliestRestorableDateTime and "
        "LatestRestorableDateTime."
    )


class DuplicateItemException(DynamoDBError):
    """An INSERT of an item whose key is taken."""

    code, message = "DuplicateItemException", "Duplicate primary key exists in table"

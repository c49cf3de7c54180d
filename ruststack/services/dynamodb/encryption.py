"""Encryption at rest as a table's description shows it: by a key of DynamoDB's own, which is not told, or by KMS.

Source: API_SSESpecification, API_SSEDescription.
"""

from __future__ import annotations

from typing import Any

from ruststack.kit import Context
from ruststack.services.dynamodb.errors import InvalidParameter
from ruststack.services.dynamodb.state import Table


def check(specification: dict[str, Any] | None) -> None:
    """A key is named only where KMS encrypts.

    Raises ValidationException.  Source: ack-api-quirks, DDB-TABLE-442. Unknown: which of several faults is told;
    a CreateTable with two of them would tell.
    """
    if specification is None:
        return
    if specification.get("Enabled") is False:
        for name in ("SSEType", "KMSMasterKeyId"):
            if specification.get(name):
                raise InvalidParameter(f"{name} can not be specified if Enabled is false")
    if specification.get("SSEType") == "AES256":
        raise InvalidParameter("SSEType AES256 is not supported")
    if specification.get("KMSMasterKeyId") and not specification.get("SSEType"):
        raise InvalidParameter("SSEType KMS is required if KMSMasterKeyId is specified")


def change(ctx: Context, table: Table, specification: dict[str, Any] | None) -> None:
    """Encrypt by KMS from now on, or by DynamoDB's own key again; it has been checked."""
    if specification is None:
        return
    if not specification.get("Enabled"):
        table.settings.pop("SSEDescription", None)
        table.has_own_key = False
        return
    named = specification.get("KMSMasterKeyId")
    table.has_own_key = bool(named)
    prefix = f"arn:aws:kms:{ctx.region}:{ctx.account}:"
    if not named:
        arn = f"{prefix}key/{ctx.ids.uuid()}"  # that of alias/aws/dynamodb
    elif named.startswith("arn:"):
        arn = named
    else:
        arn = prefix + (named if named.startswith("alias/") else f"key/{named}")
    table.settings["SSEDescription"] = {"Status": "ENABLED", "SSEType": "KMS", "KMSMasterKeyArn": arn}

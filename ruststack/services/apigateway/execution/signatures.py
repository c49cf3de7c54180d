"""What AWS_IAM asks of a request: that it is signed. The signature itself is not computed again.

Source: developer guide, "Control access to a REST API with IAM permissions"; recorded answers for what is missing.
"""

from __future__ import annotations

import base64
import hashlib
from typing import Any, Final

from ruststack.services.apigateway.execution.call import Call
from ruststack.services.apigateway.execution.gateway_errors import IncompleteSignature, MissingAuthenticationToken

_ALGORITHM: Final = "AWS4-HMAC-SHA256"
_DEFAULT_ACCOUNT: Final = "000000000000"


def signer(call: Call) -> dict[str, Any]:
    """Who signed, as ``identity`` tells it. Raises MissingAuthenticationToken, IncompleteSignature."""
    credential = call.query_value("X-Amz-Credential")
    if credential is None:
        credential = _of_header(call.header("authorization"))
    key = credential.partition("/")[0]
    account = key if len(key) == 12 and key.isdigit() else _DEFAULT_ACCOUNT
    return {
        "accountId": account,
        "caller": account,
        "accessKey": key,
        "userArn": f"arn:aws:iam::{account}:root",
        "user": account,
    }


def _of_header(header: str | None) -> str:
    if not header:
        raise MissingAuthenticationToken
    algorithm, _, rest = header.partition(" ")
    if algorithm != _ALGORITHM and "=" not in rest:
        digest = base64.b64encode(hashlib.sha256(header.encode("latin-1", "replace")).digest()).decode()
        raise IncompleteSignature(
            "Invalid key=value pair (missing equal-sign) in Authorization header "
            f"(hashed with SHA-256 and encoded with Base64): '{digest}'."
        )
    fields = dict(part.strip().partition("=")[::2] for part in rest.split(","))
    missing = [name for name in ("Credential", "Signature", "SignedHeaders") if not fields.get(name)]
    if algorithm != _ALGORITHM or missing:
        listed = " ".join(f"Authorization header requires '{name}' parameter." for name in missing)
        raise IncompleteSignature(f"{listed} Authorization={algorithm}".strip())
    return fields["Credential"]

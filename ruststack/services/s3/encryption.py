"""Server-side encryption, as far as a client sees it: what was asked for, the bucket's default, SSE-C keys."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from ruststack.kit import Context, Input
from ruststack.services.s3.checksums import decode
from ruststack.services.s3.errors import InvalidArgument, InvalidRequest
from ruststack.services.s3.object_errors import InvalidEncryptionAlgorithm
from ruststack.services.s3.state import Bucket

MEMBERS = frozenset(
    (
        "BucketKeyEnabled",
        "SSECustomerAlgorithm",
        "SSECustomerKey",
        "SSECustomerKeyMD5",
        "SSEKMSEncryptionContext",
        "SSEKMSKeyId",
        "ServerSideEncryption",
    )
)
_CUSTOMER = ("SSECustomerAlgorithm", "SSECustomerKey", "SSECustomerKeyMD5")
_HEADER = "x-amz-server-side-encryption"
_S3_MANAGED: Mapping[str, Any] = {"ServerSideEncryption": "AES256"}
_KMS = ("aws:kms", "aws:kms:dsse")


def for_write(ctx: Context, bucket: Bucket, req: Input) -> Mapping[str, Any]:
    """How a new object is encrypted, as the members that AWS answers with; the request overrules the bucket's default.

    Raises InvalidArgument, InvalidEncryptionAlgorithmError. Source: API_PutObject; recorded answers.
    """
    if not MEMBERS.isdisjoint(req):
        asked = _asked_for(ctx, req)
        if asked is not None:
            return asked
    if "ServerSideEncryptionConfiguration" in bucket.configuration:
        return _bucket_default(ctx, bucket, req)
    return _S3_MANAGED


def _asked_for(ctx: Context, req: Input) -> Mapping[str, Any] | None:
    method = req.get("ServerSideEncryption")
    if any(member in req for member in _CUSTOMER):
        if method is not None:
            raise InvalidArgument(
                "Server Side Encryption with Customer provided key is incompatible with the encryption method "
                "specified",
                ArgumentName=_HEADER,
                ArgumentValue=method,
            )
        return check_customer_key(req)
    if method not in _KMS and ("SSEKMSKeyId" in req or "SSEKMSEncryptionContext" in req):
        raise InvalidArgument(
            "Server Side Encryption with AWS KMS managed key requires HTTP header "
            "x-amz-server-side-encryption : aws:kms",
            ArgumentName=_HEADER,
            ArgumentValue=method or "null",
        )
    if method is None:
        return None
    if method == "AES256":
        return _S3_MANAGED
    if method not in _KMS:
        raise InvalidArgument(
            "The encryption method specified is not supported", ArgumentName=_HEADER, ArgumentValue=method
        )
    return _kms(ctx, method, req.get("SSEKMSKeyId"), bool(req.get("BucketKeyEnabled")))


def _bucket_default(ctx: Context, bucket: Bucket, req: Input) -> Mapping[str, Any]:
    rules = bucket.configuration["ServerSideEncryptionConfiguration"].get("Rules") or [{}]
    default = rules[0].get("ApplyServerSideEncryptionByDefault") or {}
    method = default.get("SSEAlgorithm", "AES256")
    if method not in _KMS:
        return _S3_MANAGED
    has_bucket_key = req.get("BucketKeyEnabled", rules[0].get("BucketKeyEnabled", False))
    return _kms(ctx, method, default.get("KMSMasterKeyID"), bool(has_bucket_key))


def _kms(ctx: Context, method: str, key: str | None, has_bucket_key: bool) -> Mapping[str, Any]:
    members: dict[str, Any] = {"ServerSideEncryption": method, "SSEKMSKeyId": _key_arn(ctx, key)}
    if has_bucket_key:
        members["BucketKeyEnabled"] = True
    return members


def _key_arn(ctx: Context, key: str | None) -> str:
    """The key's ARN; without one, that of the account's own aws/s3 key, which is made on first use on AWS."""
    if key is not None and key.startswith("arn:"):
        return key
    if key is None:
        seed = hashlib.sha256(f"aws/s3 {ctx.account} {ctx.region}".encode()).digest()
        digits = seed[:16].hex()
        key = f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-8{digits[17:20]}-{digits[20:]}"
    kind = "" if key.startswith(("alias/", "key/")) else "key/"
    return f"arn:aws:kms:{ctx.region}:{ctx.account}:{kind}{key}"


def check_customer_key(req: Input, prefix: str = "") -> dict[str, str]:
    """The SSE-C members to keep and answer with; the key itself is never kept.

    ``prefix`` is ``CopySource`` for a copy's source. Raises InvalidArgument, InvalidEncryptionAlgorithmError.
    """
    algorithm, key, digest = (req.get(prefix + member) for member in _CUSTOMER)
    if not key:
        raise _bad_key(_MUST_PROVIDE + "an appropriate secret key.")
    if not digest:
        raise _bad_key(_MUST_PROVIDE + "the client calculated MD5 of the secret key.")
    if not algorithm:
        raise _bad_key(_MUST_PROVIDE + "a valid encryption algorithm.")
    if algorithm != "AES256":
        raise InvalidEncryptionAlgorithm(ArgumentName=_HEADER, ArgumentValue=algorithm)
    secret = decode(key)
    if secret is None or len(secret) != 32:
        raise _bad_key("The secret key was invalid for the specified algorithm.")
    if hashlib.md5(secret, usedforsecurity=False).digest() != decode(digest):
        raise _bad_key("The calculated MD5 hash of the key did not match the hash that was provided.")
    return {"SSECustomerAlgorithm": algorithm, "SSECustomerKeyMD5": digest}


_MUST_PROVIDE = "Requests specifying Server Side Encryption with Customer provided keys must provide "


def _bad_key(message: str) -> InvalidArgument:
    return InvalidArgument(message, ArgumentName=_HEADER, ArgumentValue="null")


def check_read(encryption: Mapping[str, Any], req: Input, prefix: str = "") -> None:
    """Whether the request carries the customer's key if, and only if, the object was stored with it.

    Raises InvalidRequest, InvalidArgument. Source: recorded answers; user guide, SSE-C; for the wrong key's status
    ceph/s3-tests. Unknown: how AWS words it, and whether it is not a 403; one GetObject with another key would tell.
    """
    is_given = any(prefix + member in req for member in _CUSTOMER)
    stored = encryption.get("SSECustomerKeyMD5")
    if stored is None:
        if is_given:
            raise InvalidRequest("The encryption parameters are not applicable to this object.")
        return
    if not is_given:
        raise InvalidRequest(_OTHER_PARAMETERS)
    if check_customer_key(req, prefix)["SSECustomerKeyMD5"] != stored:
        raise InvalidRequest(_OTHER_PARAMETERS)


_OTHER_PARAMETERS = (
    "The object was stored using a form of Server Side Encryption. "
    "The correct parameters must be provided to retrieve the object."
)


def hides_digest(encryption: Mapping[str, Any]) -> bool:
    """Whether the ETag is no MD5 of the data: so it is with keys of KMS and of the customer."""
    return encryption is not _S3_MANAGED and encryption.get("ServerSideEncryption") != "AES256"

"""The condition keys of a request. Source: service authorization reference, list_amazons3; IAM guide, global keys."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

from ruststack.kit import Context, Input
from ruststack.services.s3.owners import canonical_id
from ruststack.services.s3.state import Bucket, ObjectVersion

_INPUT_KEYS = {
    "s3:delimiter": "Delimiter",
    "s3:if-match": "IfMatch",
    "s3:if-none-match": "IfNoneMatch",
    "s3:max-keys": "MaxKeys",
    "s3:object-lock-legal-hold": "ObjectLockLegalHoldStatus",
    "s3:object-lock-mode": "ObjectLockMode",
    "s3:object-lock-retain-until-date": "ObjectLockRetainUntilDate",
    "s3:prefix": "Prefix",
    "s3:versionid": "VersionId",
    "s3:x-amz-acl": "ACL",
    "s3:x-amz-copy-source": "CopySource",
    "s3:x-amz-grant-full-control": "GrantFullControl",
    "s3:x-amz-grant-read": "GrantRead",
    "s3:x-amz-grant-read-acp": "GrantReadACP",
    "s3:x-amz-grant-write": "GrantWrite",
    "s3:x-amz-grant-write-acp": "GrantWriteACP",
    "s3:x-amz-metadata-directive": "MetadataDirective",
    "s3:x-amz-object-ownership": "ObjectOwnership",
    "s3:x-amz-server-side-encryption": "ServerSideEncryption",
    "s3:x-amz-server-side-encryption-aws-kms-key-id": "SSEKMSKeyId",
    "s3:x-amz-server-side-encryption-customer-algorithm": "SSECustomerAlgorithm",
    "s3:x-amz-storage-class": "StorageClass",
    "s3:x-amz-website-redirect-location": "WebsiteRedirectLocation",
}
_HEADER_KEYS = {
    "aws:referer": "referer",
    "aws:useragent": "user-agent",
    "s3:x-amz-content-sha256": "x-amz-content-sha256",
}
_AUTHENTICATED_ONLY = frozenset(
    ("aws:principalarn", "aws:principalaccount", "aws:userid", "s3:signatureversion", "s3:authtype")
)


class RequestKeys(NamedTuple):
    """Looks a condition key up in one request: called with a lower-case name, it gives the values or None."""

    ctx: Context
    req: Input
    bucket: Bucket
    version: ObjectVersion | None

    def __call__(self, name: str) -> Sequence[str] | None:
        member = _INPUT_KEYS.get(name)
        if member is not None:
            return None if member not in self.req else [_text(self.req[member])]
        header = _HEADER_KEYS.get(name)
        if header is not None:
            value = self.ctx.request.headers.get(header) if self.ctx.request else None
            return None if value is None else [value]
        prefix, slash, tag = name.partition("/")
        if slash:
            return self._tag(prefix.lower(), tag)
        if self.ctx.access_key is None and name in _AUTHENTICATED_ONLY:
            return None
        known = _KNOWN.get(name)
        return None if known is None else known(self)

    def _tag(self, kind: str, tag: str) -> Sequence[str] | None:
        if kind == "s3:existingobjecttag":
            tags: Mapping[str, str] = self.version.tags if self.version else {}
        elif kind == "s3:requestobjecttag":
            tags = self.request_tags()
        else:
            return None
        return [tags[tag]] if tag in tags else None

    def request_tags(self) -> dict[str, str]:
        """The tags that the request sets, by header or by document."""
        tagging = self.req.get("Tagging")
        if isinstance(tagging, str):
            return dict(parse_qsl(tagging, keep_blank_values=True))
        if tagging:
            return {tag.get("Key", ""): tag.get("Value", "") for tag in tagging.get("TagSet") or ()}
        return {}


def _text(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value).lower() if isinstance(value, bool) else str(value)


def _peer_address(keys: RequestKeys) -> Sequence[str] | None:
    peer = keys.ctx.request.peer if keys.ctx.request else ""
    address = peer.rpartition(":")[0].strip("[]") if peer.count(":") == 1 or peer.startswith("[") else peer
    return [address] if address else None


def _is_presigned(keys: RequestKeys) -> bool:
    query = keys.ctx.request.query if keys.ctx.request else ""
    return "X-Amz-Signature=" in query or "Signature=" in query


def _signature_version(keys: RequestKeys) -> Sequence[str]:
    request = keys.ctx.request
    is_v2 = request is not None and (
        request.headers.get("authorization", "").startswith("AWS ") or "AWSAccessKeyId=" in request.query
    )
    return ["AWS" if is_v2 else "AWS4-HMAC-SHA256"]


_KNOWN: dict[str, Callable[[RequestKeys], Sequence[str] | None]] = {
    "aws:currenttime": lambda keys: [datetime.fromtimestamp(keys.ctx.clock.now(), UTC).isoformat()],
    "aws:epochtime": lambda keys: [str(int(keys.ctx.clock.now()))],
    "aws:principalaccount": lambda keys: [keys.ctx.account],
    "aws:principalarn": lambda keys: [f"arn:aws:iam::{keys.ctx.account}:root"],
    "aws:principaltype": lambda keys: ["Anonymous" if keys.ctx.access_key is None else "Account"],
    "aws:requestedregion": lambda keys: [keys.ctx.region],
    "aws:resourceaccount": lambda keys: [keys.bucket.account],
    "aws:securetransport": lambda keys: ["false"],
    "aws:sourceip": _peer_address,
    "aws:userid": lambda keys: [keys.ctx.account],
    "s3:authtype": lambda keys: ["REST-QUERY-STRING" if _is_presigned(keys) else "REST-HEADER"],
    "s3:requestobjecttagkeys": lambda keys: list(keys.request_tags()) or None,
    "s3:resourceaccount": lambda keys: [keys.bucket.account],
    "s3:signatureversion": _signature_version,
    "s3:canonicalid": lambda keys: [canonical_id(keys.ctx.account)],
}
"""``aws:SecureTransport`` is false because the server speaks plain HTTP; behind a TLS proxy it cannot know better."""

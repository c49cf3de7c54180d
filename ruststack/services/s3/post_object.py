"""POST Object: a browser's form stores a file. Source: API RESTObjectPOST, sigv4-HTTPPOSTForms; recorded answers."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable, Mapping
from functools import partial
from urllib.parse import quote, urlencode, urlsplit

from ruststack.kit import Context, Input, Instead, Output, Request, Response, operation
from ruststack.services.s3 import post_form, post_policy, tag_document
from ruststack.services.s3.bucket_errors import FormAccessKeyUnknown, FormSignatureDoesNotMatch
from ruststack.services.s3.errors import AccessDenied, InvalidArgument
from ruststack.services.s3.markup import escape
from ruststack.services.s3.object_put import stored
from ruststack.services.s3.post_form import Form

Signature = Callable[[str, Mapping[str, str]], str]
"""From a secret and the form's fields to the signature that the form must carry."""

_MEMBERS = {
    "acl": "ACL",
    "cache-control": "CacheControl",
    "content-disposition": "ContentDisposition",
    "content-encoding": "ContentEncoding",
    "content-type": "ContentType",
    "expires": "Expires",
    "x-amz-checksum-crc32": "ChecksumCRC32",
    "x-amz-checksum-crc32c": "ChecksumCRC32C",
    "x-amz-checksum-crc64nvme": "ChecksumCRC64NVME",
    "x-amz-checksum-sha1": "ChecksumSHA1",
    "x-amz-checksum-sha256": "ChecksumSHA256",
    "x-amz-server-side-encryption": "ServerSideEncryption",
    "x-amz-server-side-encryption-aws-kms-key-id": "SSEKMSKeyId",
    "x-amz-server-side-encryption-customer-algorithm": "SSECustomerAlgorithm",
    "x-amz-server-side-encryption-customer-key": "SSECustomerKey",
    "x-amz-server-side-encryption-customer-key-md5": "SSECustomerKeyMD5",
    "x-amz-storage-class": "StorageClass",
    "x-amz-website-redirect-location": "WebsiteRedirectLocation",
}


def is_form(request: Request) -> bool:
    """Whether the request posts to a bucket itself, where nothing but a form can be posted without a subresource."""
    path = request.path.strip("/")
    at_bucket = not path if request.host_bucket is not None else "/" not in path and bool(path)
    return at_bucket and not request.query


def posted(ctx: Context, request: Request) -> Instead:
    """What the form wants stored, if its policy lets it; the caller is from now on whoever signed the form.

    Raises NoSuchBucket, what ``post_form.read`` and ``post_policy.check`` raise, SignatureDoesNotMatch.
    """
    bucket_name = request.host_bucket or request.path.strip("/")
    ctx.state.bucket(bucket_name)
    form = post_form.read(request.headers.get("content-type", ""), request.body)
    assert form.file is not None
    _name_key(form)
    _authenticate(ctx, form)
    if "policy" in form.fields:
        fields = {**form.fields, "bucket": bucket_name}
        post_policy.check(form.fields["policy"], fields, form.file.size, ctx.clock.now())
    return Instead("PostObject", _input(bucket_name, form), partial(_answer, request, form, bucket_name))


@operation("PostObject")
def post_object(ctx: Context, req: Input) -> Output:
    """Store a form's file as PutObject does. Raises what PutObject raises."""
    return stored(ctx, req, "ObjectCreated:Post")


def _name_key(form: Form) -> None:
    key = form.fields.get("key")
    if not key:
        raise _missing("key")
    form.fields["key"] = key.replace("${filename}", form.filename)


def _missing(name: str) -> InvalidArgument:
    return InvalidArgument(
        f"Bucket POST must contain a field named '{name}'.  If it is specified, please check the order of the fields.",
        ArgumentName=name,
        ArgumentValue="",
    )


def _authenticate(ctx: Context, form: Form) -> None:
    """Learn from the form who posts it; the signature is verified where the key's secret is known.

    Raises InvalidArgument for a missing field, AccessDenied, InvalidAccessKeyId, SignatureDoesNotMatch.
    """
    fields = form.fields
    if "policy" not in fields:
        if "signature" in fields or "x-amz-signature" in fields:
            raise _missing("policy")
        ctx.access_key = None
        return
    if "x-amz-algorithm" in fields or "x-amz-credential" in fields or "x-amz-signature" in fields:
        for name in ("X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Date", "X-Amz-Signature"):
            if name.lower() not in fields:
                raise _missing(name)
        key, _, region, *_ = (*fields["x-amz-credential"].split("/"), "", "")
        ctx.region = region or ctx.region
        _become(ctx, key)
        _verify(ctx, fields, fields["x-amz-signature"], _signature_v4)
        return
    for name in ("AWSAccessKeyId", "signature"):
        if name.lower() not in fields:
            raise _missing(name)
    _become(ctx, fields["awsaccesskeyid"])
    _verify(ctx, fields, fields["signature"], _signature_v2)


def _become(ctx: Context, access_key: str) -> None:
    """Act for the form's signer: a key of twelve digits is an account, any other the default one."""
    if not access_key:
        raise AccessDenied()
    ctx.access_key = access_key
    ctx.account = access_key if _is_account(access_key) else "000000000000"


def _is_account(access_key: str) -> bool:
    return len(access_key) == 12 and access_key.isdigit()


def _verify(ctx: Context, fields: Mapping[str, str], given: str, sign: Signature) -> None:
    settings = ctx.world.settings
    if ctx.access_key != settings.access_key_id and not settings.verify_signatures:
        return
    if ctx.access_key != settings.access_key_id and not _is_account(ctx.access_key or ""):
        raise FormAccessKeyUnknown(AWSAccessKeyId=ctx.access_key)
    if not hmac.compare_digest(sign(settings.secret_access_key, fields).encode(), given.encode()):
        policy = fields["policy"]
        raise FormSignatureDoesNotMatch(
            AWSAccessKeyId=ctx.access_key,
            StringToSign=policy,
            SignatureProvided=given,
            StringToSignBytes=policy.encode().hex(" "),
        )


def _signature_v2(secret: str, fields: Mapping[str, str]) -> str:
    digest = hmac.digest(secret.encode(), fields["policy"].encode(), "sha1")
    return base64.b64encode(digest).decode()


def _signature_v4(secret: str, fields: Mapping[str, str]) -> str:
    key = f"AWS4{secret}".encode()
    for part in fields["x-amz-credential"].split("/")[1:]:
        key = hmac.digest(key, part.encode(), hashlib.sha256)
    return hmac.digest(key, fields["policy"].encode(), hashlib.sha256).hex()


def _input(bucket: str, form: Form) -> Input:
    """PutObject's input for the form."""
    fields = form.fields
    req: Input = {"Bucket": bucket, "Key": fields["key"], "Body": form.file}
    req.update({member: fields[name] for name, member in _MEMBERS.items() if name in fields})
    metadata = {name[11:]: value for name, value in fields.items() if name.startswith("x-amz-meta-")}
    if metadata:
        req["Metadata"] = metadata
    if "tagging" in fields:
        req["Tagging"] = urlencode(tag_document.read(fields["tagging"]))
    return req


_TOLD = {
    "x-amz-version-id": "VersionId",
    "x-amz-server-side-encryption": "ServerSideEncryption",
    "x-amz-server-side-encryption-aws-kms-key-id": "SSEKMSKeyId",
    "x-amz-checksum-crc32": "ChecksumCRC32",
    "x-amz-checksum-crc32c": "ChecksumCRC32C",
    "x-amz-checksum-crc64nvme": "ChecksumCRC64NVME",
    "x-amz-checksum-sha1": "ChecksumSHA1",
    "x-amz-checksum-sha256": "ChecksumSHA256",
    "x-amz-checksum-type": "ChecksumType",
}
"""What an upload's answer says of the object beside its ETag, as that of PutObject does."""


def _answer(request: Request, form: Form, bucket: str, output: Output) -> Response:
    """Redirect where the form says; or 200, 201 with a document, or 204."""
    key, etag = form.fields["key"], output["ETag"]
    host = request.headers.get("host", "")
    place = f"http://{host}/" + ("" if request.host_bucket else f"{bucket}/") + quote(key)
    headers = [("ETag", etag), *((name, str(output[member])) for name, member in _TOLD.items() if member in output)]
    target = form.fields.get("success_action_redirect") or form.fields.get("redirect", "")
    if urlsplit(target).scheme in ("http", "https"):
        mark = "&" if urlsplit(target).query else "?"
        address = f"{target}{mark}{urlencode({'bucket': bucket, 'key': key, 'etag': etag})}"
        return Response(303, [*headers, ("Location", address)])
    headers.append(("Location", place))
    status = form.fields.get("success_action_status")
    if status == "201":
        text = (
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            f"<PostResponse><Location>{escape(place)}</Location><Bucket>{bucket}</Bucket><Key>{escape(key)}</Key>"
            f"<ETag>{escape(etag)}</ETag></PostResponse>"
        )
        return Response(201, [*headers, ("Content-Type", "application/xml")], text.encode())
    return Response(200 if status == "200" else 204, headers)

"""What a signature is computed over, and the computing itself.

Source: "Create a signed AWS API request" (IAM User Guide) for Version 4; "Signing and authenticating REST requests" (S3
User Guide) for Version 2, which only S3 still accepts.
"""

from __future__ import annotations

import binascii
import hmac
from typing import Final
from urllib.parse import quote, unquote_to_bytes

from ruststack.core.http import Request

# Query parameters that Version 2 signs. Source: "Constructing the CanonicalizedResource element".
_SUBRESOURCES: Final = frozenset(
    {
        "accelerate",
        "acl",
        "analytics",
        "cors",
        "delete",
        "inventory",
        "lifecycle",
        "location",
        "logging",
        "metrics",
        "notification",
        "object-lock",
        "partNumber",
        "policy",
        "replication",
        "requestPayment",
        "response-cache-control",
        "response-content-disposition",
        "response-content-encoding",
        "response-content-language",
        "response-content-type",
        "response-expires",
        "restore",
        "select",
        "select-type",
        "storageClass",
        "tagging",
        "torrent",
        "uploadId",
        "uploads",
        "versionId",
        "versioning",
        "versions",
        "website",
    }
)


def canonical_request(
    request: Request, signed_headers: str, payload_hash: str, *, left_out: str = "", is_s3: bool = True
) -> str:
    """The request in the form that Version 4 signs. ``left_out`` is the query parameter of the signature itself."""
    path = _encoded(request.path, "/") if is_s3 else _normal(request.path)
    headers = "".join([f"{name}:{_header(request, name)}\n" for name in signed_headers.split(";")])
    query = canonical_query(request.query, left_out)
    return f"{request.method}\n{path or '/'}\n{query}\n{headers}\n{signed_headers}\n{payload_hash}"


def _normal(path: str) -> str:
    """The path as services other than S3 have it: as it was sent, without dots and empty parts, and encoded again.

    Source: "Create a canonical request"; botocore, which notes that AWS wants slashes that follow another left out.
    """
    parts: list[str] = []
    for part in path.split("/"):
        if part == "..":
            del parts[-1:]
        elif part not in ("", "."):
            parts.append(part)
    end = "/" if parts and path.endswith("/") else ""
    return quote(f"/{'/'.join(parts)}{end}".encode("latin-1"), safe="/~")


def canonical_query(query: str, left_out: str) -> str:
    """Parameters percent-encoded and sorted, without ``left_out``."""
    pairs = []
    for pair in query.split("&"):
        name, _, value = pair.partition("=")
        if pair and name != left_out:
            pairs.append((_encoded(name.replace("+", " "), ""), _encoded(value.replace("+", " "), "")))
    return "&".join([f"{name}={value}" for name, value in sorted(pairs)])


def strings_to_sign_v2(request: Request, date: str) -> tuple[str, ...]:
    """Version 2's string to sign; ``date`` is the Date header, or the Expires parameter of a presigned URL.

    SDKs sign a bucket's own path with a slash at the end, even where they send it without: both forms are good.
    """
    text = _string_to_sign_v2(request, date, request.path)
    if request.host_bucket is None and request.path.rfind("/") == 0 and len(request.path) > 1:
        return text, _string_to_sign_v2(request, date, f"{request.path}/")
    return (text,)


def _string_to_sign_v2(request: Request, date: str, path: str) -> str:
    headers = request.headers
    amz = {name: ",".join(_stripped(request, name)) for name in headers if name.startswith("x-amz-")}
    if "AWSAccessKeyId" in request.params:
        # What was a header when a URL was signed stands in its query: above all x-amz-security-token.
        moved = {name.lower(): ",".join(values) for name, values in request.params.items()}
        amz = {name: value for name, value in moved.items() if name.startswith("x-amz-")} | amz
    # Unlike Version 4, spaces within a value stay as they are.
    amz_lines = "".join([f"{name}:{amz[name]}\n" for name in sorted(amz)])
    bucket = f"/{request.host_bucket}" if request.host_bucket else ""
    resource = f"{bucket}{path}" + _subresources(request.query)
    first = f"{request.method}\n{headers.get('content-md5', '')}\n{','.join(_stripped(request, 'content-type'))}\n"
    return f"{first}{date}\n{amz_lines}{resource}"


def sign_v2(secret: str, text: str) -> str:
    """Version 2's signature, in base64."""
    digest = hmac.digest(secret.encode(), text.encode("utf-8", "surrogateescape"), "sha1")
    return _base64(digest)


def equal(ours: str, given: str) -> bool:
    """Whether two signatures are the same, in a time that does not tell how much of them is."""
    return hmac.compare_digest(ours.encode(), given.encode("utf-8", "surrogateescape"))


def bytes_of(text: str) -> str:
    """``41 57 53``: the form in which S3 shows what it signed."""
    return text.encode("utf-8", "surrogateescape").hex(" ")


def _base64(data: bytes) -> str:
    return binascii.b2a_base64(data, newline=False).decode()


def _subresources(query: str) -> str:
    found = []
    for pair in query.split("&"):
        name, equals, value = pair.partition("=")
        if name in _SUBRESOURCES:
            text = unquote_to_bytes(value.replace("+", " ")).decode("utf-8", "surrogateescape")
            found.append(f"{name}={text}" if equals else name)
    return "?" + "&".join(sorted(found)) if found else ""


def _encoded(text: str, safe: str) -> str:
    """Percent-encode what is not unreserved, whatever the client had encoded already."""
    if text.isascii() and text.replace("/", "").replace("-", "").replace("_", "").replace(".", "").isalnum():
        return text if safe else text.replace("/", "%2F")
    return quote(unquote_to_bytes(text.encode("latin-1")), safe=f"{safe}~")


def _header(request: Request, name: str) -> str:
    return ",".join([_text(b" ".join(value.split())) for value in _values(request, name)])


def _stripped(request: Request, name: str) -> list[str]:
    return [_text(value.strip()) for value in _values(request, name)]


def _values(request: Request, name: str) -> list[bytes]:
    wanted = name.encode("latin-1", "replace")
    return [value for given, value in request.raw_headers if given.lower() == wanted]


def _text(value: bytes) -> str:
    """Such that the text, encoded again, is the bytes that the client signed, whatever they are."""
    return value.decode("utf-8", "surrogateescape")

"""What the caller said, apart from what every SDK adds by itself."""

from __future__ import annotations

from typing import Any

from conformance.digests import DIGESTS
from conformance.parameters.parse import Parsed

_DEFAULT = "CRC32"


def said(parsed: Parsed, body: bytes) -> dict[str, Any]:
    """The parameters without the CRC32 of ``body``, the checksum mode and the digest that SDKs send unasked."""
    kept = dict(parsed.parameters)
    if kept.get("ChecksumMode") == "ENABLED" and parsed.operation in ("s3.GetObject",):
        del kept["ChecksumMode"]
    if kept.get("ContentMD5") == DIGESTS["content-md5"](body):
        del kept["ContentMD5"]
    if kept.get("ChecksumAlgorithm") == _DEFAULT and parsed.operation not in (
        "s3.CreateMultipartUpload",
        "s3.CopyObject",
    ):
        del kept["ChecksumAlgorithm"]
    name = f"Checksum{_DEFAULT}"
    if name in kept and kept[name] == DIGESTS["x-amz-checksum-crc32"](body) and "ChecksumAlgorithm" not in kept:
        del kept[name]
    return kept

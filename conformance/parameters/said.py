"""What the caller said, apart from what SDKs add by themselves."""

from __future__ import annotations

from typing import Any

from conformance.digests import DIGESTS
from conformance.parameters.parse import Parsed

# Operations whose caller alone says an algorithm.
_CHOOSING = ("s3.CreateMultipartUpload", "s3.CopyObject")
_CRC32 = "x-amz-checksum-crc32"


def said(parsed: Parsed) -> dict[str, Any]:
    """The parameters without what SDKs send unasked: right lengths, digests and CRC32s of the body, checksum mode."""
    kept = carried(parsed)
    if kept.get("ChecksumMode") == "ENABLED" and parsed.operation == "s3.GetObject":
        del kept["ChecksumMode"]
    others = {name for name in kept if name.startswith("Checksum")} - {"ChecksumAlgorithm", "ChecksumCRC32"}
    if others or parsed.operation in _CHOOSING:
        return kept
    is_right = kept.get("ChecksumCRC32") in (None, DIGESTS[_CRC32](parsed.body))
    if is_right and kept.get("ChecksumAlgorithm", "CRC32") == "CRC32":
        kept.pop("ChecksumCRC32", None)
        kept.pop("ChecksumAlgorithm", None)
    return kept


def carried(parsed: Parsed) -> dict[str, Any]:
    """The parameters without what is true of every request: its body's length and digest."""
    kept = dict(parsed.parameters)
    if kept.get("ContentLength") == len(parsed.body):
        del kept["ContentLength"]
    if kept.get("ContentMD5") == DIGESTS["content-md5"](parsed.body):
        del kept["ContentMD5"]
    return kept

"""Checksums of objects and parts: which were promised, whether they hold, and which are kept."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from ruststack.core.checksums import digest
from ruststack.kit import Blob, Input
from ruststack.services.s3.errors import InvalidRequest
from ruststack.services.s3.object_errors import BadDigest, InvalidDigest

FULL_OBJECT, COMPOSITE = "FULL_OBJECT", "COMPOSITE"


class Algorithm(NamedTuple):
    """One checksum algorithm: AWS's name, its member and header, its digest's name in core, and its length."""

    name: str
    member: str
    header: str
    digest: str
    size_bytes: int

    @property
    def types(self) -> tuple[str, ...]:
        """The checksum types that a multipart upload may choose; the first is the default.

        Source: user guide, "Checking object integrity for data uploads"; recorded answers of CreateMultipartUpload.
        """
        if self.name == "CRC64NVME":
            return (FULL_OBJECT,)
        return (COMPOSITE, FULL_OBJECT) if self.name.startswith("CRC") else (COMPOSITE,)


_SIZES = {
    "CRC32": 4,
    "CRC32C": 4,
    "CRC64NVME": 8,
    "SHA1": 20,
    "SHA256": 32,
    "SHA512": 64,
    "MD5": 16,
    "XXHASH64": 8,
    "XXHASH3": 8,
    "XXHASH128": 16,
}

ALGORITHMS: Mapping[str, Algorithm] = {
    f"Checksum{name}": Algorithm(name, f"Checksum{name}", f"x-amz-checksum-{name.lower()}", name.lower(), size)
    for name, size in _SIZES.items()
}
"""By input and output member."""

_PROMISES = frozenset(ALGORITHMS) | {"ChecksumAlgorithm"}
_BY_HEADER = {algorithm.header: algorithm.digest for algorithm in ALGORITHMS.values()}


def named(name: str) -> Algorithm:
    """The algorithm by AWS's name. Raises InvalidRequest for a name that S3 does not know."""
    algorithm = ALGORITHMS.get(f"Checksum{name.upper()}")
    if algorithm is None:
        raise InvalidRequest(
            "Checksum algorithm provided is unsupported. Please try again with any of the valid types: "
            "[CRC32, CRC32C, CRC64NVME, SHA1, SHA256]"
        )
    return algorithm


def arriving_digests(headers: Mapping[str, str]) -> Iterable[str]:
    """The digests of a large body to compute while it arrives: its MD5, and the checksum that the headers promise."""
    names = ["md5"]
    promised = [name for header, name in _BY_HEADER.items() if header in headers]
    trailer = headers.get("x-amz-trailer", "").strip().lower()
    if trailer in _BY_HEADER:
        promised.append(_BY_HEADER[trailer])
    return names + (promised or ["crc64nvme"])


def encode(raw: bytes) -> str:
    """Base64 text, as checksums travel."""
    return binascii.b2a_base64(raw, newline=False).decode()


def decode(text: str) -> bytes | None:
    """The digest that base64 text stands for, or None if it is no base64."""
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None


def check_content_md5(req: Input, blob: Blob) -> None:
    """Raises InvalidDigest, BadDigest."""
    given = req["ContentMD5"]
    expected = decode(given)
    if expected is None or len(expected) != 16:
        raise InvalidDigest(**{"Content-MD5": given})
    actual = blob.digest("md5")
    if expected != actual:
        raise BadDigest(ExpectedDigest=expected.hex(), CalculatedDigest=encode(actual))


def promised(req: Input) -> Algorithm | None:
    """The algorithm whose checksum the request carries.

    Raises InvalidRequest if it carries several, a malformed one, or names an algorithm without a checksum.
    """
    if _PROMISES.isdisjoint(req):
        return None
    algorithm = None
    for member in req:
        if member in ALGORITHMS:
            if algorithm is not None:
                raise InvalidRequest(
                    "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed."
                )
            algorithm = ALGORITHMS[member]
    if algorithm is None:
        if "ChecksumAlgorithm" in req:
            raise InvalidRequest(
                "x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer "
                "headers were found."
            )
        return None
    given = decode(req[algorithm.member])
    if given is None or len(given) != algorithm.size_bytes:
        raise InvalidRequest(f"Value for {algorithm.header} header is invalid.")
    return algorithm


def verified(req: Input, blob: Blob) -> dict[str, str]:
    """The checksum that the request promised, checked against the body; empty if it promised none.

    Also checks Content-MD5. Raises BadDigest, InvalidDigest, InvalidRequest.
    """
    algorithm = promised(req)
    if "ContentMD5" in req:
        check_content_md5(req, blob)
    if algorithm is None:
        return {}
    actual = encode(blob.digest(algorithm.digest))
    if actual != req[algorithm.member]:
        raise BadDigest(f"The {algorithm.name} you specified did not match the calculated checksum.")
    return {algorithm.member: actual}


def computed(algorithm: Algorithm, blob: Blob) -> dict[str, str]:
    """The body's checksum by this algorithm, as a member."""
    return {algorithm.member: encode(blob.digest(algorithm.digest))}


def digest_of(algorithm: Algorithm, data: bytes) -> bytes:
    """The digest of a few bytes."""
    return digest(algorithm.digest, data)


def by_default(blob: Blob) -> dict[str, str]:
    """The checksum that S3 adds when the client sent none."""
    return {"ChecksumCRC64NVME": encode(blob.digest("crc64nvme"))}

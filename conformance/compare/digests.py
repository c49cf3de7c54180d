"""Headers that digest the answer's own body: their value is judged against that, not against what was recorded."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator

from conformance.compare.mismatch import Mismatch, Severity
from conformance.exchange import Response

# DynamoDB's checksum of the answer as it travels; SDKs verify it. Source: the SDKs, e.g. botocore's handlers for
# DynamoDB's retries (checkchecksum: crc32, x-amz-crc32).
OWN_DIGESTS: dict[str, Callable[[bytes], str]] = {"x-amz-crc32": lambda body: str(zlib.crc32(body))}


def diff(expected: Response, live: Response) -> Iterator[Mismatch]:
    """Each digest that is not right for the body that came with it. ``live`` is the answer as it came.

    A recording whose body was redacted keeps the digest of the body that it had: the same answer again is the same.
    """
    for name, digest in OWN_DIGESTS.items():
        said = live.header(name)
        if said is None or said == digest(live.body):
            continue
        if live.body != expected.body or said != expected.header(name):
            yield Mismatch(f"header {name}", "value", Severity.CRITICAL, digest(live.body), said)

"""Digests: against published check values, in pieces, and CRCs combined without reading."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ruststack.core import checksums

# The CRC catalogue's check values: the CRC of the nine bytes "123456789".
CHECKS = {"crc32": "cbf43926", "crc32c": "e3069283", "crc64nvme": "ae8b14860a799888"}


@pytest.mark.parametrize(("algorithm", "expected"), CHECKS.items())
def test_a_crc_has_its_published_check_value(algorithm: str, expected: str) -> None:
    assert checksums.digest(algorithm, b"123456789").hex() == expected


@pytest.mark.parametrize("algorithm", checksums.HASHES)
def test_a_hash_is_the_standard_one(algorithm: str) -> None:
    assert checksums.digest(algorithm, b"abc") == hashlib.new(algorithm, b"abc").digest()


@pytest.mark.parametrize("algorithm", checksums.ALGORITHMS)
def test_a_digest_does_not_depend_on_how_the_data_is_cut(algorithm: str) -> None:
    digest = checksums.new(algorithm)
    for piece in (b"a", b"", b"bc" * 5000):
        digest.update(piece)
    assert digest.digest() == checksums.digest(algorithm, b"a" + b"bc" * 5000)


def test_an_unknown_algorithm_is_refused() -> None:
    with pytest.raises(ValueError, match="crc31"):
        checksums.new("crc31")


@pytest.mark.parametrize("algorithm", checksums.CRCS)
@settings(deadline=None)
@given(parts=st.lists(st.binary(max_size=60), max_size=6))
def test_the_crcs_of_parts_combine_to_the_crc_of_the_whole(algorithm: str, parts: list[bytes]) -> None:
    pairs = [(checksums.digest(algorithm, part), len(part)) for part in parts]
    assert checksums.combine(algorithm, pairs) == checksums.digest(algorithm, b"".join(parts))


@pytest.mark.parametrize("algorithm", checksums.CRCS)
def test_parts_longer_than_32_bits_can_count_combine_by_their_length_alone(algorithm: str) -> None:
    """Doubling a run of zeros n times by combining equals combining twice half of it: lengths up to 5 TB are exact."""
    crc, size_bytes = checksums.digest(algorithm, bytes(1024)), 1024
    for _ in range(32):
        crc, size_bytes = checksums.combine(algorithm, [(crc, size_bytes)] * 2), size_bytes * 2
    quarter, quarter_bytes = checksums.digest(algorithm, bytes(1024)), 1024
    for _ in range(30):
        quarter, quarter_bytes = checksums.combine(algorithm, [(quarter, quarter_bytes)] * 2), quarter_bytes * 2
    assert size_bytes == 4 * 2**40
    assert checksums.combine(algorithm, [(quarter, quarter_bytes)] * 4) == crc

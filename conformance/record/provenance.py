"""Whether it was really AWS that answered: the hosts' certificates say so, checked against the public authorities.

What a proxy or a test was told to trust does not count. A recording through a double, or through a company's inspecting
proxy, is of AWS in name only, and does not claim to have been seen there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path

import certifi
from cryptography import x509
from cryptography.x509.verification import PolicyBuilder, Store, VerificationError

from conformance.hosts import is_aws_host


def is_vouched_for(
    hosts: Iterable[str], certificates: Mapping[str, tuple[bytes, ...]], at: datetime | None = None
) -> bool:
    """Whether every host is AWS's, and showed a certificate (PEM, with its chain) that leads to a public authority.

    ``at`` is when it was shown (default: now).
    """
    names = set(hosts)
    return bool(names) and all(
        is_aws_host(host) and is_public(host, certificates.get(host, ()), at=at) for host in names
    )


def is_public(
    host: str, chain: tuple[bytes, ...], authorities: bytes | None = None, at: datetime | None = None
) -> bool:
    """Whether the chain leads from that host's certificate to one of the authorities (default: the public ones)."""
    if not chain:
        return False
    roots = x509.load_pem_x509_certificates(authorities or Path(certifi.where()).read_bytes())
    leaf, *between = (x509.load_pem_x509_certificate(each) for each in chain)
    policy = PolicyBuilder().store(Store(roots)).time((at or datetime.now(UTC)).astimezone(UTC).replace(tzinfo=None))
    verifier = policy.build_server_verifier(x509.DNSName(host))
    try:
        verifier.verify(leaf, between)
    except VerificationError:
        return False
    return True

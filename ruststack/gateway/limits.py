"""What the edge takes from a client before it refuses, and how long it waits."""

from __future__ import annotations

from typing import NamedTuple


class Limits(NamedTuple):
    """Sizes in bytes, times in seconds.

    ``memory_body`` is the largest body that is kept in memory while it arrives. ``body_idle_s`` is how long a
    client may send nothing in the middle of a body, ``head_s`` how long a whole request head may take, and ``idle_s``
    how long a connection may rest between requests. ``write_idle_s`` is how long a client may read nothing.
    No body above ``largest_body`` (S3's 5 GB) is begun at all, with room for the ``framing`` that aws-chunked adds.
    ``discard`` is how much of a body that nobody wants is read before the connection is closed instead.
    """

    head_bytes: int = 64 * 1024
    header_count: int = 256
    memory_body: int = 1024 * 1024
    largest_body: int = 5 * 1024**3
    framing: int = 64 * 1024**2
    discard: int = 1024 * 1024 * 1024
    head_s: float = 20.0
    body_idle_s: float = 20.0
    idle_s: float = 120.0
    write_idle_s: float = 120.0
    connections: int = 10_000

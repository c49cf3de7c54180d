"""A minute of mixed load on our server: does anything fail, and does memory grow once the working set is there?"""

from __future__ import annotations

import itertools
import random

from tools.bench import target as servers
from tools.bench.client import drive
from tools.bench.exchange import Exchange, Signer
from tools.bench.usage import rss_mb

_BUCKET = "soak"
_CONNECTIONS = 32
_WARM_UP_SHARE = 0.15
_SEED = 4566


def soak(seconds: float) -> int:
    """Run it and print what happened. Returns 1 if any request failed, else 0."""
    target = servers.start(servers.OURS)
    try:
        signer = target.signer
        target.send([signer.create_bucket(_BUCKET)])
        target.send([signer.put(_BUCKET, f"kept-{number}", b"k" * 1024) for number in range(200)], 8)
        mixture = _mixture(signer)
        warm_up = drive(target.port, itertools.cycle(mixture), _CONNECTIONS, seconds * _WARM_UP_SHARE)
        before = rss_mb(target.process)
        load = drive(target.port, itertools.cycle(mixture), _CONNECTIONS, seconds * (1 - _WARM_UP_SHARE))
        after = rss_mb(target.process)
    finally:
        target.stop()
    errors = warm_up.errors + load.errors
    print(f"Soak of {seconds:g} s over {_CONNECTIONS} connections: {warm_up.count + load.count:,} requests,")
    print(f"{errors.total()} errors, p99 {load.percentile_us(99) / 1000:.1f} ms,")
    print(f"resident memory {before:.1f} MB after the warm-up, {after:.1f} MB at the end ({after - before:+.1f} MB).")
    for error, count in errors.most_common():
        print(f"- {count} × {error}")
    return 1 if errors else 0


def _mixture(signer: Signer) -> list[Exchange]:
    """2,000 requests in a shuffled order that is always the same; what is read is never deleted."""
    exchanges: list[Exchange] = []
    for number in range(200):
        kept, passing = f"kept-{number}", f"passing-{number}"
        exchanges += [signer.get(_BUCKET, kept)] * 4 + [signer.head(_BUCKET, kept)]
        exchanges += [signer.put(_BUCKET, kept, b"k" * 1024), signer.put(_BUCKET, passing, b"p" * 1024)]
        exchanges += [signer.put(_BUCKET, f"larger-{number % 20}", b"l" * 65536), signer.delete(_BUCKET, passing)]
        exchanges += [signer.list_objects(_BUCKET, 100)]
    random.Random(_SEED).shuffle(exchanges)
    return exchanges

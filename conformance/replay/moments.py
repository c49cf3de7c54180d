"""Times that a client said as its own now: a service that takes only recent ones would refuse them on another day.

All are moved by as much as the replay is later than the recording, and answers are spelled with the recorded ones.
"""

from __future__ import annotations

import re
from datetime import datetime

from conformance.exchange import Recording

# Where each operation says such times, in milliseconds since 1970.
# PutLogEvents takes none older than 14 days. Source: CloudWatch Logs, API_PutLogEvents
_PLACES = {"logs.PutLogEvents": re.compile(rb'"timestamp":\s*(\d{13})\b')}
_NEAR_MS = 3_600_000


def moments(recording: Recording, now: datetime) -> dict[str, str]:
    """The recorded times that were near that of their request, each with the one to say at ``now``."""
    found: dict[str, str] = {}
    later = 0
    for exchange in recording.exchanges:
        place = _PLACES.get(exchange.operation)
        if place is None:
            continue
        sent = _millis(datetime.fromisoformat(exchange.at))
        later = later or _millis(now) - sent
        for value in map(int, place.findall(exchange.request.body)):
            if abs(value - sent) <= _NEAR_MS:
                found[str(value)] = str(value + later)
    return found


def _millis(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)

"""Where a part of a custom domain leads to, whichever version of the API has mapped it."""

from __future__ import annotations

from typing import NamedTuple


class Target(NamedTuple):
    """An API; ``base`` is the part's path without slashes around it, ``stage`` empty if the path tells it."""

    base: str
    api_id: str
    stage: str

"""One rule: a value that two runs cannot share, where it stands, why, and the shape that AWS promises for it.

A value is replaced only where a rule says so and only when it has the shape, so a malformed id stays visible. ``loose``
is what an imitation may send instead: the recorded side when its source is one, and both sides when it is judged
against its own recording. A target is otherwise held to ``shape``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Rule:
    """``places`` are ``header name`` or ``body Path/Tail`` (the path's last elements). ``service`` empty: every one.

    ``is_paired``: equal values are equal on both sides throughout a scenario; times are not, for two events fall into
    one second in one run and into two in another. A shape with a group replaces that part only.
    ``is_per_exchange``: equal within one answer, but a later answer may repeat it or not. ``is_of_encrypted``: only
    for objects under SSE-KMS or SSE-C, and only from sources that encrypt as AWS does.
    """

    kind: str
    places: tuple[str, ...]
    shape: str
    why: str
    loose: str = ""
    service: str = ""
    is_paired: bool = True
    is_per_exchange: bool = False
    is_of_encrypted: bool = False
    strict: re.Pattern[str] = field(init=False, repr=False)
    lax: re.Pattern[str] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "strict", re.compile(self.shape, re.DOTALL))
        object.__setattr__(self, "lax", re.compile(self.loose or self.shape, re.DOTALL))

    def __str__(self) -> str:
        return f"rule {self.kind} for {', '.join(self.places)}"

"""A list entry that remembers how it was rendered, so that a page of a listing joins bytes instead of building them."""

from __future__ import annotations

from typing import Any


class Listed(dict[str, Any]):
    """A structure value that never changes after it is made.

    A protocol writer keeps the bytes it rendered for this value in ``rendered`` and joins them from then on;
    ``rendered_by`` is that writer, since another shape or protocol renders the same value differently.
    """

    __slots__ = ("rendered", "rendered_by")

    is_leaf = True

    def __init__(self, *args: Any, **members: Any) -> None:
        super().__init__(*args, **members)
        self.rendered: bytes | None = None
        self.rendered_by: object = None

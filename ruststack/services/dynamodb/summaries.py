"""Lists of summaries in pages: a token names the place of the first one that is still to come."""

from __future__ import annotations

import base64
from typing import Any, Final

from ruststack.kit import Output

_PAGE: Final = 25


def page(title: str, summaries: list[dict[str, Any]], token: str | None, most: int) -> Output:
    """The page, and the token of the next one. Raises ValueError for what is no token."""
    start = int(base64.b64decode(token, validate=True)) if token else 0
    end = start + most
    output: Output = {title: summaries[start:end]}
    if end < len(summaries):
        output["NextToken"] = base64.b64encode(str(end).encode()).decode()
    return output


def lenient_page(title: str, summaries: list[dict[str, Any]], token: str | None, most: int | None) -> Output:
    """As ``page``, 25 unless it is said; nothing is left to list after what is no token."""
    try:
        return page(title, summaries, token, most or _PAGE)
    except ValueError:
        return {title: []}

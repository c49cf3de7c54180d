"""Patterns of fields: ``[ip, user, ..., status = 4* && status != 404, bytes > 1000]``."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final, NamedTuple

from ruststack.services.logs.patterns.form import Pattern, Tokens, comparison, invalid, number, numeric

_FIELD: Final = re.compile(r'"((?:[^"\\]|\\.)*)"|\[([^\]]*)\]|(\S+)')
_NAME: Final = re.compile(r"\w+")

Holds = Callable[[str], bool]


class Field(NamedTuple):
    """A field's name, empty for one without, and what must hold of it."""

    name: str
    holds: Holds | None


def read(text: str) -> Pattern:
    """Raises PatternError.

    Without ``...`` a message must have just as many fields.  Source: user guide, space-delimited log events.
    Unknown: what [] matches; TestMetricFilter with it would tell. Here it is everything.
    """
    tokens = Tokens(text)
    if tokens.is_at_end:
        return Pattern(lambda message: True, _numbered, 0)
    before: list[Field] = []
    after: list[Field] | None = None
    while True:
        if tokens.take("..."):
            if after is not None:
                raise invalid("...")
            after = []
        else:
            (before if after is None else after).append(_field(tokens))
        if tokens.is_at_end:
            break
        tokens.expect(",")
        if tokens.is_at_end:
            # A comma at the end is followed by a field without a name.
            (before if after is None else after).append(Field("", None))
            break
    return _pattern(before, after, tokens.regexes)


def _field(tokens: Tokens) -> Field:
    sign = tokens.take(",")
    if sign:
        raise invalid(",")
    token = tokens.next()
    if token.kind != "word" or _NAME.fullmatch(token.text) is None:
        raise invalid(token.text)
    name = token.text
    sign = tokens.take("=", "!=", "<", "<=", ">", ">=")
    if not sign:
        return Field(name, None)
    return Field(name, _either(tokens, name, _condition(tokens, sign)))


def _either(tokens: Tokens, name: str, first: Holds) -> Holds:
    """Conditions on one field, those joined by ``&&`` first."""
    groups = [[first]]
    while joint := tokens.take("&&", "||"):
        condition = _next_condition(tokens, name)
        if joint == "&&":
            groups[-1].append(condition)
        else:
            groups.append([condition])
    if len(groups) == 1 and len(groups[0]) == 1:
        return first
    return lambda text: any(all(holds(text) for holds in group) for group in groups)


def _next_condition(tokens: Tokens, name: str) -> Holds:
    """Raises PatternError for another field's name: awsdocs/amazon-cloudwatch-logs-user-guide#21."""
    token = tokens.next()
    if token.kind != "word" or token.text != name:
        raise invalid(token.text)
    return _condition(tokens, tokens.expect("=", "!=", "<", "<=", ">", ">="))


def _condition(tokens: Tokens, sign: str) -> Holds:
    token = tokens.next()
    limit = number(token.text) if token.kind == "word" else None
    if limit is not None:
        compares = numeric(sign, limit)
        wanted, is_equal = token.text, sign == "="

        def holds(text: str) -> bool:
            value = number(text)
            if value is not None:
                return compares(value)
            return sign in ("=", "!=") and (text == wanted) == is_equal

        return holds
    if sign not in ("=", "!="):
        raise invalid(token.text)
    is_text = comparison(token)
    return is_text if sign == "=" else lambda text: not is_text(text)


def _pattern(before: list[Field], after: list[Field] | None, regexes: int) -> Pattern:
    behind = after or []

    def placed(message: str) -> list[tuple[str, str, Holds | None]] | None:
        """Name, text and condition of each field of a message; None if it has not as many."""
        texts = fields(message)
        middle = len(texts) - len(before) - len(behind)
        if middle < 0 or (middle and after is None):
            return None
        listed = [*before, *[Field("", None)] * middle, *behind]
        return [(field.name, text, field.holds) for field, text in zip(listed, texts, strict=True)]

    def matches(message: str) -> bool:
        found = placed(message)
        return found is not None and all(holds is None or holds(text) for _, text, holds in found)

    def extract(message: str) -> dict[str, str]:
        return {f"${name or place}": text for place, (name, text, _) in enumerate(placed(message) or [], 1)}

    return Pattern(matches, extract, regexes)


def fields(message: str) -> list[str]:
    """What stands between spaces, and what is held together by quotes or square brackets, without these."""
    return [found[found.lastindex or 0] for found in _FIELD.finditer(message)]


def _numbered(message: str) -> dict[str, str]:
    return {f"${place}": text for place, text in enumerate(fields(message), 1)}

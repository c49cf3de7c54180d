"""Numbering: the same value has the same number wherever it appears in a scenario, on each side.

The recorded side numbers its values as they come. The target's value takes the number that stands in its place, if
neither is taken yet; from then on the two belong together, and a target that mixes values up shows it.
"""

from __future__ import annotations

from conformance.normalise.rules import Rule, Rulebook


class Normaliser:
    """Turns the two values at one place into comparable ones; one for each scenario."""

    def __init__(self, rules: Rulebook, service: str, *, is_loose: bool, holds_target: bool = True) -> None:
        self._rules = rules
        self._service = service
        self._is_loose = is_loose
        self._holds_target = holds_target
        self._expected: dict[tuple[str, str], int] = {}
        self._actual: dict[tuple[str, str], int] = {}
        self._taken: dict[str, set[int]] = {}

    def pair(self, place: str, expected: str | None, actual: str | None) -> tuple[str | None, str | None]:
        """Both values with what a rule covers replaced by a placeholder; a value without the shape stays as it is."""
        rule = self._rules.find(self._service, place)
        if rule is None:
            return expected, actual
        return self._both(rule, expected, actual)

    def _both(self, rule: Rule, expected: str | None, actual: str | None) -> tuple[str | None, str | None]:
        wanted = given = None
        if expected is not None:
            wanted = _part(rule, expected, self._is_loose)
        if actual is not None:
            given = _part(rule, actual, not self._holds_target)
        if wanted is not None or given is not None:
            self._rules.note_use(rule)
        number = self._number(rule, wanted)
        # Replay spells a value that it has bound as the recording does: then both are the same already.
        own = number if given == wanted else self._match(rule, given, number)
        return _with_placeholder(rule, expected, wanted, number), _with_placeholder(rule, actual, given, own)

    def _number(self, rule: Rule, value: str | None) -> int:
        if value is None or not rule.is_paired:
            return 0
        return self._expected.setdefault((rule.kind, value), len(self._expected) + 1)

    def _match(self, rule: Rule, value: str | None, number: int) -> int:
        if value is None or not rule.is_paired:
            return 0
        known = self._actual.get((rule.kind, value))
        if known is not None:
            return known
        taken = self._taken.setdefault(rule.kind, set())
        if not number or number in taken:
            number = -(len(self._actual) + 1)
        taken.add(number)
        self._actual[(rule.kind, value)] = number
        return number


def _part(rule: Rule, value: str, is_loose: bool) -> str | None:
    """The part of the value that the rule replaces: its group if it has one, else all of it; None without the shape."""
    pattern = rule.lax if is_loose else rule.strict
    if pattern.groups:
        found = pattern.search(value)
        return found.group(1) if found else None
    return value if pattern.fullmatch(value) else None


def _with_placeholder(rule: Rule, value: str | None, part: str | None, number: int) -> str | None:
    if value is None or part is None:
        return value
    if not rule.is_paired:
        return value.replace(part, f"<{rule.kind}>", 1)
    return value.replace(part, f"<{rule.kind}:{number if number > 0 else '?' + str(-number)}>", 1)

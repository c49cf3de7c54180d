"""Numbering: the same value has the same number wherever it appears in a scenario, on each side.

The recorded side numbers its values as they come. The target's value takes the number that stands in its place, if
neither is taken yet; from then on the two belong together, and a target that mixes values up shows it.
"""

from __future__ import annotations

import copy
import re

from conformance.exchange import Request, Response
from conformance.normalise.rules import Rule, Rulebook

_HEARD = 64 * 1024
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}")
_TO_THE_SECOND = 19
_TELLING = 4  # characters: a shorter text is found in what a client says by chance

_TAG = "etag"
_CUSTOMER_KEY = "x-amz-server-side-encryption-customer-algorithm"


def _is_encrypted(answer: Response) -> bool:
    kind = answer.header("x-amz-server-side-encryption") or ""
    return kind.startswith("aws:kms") or answer.header(_CUSTOMER_KEY) is not None


class Normaliser:
    """Turns the two values at one place into comparable ones; one for each scenario.

    ``holds_target``: the target's values must have AWS's shape, even where the recorded ones need not.
    """

    def __init__(self, rules: Rulebook, service: str, *, is_loose: bool, holds_target: bool = True) -> None:
        self._rules = rules
        self._service = service
        self._is_loose = is_loose
        self.holds_target = holds_target
        self._expected: dict[tuple[str, str], int] = {}
        self._actual: dict[tuple[str, str], int] = {}
        self._taken: dict[str, set[int]] = {}
        self._count = 0
        self._is_encrypted = False
        self._passing: set[tuple[str, str]] = set()
        self._said = ""

    def copy(self) -> Normaliser:
        """One that knows the same, and goes its own way."""
        other = copy.copy(self)
        other._expected, other._actual = dict(self._expected), dict(self._actual)
        other._taken = {kind: set(numbers) for kind, numbers in self._taken.items()}
        other._passing = set(self._passing)
        return other

    def become(self, other: Normaliser) -> None:
        """Know what the other knows, and nothing else."""
        self.__dict__.update(other.__dict__)

    def hear(self, request: Request, answer: Response | None = None, service: str = "") -> None:
        """Begin an exchange with ``service``. What the client says was not minted, and must come back as it was."""
        self._service = service or self._service
        for key in self._passing:
            self._expected.pop(key, None)
            self._actual.pop(key, None)
        self._passing.clear()
        self._is_encrypted = not self._is_loose and (
            (answer is not None and _is_encrypted(answer)) or self._carries_opaque_tag(request)
        )
        if len(request.body) <= _HEARD:
            self._said += request.body.decode("latin-1") + "\n"
        self._said += request.target + "\n" + "\n".join(value for _, value in request.headers) + "\n"

    def _carries_opaque_tag(self, request: Request) -> bool:
        """A part's opaque ETag goes into that of the whole object."""
        text = request.body[:_HEARD].decode("latin-1")
        return any(kind == _TAG and value in text for kind, value in self._expected)

    def _applies(self, rule: Rule, value: str | None) -> bool:
        if not rule.is_of_encrypted or self._is_encrypted:
            return True
        return value is not None and (rule.kind, value.strip('"')) in self._expected

    def _is_chosen(self, rule: Rule, value: str) -> bool:
        probe = value[:_TO_THE_SECOND] if _ISO.match(value) else value
        return len(probe) >= _TELLING and (rule.kind, value) not in self._expected and probe in self._said

    def pair(self, place: str, expected: str | None, actual: str | None) -> tuple[str | None, str | None]:
        """Both values with what a rule covers replaced by a placeholder; a value without the shape stays as it is."""
        rule = self._rules.find(self._service, place)
        if rule is None or not self._applies(rule, expected):
            return expected, actual
        return self._both(rule, expected, actual)

    def _both(self, rule: Rule, expected: str | None, actual: str | None) -> tuple[str | None, str | None]:
        wanted = given = None
        if expected is not None:
            wanted = _part(rule, expected, self._is_loose)
            if wanted is not None and self._is_chosen(rule, wanted):
                return expected, actual
        if actual is not None:
            given = _part(rule, actual, not self.holds_target)
        if wanted is not None or given is not None:
            self._rules.note_use(rule)
        number = self._number(rule, wanted)
        # Replay spells a value that it has bound as the recording does: then both are the same already.
        own = self._settle(rule, given, number) if given == wanted else self._match(rule, given, number)
        return _with_placeholder(rule, expected, wanted, number), _with_placeholder(rule, actual, given, own)

    def _number(self, rule: Rule, value: str | None) -> int:
        if value is None or not self._is_paired(rule):
            return 0
        self._pass(rule, value)
        if (rule.kind, value) not in self._expected:
            self._count += 1
            self._expected[(rule.kind, value)] = self._count
        return self._expected[(rule.kind, value)]

    def _settle(self, rule: Rule, value: str | None, number: int) -> int:
        if value is not None and number:
            self._actual.setdefault((rule.kind, value), number)
            self._taken.setdefault(rule.kind, set()).add(number)
        return number

    def _is_paired(self, rule: Rule) -> bool:
        # An imitation gives its header and its body ids that have nothing to do with each other.
        return rule.is_paired and not (rule.is_per_exchange and self._is_loose)

    def _pass(self, rule: Rule, value: str) -> None:
        if rule.is_per_exchange:
            self._passing.add((rule.kind, value))

    def _match(self, rule: Rule, value: str | None, number: int) -> int:
        if value is None or not self._is_paired(rule):
            return 0
        known = self._actual.get((rule.kind, value))
        if known is not None:
            return known
        taken = self._taken.setdefault(rule.kind, set())
        if not number or number in taken:
            self._count += 1
            number = -self._count
        taken.add(number)
        self._pass(rule, value)
        self._actual[(rule.kind, value)] = number
        return number


def _part(rule: Rule, value: str, is_loose: bool) -> str | None:
    """The part of the value that the rule replaces: its group if it has one, else all of it; None without the shape."""
    pattern = rule.lax if is_loose else rule.strict
    if pattern.groups:
        found = pattern.search(value)
        return next(filter(None, found.groups()), None) if found else None
    return value if pattern.fullmatch(value) else None


def _with_placeholder(rule: Rule, value: str | None, part: str | None, number: int) -> str | None:
    if value is None or part is None:
        return value
    if not number:
        return value.replace(part, f"<{rule.kind}>", 1)
    return value.replace(part, f"<{rule.kind}:{number if number > 0 else '?' + str(-number)}>", 1)

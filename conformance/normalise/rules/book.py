"""All rules together. A service's own are in the module of its name; ``everywhere`` holds those of all services."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from conformance.normalise.rules import (
    apigateway,
    dynamodb,
    events,
    everywhere,
    iam,
    lambda_,
    logs,
    s3,
    secretsmanager,
    sns,
    sqs,
    ssm,
    sts,
)
from conformance.normalise.rules.rule import Rule

_MODULES = (everywhere, s3, dynamodb, sts, iam, lambda_, apigateway, sqs, sns, secretsmanager, ssm, events, logs)

RULES: tuple[Rule, ...] = tuple(rule for each in _MODULES for rule in each.RULES)


class Rulebook:
    """Finds the rule for a place, and counts which rules were ever used, so that dead ones can be reported."""

    def __init__(self, rules: Iterable[Rule] = RULES) -> None:
        self.rules = tuple(rules)
        self.used: set[int] = set()
        self._found: dict[tuple[str, str], Rule | None] = {}

    def find(self, service: str, place: str) -> Rule | None:
        """The rule for ``header name`` or ``body A/B/C`` (without list positions); the longest matching place wins."""
        key = (service, place)
        if key not in self._found:
            self._found[key] = self._search(service, place)
        return self._found[key]

    def _search(self, service: str, place: str) -> Rule | None:
        kind, _, path = place.partition(" ")
        best: tuple[int, Rule] | None = None
        for rule in self.rules:
            if rule.service not in ("", service):
                continue
            for each in rule.places:
                wanted, _, tail = each.partition(" ")
                if wanted == kind and f"/{path}".endswith(f"/{tail}"):
                    best = max(best or (0, rule), (len(tail) + bool(rule.service), rule), key=lambda pair: pair[0])
        return best[1] if best else None

    def note_use(self, rule: Rule) -> None:
        self.used.add(id(rule))

    def unused(self, services: Collection[str], *, is_taught: bool) -> list[Rule]:
        """The rules for these services that replaced nothing.

        ``is_taught``: a faithful source is among the recordings, without which rules for encrypted objects are not.
        """
        return [
            rule
            for rule in self.rules
            if id(rule) not in self.used
            and (rule.service in services or (services and not rule.service))
            and (is_taught or not rule.is_of_encrypted)
        ]

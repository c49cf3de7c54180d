"""Which values two runs cannot share, why, and the shape that AWS promises for them: one module a service."""

from conformance.normalise.rules.book import RULES, Rulebook
from conformance.normalise.rules.rule import Rule

__all__ = ["RULES", "Rule", "Rulebook"]

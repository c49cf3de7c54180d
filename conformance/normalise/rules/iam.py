"""IAM."""

from __future__ import annotations

from conformance.normalise.rules.rule import Rule

RULES: tuple[Rule, ...] = ()

"""JSON: coverage, and what an application relies on; ``schema.json`` beside this module describes both."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from conformance.coverage.behaviours import Place
from conformance.coverage.proof import Reliance, Relied, State
from conformance.coverage.reach import OperationReach, Part, Reach, ServiceReach
from conformance.report.document import judge_version

SCHEMA_VERSION = 1
SCHEMA = Path(__file__).with_name("schema.json")
Document = dict[str, Any]


def reach_to_json(found: Reach) -> str:
    return _text({"services": {name: _service(each) for name, each in found.items()}})


def reliance_to_json(found: Sequence[Reliance]) -> str:
    return _text({"targets": [_reliance(each) for each in found]})


def _text(document: Document) -> str:
    head = {"schema": SCHEMA_VERSION, "judge": judge_version()}
    return json.dumps(head | document, indent=1) + "\n"


def _service(found: ServiceReach) -> Document:
    return {
        "exchanges": found.exchanges,
        "operations": _part(found.operation_part()),
        "parameters": _part(found.parameter_part()),
        "errors": _part(found.error_part()),
        "by_operation": {name: _operation(each) for name, each in found.operations.items()},
    }


def _part(part: Part) -> Document:
    return {"reached": part.reached, "total": part.total}


def _operation(found: OperationReach) -> Document:
    return {
        "exchanges": found.exchanges,
        "modelled": found.is_modelled,
        "parameters": {"reached": sorted(found.parameters & found.reached), "missing": found.missing()},
        "errors": {
            "reached": _counts(found.errors),
            "missing": sorted(name for name, count in found.errors.items() if not count),
            "others": _counts(found.others),
        },
    }


def _counts(found: Counter[str]) -> dict[str, int]:
    return {name: count for name, count in sorted(found.items()) if count}


def _reliance(found: Reliance) -> Document:
    return {
        "target": found.target,
        "total": len(found.behaviours),
        **{state.value: len(found.of(state)) for state in State},
        "strangers": found.strangers,
        "sources": list(found.sources),
        "behaviours": [_relied(each) for each in found.behaviours],
    }


def _relied(found: Relied) -> Document:
    return {
        "operation": found.behaviour.operation,
        "parameters": sorted(found.behaviour.parameters),
        "answer": found.behaviour.answer,
        "state": found.state.value,
        "why": found.why,
        "seen": _places(found.seen),
        "goldens": _places(found.goldens),
    }


def _places(places: Sequence[Place]) -> list[Document]:
    return [{"scenario": scenario, "exchange": number} for scenario, number in places]

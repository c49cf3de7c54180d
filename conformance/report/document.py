"""JSON: everything that the comparisons found, one run a target; ``schema.json`` beside this module describes it."""

from __future__ import annotations

import importlib.metadata
import json
from collections.abc import Sequence
from dataclasses import asdict, fields
from datetime import date
from pathlib import Path
from typing import Any

from conformance.compare.mismatch import Judgement, Mismatch, Severity, Verdict
from conformance.exchange import Exchange, Request, Response, Source
from conformance.gap import Gap
from conformance.report.detail import Detail, details, key
from conformance.report.score import Run, Score

SCHEMA_VERSION = 3
SCHEMA = Path(__file__).with_name("schema.json")
Document = dict[str, Any]


def to_json(runs: Sequence[Run]) -> str:
    return json.dumps(document(runs), separators=(",", ":")) + "\n"


def document(runs: Sequence[Run]) -> Document:
    """``{schema, judge, runs}``."""
    return {"schema": SCHEMA_VERSION, "judge": judge_version(), "runs": [_run(run) for run in runs]}


def judge_version() -> str:
    try:
        return importlib.metadata.version("ruststack")
    except importlib.metadata.PackageNotFoundError:
        return ""


def _run(run: Run) -> Document:
    shown = details(run)
    return {
        "target": run.target,
        "url": run.url,
        "started": run.started,
        "seconds": round(run.seconds, 3),
        "shard": run.shard,
        "whole": run.whole,
        "home": run.is_home,
        "own_gaps": run.has_own_gaps,
        "score": _score(run.total()),
        "operations": {name: _score(each) for name, each in run.by_operation().items()},
        "judgements": [_judgement(each, shown.get(key(each))) for each in run.judgements],
        "sources": {name: asdict(each) for name, each in sorted(run.sources.items())},
        "gaps": [_gap(each) for each in run.gaps],
        "used_gaps": run.used_gaps,
        "scenarios": sorted(run.scenarios),
        "problems": run.problems,
        "unused": run.unused,
        "left": run.left,
    }


def _score(score: Score) -> Document:
    return {"total": score.total, "percent": score.percent(), **{v.value: score.counts[v] for v in Verdict}}


def _gap(gap: Gap) -> Document:
    values = {name: value for name, value in asdict(gap).items() if value not in (None, "", ())}
    return values | {"expires": gap.expires.isoformat()}


def _judgement(judgement: Judgement, detail: Detail | None) -> Document:
    exchange = judgement.exchange
    return {
        "scenario": judgement.scenario,
        "exchange": exchange.number,
        "operation": exchange.operation,
        "account": exchange.account,
        "step": exchange.step,
        "request": f"{exchange.request.method} {exchange.request.target}",
        "verdict": judgement.verdict.value,
        "note": judgement.note,
        "seconds": round(judgement.seconds, 4),
        "mismatches": [_mismatch(each) for each in judgement.mismatches],
        **({"detail": detail} if detail else {}),
    }


def _mismatch(mismatch: Mismatch) -> Document:
    return {
        "path": mismatch.path,
        "kind": mismatch.kind,
        "severity": mismatch.severity.value,
        "expected": mismatch.expected,
        "actual": mismatch.actual,
        "gap": mismatch.gap,
    }


def from_json(text: str) -> list[Run]:
    """The runs that ``to_json`` wrote. Raises ValueError for another document."""
    found = json.loads(text)
    if not isinstance(found, dict) or found.get("schema") != SCHEMA_VERSION:
        raise ValueError(f"it does not follow schema {SCHEMA_VERSION}")
    try:
        return [_read_run(each) for each in found["runs"]]
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"it does not follow schema {SCHEMA_VERSION}: {error!r}") from error


def _read_run(found: Document) -> Run:
    run = Run(
        target=found["target"],
        judgements=[_read_judgement(each) for each in found["judgements"]],
        sources={name: Source(**each) for name, each in found["sources"].items()},
        problems=list(found["problems"]),
        unused=list(found.get("unused", ())),
        left=list(found["left"]),
        seconds=found["seconds"],
        used_gaps=list(found["used_gaps"]),
        shard=found["shard"],
        whole=found["whole"],
        is_home=found["home"],
        has_own_gaps=found["own_gaps"],
        url=found["url"],
        started=found["started"],
        gaps=tuple(_read_gap(each) for each in found["gaps"]),
        scenarios=set(found["scenarios"]),
    )
    for each, written in zip(run.judgements, found["judgements"], strict=True):
        if "detail" in written:
            run.details[key(each)] = written["detail"]
    return run


def _read_gap(found: Document) -> Gap:
    known = {each.name for each in fields(Gap)}
    values: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in found.items()}
    values["expires"] = date.fromisoformat(found["expires"])
    return Gap(**{name: value for name, value in values.items() if name in known})


def _read_judgement(found: Document) -> Judgement:
    method, _, target = found["request"].partition(" ")
    exchange = Exchange(
        found["exchange"],
        found["operation"],
        found["account"],
        Request(method, target),
        Response(0, ""),
        found["step"],
    )
    mismatches = tuple(Mismatch(**{**each, "severity": Severity(each["severity"])}) for each in found["mismatches"])
    return Judgement(
        found["scenario"], exchange, Verdict(found["verdict"]), mismatches, found["note"], seconds=found["seconds"]
    )

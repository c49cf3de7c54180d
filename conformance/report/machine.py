"""For machines: JSON with every judgement, and JUnit XML with one test case an exchange."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any
from xml.etree import ElementTree

from conformance.compare.mismatch import Judgement, Mismatch, Severity, Verdict
from conformance.exchange import Exchange, Request, Response, Source
from conformance.report.score import Run, Score

SCHEMA_VERSION = 2
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def to_json(runs: Sequence[Run]) -> str:
    """``{schema, runs: [{target, seconds, shard, score, operations: {name: score}, judgements, sources, ...}]}``."""
    return json.dumps({"schema": SCHEMA_VERSION, "runs": [_run(each) for each in runs]}, indent=1) + "\n"


def _run(run: Run) -> dict[str, Any]:
    return {
        "target": run.target,
        "seconds": round(run.seconds, 3),
        "shard": run.shard,
        "score": _score(run.total()),
        "operations": {name: _score(each) for name, each in run.by_operation().items()},
        "judgements": [_judgement(each) for each in run.judgements],
        "sources": {name: asdict(each) for name, each in sorted(run.sources.items())},
        "problems": run.problems,
        "left": run.left,
        "used_gaps": run.used_gaps,
    }


def _score(score: Score) -> dict[str, Any]:
    return {"total": score.total, "percent": score.percent(), **{v.value: score.counts[v] for v in Verdict}}


def _judgement(judgement: Judgement) -> dict[str, Any]:
    exchange = judgement.exchange
    return {
        "scenario": judgement.scenario,
        "exchange": exchange.number,
        "operation": exchange.operation,
        "step": exchange.step,
        "request": f"{exchange.request.method} {exchange.request.target}",
        "verdict": judgement.verdict.value,
        "note": judgement.note,
        "mismatches": [
            {
                "path": each.path,
                "kind": each.kind,
                "severity": each.severity.value,
                "expected": each.expected,
                "actual": each.actual,
                "gap": each.gap,
            }
            for each in judgement.mismatches
        ],
    }


def from_json(text: str) -> list[Run]:
    """The runs that ``to_json`` wrote, without the bodies. Raises ValueError or KeyError for another document."""
    document = json.loads(text)
    if not isinstance(document, dict) or document.get("schema") != SCHEMA_VERSION:
        raise ValueError(f"it does not follow schema {SCHEMA_VERSION}")
    return [_read_run(each) for each in document["runs"]]


def _read_run(document: dict[str, Any]) -> Run:
    return Run(
        document["target"],
        [_read_judgement(each) for each in document["judgements"]],
        {name: Source(**each) for name, each in document["sources"].items()},
        document["problems"],
        document["left"],
        document["seconds"],
        document["used_gaps"],
        document["shard"],
    )


def _read_judgement(document: dict[str, Any]) -> Judgement:
    method, _, target = document["request"].partition(" ")
    exchange = Exchange(
        document["exchange"], document["operation"], "", Request(method, target), Response(0, ""), document["step"]
    )
    mismatches = tuple(Mismatch(**{**each, "severity": Severity(each["severity"])}) for each in document["mismatches"])
    return Judgement(document["scenario"], exchange, Verdict(document["verdict"]), mismatches, document["note"])


def to_junit(runs: Sequence[Run]) -> str:
    """One suite a scenario, one case an exchange: differing and crashed fail, unsupported and the rest are skipped.

    Of several targets each scenario has a suite for each, named after both.
    """
    root = ElementTree.Element("testsuites", name=f"ruststack-conform {', '.join(each.target for each in runs)}")
    suites: dict[str, ElementTree.Element] = {}
    for run in runs:
        for judgement in run.judgements:
            name = f"{judgement.scenario} on {run.target}" if len(runs) > 1 else judgement.scenario
            if name not in suites:
                suites[name] = ElementTree.SubElement(root, "testsuite", name=name)
            _case(suites[name], judgement)
    for suite in suites.values():
        suite.set("tests", str(len(suite)))
        suite.set("failures", str(len(suite.findall("testcase/failure"))))
        suite.set("skipped", str(len(suite.findall("testcase/skipped"))))
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"


def _case(suite: ElementTree.Element, judgement: Judgement) -> None:
    exchange = judgement.exchange
    name = f"{exchange.number:03d} {exchange.operation} {exchange.step}".rstrip()
    case = ElementTree.SubElement(suite, "testcase", classname=judgement.scenario.replace("/", "."), name=_xml(name))
    if judgement.verdict in (Verdict.MATCH, Verdict.WAIVED):
        return
    is_failure = judgement.verdict in (Verdict.DIFFERS, Verdict.CRASHED)
    result = ElementTree.SubElement(case, "failure" if is_failure else "skipped")
    result.set("message", _xml(f"{judgement.verdict}: {judgement.note or _first(judgement)}"))
    result.text = _xml("\n".join(f"{m.path} {m.kind}\n- {m.expected}\n+ {m.actual}" for m in judgement.mismatches))


def _first(judgement: Judgement) -> str:
    return f"{judgement.mismatches[0].path} {judgement.mismatches[0].kind}" if judgement.mismatches else ""


def _xml(text: str) -> str:
    return _NOT_XML.sub("\ufffd", text)

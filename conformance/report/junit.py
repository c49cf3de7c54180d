"""JUnit XML: one suite a scenario and target, one case an exchange. Differing and crashed fail, the rest is skipped."""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.etree import ElementTree

from conformance.compare.mismatch import Judgement, Verdict
from conformance.report.score import Run, is_explained

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_COUNTS = ("tests", "failures", "errors")


def to_junit(runs: Sequence[Run]) -> str:
    """What a known gap explains is skipped with the gap's name; with several targets a suite is named after both."""
    root = ElementTree.Element("testsuites", name=f"ruststack-conform {', '.join(run.target for run in runs)}")
    for run in runs:
        suites: dict[str, list[Judgement]] = {}
        for judgement in run.judgements:
            suites.setdefault(judgement.scenario, []).append(judgement)
        for scenario, judgements in suites.items():
            name = scenario if len(runs) == 1 else f"{run.target}: {scenario}"
            root.append(_suite(xml_text(name), judgements, run.started))
    # Jenkins' schema has no count of what is skipped in all.
    for count in _COUNTS:
        root.set(count, str(sum(int(suite.get(count, "0")) for suite in root)))
    root.set("time", f"{sum(run.seconds for run in runs):.3f}")
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"


def _suite(name: str, judgements: list[Judgement], started: str) -> ElementTree.Element:
    suite = ElementTree.Element("testsuite", name=name)
    for judgement in judgements:
        _case(suite, name, judgement)
    results = {"failures": "failure", "errors": "error", "skipped": "skipped"}
    suite.set("tests", str(len(suite)))
    for count, tag in results.items():
        suite.set(count, str(len(suite.findall(f"testcase/{tag}"))))
    suite.set("time", f"{sum(round(each.seconds, 4) for each in judgements):.4f}")
    if started:
        suite.set("timestamp", started[:19])
    return suite


def _case(suite: ElementTree.Element, name: str, judgement: Judgement) -> None:
    exchange = judgement.exchange
    case = ElementTree.SubElement(
        suite,
        "testcase",
        classname=name.replace("/", "."),
        name=xml_text(f"{exchange.number:03d} {exchange.operation} {exchange.step}".rstrip()),
        time=f"{judgement.seconds:.4f}",
    )
    if judgement.verdict in (Verdict.MATCH, Verdict.WAIVED):
        return
    message = xml_text(f"{judgement.verdict}: {judgement.note or _first(judgement)}")
    if is_explained(judgement):
        gaps = sorted({each.gap for each in judgement.mismatches})
        ElementTree.SubElement(case, "skipped", message=xml_text(f"{message} (known gap: {', '.join(gaps)})"))
    elif judgement.verdict in (Verdict.DIFFERS, Verdict.CRASHED):
        tag = "failure" if judgement.verdict is Verdict.DIFFERS else "error"
        result = ElementTree.SubElement(case, tag, message=message, type=judgement.verdict.value)
        result.text = xml_text(
            "\n".join(f"{m.path} {m.kind}\n- {m.expected}\n+ {m.actual}" for m in judgement.mismatches)
        )
    else:
        ElementTree.SubElement(case, "skipped", message=message)


def _first(judgement: Judgement) -> str:
    return f"{judgement.mismatches[0].path} {judgement.mismatches[0].kind}" if judgement.mismatches else ""


def xml_text(text: str) -> str:
    """The text with what XML cannot say replaced."""
    return _NOT_XML.sub("\ufffd", text)

"""The HTML report: one page that holds its data, style and script, asks for nothing, and runs nothing but its own.

Whatever a server answered is data: it travels as packed JSON in base64, in which no markup can begin, and the script
writes it as text. A content security policy, with the hashes of our own script and style, is the second wall.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
import zlib
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from string import Template
from typing import Any

from conformance.report.document import document
from conformance.report.score import Run

_FOLDER = Path(__file__).parent
_SCRIPTS = ("elements", "bodies", "exchange", "filters", "list", "matrix", "summary", "main")
_STYLES = ("base", "summary", "list", "exchange")


def to_html(runs: Sequence[Run]) -> str:
    """The page. Exchanges that match are counted in it, all others are shown whole."""
    script, style = _joined(_SCRIPTS, ".js"), _joined(_STYLES, ".css")
    script = f'(async () => {{\n"use strict";\n{script}\n}})();'
    return Template((_FOLDER / "template.html").read_text(encoding="utf-8")).substitute(
        policy=(
            f"default-src 'none'; script-src '{_hash(script)}'; style-src '{_hash(style)}'; "
            "base-uri 'none'; form-action 'none'"
        ),
        title=html.escape(f"AWS conformance of {', '.join(run.target for run in runs) or 'nothing'}"),
        headline=html.escape("; ".join(f"{run.target}: {run.total().percent()} % match" for run in runs)),
        style=style,
        script=script,
        data=_packed(json.dumps(_data(runs), separators=(",", ":"))),
    )


def _data(runs: Sequence[Run]) -> dict[str, Any]:
    found = document(runs)
    for run in found["runs"]:
        shown = [each for each in run["judgements"] if each["verdict"] != "match"]
        named = {mismatch["gap"] for each in shown for mismatch in each["mismatches"]}
        run["exchanges"] = len(run["judgements"])
        run["judgements"] = shown
        run["gaps"] = [gap for gap in run["gaps"] if gap["id"] in named]
        run["scenarios"] = len(run["sources"])
        del run["used_gaps"]
    return found


def _packed(text: str) -> str:
    """Deflated: exchanges are much alike, and become a tenth."""
    return base64.b64encode(zlib.compress(text.encode())).decode()


@cache
def _joined(names: tuple[str, ...], ending: str) -> str:
    return "\n".join((_FOLDER / f"{name}{ending}").read_text(encoding="utf-8").strip() for name in names)


def _hash(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"

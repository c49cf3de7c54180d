"""``python -m tools.scoreboard``: judge ruststack, LocalStack, moto and ministack, and write docs/scoreboard.md anew.

Peers are installed where `tools.peers` keeps them, and run one after another. With ``--print`` nothing is written.
"""

from __future__ import annotations

import argparse
import sys
import time

from tools.docs.sections import spliced
from tools.peers.install import ROOT
from tools.scoreboard.contest import OURS, Result, completed, of_peer, ours, services, today, wrong_answers
from tools.scoreboard.page import render

PAGE = ROOT / "docs" / "scoreboard.md"
TARGETS = (OURS, "localstack", "moto", "ministack")


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser("tools.scoreboard", description=(__doc__ or "").partition(": ")[2])
    parser.add_argument("--services", default="", help="only these, with commas (then nothing is written)")
    parser.add_argument("--print", action="store_true", dest="is_printed", help="print the tables alone")
    options = parser.parse_args(arguments)
    wanted = options.services.split(",") if options.services else services()
    results = []
    for name in TARGETS:
        started = time.monotonic()
        result = _result(name, wanted)
        results.append(result)
        print(f"{name}: {len(result.judgements)} exchanges in {time.monotonic() - started:.0f} s", file=sys.stderr)
    completed(results)
    text = render(results, today(), wrong_answers())
    if options.is_printed or options.services:
        print(text, end="")
    else:
        PAGE.write_text(spliced(PAGE.read_text(), "scoreboard", text, by="make scoreboard"))
        print(f"{PAGE.relative_to(ROOT)} written anew", file=sys.stderr)
    return 0


def _result(name: str, wanted: list[str]) -> Result:
    if name == OURS:
        return ours(wanted)
    return of_peer(name, wanted, lambda line: print(line, file=sys.stderr))


if __name__ == "__main__":
    sys.exit(main())

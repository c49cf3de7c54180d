"""`ruststack-conform export`: recordings as a HAR, which browsers and other tools open."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from conformance.complaint import complaint
from conformance.files import recordings
from conformance.interchange.archive import to_har
from conformance.recording import load

OK, USAGE = 0, 2

_EPILOG = """\
examples:
  ruststack-conform export s3/bucket_tags --out out/tags.har
  ruststack-conform export recordings/app --out -"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = _EPILOG
    parser.add_argument(
        "scenarios", nargs="+", type=Path, metavar="SCENARIO", help="recordings, folders, or names of goldens"
    )
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="the HAR to write (-: to the screen)")


def run(options: argparse.Namespace) -> int:
    try:
        found = [load(path) for path in recordings(options.scenarios)]
        text = json.dumps(to_har(found), ensure_ascii=False, indent=1) + "\n"
        if str(options.out) == "-":
            sys.stdout.write(text)
            return OK
        options.out.parent.mkdir(parents=True, exist_ok=True)
        options.out.write_text(text, encoding="utf-8")
    except BrokenPipeError:
        raise  # of our own output: no failure
    except (ValueError, OSError) as error:
        print(complaint(error), file=sys.stderr)
        return USAGE
    exchanges = sum(len(each.exchanges) for each in found)
    print(f"{len(found)} scenario{'' if len(found) == 1 else 's'}, {exchanges} exchanges in {options.out}")
    return OK

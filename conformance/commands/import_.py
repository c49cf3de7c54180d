"""`ruststack-conform import`: mitmproxy's flow files and HAR become recordings, as if they had been recorded here."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from conformance.files import scenario_name
from conformance.interchange.into import Imported, NothingKept, import_files
from conformance.interchange.taken import BadFile
from conformance.record.traffic import Ambiguous
from conformance.recording import SecretFound

OK, USAGE, NOT_RECORDED = 0, 2, 4

_EPILOG = """\
examples:
  mitmdump -w shop.flows                       # then run the program behind it
  ruststack-conform import shop.flows --name shop
  ruststack-conform import upload.har list.har --name shop --source localstack

Of one file becomes the scenario NAME, of several NAME/FILE each. Secrets are
crossed out and what is not AWS is dropped, as `record` does it.

exit codes: 0 written; 2 wrong usage, or a file that cannot be read;
4 nothing of AWS in it, or what still looks like a secret"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = _EPILOG
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="a mitmproxy flow file or a HAR")
    parser.add_argument("--name", default="", help="what the recording is called: FOLDER/NAME.yaml")
    parser.add_argument(
        "--out", type=Path, default=Path("recordings"), metavar="FOLDER", help="where to write (default recordings)"
    )
    parser.add_argument(
        "--target", metavar="aws|URL", help="whose traffic to keep, where there are several; nothing is sent to it"
    )
    parser.add_argument(
        "--source", default="", metavar="KIND", help="who answered: aws, localstack, moto, ... (default: told by hosts)"
    )
    parser.add_argument("--source-version", default="", metavar="VERSION", help="and which version of it")
    parser.add_argument(
        "--keep-account", action="store_true", help="write account ids as they are (default: 000000000000 and on)"
    )


def run(options: argparse.Namespace) -> int:
    name = "/".join(options.name.strip("/").split("/"))
    try:
        if name and scenario_name("", name).lstrip("/") != name:
            raise ValueError("not as it is written")
    except ValueError:
        print(f"--name {options.name}: lower-case words joined by _, and / between folders", file=sys.stderr)
        return USAGE
    try:
        done = import_files(
            options.files,
            name,
            options.out,
            os.environ,
            endpoint=options.target,
            kind=options.source,
            version=options.source_version,
            keeps_accounts=options.keep_account,
        )
    except (BadFile, OSError) as error:
        print(f"{error.filename}: {error.strerror}" if isinstance(error, OSError) else error, file=sys.stderr)
        return USAGE
    except (NothingKept, Ambiguous, SecretFound) as error:
        print(error, file=sys.stderr)
        return NOT_RECORDED
    _tell(done)
    return OK


def _tell(done: Imported) -> None:
    for each in done.written:
        print(f"imported {each.scenario} ({each.exchanges}) in {each.path}")
    for reason, count in sorted(done.dropped.items()):
        print(f"dropped  {count} request{'' if count == 1 else 's'}: {reason}")
    print(f"from {done.source.kind} {done.source.version}".rstrip())
    if done.source.kind == "other":
        print("nothing tells who answered; --source KIND says it")

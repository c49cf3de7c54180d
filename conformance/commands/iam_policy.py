"""`ruststack-conform iam-policy`: what recording the chosen scenarios on real AWS needs, as policies to be pasted."""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from conformance.exchange import Exchange
from conformance.files import goldens, recordings
from conformance.permissions import stack
from conformance.permissions.policy import Unmapped, needed, policies
from conformance.recording import load
from conformance.scenarios import discover, select

_REPOSITORY = re.compile(r"[\w.-]+/[\w.-]+")
_EPILOG = """\
the policy allows what the recordings of the scenarios asked for, on names that
begin with conform-, and denies everything else:
  ruststack-conform iam-policy > policy.json
  ruststack-conform iam-policy s3 --trust acme/app --account 123456789012
  ruststack-conform iam-policy --stack acme/app --budget 5 --email me@acme.org
An account of its own is safer still: nothing else is in it."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = _EPILOG
    parser.add_argument("scenarios", nargs="*", metavar="SCENARIO", help="a name, a service or a prefix* (all)")
    parser.add_argument(
        "--recordings", type=Path, metavar="FOLDER", default=goldens(), help="where their recordings lie"
    )
    parser.add_argument("--out", type=Path, metavar="FOLDER", help="write policy-1.json and so on")
    kinds = parser.add_mutually_exclusive_group()
    kinds.add_argument("--trust", metavar="ORG/REPO", help="print the trust policy for its GitHub Actions instead")
    kinds.add_argument("--stack", metavar="ORG/REPO", help="print a CloudFormation stack: role, policies and budget")
    parser.add_argument("--branch", default="main", help="the branch whose jobs may assume the role (main)")
    parser.add_argument("--environment", default="", help="the environment whose jobs may, instead of a branch's")
    parser.add_argument("--account", default="", metavar="ID", help="the AWS account, for --trust")
    parser.add_argument(
        "--budget", type=float, default=5.0, metavar="USD", help="what a month may cost, for --stack (5)"
    )
    parser.add_argument("--email", default="", help="who is told about the budget, for --stack")


def run(options: argparse.Namespace) -> int:
    problem = _problem(options)
    if problem:
        print(problem, file=sys.stderr)
        return 2
    subject = stack.subject(
        options.trust or options.stack or "", branch=options.branch, environment=options.environment
    )
    if options.trust:
        _print(stack.trust(subject, stack.provider_arn(options.account)))
        return 0
    try:
        documents = policies(needed(_exchanges(options.scenarios, options.recordings)))
    except (LookupError, ValueError, Unmapped) as error:
        print(error.args[0], file=sys.stderr)
        return 2
    if options.stack:
        _print(stack.template(documents, subject, budget=options.budget, email=options.email))
    elif options.out:
        _write(documents, options.out)
    else:
        _print(documents[0] if len(documents) == 1 else documents)
        if len(documents) > 1:
            print(f"{len(documents)} policies, one an entry: --out FOLDER writes one a file", file=sys.stderr)
    return 0


def _problem(options: argparse.Namespace) -> str:
    repository = options.trust or options.stack
    if repository and not _REPOSITORY.fullmatch(repository):
        return f"a repository is named ORG/REPO: {repository!r}"
    if options.trust and not re.fullmatch(r"\d{12}", options.account):
        return "--trust needs --account: the 12 digits of the AWS account"
    if options.stack and "@" not in options.email:
        return "--stack needs --email: who is told when half of the budget is spent"
    return ""


def _exchanges(scenarios: list[str], folder: Path) -> Iterator[Exchange]:
    """What the scenarios said when they were recorded. Raises ValueError for one without a recording."""
    names = {each.name for each in select(scenarios)} if scenarios else None
    for path in recordings([folder]):
        recording = load(path)
        if recording.scenario in (discover() if names is None else names):
            yield from recording.exchanges
            if names:
                names.discard(recording.scenario)
    if names:
        raise ValueError(f"not recorded yet, so that nothing says what it asks for: {', '.join(sorted(names))}")


def _print(document: Any) -> None:
    print(json.dumps(document, indent=2))


def _write(documents: list[dict[str, Any]], folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for number, document in enumerate(documents, start=1):
        path = folder / f"policy-{number}.json"
        path.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
        print(path)

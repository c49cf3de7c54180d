"""Reproductions: an exchange as a curl command, and as a boto3 program that also does what had to come before."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from conformance.exchange import Exchange, Recording
from conformance.report.reproduce.curl import curl
from conformance.report.reproduce.script import script

ENDPOINT = "http://localhost:4566"


def reproductions(
    exchange: Exchange, recording: Recording, path: Path, url: str = "", statuses: Mapping[int, int] | None = None
) -> dict[str, str]:
    """``{curl, boto3}``; for a request that boto3 cannot send, ``boto3`` is a comment that says so.

    Both speak to ``url`` with the recorded names and accounts, as if the scenario were played there for the first time.
    ``statuses`` are what the target answered to each exchange of the scenario.
    """
    endpoint = url.rstrip("/") or ENDPOINT
    return {
        "curl": curl(exchange, recording, path, endpoint),
        "boto3": script(exchange, recording, path, endpoint, statuses),
    }

"""The X-Ray header of an invocation, which also says by which functions a chain of requests has come.

SDKs inside functions send it on, so that a function that calls itself, directly or by others, is found out.
Source: X-Ray developer guide, "Tracing header" (``Lineage=a87bd80c:1|68fd508a:5``); Lambda developer guide, "Use Lambda
recursive loop detection to prevent infinite loops" ("invoked approximately 16 times in the same chain of requests");
headers that AWS's engineers show (aws/aws-xray-sdk-node#651, aws/aws-xray-sdk-java#409).
"""

from __future__ import annotations

import hashlib
import re
from typing import Final

from ruststack.core.arn import partition_of
from ruststack.kit import Context, World
from ruststack.services.lambda_.errors import RecursiveInvocationException
from ruststack.services.lambda_.targets import Target

_MOST_RUNS: Final = 16
_ID_DIGITS: Final = 8
_COUNT: Final = re.compile(r"[0-9]{1,9}")


def trace_of(ctx: Context, target: Target) -> str:
    """The request's header, or a new one, with the function noted in it. Raises RecursiveInvocationException."""
    given = ctx.request.headers.get("x-amzn-trace-id") if ctx.request is not None else None
    return traced(ctx.world, target, given)


def traced(world: World, target: Target, given: str | None) -> str:
    """As `trace_of`, of any header."""
    fields = _fields(world, target, given)
    lineage = _lineage(next((field for field in fields if field.startswith("Lineage=")), ""))
    here = _id(target)
    lineage[here] = lineage.get(here, -1) + 1
    if lineage[here] >= _MOST_RUNS and target.function.recursion == "Terminate":
        raise RecursiveInvocationException()
    told = "|".join(f"{name}:{count}" for name, count in lineage.items())
    return ";".join([*(field for field in fields if field and not field.startswith("Lineage=")), f"Lineage={told}"])


def _fields(world: World, target: Target, given: str | None) -> list[str]:
    """Of the header: a function that traces actively decides where nobody has; one that passes through does not."""
    fields = [field.strip() for field in given.split(";")] if given else [_root(world)]
    is_open = not any(field.startswith(("Parent=", "Sampled=")) for field in fields)
    if is_open and target.version.settings["TracingConfig"].get("Mode") == "Active":
        fields += [f"Parent={world.ids.hex(16)}", "Sampled=1"]
    return fields


def _root(world: World) -> str:
    return f"Root=1-{int(world.clock.now()):08x}-{world.ids.hex(24)}"


def _lineage(field: str) -> dict[str, int]:
    entries = (entry.rpartition(":") for entry in field.removeprefix("Lineage=").split("|"))
    return {name: int(count) for name, _, count in entries if name and _COUNT.fullmatch(count)}


def _id(target: Target) -> str:
    which = target.which
    arn = f"{partition_of(which.region)}:{which.region}:{which.account}:{target.function.name}"
    return hashlib.sha256(arn.encode()).hexdigest()[:_ID_DIGITS]

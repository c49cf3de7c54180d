"""The environment of a worker: AWS's variables and the function's own, and nothing of ours.

Source: "Working with Lambda environment variables" (defined runtime environment variables; the reserved ones win).
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from ruststack.core.functions import Revision
from ruststack.runtime.functions.runtimes import Program

ENDPOINT = "AWS_ENDPOINT_URL"


class Place(NamedTuple):
    """Where a worker finds things: its code, its layers, AWS's runtime clients, and what is its own."""

    task: str
    opt: str
    runtime: str
    own: str


class Access(NamedTuple):
    """What its calls to AWS are signed with, and where they go."""

    secret_access_key: str
    session_token: str
    endpoint: str


def variables(
    revision: Revision, program: Program, place: Place, access: Access, stream: str, api: str
) -> dict[str, str]:
    """All of them, for a process. ``stream`` is the log stream, ``api`` the Runtime API's host and port."""
    defaults = {
        "LANG": "en_US.UTF-8",
        "TZ": ":UTC",
        "PATH": ":".join(dict.fromkeys(_path(program, place))),
        "LD_LIBRARY_PATH": f"{place.task}:{place.task}/lib:{place.opt}/lib",
        "AWS_XRAY_CONTEXT_MISSING": "LOG_ERROR",
        ENDPOINT: access.endpoint,
    }
    if program.kind == "python":
        defaults["PYTHONPATH"] = place.runtime
    if program.kind == "node":
        major = program.version.removeprefix("nodejs:").partition(".")[0]
        own = Path(program.folder).resolve().parent / "lib" / "node_modules"
        places = (f"{place.opt}/nodejs/node{major}/node_modules", f"{place.opt}/nodejs/node_modules", str(own))
        defaults["NODE_PATH"] = ":".join(places)
    fixed = {"_LAMBDA_TELEMETRY_LOG_FD": "3", "_RUSTSTACK_OPT": place.opt}
    if place.own != "/tmp":
        fixed["TMPDIR"] = place.own
    return defaults | dict(revision.environment) | reserved(revision, place, access, stream, api) | fixed


def _path(program: Program, place: Place) -> list[str]:
    own = [program.folder] if program.folder else []
    return [*own, "/usr/local/bin", "/usr/bin", "/bin", f"{place.opt}/bin"]


def reserved(revision: Revision, place: Place, access: Access, stream: str, api: str) -> dict[str, str]:
    """Those that a function cannot set itself."""
    variables = {
        "_HANDLER": revision.handler,
        "AWS_REGION": revision.region,
        "AWS_DEFAULT_REGION": revision.region,
        "AWS_LAMBDA_FUNCTION_NAME": revision.function,
        "AWS_LAMBDA_FUNCTION_VERSION": revision.version,
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(revision.memory_mb),
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_GROUP_NAME": revision.log_group or f"/aws/lambda/{revision.function}",
        "AWS_LAMBDA_LOG_STREAM_NAME": stream,
        "AWS_LAMBDA_RUNTIME_API": api,
        "AWS_ACCESS_KEY_ID": revision.account,
        "AWS_SECRET_ACCESS_KEY": access.secret_access_key,
        "AWS_SESSION_TOKEN": access.session_token,
        "LAMBDA_TASK_ROOT": place.task,
        "LAMBDA_RUNTIME_DIR": place.runtime,
    }
    if revision.runtime and not revision.runtime.startswith("provided"):
        variables["AWS_EXECUTION_ENV"] = f"AWS_Lambda_{revision.runtime}"
    if revision.log_format == "JSON":
        variables["AWS_LAMBDA_LOG_FORMAT"] = "JSON"
        variables["AWS_LAMBDA_LOG_LEVEL"] = revision.application_log_level or "INFO"
    return variables


def translated(path: str, place: Place) -> str:
    """A path in AWS's file system as one in ours."""
    for theirs, ours in (("/opt/", place.opt), ("/var/task/", place.task), ("/var/runtime/", place.runtime)):
        if path.startswith(theirs):
            return str(Path(ours) / path.removeprefix(theirs))
    return path

"""What AWS says of an invocation's end: the answers of functions that failed, and the lines of their logs.

Source: recorded answers (Sandbox.Timedout, Runtime.ExitError); "Monitoring Lambda functions", the table of JSON system
log events by level.
"""

from __future__ import annotations

import signal
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

import orjson

from ruststack.core.functions import Revision

PAYLOAD_BYTES: Final = 6 * 1024 * 1024 + 100
TOO_LARGE: Final = f"Response payload size exceeded maximum allowed payload size ({PAYLOAD_BYTES} bytes)."
# The names that AWS's own supervisor, a Go program, has for signals.
_SIGNALS: Final = {
    signal.SIGABRT: "aborted",
    signal.SIGBUS: "bus error",
    signal.SIGFPE: "floating point exception",
    signal.SIGHUP: "hangup",
    signal.SIGILL: "illegal instruction",
    signal.SIGINT: "interrupt",
    signal.SIGKILL: "killed",
    signal.SIGPIPE: "broken pipe",
    signal.SIGQUIT: "quit",
    signal.SIGSEGV: "segmentation fault",
    signal.SIGTERM: "terminated",
    signal.SIGTRAP: "trace/breakpoint trap",
}
_LEVELS: Final = {"DEBUG": 0, "INFO": 1, "WARN": 2}


def exit_text(code: int) -> str:
    """How AWS words the end of a runtime; a negative ``code`` is a signal's."""
    return f"Runtime exited with error: {end_text(code)}" if code else "Runtime exited without providing a reason"


def end_text(code: int) -> str:
    """The same of any program, as Go words it."""
    if code >= 0:
        return f"exit status {code}"
    try:
        name = _SIGNALS.get(signal.Signals(-code), f"signal {-code}")
    except ValueError:
        name = f"signal {-code}"
    return f"signal: {name}"


def timeout_text(seconds: float) -> str:
    return f"Task timed out after {seconds:.2f} seconds"


def failure(kind: str, text: str) -> bytes:
    """The answer of a function that AWS ended."""
    return orjson.dumps({"errorType": kind, "errorMessage": text})


def failure_of(request_id: str, kind: str, text: str) -> bytes:
    """The same, naming the request."""
    return failure(kind, f"RequestId: {request_id} Error: {text}")


class Figures(NamedTuple):
    """What an invocation took. ``init_ms`` is None on a warm worker; ``peak_mb`` the most memory since its start."""

    duration_ms: float
    init_ms: float | None
    peak_mb: int


Listener = Callable[[str, dict[str, Any], float], None]


class Lines:
    """The platform's lines in the log, in the function's log format. ``now`` are seconds since the epoch.

    ``listener`` is told every event, whatever the log shows of it; None if nobody listens.
    """

    def __init__(self, revision: Revision, tenant_id: str = "") -> None:
        self.listener: Listener | None = None
        self._tenant = {"tenantId": tenant_id} if tenant_id else {}
        self._version = revision.version
        self._function = revision.function
        self._memory_mb = revision.memory_mb
        self._is_json = revision.log_format == "JSON"
        self._level = _LEVELS.get(revision.system_log_level, 1)

    def init_start(self, runtime: str, now: float) -> list[str]:
        record: dict[str, Any] = {"initializationType": "on-demand", "phase": "init"}
        if runtime:
            record["runtimeVersion"] = runtime
        record |= {"functionName": self._function, "functionVersion": self._version}
        text = f"INIT_START Runtime Version: {runtime}\n" if runtime else ""
        return self._event("INFO" if runtime else "DEBUG", "platform.initStart", record, now, text)

    def init_done(self, phase: str, duration_ms: float, status: str, error: str, now: float) -> list[str]:
        """``status`` is success, error or timeout; Text has a line for the failures alone."""
        record: dict[str, Any] = {"initializationType": "on-demand", "phase": phase, "status": status}
        if error:
            record["errorType"] = error
        kind = f"\tError Type: {error}" if error else ""
        report = f"INIT_REPORT Init Duration: {duration_ms:.2f} ms\tPhase: {phase}\tStatus: {status}{kind}\n"
        is_well = status == "success"
        level = "DEBUG" if is_well else "WARN"
        lines = self._event(level, "platform.initRuntimeDone", record, now)
        measured = record | {"metrics": {"durationMs": round(duration_ms, 3)}}
        return lines + self._event(level, "platform.initReport", measured, now, "" if is_well else report)

    def extension(self, name: str, state: str, events: list[str], now: float) -> list[str]:
        text = f"EXTENSION\tName: {name}\tState: {state}\tEvents: [{', '.join(events)}]\n"
        return self._event("INFO", "platform.extension", {"name": name, "state": state, "events": events}, now, text)

    def start(self, request_id: str, now: float) -> list[str]:
        text = f"START RequestId: {request_id} Version: {self._version}\n"
        record = {"requestId": request_id, "version": self._version, **self._tenant}
        return self._event("INFO", "platform.start", record, now, text)

    def crashed(self, request_id: str, text: str, kind: str) -> list[str]:
        """The runtime has ended by itself."""
        return [] if self._is_json else [f"RequestId: {request_id} Error: {text}\n{kind}\n"]

    def timed_out(self, request_id: str, seconds: float, now: float) -> list[str]:
        return [] if self._is_json else [f"{_iso(now)} {request_id} {timeout_text(seconds)}\n\n"]

    def end(self, request_id: str, figures: Figures, status: str, error: str, now: float) -> list[str]:
        """``status`` is success, failure, error or timeout; ``error`` its type, when AWS ended the invocation."""
        if not self._is_json and self.listener is None:
            return [f"END RequestId: {request_id}\n", self._report(request_id, figures, status, error)]
        done: dict[str, Any] = {"requestId": request_id, "status": status, **self._tenant}
        if error:
            done["errorType"] = error
        metrics: dict[str, Any] = {
            "durationMs": round(figures.duration_ms, 3),
            "billedDurationMs": billed_ms(figures),
            "memorySizeMB": self._memory_mb,
            "maxMemoryUsedMB": figures.peak_mb,
        }
        if figures.init_ms is not None:
            metrics["initDurationMs"] = round(figures.init_ms, 3)
        is_well = status == "success"
        measured = {"metrics": {"durationMs": metrics["durationMs"]}}
        end, report = f"END RequestId: {request_id}\n", self._report(request_id, figures, status, error)
        lines = self._event("DEBUG" if is_well else "WARN", "platform.runtimeDone", done | measured, now, end)
        level = "INFO" if is_well else "WARN"
        return lines + self._event(level, "platform.report", done | {"metrics": metrics}, now, report)

    def _report(self, request_id: str, figures: Figures, status: str, error: str) -> str:
        fields = [
            f"REPORT RequestId: {request_id}",
            f"Duration: {figures.duration_ms:.2f} ms",
            f"Billed Duration: {billed_ms(figures)} ms",
            f"Memory Size: {self._memory_mb} MB",
            f"Max Memory Used: {figures.peak_mb} MB",
        ]
        if figures.init_ms is not None:
            fields.append(f"Init Duration: {figures.init_ms:.2f} ms")
        if status in ("error", "timeout"):
            fields.append(f"Status: {status}")
        if status == "error" and error:
            fields.append(f"Error Type: {error}")
        return "\t".join(fields) + "\t\n"

    def _event(self, level: str, kind: str, record: dict[str, Any], now: float, text: str = "") -> list[str]:
        """What the log shows of an event: JSON by its level, or ``text``."""
        if self.listener is not None:
            self.listener(kind, record, now)
        if not self._is_json:
            return [text] if text else []
        if _LEVELS[level] < self._level:
            return []
        return [orjson.dumps({"time": _iso(now), "type": kind, "record": record}).decode() + "\n"]


def billed_ms(figures: Figures) -> int:
    """Whole milliseconds, rounded up. Since August 2025 the init phase is billed too."""
    return -int(-(figures.duration_ms + (figures.init_ms or 0.0)) // 1)


def _iso(now: float) -> str:
    return datetime.fromtimestamp(now, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")

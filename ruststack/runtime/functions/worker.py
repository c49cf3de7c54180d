"""One worker and its Runtime API: what it may ask and when, and what comes of its invocations.

Source: "Using the Lambda runtime API"; the states and errors of AWS's own runtime interface emulator.
"""

from __future__ import annotations

import asyncio
import time
from typing import Final

from ruststack.core.functions import Outcome, Revision, Streamed
from ruststack.runtime.functions import extensions, rest, telemetry, words
from ruststack.runtime.functions.connection import Body, Connection, Message, listen
from ruststack.runtime.functions.extensions import Extensions
from ruststack.runtime.functions.flow import STREAMED_BYTES, Flow, error_of
from ruststack.runtime.functions.job import Job
from ruststack.runtime.functions.log import Log
from ruststack.runtime.functions.neighbours import InitError, Owner, Running
from ruststack.runtime.functions.output import Output
from ruststack.runtime.functions.telemetry import Spawn, Telemetry

_ROOT: Final = "/2018-06-01/runtime/"
_INVOCATION: Final = _ROOT + "invocation/"
_INIT_S: Final = 10.0
# How long an invocation waits for a worker that has just answered another, before it gets one of its own.
_TURN_S: Final = 0.02
_MODE: Final = "lambda-runtime-function-response-mode"
_STREAMING: Final = "streaming"
_KIND_OF: Final = {"timeout": "Sandbox.Timedout"}
_LINE_ENDS: Final = {ord("\r"): " ", ord("\n"): " "}


class Worker:
    """See the module.

    ``phase`` is init, or invoke for the second try after an init phase that failed: then the first invocation pays for
    the init. Without a program it fails at once. All its events are of one tenant, or of none.
    """

    def __init__(
        self, revision: Revision, log: Log, owner: Owner, phase: str, spawn: Spawn, tenant_id: str = ""
    ) -> None:
        self.ended: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self.is_free = False
        self._revision = revision
        self._log = log
        self._owner = owner
        self._phase = phase
        self.tenant_id = tenant_id
        self._lines = words.Lines(revision, tenant_id)
        self.output = Output(self._heard)
        self.companion_output = Output(self._heard_beside)
        self.extensions = Extensions(revision, self._advance, self._companion_failed)
        self.rest = rest.Rest()
        self._telemetry = Telemetry(spawn)
        self._fatal: tuple[str, str] | None = None
        self._reason = "SPINDOWN"
        self._patience: asyncio.TimerHandle | None = None
        self._connections: set[Connection] = set()
        self._server: asyncio.Server | None = None
        self._running: Running | None = None
        self._state = "Started"
        self._waiting: Connection | None = None
        self._job: Job | None = None
        self._began_at = 0.0
        self._init_ms: float | None = None
        self._init_timer: asyncio.TimerHandle | None = None
        self._init_error: InitError | None = None
        self._has_failed_init = False
        self._flow: Flow | None = None
        self._ending: tuple[Job, bytes, str, str] | None = None
        self._is_doomed = False
        self._is_parting = False

    # life

    async def listen(self, host: str) -> int:
        """Open its Runtime API; the port."""
        self._server, port = await listen(self, host, self._connections)
        return port

    def run(self, running: Running, runtime: str) -> None:
        """Its program runs: the init phase begins. ``runtime`` is what is told of the program."""
        self._running = running
        self._began_at = time.perf_counter()
        if self._phase == "init":
            self._say(self._lines.init_start(runtime, time.time()))
            self._init_timer = asyncio.get_running_loop().call_later(_INIT_S, self._init_timed_out)
        elif self._job is not None:
            self._begin(self._job)

    def blame(self, kind: str, text: str) -> None:
        """Its program cannot be run: this is what its end is put down to."""
        self._fatal = (kind, text)

    def close(self) -> None:
        """End its Runtime API."""
        if self._server is not None:
            self._server.close()
        for connection in tuple(self._connections):
            connection.close()

    @property
    def is_over(self) -> bool:
        return self.ended.done()

    def forget(self) -> None:
        """End it; what it still says belongs nowhere any more."""
        self._log.close()
        self.kill()

    def dismiss(self) -> None:
        """End it when it is done with what it is at."""
        self._is_doomed = True
        if self.is_free:
            self.kill()

    def kill(self) -> None:
        """End it; `ended` tells when it has. Extensions that are idle with it are told before they end with it."""
        self._is_doomed = True
        was_free, self.is_free = self.is_free, False
        if self._running is None or self._is_parting:
            return
        if was_free and self._running.holds_all:
            self._is_parting = True
            self.extensions.end(self._reason, _deadline_ms, self._running.kill)
        else:
            self._running.kill()

    def exited(self, code: int, is_out_of_memory: bool = False) -> None:
        """Its program has ended; what it has left unanswered is answered, or gets another worker."""
        self.is_free = False
        self.rest.end()
        self.output.flush()
        text = words.exit_text(code)
        kind = "Runtime.OutOfMemory" if is_out_of_memory else "Runtime.ExitError"
        if self._fatal is not None:
            kind, text = self._fatal
        if not self._is_doomed:
            self._reason = "FAILURE"
        if self._is_in_init():
            error = self._init_error.kind if self._init_error is not None else kind
            self._init_over("error", error)
        self._state = "Exited"
        self._end_late()
        if self._job is not None:
            self._abandon(self._job, text, kind)
        self._owner.gone(self)
        self._telemetry.flush()
        self.extensions.end(self._reason, _deadline_ms, lambda: self._all_gone(code))

    def _all_gone(self, code: int) -> None:
        self.companion_output.flush()
        self._telemetry.close()
        self.ended.set_result(code)
        self.close()
        self._owner.all_gone(self)

    def _companion_failed(self, kind: str, text: str) -> None:
        """An extension has ended, which it should not: that ends them all."""
        self._fatal = self._fatal or (kind, text)
        self._reason = "FAILURE"
        self.kill()

    def _abandon(self, job: Job, text: str, kind: str) -> None:
        request_id = job.request_id
        if not job.began_at:
            self._job = None
            self._owner.returned(job, "init" if self._has_failed_init else "")
        elif self._init_error is not None:
            self._finish(job, self._init_error.payload, "error", self._init_error.kind)
        else:
            self._say(self._lines.crashed(request_id, text, kind))
            self._finish(job, words.failure_of(request_id, kind, text), "error", kind)

    # invocations

    def give(self, job: Job) -> None:
        """Run this on it, as soon as it asks for something to do."""
        self.is_free = False
        self._job = job
        if self._waiting is not None:
            self._deliver()
        elif self._state == "ResponseSent":
            asyncio.get_running_loop().call_later(_TURN_S, self._return_untaken, job)

    def _return_untaken(self, job: Job) -> None:
        """It is still busy with what comes after its last answer: another one takes this."""
        if self._job is job and not job.began_at:
            self._job = None
            self._owner.returned(job, "")

    def _begin(self, job: Job) -> None:
        """From here on it counts: the time, and what is logged."""
        job.began_at = time.perf_counter()
        job.timer = asyncio.get_running_loop().call_later(job.timeout_s, self._time_out, job)
        self._log.begin()
        self._say(self._lines.start(job.request_id, time.time()))

    def _deliver(self) -> None:
        job, connection, self._waiting = self._job, self._waiting, None
        assert job is not None and connection is not None
        self.rest.end()
        if not job.began_at:
            self._begin(job)
        self._state = "Running"
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None
        connection.answer(200, job.invocation.payload, _head(job, self._revision.timeout_s))
        self.extensions.invoke(job.invocation, _deadline_ms(self._revision.timeout_s))

    def _time_out(self, job: Job) -> None:
        if job is not self._job:
            return
        request_id = job.request_id
        if self._running is not None:
            self._running.drain()
        self.output.flush()
        self._say(self._lines.timed_out(request_id, job.timeout_s, time.time()))
        payload = words.failure_of(request_id, "Sandbox.Timedout", words.timeout_text(job.timeout_s))
        self._finish(job, payload, "timeout", "")
        self._reason = "TIMEOUT"
        self.kill()

    def _finish(self, job: Job, payload: bytes, status: str, kind: str = "") -> None:
        """``status`` is success, failure (the function's own error), error or timeout."""
        self._job = None
        if self._running is not None:
            self._running.drain()
        self.output.flush()
        figures = self._figures(job)
        self._say(self._lines.end(job.request_id, figures, status, kind, time.time()))
        error = "" if status == "success" else "Unhandled"
        if self._flow is not None:
            flow, self._flow = self._flow, None
            flow.stop()
            error = error and (kind or _KIND_OF.get(status, error))
        job.settle(Outcome(payload, error, self._log.tail()))

    def _figures(self, job: Job) -> words.Figures:
        duration_ms = ((job.ended_at or time.perf_counter()) - job.began_at) * 1000
        init_ms, self._init_ms = self._init_ms, None
        peak_mb = self._running.peak_mb() if self._running is not None else 0
        # What AWS gives is never more than the function has.
        peak_mb = min(peak_mb, self._revision.memory_mb)
        return words.Figures(min(duration_ms, job.timeout_s * 1000), init_ms, peak_mb)

    def _say(self, lines: list[str]) -> None:
        for line in lines:
            self._log.say(line)

    # the init phase

    def _is_in_init(self) -> bool:
        return self._state in ("Started", "InitError") and not self._has_failed_init

    def _init_over(self, status: str, kind: str) -> None:
        if self._init_timer is not None:
            self._init_timer.cancel()
        self._has_failed_init = status != "success"
        duration_ms = (time.perf_counter() - self._began_at) * 1000
        if self._running is not None:
            self._running.peak_mb()
        if self._phase == "init" and status == "success":
            self._init_ms = duration_ms
        now = time.time()
        for name, state, events in self.extensions.lines():
            self._say(self._lines.extension(name, state, events, now))
        self._say(self._lines.init_done(self._phase, duration_ms, status, kind, now))

    def _init_timed_out(self) -> None:
        if self._is_in_init():
            self._init_over("timeout", "")
            self.kill()

    # the Runtime API

    def lost(self, connection: Connection) -> None:
        if self._waiting is connection:
            self._waiting = None
        self.extensions.lost(connection)

    def receive(self, message: Message) -> None:
        path = message.path
        if path == _INVOCATION + "next":
            if message.method == "GET":
                self._next(message)
            else:
                message.refuse(405, "MethodNotAllowed", "Method not allowed")
        elif path.startswith(_INVOCATION) and path.endswith(("/response", "/error")) and message.method == "POST":
            request_id, _, kind = path.removeprefix(_INVOCATION).partition("/")
            self._answered(message, request_id, kind == "error")
        elif path == _ROOT + "init/error" and message.method == "POST":
            self._init_failed(message)
        elif path.startswith(extensions.ROOT):
            self.extensions.receive(message)
        elif path == telemetry.PATH and message.method == "PUT":
            self._subscribe(message)
        else:
            message.connection.answer(404, b"404 page not found\n", b"Content-Type: text/plain; charset=utf-8\r\n")

    def _subscribe(self, message: Message) -> None:
        name = self.extensions.name_of(message)
        if name is None:
            return
        if self._state != "Started":
            message.refuse(403, "Telemetry.TelemetryServiceOff", "Telemetry API subscription is closed already")
            return
        self._telemetry.subscribe(message, name, time.time())
        self.rest = rest.Rest()  # who is sent telemetry has to take it
        self._lines.listener = lambda kind, record, now: self._telemetry.tell("platform", kind, record, now)

    def _heard(self, text: str) -> None:
        self._log.say(text)
        if self._telemetry:
            self._telemetry.tell("function", "function", text, time.time())

    def _heard_beside(self, text: str) -> None:
        self._log.say(text)
        if self._telemetry:
            self._telemetry.tell("extension", "extension", text, time.time())

    def _next(self, message: Message) -> None:
        if self._state not in ("Started", "ResponseSent", "Ready", "Running"):
            self._refuse_transition(message, "Ready")
            return
        if self._state == "Running" and self._job is not None:
            # It has lost what it was given: it is given that again, as AWS does.
            self._waiting = message.connection
            self._deliver()
            return
        if self._state == "Started" and self._has_failed_init:
            self._refuse_transition(message, "Ready")
            return
        self._waiting = message.connection
        if self._state == "ResponseSent":
            self._state = "Ready"
        self._advance()

    def _advance(self) -> None:
        """Runtime or extension waits for what comes next: see whether all do."""
        if self._waiting is None or self._ending is not None or not self.extensions.is_ready:
            return
        if self._state == "Started":
            self.extensions.close()
            self._init_over("success", "")
            self._state = "Ready"
        if self._state == "Ready":
            if self._job is not None:
                self._deliver()
            else:
                self._free()
                self.rest.begin()

    def _free(self) -> None:
        if self._is_doomed:
            self.kill()
        elif not self.extensions.is_ready:
            # They have as long as the function has; then all begins anew.
            if self._patience is None:
                self._patience = asyncio.get_running_loop().call_later(self._revision.timeout_s, self.kill)
        elif not self.is_free:
            self.is_free = True
            self._owner.freed(self)

    def _answered(self, message: Message, request_id: str, is_error: bool) -> None:
        job = self._job
        if job is None or self._state != "Running":
            self._refuse_transition(message, "InvocationErrorResponse" if is_error else "InvocationResponse")
            return
        if request_id != job.request_id:
            message.refuse(400, "InvalidRequestID", "Invalid request ID")
            return
        self._state = "ResponseSent"
        mode = message.headers.get(_MODE, _STREAMING)
        if mode != _STREAMING and not is_error:
            self._over(job, b"", "error", "Runtime.InvalidResponseModeHeader")
            message.refuse(400, "InvalidFunctionResponseMode", "Invalid function response mode")
            return
        if len(message.body) > words.PAYLOAD_BYTES and not is_error:
            failure = words.failure("Function.ResponseSizeTooLarge", words.TOO_LARGE)
            self._over(job, failure, "error", "Function.ResponseSizeTooLarge")
            limit = f"Exceeded maximum allowed payload size ({words.PAYLOAD_BYTES} bytes)."
            message.refuse(413, "RequestEntityTooLarge", limit)
            return
        message.accept()
        kind, body = error_of(message.trailers)
        if self._is_out_of_memory():
            self._run_out(job)
        elif kind:
            self._over(job, body, "failure")
        else:
            self._over(job, message.body, "failure" if is_error else "success")

    def open(self, message: Message) -> Body | None:
        """An answer that is streamed, to who has asked for a stream."""
        job = self._job
        if job is None or job.opened is None or self._state != "Running" or message.headers.get(_MODE) != _STREAMING:
            return None
        if message.path != f"{_INVOCATION}{job.request_id}/response" or message.method != "POST":
            return None
        self._flow = Flow(message, self._flowed)
        kind = message.headers.get("content-type", "application/octet-stream")
        job.open(Streamed(kind, self._flow.pieces(), job.done))
        return self._flow

    def _flowed(self, message: Message, kind: str, body: bytes) -> None:
        """A streamed answer has ended: with an error, if ``kind`` names one."""
        job = self._job
        if job is None:
            return
        self._state = "ResponseSent"
        if kind == "Function.ResponseSizeTooLarge":
            limit = f"Exceeded maximum allowed payload size ({STREAMED_BYTES} bytes)."
            message.refuse(413, "RequestEntityTooLarge", limit)
        elif kind == "Runtime.TruncatedResponse":
            message.refuse(400, "TruncatedHTTPRequest", "HTTP request detected as truncated")
        else:
            message.accept()
        self._over(job, body, "failure" if kind else "success", kind)

    def _over(self, job: Job, payload: bytes, status: str, kind: str = "") -> None:
        """The runtime has answered. What it has written before may still be on its way: an engine passes it on."""
        assert self._running is not None
        if not self._running.delay_s:
            self._end(job, payload, status, kind)
            return
        if job.timer is not None:
            job.timer.cancel()
        job.ended_at = time.perf_counter()
        self._ending = (job, payload, status, kind)
        asyncio.get_running_loop().call_later(self._running.delay_s, self._end_late)

    def _end_late(self) -> None:
        if self._ending is not None:
            ending, self._ending = self._ending, None
            self._end(*ending)

    def _end(self, job: Job, payload: bytes, status: str, kind: str) -> None:
        self._finish(job, payload, status, kind)
        if self._state != "Exited":
            self._free()

    def _is_out_of_memory(self) -> bool:
        """Whether it has used more than the function has. AWS would have ended it by now, before it could answer."""
        running = self._running
        return running is not None and not running.limits_memory and running.peak_mb() > self._revision.memory_mb

    def _run_out(self, job: Job) -> None:
        request_id, text = job.request_id, words.exit_text(-9)
        self._say(self._lines.crashed(request_id, text, "Runtime.OutOfMemory"))
        payload = words.failure_of(request_id, "Runtime.OutOfMemory", text)
        self._finish(job, payload, "error", "Runtime.OutOfMemory")
        self.kill()

    def _init_failed(self, message: Message) -> None:
        if self._state != "Started":
            self._refuse_transition(message, "InitError")
            return
        self._state = "InitError"
        kind = message.headers.get("lambda-runtime-function-error-type", "") or "Runtime.Unknown"
        self._init_error = InitError(message.body, kind)
        message.accept()

    def _refuse_transition(self, message: Message, state: str) -> None:
        message.refuse(
            403,
            "InvalidStateTransition",
            f"State transition from {self._state_name()} to {state} failed for runtime. "
            "Error: State transition is not allowed",
        )

    def _state_name(self) -> str:
        return "RuntimeResponseSentState" if self._state == "ResponseSent" else self._state


def _deadline_ms(seconds: float) -> int:
    return int((time.time() + seconds) * 1000)


def _head(job: Job, timeout_s: float) -> bytes:
    """The head of the answer to ``next``. The deadline is by the machine's clock, which the runtime reads too."""
    invocation = job.invocation
    lines = [
        "Content-Type: application/json",
        f"Lambda-Runtime-Aws-Request-Id: {invocation.request_id}",
        f"Lambda-Runtime-Deadline-Ms: {_deadline_ms(timeout_s)}",
        f"Lambda-Runtime-Invoked-Function-Arn: {invocation.arn}",
    ]
    for name, value in (
        ("Trace-Id", invocation.trace_id),
        ("Client-Context", invocation.client_context),
        ("Cognito-Identity", invocation.cognito_identity),
        ("Aws-Tenant-Id", invocation.tenant_id),
    ):
        if value:
            lines.append(f"Lambda-Runtime-{name}: {value.translate(_LINE_ENDS)}")
    return ("\r\n".join(lines) + "\r\n").encode()

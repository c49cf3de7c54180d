"""The Extensions API: programs beside the runtime that are told of invocations and of the end.

Source: "Using the Lambda Extensions API to create extensions"; the states and errors of AWS's own runtime interface
emulator.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable
from typing import Any, Final, Protocol

import orjson

from ruststack.core.functions import Invocation, Revision
from ruststack.runtime.functions.connection import Connection, Message

ROOT: Final = "/2020-01-01/extension/"
_LARGEST_COUNT: Final = 10
# What extensions have after a SHUTDOWN event; without any that asked for it, AWS gives nothing.
_SHUTDOWN_S: Final = 2.0
_NAME: Final = "lambda-extension-name"
_IDENTIFIER: Final = "lambda-extension-identifier"
_ERROR_TYPE: Final = "lambda-extension-function-error-type"
_TRANSITION: Final = "State transition from {} to {} failed for extension {}. Error: State transition is not allowed"


class Companion(Protocol):
    """The program of an external extension."""

    def kill(self) -> None:
        """Begin to end it."""
        ...


class Extension:
    """One of them. ``is_external`` says that it is a program of its own, not a part of the runtime's."""

    def __init__(self, name: str, is_external: bool) -> None:
        self.name = name
        self.is_external = is_external
        self.identifier = ""
        self.events: list[str] = []
        self.state = "Started"
        self.waiting: Connection | None = None
        self.due: bytes | None = None
        self.error = ""


class Extensions:
    """All of one worker. ``advanced`` is called when one has got ready, ``failed`` with the type of its failure."""

    def __init__(self, revision: Revision, advanced: Callable[[], None], failed: Callable[[str, str], None]) -> None:
        self._revision = revision
        self._advanced = advanced
        self._failed = failed
        self._all: dict[str, Extension] = {}
        self._running: dict[str, Companion] = {}
        self._is_closed = False
        self._is_ending = False
        self._timer: asyncio.TimerHandle | None = None
        self._when_gone: Callable[[], None] | None = None

    def expect(self, name: str, companion: Companion) -> None:
        """This program has been started: it will register."""
        self._all[name] = Extension(name, True)
        self._running[name] = companion

    @property
    def is_ready(self) -> bool:
        """Whether each waits for its next event."""
        return all(each.state == "Ready" for each in self._all.values())

    def lines(self) -> list[tuple[str, str, list[str]]]:
        """Name, state and events of each, for the log."""
        return [(each.name, each.state, each.events) for each in self._all.values()]

    def close(self) -> None:
        """The init phase is over: no more register."""
        self._is_closed = True

    def name_of(self, message: Message) -> str | None:
        """Which one asks, by its identifier; None if it is refused: that has been answered."""
        known = self._known(message)
        return known.name if known is not None else None

    # what the platform tells them

    def invoke(self, invocation: Invocation, deadline_ms: int) -> None:
        """Tell of an invocation those who asked to be."""
        event = {
            "eventType": "INVOKE",
            "deadlineMs": deadline_ms,
            "requestId": invocation.request_id,
            "invokedFunctionArn": invocation.arn,
            "tracing": {"type": "X-Amzn-Trace-Id", "value": invocation.trace_id},
        }
        self._tell("INVOKE", event)

    def end(self, reason: str, deadline_ms: Callable[[float], int], gone: Callable[[], None]) -> None:
        """The runtime has ended: tell those who asked to be told, and give them a moment. ``gone`` is called after."""
        self._is_ending = True
        if not self._running:
            gone()
            return
        self._when_gone = gone
        event = {"eventType": "SHUTDOWN", "deadlineMs": deadline_ms(_SHUTDOWN_S), "shutdownReason": reason}
        self._tell("SHUTDOWN", event)
        for name, companion in tuple(self._running.items()):
            if "SHUTDOWN" not in self._all[name].events:
                companion.kill()
        self._timer = asyncio.get_running_loop().call_later(_SHUTDOWN_S, self._kill)

    def exited(self, name: str, text: str) -> None:
        """This program has ended; ``text`` says how."""
        if self._running.pop(name, None) is None:
            return
        if not self._is_ending:
            self._failed(self._all[name].error or "Extension.Crash", text)
        elif not self._running and self._when_gone is not None:
            gone, self._when_gone = self._when_gone, None
            if self._timer is not None:
                self._timer.cancel()
            gone()

    def _kill(self) -> None:
        for companion in tuple(self._running.values()):
            companion.kill()

    def _tell(self, kind: str, event: dict[str, Any]) -> None:
        body = orjson.dumps(event)
        for each in self._all.values():
            if kind in each.events:
                each.due = body
                self._send(each)

    def _send(self, each: Extension) -> None:
        if each.waiting is not None and each.due is not None:
            connection, each.waiting = each.waiting, None
            body, each.due, each.state = each.due, None, "Running"
            head = f"Content-Type: application/json\r\nLambda-Extension-Event-Identifier: {uuid.uuid4()}\r\n"
            connection.answer(200, body, head.encode())

    # what they ask

    def lost(self, connection: Connection) -> None:
        for each in self._all.values():
            if each.waiting is connection:
                each.waiting = None

    def receive(self, message: Message) -> None:
        """Answer a request below `ROOT`."""
        what = (message.method, message.path.removeprefix(ROOT))
        if what == ("POST", "register"):
            self._register(message)
            return
        if what not in (("GET", "event/next"), ("POST", "init/error"), ("POST", "exit/error")):
            message.connection.answer(404, b"404 page not found\n", b"Content-Type: text/plain; charset=utf-8\r\n")
            return
        known = self._known(message)
        if known is None:
            return
        if what[1] == "event/next":
            self._next(message, known)
        else:
            self._ends(message, known, what[1] == "init/error")

    def _known(self, message: Message) -> Extension | None:
        identifier = message.headers.get(_IDENTIFIER, "")
        if not identifier:
            message.refuse(403, "Extension.MissingExtensionIdentifier", "Missing Lambda-Extension-Identifier header")
            return None
        try:
            identifier = str(uuid.UUID(identifier))
        except ValueError:
            message.refuse(403, "Extension.InvalidExtensionIdentifier", "Invalid Lambda-Extension-Identifier")
            return None
        for each in self._all.values():
            if each.identifier == identifier:
                return each
        message.refuse(403, "Extension.UnknownExtensionIdentifier", f"Unknown extension {identifier}")
        return None

    def _register(self, message: Message) -> None:
        name = message.headers.get(_NAME, "")
        if not name:
            message.refuse(403, "Extension.InvalidExtensionName", "Empty extension name")
            return
        try:
            events = list(orjson.loads(message.body)["events"])
        except (ValueError, KeyError, TypeError) as error:
            message.refuse(403, "InvalidRequestFormat", str(error))
            return
        known = self._all.get(name)
        if known is None and self._refuses(message):
            return
        allowed = ("INVOKE", "SHUTDOWN") if known is not None and known.is_external else ("INVOKE",)
        for event in events:
            if event not in allowed:
                why = (
                    "ShutdownEventNotSupportedForInternalExtension" if event == "SHUTDOWN" else "ErrorInvalidEventType"
                )
                message.refuse(403, "Extension.InvalidEventType", f"{event}: {why}")
                return
        if known is not None and known.state != "Started":
            text = _TRANSITION.format(known.state, "Registered", name)
            if not known.is_external:
                text = "Extension with this name already registered"
            message.refuse(403, "Extension.InvalidExtensionState", text)
            return
        known = self._all.setdefault(name, Extension(name, False))
        known.identifier, known.events, known.state = str(uuid.uuid4()), events, "Registered"
        self._answer_registered(message, known)

    def _refuses(self, message: Message) -> bool:
        if self._is_closed:
            message.refuse(403, "Extension.RegistrationClosed", "Extension registration closed already")
        elif len(self._all) >= _LARGEST_COUNT:
            message.refuse(403, "Extension.TooManyExtensions", f"Extension limit ({_LARGEST_COUNT}) reached")
        else:
            return False
        return True

    def _answer_registered(self, message: Message, known: Extension) -> None:
        revision = self._revision
        told = {"functionName": revision.function, "functionVersion": revision.version, "handler": revision.handler}
        features = message.headers.get("lambda-extension-accept-feature", "")
        if "accountId" in [feature.strip() for feature in features.split(",")]:
            told = {"accountId": revision.account, **told}
        head = f"Content-Type: application/json\r\nLambda-Extension-Identifier: {known.identifier}\r\n"
        message.connection.answer(200, orjson.dumps(told), head.encode())

    def _next(self, message: Message, known: Extension) -> None:
        if known.state not in ("Registered", "Ready", "Running"):
            text = _TRANSITION.format(known.state, "Ready", known.identifier)
            message.refuse(403, "Extension.InvalidExtensionState", text)
            return
        known.state, known.waiting = "Ready", message.connection
        self._send(known)
        self._advanced()

    def _ends(self, message: Message, known: Extension, is_init: bool) -> None:
        if not message.headers.get(_ERROR_TYPE):
            message.refuse(403, "Extension.MissingHeader", "Lambda-Extension-Function-Error-Type not found")
            return
        if is_init and known.state != "Registered":
            text = _TRANSITION.format(known.state, "InitError", known.identifier)
            message.refuse(403, "Extension.InvalidExtensionState", text)
            return
        known.state = "InitError" if is_init else "ExitError"
        known.error = "Extension.InitError" if is_init else "Extension.ExitError"
        message.accept()
        if not known.is_external:
            self._failed(known.error, message.headers[_ERROR_TYPE])

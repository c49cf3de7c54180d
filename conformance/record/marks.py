"""Where a test runner tells the recorder which test runs now, so that each test becomes a scenario of its own.

The runner finds the address in RUSTSTACK_CONFORM_RECORDER. Before each test it POSTs ``/scenario`` with a JSON object
(``name``, and if it likes ``title``), after it ``/scenario/end``. A name with a slash is a whole scenario's name;
another one, and one that begins with ``./``, is put below the recording's own. What is sent outside of any test belongs
to the recording's own scenario.
"""

from __future__ import annotations

import json
import threading
from functools import partial
from http.server import BaseHTTPRequestHandler
from typing import Any

from conformance.files import scenario_name
from conformance.listener import Listener
from conformance.record.capture import Tape

VARIABLE = "RUSTSTACK_CONFORM_RECORDER"
_LIMIT_BYTES = 64 * 1024


class Marks(Listener):
    """A tiny HTTP server. ``titles`` holds what each marked scenario calls itself."""

    def __init__(self, tape: Tape, name: str) -> None:
        super().__init__("marks", partial(_Handler, self))
        self.titles: dict[str, str] = {}
        self._tape = tape
        self._name = name
        self._lock = threading.Lock()

    def mark(self, path: str, body: bytes) -> tuple[int, str]:
        """The status and words for a POST; a second test at the same time is refused, because they would mix."""
        if path == "/scenario/end":
            self._tape.scenario = ""
            return 200, "noted"
        if path != "/scenario":
            return 404, "POST /scenario or /scenario/end"
        try:
            said = json.loads(body)
            name = scenario_name(self._name, str(said["name"]))
        except (ValueError, KeyError, TypeError) as error:
            return 400, f"not a mark: {error!r}; send a JSON object with a name"
        with self._lock:
            if self._tape.scenario not in ("", name):
                return 409, f"{self._tape.scenario} is still running: tests can only be told apart one at a time"
            self._tape.scenario = name
            self.titles[name] = str(said.get("title") or "")
        return 200, name


class _Handler(BaseHTTPRequestHandler):
    def __init__(self, marks: Marks, *client: Any) -> None:
        self._marks = marks
        super().__init__(*client)

    def do_POST(self) -> None:
        length = min(int(self.headers.get("Content-Length") or 0), _LIMIT_BYTES)
        status, words = self._marks.mark(self.path, self.rfile.read(length))
        text = json.dumps({"scenario" if status == 200 else "error": words}).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, format: str, *values: Any) -> None:
        """Keep quiet: the program's own output is what the user reads."""

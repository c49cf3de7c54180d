"""What the server answers: clients of AWS from the stage, and below ``/_conform`` those who direct it.

``GET /_conform/status`` tells how it stands. ``POST /_conform/scenario`` with ``{"scenario": NAME}`` has that scenario
answer from its beginning, without a name whichever fits; ``DELETE`` begins everything anew. A request that carries
``x-conform-scenario`` is answered by that scenario; one with ``x-conform-mark`` is told where its answer is from.
"""

from __future__ import annotations

import json
import traceback
from collections.abc import Callable, Iterable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from conformance.exchange import Request, Response
from conformance.replay.serving.payload import Payload
from conformance.replay.serving.playback import How
from conformance.replay.serving.repertoire import Repertoire
from conformance.replay.serving.stage import NoSuchScenario, Outcome, Stage

CONTROL = "/_conform/"
SCENARIO, MARK, RECORDED = "x-conform-scenario", "x-conform-mark", "x-conform-recorded"
_MISSED_KEPT = 200


def staged(files: Iterable[Path], selected: str = "", tell: Callable[[str], None] = lambda line: None) -> Stage:
    """The stage with the recordings in those files. Raises ValueError for one that is none.

    ``tell`` hears of a recording that is found broken later, when it is needed.
    """
    return Stage(Repertoire(files=files, tell=tell), selected)


class Service:
    """``tell`` is called with a line for each request."""

    def __init__(self, stage: Stage, tell: Callable[[str, bool], None] = lambda line, is_answered: None) -> None:
        self.stage = stage
        self._tell = tell

    def answer(self, request: Request, payload: Payload) -> Response:
        if request.path.startswith(CONTROL):
            return self._direct(request, payload)
        try:
            outcome = self.stage.respond(request, payload, request.header(SCENARIO) or "")
        except NoSuchScenario as error:
            return _json(404, {"message": str(error)})
        except Exception:  # noqa: BLE001 - a bug of ours must not look like an answer of AWS, nor end the server
            traceback.print_exc()
            return _json(500, {"message": "the replay itself failed; its log says how"})
        self._tell(*_told(request, outcome))
        if outcome.script and outcome.step and request.header(MARK) is not None:
            marked = (*outcome.response.headers, (RECORDED, outcome.script.mark(outcome.step)))
            return replace(outcome.response, headers=marked)
        return outcome.response

    def _direct(self, request: Request, payload: Payload) -> Response:
        match request.method, request.path.removeprefix(CONTROL):
            case "GET" | "HEAD", "status":
                return _json(200, self.status())
            case "GET", "scenario":
                return _json(200, self._selected())
            case "DELETE", "scenario":
                self.stage.select("")
                self.stage.rewind()
                return _json(200, self._selected())
            case "POST" | "PUT", "scenario":
                return self._select(payload.data)
        return _json(404, {"message": "there is GET status; GET, POST and DELETE scenario"})

    def _select(self, body: bytes) -> Response:
        try:
            document = json.loads(body or b"{}")
            name = document.get("scenario") or "" if isinstance(document, dict) else document
            self.stage.select(str(name))
        except NoSuchScenario as error:
            return _json(404, {"message": str(error)})
        except ValueError:
            return _json(400, {"message": 'give {"scenario": "NAME"} as JSON'})
        return _json(200, self._selected())

    def _selected(self) -> dict[str, Any]:
        return {"scenario": self.stage.selected or None, "playing": self.stage.playing() or None}

    def status(self) -> dict[str, Any]:
        """How the run stands: what was answered, what is not recorded, and what nobody has asked for."""
        stage = self.stage
        unused = stage.unused()
        return {
            **self._selected(),
            "scenarios": len(stage.repertoire),
            "exchanges": stage.repertoire.count(),
            "answered": stage.answered,
            "unrecorded": len(stage.missed),
            "unrecorded_requests": [asdict(each) for each in stage.missed[-_MISSED_KEPT:]],
            "unused": sum(map(len, unused.values())),
            "unused_requests": unused,
        }


def _told(request: Request, outcome: Outcome) -> tuple[str, bool]:
    if outcome.step is None or outcome.script is None:
        return f"501 {outcome.reason}", False
    how = {How.AGAIN: ", again", How.LATE: ", late", How.AHEAD: ", ahead of its turn"}.get(outcome.how or How.NEXT, "")
    place = f"{outcome.script.name}#{outcome.step.exchange.number}{how}"
    return f"{outcome.response.status} {outcome.operation} {request.method} {request.path}  ({place})", True


def _json(status: int, document: Any) -> Response:
    body = json.dumps(document).encode() + b"\n"
    reasons = {200: "OK", 400: "Bad Request", 404: "Not Found", 500: "Internal Server Error"}
    headers = (("Content-Type", "application/json"), ("Content-Length", str(len(body))))
    return Response(status, reasons[status], headers, body)

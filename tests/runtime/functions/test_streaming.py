"""Answers that are passed on while they are given."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from ruststack.core.functions import Outcome, Streamed
from tests.runtime.functions.conftest import Bench
from tests.runtime.functions.test_programs import needs_node, node
from tests.runtime.functions.test_runtime_api import answers, own

Run = Callable[..., Any]

# `begin` sends the head of a streamed answer, `more` a piece of it, `end` its end with trailers.
_STREAMS = """
id, _, event = next()
def begin(kind="text/plain"):
    connection.putrequest("POST", f"/2018-06-01/runtime/invocation/{id}/response")
    connection.putheader("Lambda-Runtime-Function-Response-Mode", "streaming")
    connection.putheader("Content-Type", kind)
    connection.putheader("Transfer-Encoding", "chunked")
    connection.endheaders()
def more(data):
    connection.send(b"%x\\r\\n%b\\r\\n" % (len(data), data))
def end(trailers=b""):
    connection.send(b"0\\r\\n" + trailers + b"\\r\\n")
    answer = connection.getresponse()
    answer.read()
    return answer.status
begin()
"""
_ERROR = 'b"Lambda-Runtime-Function-Error-Type: Mid.Stream\\r\\nLambda-Runtime-Function-Error-Body: eyJhIjoxfQ==\\r\\n"'


async def whole(streamed: Streamed | Outcome) -> tuple[str, bytes, Outcome]:
    assert isinstance(streamed, Streamed)
    pieces = [piece async for piece in streamed.pieces]
    return streamed.content_type, b"".join(pieces), await streamed.outcome


def test_pieces_come_before_the_end(run: Run) -> None:
    text = _STREAMS + "more(b'one')\nimport time\nwhile not os.path.exists(json.loads(event)): time.sleep(0.01)\n"

    async def story(bench: Bench) -> tuple[bytes, list[bytes], Outcome]:
        revision = own(bench, text + "more(b'two')\nend()\nnext()\n")
        go = f"{bench.folder}/go"
        streamed = await bench.stream(revision, json.dumps(go).encode())
        assert isinstance(streamed, Streamed)
        first = await anext(streamed.pieces)
        assert not streamed.outcome.done()  # type: ignore[attr-defined]
        open(go, "w").close()
        rest = [piece async for piece in streamed.pieces]
        return first, rest, await streamed.outcome

    first, rest, outcome = run(story)
    assert (first, b"".join(rest), outcome.error) == (b"one", b"two", "")
    assert outcome.log.startswith(b"START ") and b"\nREPORT " in outcome.log


def test_an_error_in_the_midst_is_told_at_the_end(run: Run) -> None:
    async def story(bench: Bench) -> Any:
        return await whole(await bench.stream(own(bench, f"{_STREAMS}more(b'half')\nend({_ERROR})\nnext()\n")))

    kind, body, outcome = run(story)
    assert (kind, body) == ("text/plain", b"half")
    assert (outcome.error, outcome.payload) == ("Mid.Stream", b'{"a":1}')


def test_who_asks_for_no_stream_gets_the_whole(run: Run) -> None:
    good = f"{_STREAMS}more(b'one')\nmore(b'two')\nend()\nnext()\n"
    assert [(each.payload, each.error) for each in answers(run, good, 1)] == [(b"onetwo", "")]
    bad = f"{_STREAMS}more(b'half')\nend({_ERROR})\nnext()\n"
    assert [(each.payload, each.error) for each in answers(run, bad, 1)] == [(b'{"a":1}', "Unhandled")]


def test_who_asks_for_a_stream_may_get_a_whole(run: Run) -> None:
    async def story(bench: Bench) -> Streamed | Outcome:
        return await bench.stream(bench.revision("def handler(event, context):\n    return event\n"), b"[1]")

    outcome = run(story)
    assert isinstance(outcome, Outcome)
    assert (outcome.payload, outcome.error) == (b"[1]", "")


def test_a_stream_that_breaks_off_or_takes_too_long_ends(run: Run) -> None:
    async def story(bench: Bench) -> list[Any]:
        breaks = own(bench, f"{_STREAMS}more(b'half')\nos._exit(1)\n")
        lasts = own(bench, f"{_STREAMS}more(b'half')\nimport time\ntime.sleep(600)\n", timeout_s=1)
        return [await whole(await bench.stream(each)) for each in (breaks, lasts)]

    (_, broken, first), (_, late, second) = run(story)
    assert (broken, late) == (b"half", b"half")
    assert first.error in ("Runtime.TruncatedResponse", "Runtime.ExitError")
    assert second.error == "Sandbox.Timedout"


def test_an_unknown_mode_is_refused(run: Run) -> None:
    text = """
id, _, _ = next()
status, _, body = ask("POST", f"invocation/{id}/response", "1", {"Lambda-Runtime-Function-Response-Mode": "wild"})
print(status, body)
next()
"""
    (outcome,) = answers(run, text, 1)
    assert (outcome.payload, outcome.error) == (b"", "Unhandled")


@needs_node
def test_node_streams(run: Run) -> None:
    text = """
exports.handler = awslambda.streamifyResponse(async (event, stream, context) => {
  stream = awslambda.HttpResponseStream.from(stream, {statusCode: 201});
  stream.write("a");
  stream.write("b");
  stream.end();
});
"""

    async def story(bench: Bench) -> Any:
        return await whole(await bench.stream(node(bench, text)))

    kind, body, outcome = run(story)
    assert kind == "application/vnd.awslambda.http-integration-response"
    assert (body, outcome.error) == (b'{"statusCode":201}' + bytes(8) + b"ab", "")

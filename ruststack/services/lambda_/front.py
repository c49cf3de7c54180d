"""Function URLs: every request to one is an invocation.

Source: developer guide, "Lambda function URLs" (urls-configuration, urls-invocation, urls-auth).
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from email.utils import formatdate
from typing import Final, NamedTuple

import orjson

from ruststack.core.functions import CannotRun, Invocation, Outcome, Streamed
from ruststack.kit import Context, Front, Request, Response, ServiceError, World
from ruststack.services.lambda_ import url_access, url_answer, url_cors, url_event
from ruststack.services.lambda_.admission import admit
from ruststack.services.lambda_.durable import invoking as durable
from ruststack.services.lambda_.errors import RequestTooLargeException
from ruststack.services.lambda_.limits import PAYLOAD_BYTES
from ruststack.services.lambda_.state import Function, Running, Url
from ruststack.services.lambda_.targets import Target, target_of
from ruststack.services.lambda_.tracing import trace_of

_JSON: Final = ("Content-Type", "application/json")
_TROUBLE: Final = "Forbidden. For troubleshooting Function URL authorization issues, see: "
_GUIDE: Final = "https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html"


class Place(NamedTuple):
    """A URL with what it belongs to."""

    account: str
    region: str
    function: Function
    qualifier: str
    url: Url


async def front(world: World, request: Request, entry: Front) -> Response:
    """Answer a request to a function URL."""
    request_id = world.ids.uuid()
    place = _place(world, entry)
    if place is None:
        # Source: LocalStack's answer, which it takes from AWS.
        return _stamped(world, Response(403, [_JSON, _type("AccessDeniedException")], b'{"Message":null}'), request_id)
    cors = place.url.cors
    if cors and url_cors.is_preflight(request):
        return _stamped(world, url_cors.preflight(cors, request), request_id)
    response = await _guarded(world, request, entry, place, request_id)
    if cors:
        added = url_cors.allowing(cors, request)
        names = {name.lower() for name, _ in added}
        response.headers = [each for each in response.headers if each[0].lower() not in names] + added
    return _stamped(world, response, request_id)


def _place(world: World, entry: Front) -> Place | None:
    assert world.states is not None
    for key, state in world.states("lambda"):
        if entry.region in ("", key.place):
            for function in state.functions.values():
                for qualifier, url in function.urls.items():
                    if url.id == entry.name:
                        return Place(key.account, key.place, function, qualifier, url)
    return None


async def _guarded(world: World, request: Request, entry: Front, place: Place, request_id: str) -> Response:
    try:
        caller = url_access.caller_of(world, request, place.url, place.region)
        url_access.check(place.function, place.qualifier, place.url, caller, place.account)
        return await _serve(world, request, entry, place, request_id, caller)
    except url_access.Refused:
        body = orjson.dumps({"Message": _TROUBLE + _GUIDE})
        return Response(403, [_JSON, _type("AccessDeniedException")], body)
    except ServiceError as error:
        body = orjson.dumps({**error.members, "message": error.message})
        return Response(error.status, [_JSON, _type(error.code)], body)
    except (CannotRun, url_answer.Malformed):
        return _failed()


async def _serve(
    world: World, request: Request, entry: Front, place: Place, request_id: str, caller: url_event.Caller | None
) -> Response:
    assert world.state_of is not None
    state = world.state_of("lambda", place.account, place.region)
    ctx = Context("lambda", "Invoke", place.account, place.region, None, request_id, state, world, request)
    target = target_of(ctx, place.function.name, place.qualifier or None)
    trace_id = trace_of(ctx, target)
    event = url_event.event(world, request, entry, request_id, trace_id, caller)
    if len(event) > PAYLOAD_BYTES:
        raise RequestTooLargeException(
            f"Request must be smaller than {PAYLOAD_BYTES} bytes for the InvokeFunction operation"
        )
    if durable.check(target, None, "RequestResponse"):
        outcome = (await durable.run(ctx, target, event, trace_id)).outcome
        return _failed() if outcome.error else Response(*url_answer.of_payload(outcome.payload))
    invocation = target.invocation(request_id, event, trace_id=trace_id)
    running = admit(target)
    if place.url.invoke_mode == "RESPONSE_STREAM":
        return await _stream(ctx, target, invocation, running)
    try:
        outcome = await ctx.live.functions.invoke(target.revision, invocation)
    finally:
        running.count -= 1
    return _failed() if outcome.error else Response(*url_answer.of_payload(outcome.payload))


async def _stream(ctx: Context, target: Target, invocation: Invocation, running: Running) -> Response:
    """A function that does not stream has its answer sent as it is: nothing takes it apart."""
    is_going_on = False
    try:
        streamed = await ctx.live.functions.stream(target.revision, invocation)
        if isinstance(streamed, Outcome):
            return _failed() if streamed.error else Response(*url_answer.plain(streamed.payload))
        try:
            status, headers, first = await url_answer.of_stream(streamed)
        except url_answer.Malformed:
            ctx.live.spawn(_use_up(streamed))
            raise
        is_going_on = True
        return Response(status, headers, _rest(first, streamed, running))
    finally:
        if not is_going_on:
            running.count -= 1


async def _rest(first: bytes, streamed: Streamed, running: Running) -> AsyncIterator[bytes]:
    """The body; a function that fails in the middle of it breaks the connection off."""
    try:
        async for piece in url_answer.after(first, streamed.pieces):
            yield piece
        outcome = await streamed.outcome
    finally:
        running.count -= 1
    if outcome.error:
        raise ConnectionResetError(outcome.error)


async def _use_up(streamed: Streamed) -> None:
    """Let a stream that nobody reads any more come to its end."""
    async for _ in streamed.pieces:
        pass
    await streamed.outcome


def _failed() -> Response:
    """Source: LocalStack's answer, which it takes from AWS."""
    return Response(502, [_JSON], b"Internal Server Error")


def _type(code: str) -> tuple[str, str]:
    return "x-amzn-ErrorType", code


def _stamped(world: World, response: Response, request_id: str) -> Response:
    """What the front end adds, unless the function has said it itself."""
    told = {name.lower() for name, _ in response.headers}
    added = (("Date", formatdate(world.clock.now(), usegmt=True)), ("x-amzn-RequestId", request_id))
    response.headers[:0] = [(name, value) for name, value in added if name.lower() not in told]
    return response

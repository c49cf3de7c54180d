"""From a request to its answer, in one function that fits on a screen: `Pipeline.serve`."""

from __future__ import annotations

import traceback
from collections.abc import Awaitable, Callable, Generator, Iterable
from typing import TYPE_CHECKING, Any, Protocol

from ruststack.core.blobs import Blobs
from ruststack.core.context import Context, Input, Output, World
from ruststack.core.errors import ServiceError
from ruststack.core.front import Front, front_of
from ruststack.core.http import Request, Response
from ruststack.gateway import errors
from ruststack.gateway.browsers import Browsers, is_preflight
from ruststack.gateway.call import Call
from ruststack.gateway.exchange import Steps
from ruststack.gateway.framing import ChunkSignatures
from ruststack.gateway.identify import Caller, identify
from ruststack.gateway.mount import Mount
from ruststack.gateway.sign import Signer
from ruststack.kit import Instead

if TYPE_CHECKING:
    from ruststack.core.journal import Journal

Admin = Callable[[Request], Awaitable[Response]]
Fault = Callable[[Context], Awaitable[None] | None]
Claims = Callable[[World, Request], Front | None]
Elsewhere = Callable[[Request], Awaitable[Response | None]]


class Log(Protocol):
    """Where the pipeline tells what happened."""

    def request(self, service: str, title: str, status: int, code: str) -> None:
        """A request was answered: ``s3.PutObject``, 200, and the error's code or an empty text."""
        ...

    def refused(self, error: ServiceError) -> None:
        """An AWS error was raised."""
        ...

    def crashed(self, error: BaseException, title: str) -> None:
        """A bug of ours."""
        ...


class Silence:
    """Tells only of bugs."""

    def request(self, service: str, title: str, status: int, code: str) -> None:
        pass

    def refused(self, error: ServiceError) -> None:
        pass

    def crashed(self, error: BaseException, title: str) -> None:
        traceback.print_exception(error)


class Pipeline:
    """Serves requests to mounted services.

    ``mount`` gives a service by botocore's name, or None. ``admin`` gives what answers a path that is not AWS's, or
    None. ``fault`` may raise an error in the way of a request, or return what delays it. ``journal`` runs
    what may change the state, and notes it. ``elsewhere`` may know an answer to what nobody here implements.
    ``claimants`` tell requests to domains of users' own.
    """

    def __init__(
        self,
        world: World,
        mount: Callable[[str], Mount | None],
        signer: Signer,
        browsers: Browsers,
        *,
        admin: Callable[[str], Admin | None] = lambda path: None,
        log: Log | None = None,
    ) -> None:
        self.world = world
        self.blobs: Blobs = world.blobs
        self.mount = mount
        self.signer = signer
        self.browsers = browsers
        self.admin = admin
        self.log = log or Silence()
        self.fault: Fault | None = None
        self.journal: Journal | None = None
        self.elsewhere: Elsewhere | None = None
        self.claimants: list[Claims] = []

    def serve(self, request: Request) -> Steps:
        """Serve one request; how the steps are driven is told in `Steps`."""
        admin = self.admin(request.path)
        if admin is not None:
            return (yield from self._administer(request, admin))
        front = front_of(request)
        if front is None and self.claimants:
            front = self._claimed(request)
        if front is not None:
            return (yield from self._let_in(request, front))
        call = Call(request, identify(request), self.world)
        try:
            self._mount(call)
            self._keep_foreign_pages_out(call)
            self._authenticate(call)
            call.route()
            if "expect" in request.headers:
                self._admit(call)
            yield call  # the body arrives
            call.has_body = True
            self.signer.check_body(request, call.caller, call.payload_hash, call.protocol)
            response = self._intercept(call)
            if response is None:
                params = call.read()
                if self.fault is not None and (delay := self.fault(call.context)) is not None:
                    yield delay
                overdue = call.mount.service.overdue
                if overdue is not None and (awaited := overdue(self.world)) is not None:
                    yield awaited
                output = self.perform(call, params)
                if type(output) is not dict and isinstance(output, Awaitable):
                    output = yield output
                response = call.write(output)
        except ServiceError as error:
            if type(error) is errors.Unimplemented and self.elsewhere is not None and not call.is_handled:
                found = yield from self._ask_elsewhere(call, self.elsewhere)
                if found is not None:
                    return found
            self.log.refused(error)
            response = call.write_error(error)
        except Exception as error:  # noqa: BLE001 - a bug of ours: loud in the log, an honest 500 to the client
            self.log.crashed(error, call.title)
            response = call.write_error(errors.InternalFailure())
        call.finish(response)
        if "origin" in request.headers and self.browsers.allows_origin(request):
            self.browsers.decorate(request, response)
        self.log.request(call.caller.service, call.title, response.status, call.error_code)
        return response

    def _ask_elsewhere(self, call: Call, elsewhere: Elsewhere) -> Generator[Any, Any, Response | None]:
        """The answer to what nobody here implements, from elsewhere; None if it is not known there."""
        request = call.request
        if self.browsers.is_browser(request) and self.browsers.refuses(
            request, call.caller.service, call.caller.access_key, lambda: False
        ):
            return None
        try:
            if not call.has_body:
                yield _Plain()
            response: Response | None = yield elsewhere(request)
        except ServiceError:
            return None  # the body did not arrive
        if response is not None:
            self.log.request(call.caller.service, f"{call.title} (recorded)", response.status, "")
        return response

    def _authenticate(self, call: Call) -> None:
        request = call.request
        if request.method == "OPTIONS":
            # A browser asks before it sends a signed request: the signature in the URL is for that other method.
            return
        self.signer.check(request, call.caller, call.protocol)
        call.payload_hash = self.signer.expected_payload(request)
        seed = self.signer.seed(request, call.caller)
        if seed is not None:
            call.chunk_signatures = ChunkSignatures(*seed)

    def _admit(self, call: Call) -> None:
        """Refuse who waits to be told to go on with a body, where its head shows already that they may not send it.

        Source: user guide, RESTRedirect ("Redirects and 100-Continue"); RFC 9110, 10.1.1; ceph/s3-tests.
        """
        authorize = call.mount.service.authorize
        if authorize is None or not call.is_streamed:
            return
        try:
            params = call.read()
        except ServiceError:
            return  # of the body, it may be: judged when that is here
        authorize(call.context, params)
        call.context.response_headers.clear()

    def perform(self, call: Call, params: Input) -> Output | Awaitable[Output | None] | None:
        """Check constraints > authorize > call the handler, by way of the journal if it may change the state.

        Raises ServiceError.
        """
        violations = call.codec.check(call.operation, params)
        service, handler = call.mount.service, call.handler
        if violations and service.invalid is not None:
            error = service.invalid(call.context, violations)
            if error is not None:
                raise error
        if service.authorize is not None:
            service.authorize(call.context, params)
        if self.journal is None or handler.is_read_only:
            return handler.function(call.context, params)
        return self.journal.run(call.context, params, handler.function)

    def call(
        self, service: str, operation: str, params: Input, *, account: str, region: str
    ) -> Output | Awaitable[Output]:
        """One service calling another: check constraints > authorize > call the handler.

        Raises ServiceError, Unimplemented too.
        """
        caller = Caller(account, account, region, service)
        call = Call(Request("POST", "/", [], {}, self.blobs.of(b"")), caller, self.world)
        self._mount(call)
        call.choose(operation)
        output = self.perform(call, params)
        return _never_none(output) if isinstance(output, Awaitable) else output or {}

    def _mount(self, call: Call) -> None:
        mount = self.mount(call.caller.service)
        if mount is None:
            call.take(self._fallback())
            raise errors.Unimplemented(call.caller.service, call.named)
        call.take(mount)

    def _fallback(self) -> Mount:
        """The service whose form an answer takes when no service is meant: S3's, whose clients are the least picky."""
        mount = self.mount("s3")
        assert mount is not None
        return mount

    def _keep_foreign_pages_out(self, call: Call) -> None:
        request, allows = call.request, call.mount.service.allows_origin
        if self.browsers.is_browser(request) and self.browsers.refuses(
            request,
            call.caller.service,
            call.caller.access_key,
            lambda: allows is not None and allows(call.context, request),
        ):
            raise errors.ForeignOrigin()

    def _intercept(self, call: Call) -> Response | None:
        """What the service answers outside its model; or a preflight that the setting allows."""
        intercept, request = call.mount.service.intercept, call.request
        if is_preflight(request) and self.browsers.allows_origin(request):
            return self.browsers.preflight(request)
        response = intercept(call.context, request) if intercept is not None else None
        return self._perform_instead(call, response) if isinstance(response, Instead) else response

    def _perform_instead(self, call: Call, instead: Instead) -> Response:
        """Perform an operation that the model lacks, and that an interceptor has named."""
        service, context = call.mount.service, call.context
        context.operation = instead.operation
        if service.authorize is not None:
            service.authorize(context, instead.params)
        function = service.handlers[instead.operation].function
        if self.journal is None:
            output = function(context, instead.params)
        else:
            output = self.journal.run(context, instead.params, function)
        assert not isinstance(output, Awaitable)
        return instead.answer(output or {})

    def _administer(self, request: Request, admin: Admin) -> Steps:
        try:
            yield _Plain()
            if self.browsers.is_browser(request) and self.browsers.refuses(request, "", None, lambda: False):
                raise errors.ForeignOrigin()
            response: Response = yield admin(request)
        except ServiceError as error:
            response = self.refuse(request, error)
        except Exception as error:  # noqa: BLE001 - as in serve
            self.log.crashed(error, request.path)
            response = Response(500, [("Content-Type", "text/plain")], b"Internal Server Error")
        return response

    def _claimed(self, request: Request) -> Front | None:
        """The request as traffic of an application, if its host is a domain that a user has given one."""
        for claims in self.claimants:
            front = claims(self.world, request)
            if front is not None:
                return front
        return None

    def _let_in(self, request: Request, front: Front) -> Steps:
        """Traffic of an application that a service runs: that service answers all of it."""
        mount = self.mount(front.service)
        answer = mount.service.front if mount is not None else None
        if answer is None:
            return self.refuse(request, errors.Unimplemented(front.service, "Invoke"))
        try:
            yield _Plain()
            response: Response = yield answer(self.world, request, front)
        except ServiceError as error:
            return self.refuse(request, error)
        except Exception as error:  # noqa: BLE001 - as in serve
            self.log.crashed(error, request.path)
            response = Response(500, [("Content-Type", "application/json")], b'{"message": "Internal server error"}')
        self.log.request(front.service, f"{front.service} {request.method} {front.path}", response.status, "")
        return response

    def refuse(self, request: Request | None, error: ServiceError) -> Response:
        """The answer to what is not a proper HTTP request."""
        request = request or Request("GET", "/", [], {}, self.blobs.of(b""))
        call = Call(request, identify(request), self.world)
        call.take(self.mount(call.caller.service) or self._fallback())
        response = call.write_error(error)
        self.log.request(call.caller.service, call.title, response.status, call.error_code)
        return call.finish(response)

    def crashed(self, error: BaseException) -> Response:
        """Log a bug that the pipeline itself could not answer."""
        self.log.crashed(error, "the gateway")
        return Response(500, [("Content-Type", "text/plain")], b"Internal Server Error")


async def _never_none(output: Awaitable[Output | None]) -> Output:
    return await output or {}


class _Plain:
    """A body without framing or digests."""

    def digests(self) -> Iterable[str]:
        return ()

    def decoder(self) -> None:
        return None

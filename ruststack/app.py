"""The composition root: builds stores, services, gateway and admin, and wires them; nothing else wires."""

from __future__ import annotations

import gc
import importlib
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, Final

from ruststack.admin.door import Door
from ruststack.config import Config, local_url
from ruststack.core.context import Context, Event, Input, Output, World
from ruststack.core.snapshot import Snapshot
from ruststack.gateway.browsers import Browsers
from ruststack.gateway.errors import Unimplemented
from ruststack.gateway.mount import Mount
from ruststack.gateway.pipeline import Pipeline
from ruststack.gateway.server import Server
from ruststack.gateway.sign import Signer
from ruststack.log import RequestLog
from ruststack.runtime.live import Live, Workers
from ruststack.runtime.timeline import Timeline
from ruststack.services import SERVICES

if TYPE_CHECKING:
    from ruststack.backends.choice import OtherDynamoDB
    from ruststack.core.journal import Entry
    from ruststack.runtime.event_sources import Pollers
    from ruststack.runtime.recordings import Recordings

_SELF: Final = "ruststack"
_DYNAMODB: Final = ("dynamodb", "dynamodbstreams")
# Where a service's name is a word of Python's, its setting is called otherwise.
_FIELDS: Final = {"lambda": "lambda_"}


class App:
    """One emulator: its state, its services and its server.

    ``settings`` is the frozen Config; ``log`` notes requests and failures. Services, and the admin app, are imported
    when they are first asked for.
    """

    def __init__(self, settings: Config | None = None, log: RequestLog | None = None) -> None:
        self.settings = settings or Config()
        log = log or RequestLog(self.settings.log)
        self._note = log.note
        self.timeline = Timeline(self.settings, self._perform, self.tick)
        self.clock, self.ids = self.timeline.clock, self.timeline.ids
        self.blobs, self.store = self.timeline.blobs, self.timeline.store
        self.live = Live(self.clock, self._workers, log.crashed, log.note)
        self.world = World(
            self.clock,
            self.ids,
            self.blobs,
            self.call,
            self.emit,
            self.settings,
            self.store.state,
            self.store.states,
            self.live,
            self.perform,
        )
        self.listeners: list[Callable[[Event], None]] = [self._tell_pollers, self._tell_functions]
        self._pollers: Pollers | None = None
        self._is_replaying = self._is_loaded = False
        self.mounts: dict[str, Mount] = {}
        secrets = {self.settings.access_key_id: self.settings.secret_access_key}
        signer = Signer(
            self.clock,
            secrets,
            verifies_all=self.settings.verify_signatures,
            default_secret=self.settings.secret_access_key,
        )
        self.world.signatures = signer.inside
        self.pipeline = Pipeline(
            self.world,
            self.mount,
            signer,
            Browsers(self.settings.allowed_origins, self.settings.public_host, lambda key: key in secrets),
            admin=Door(self).find,
            log=log,
        )
        self.pipeline.journal = self.timeline.journal
        self._recordings = self._open_recordings(log.note) if self.settings.recordings else None
        self._dynamodb = self._other_dynamodb(log.note) if self._has_other_dynamodb() else None
        self.server = Server(self.pipeline)

    def _has_other_dynamodb(self) -> bool:
        return self.settings.dynamodb == "local" or "://" in self.settings.dynamodb

    def _other_dynamodb(self, note: Callable[[str], None]) -> OtherDynamoDB:
        module = importlib.import_module("ruststack.backends.choice")
        chosen: OtherDynamoDB = module.OtherDynamoDB(self.settings, note)
        return chosen

    def _workers(self) -> Workers:
        # Imported when the first function is invoked.
        module = importlib.import_module("ruststack.runtime.functions")
        workers: Workers = module.Functions(self.settings, self.clock, self.ids, self.call, self.live)
        return workers

    def _open_recordings(self, note: Callable[[str], None]) -> Recordings:
        # Few ask for them, and a server should not wait for their modules when it starts.
        module = importlib.import_module("ruststack.runtime.recordings")
        recordings: Recordings = module.Recordings(self.settings.recordings, note)
        self.pipeline.elsewhere = recordings.answer
        return recordings

    # services

    def mount(self, name: str) -> Mount | None:
        """The service of that name, imported at first use; None if there is none, or the settings leave it out."""
        mount = self.mounts.get(name)
        if mount is None and name in SERVICES and self.is_wanted(name):
            service = importlib.import_module(SERVICES[name]).service
            if self._dynamodb is not None and name in _DYNAMODB:
                service = self._dynamodb.service(service)
            owner = service.state_of
            if service.claims is not None and service.claims not in self.pipeline.claimants:
                self.pipeline.claimants.append(service.claims)
            self.store.register(owner, service.state, service.scope)
            mount = self.mounts[name] = Mount(service, lambda account, region: self.store.state(owner, account, region))
        return mount

    def is_wanted(self, name: str) -> bool:
        """Whether the settings leave a service in."""
        listed = self.settings.services
        return (not listed or name in listed) and getattr(self.settings, _FIELDS.get(name, name), "on") != "off"

    def call(
        self, service: str, operation: str, params: Input, *, account: str, region: str
    ) -> Output | Awaitable[Output]:
        """One service calling another, by the checks that a client's request meets."""
        return self.pipeline.call(service, operation, params, account=account, region=region)

    def emit(self, event: Event) -> None:
        """Tell the listeners."""
        for listener in self.listeners:
            listener(event)

    def _tell_pollers(self, event: Event) -> None:
        """Event source mappings are looked after from the first one on."""
        if self._is_replaying or (self._pollers is None and (event.source, event.kind) != ("lambda", "Mapping")):
            return
        self._event_pollers().told(event)

    def _tell_functions(self, event: Event) -> None:
        """Functions hear of objects, if a bucket's configuration names them."""
        if event.source == "s3" and event.detail.get("record") and event.detail["targets"] and not self._is_replaying:
            importlib.import_module("ruststack.runtime.object_events").tell_functions(self.world, event, self._note)

    def _event_pollers(self) -> Pollers:
        if self._pollers is None:
            module = importlib.import_module("ruststack.runtime.event_sources")
            self._pollers = module.Pollers(self.world, self.perform, self._note)
        assert self._pollers is not None
        return self._pollers

    def _rebuild(self) -> None:
        """Make the live things anew that states ask for, after these were put back."""
        if any(state.mappings for _, state in self.store.states("lambda")):
            self._event_pollers().rebuild()
        elif self._pollers is not None:
            self._pollers.rebuild()
        for name in SERVICES:
            self._resume(name)

    def _resume(self, name: str) -> None:
        for key, state in self.store.states(name):
            mount = self.mount(name)
            if mount is not None and mount.service.resume is not None:
                mount.service.resume(Context(name, "", key.account, key.place, None, "", state, self.world))

    def perform(self, service: str, operation: str, params: Input, *, account: str, region: str) -> Output | None:
        """An operation of a service's own, which no model has and no client can call; it is journaled if it may change
        the state. What only asks is not asked while operations are done again: it was answered when they were new.

        Raises ServiceError; Unimplemented for a service that is not here.
        """
        mount = self.mount(service)
        if mount is None:
            raise Unimplemented(service, operation)
        _, function, is_read_only, _ = mount.service.handlers[operation]
        if is_read_only and self._is_replaying:
            return None
        state = mount.state_of(account, region)
        context = Context(service, operation, account, region, None, "", state, self.world)
        journal = None if is_read_only else self.timeline.journal
        output = function(context, params) if journal is None else journal.run(context, params, function)
        assert not isinstance(output, Awaitable)
        return output

    def tick(self) -> None:
        """Let the services do what time alone brings about; to be called after the clock has moved."""
        self._journaled("Tick", {"Clock": self.clock.setting()})

    def forget(self, account: str) -> None:
        """Forget all that belongs to one account alone."""
        self._journaled("Forget", {"Account": account})
        if self._pollers is not None:
            self._pollers.wake()

    def _journaled(self, operation: str, params: Input) -> None:
        """Change the state by an operation of our own."""
        context = Context(_SELF, operation, "", "", None, "", None, self.world)
        if self.timeline.journal is None:
            self._change(context, params)
        else:
            self.timeline.journal.run(context, params, self._change)
        self.live.moved()

    def _change(self, context: Context | Entry, params: Input) -> None:
        if context.operation == "Forget":
            self.store.forget(params["Account"])
        else:
            self.clock.restore(params["Clock"])
            self._tick()

    def _tick(self) -> None:
        for name, mount in self.mounts.items():
            if mount.service.tick is not None:
                for key, state in self.store.states(name):
                    mount.service.tick(Context(name, "", key.account, key.place, None, "", state, self.world))

    def _perform(self, entry: Entry, params: Input) -> Any:
        """Do again what a journal entry says. It was checked and authorized when it was new."""
        if entry.service == _SELF:
            return self._change(entry, params)
        mount = self.mount(entry.service)
        if mount is None or entry.operation not in mount.service.handlers:
            raise LookupError(f"the journal holds a {entry.service}.{entry.operation}, which is not served")
        state = mount.state_of(entry.account, entry.region)
        context = Context(
            entry.service, entry.operation, entry.account, entry.region, entry.access_key, "", state, self.world
        )
        return mount.service.handlers[entry.operation].function(context, params)

    # server

    async def load(self) -> None:
        """Go on from what the data directory holds, if the settings name one; to be called before `start`.

        Raises core.disk.Unreadable.
        """
        if self.settings.persistence:
            for name in SERVICES:
                self.mount(name)
            self._is_replaying = True
            try:
                await self.timeline.load()
            finally:
                self._is_replaying = False
            self._is_loaded = True

    async def rewind(self, count: int) -> None:
        """Go back to where the first ``count`` journaled operations had been performed. Raises IndexError."""
        self._is_replaying = True
        try:
            await self.timeline.rewind(count)
        finally:
            self._is_replaying = False
        self.live.reset()
        self._rebuild()

    async def start(self, host: str, port: int) -> int:
        """Listen on ``host``; port 0 takes a free one. Returns the bound port. Raises OSError if it is taken.

        May be called again, to listen on several addresses.
        """
        bound = await self.server.start(host, port)
        self.live.endpoint = self.live.endpoint or local_url(host, bound)
        self.live.ports.add(bound)
        if self._dynamodb is not None:
            self._dynamodb.start()
        if self.settings.lambda_ == "docker" and self.is_wanted("lambda"):
            # What a server that was killed has left running ends now, not with the first function.
            self.live.open_functions()
        if self._is_loaded:
            self._is_loaded = False
            self._rebuild()
        gc.freeze()
        return bound

    async def stop(self, drain_timeout_s: float) -> None:
        """Stop listening, let requests under way finish for at most ``drain_timeout_s``, then close what is left.

        With persistence, the data directory then holds the state.
        """
        await self.server.stop(drain_timeout_s)
        await self.live.close()
        if self._recordings is not None:
            await self._recordings.close()
        if self._dynamodb is not None:
            await self._dynamodb.close()
        self.timeline.close()

    # the world as a value

    def reset(self) -> None:
        """Forget all state; clock and identifiers go back to their start."""
        self.live.reset()
        self.timeline.reset()
        if self._dynamodb is not None:
            self._dynamodb.reset()
        self._rebuild()

    def snapshot(self) -> Snapshot:
        """The world as a value that ``restore`` takes back; later changes do not reach it."""
        return self.timeline.snapshot()

    def restore(self, snapshot: Snapshot) -> None:
        """Put the world of ``snapshot`` back; it can be restored again later."""
        self.live.reset()
        self.timeline.restore(snapshot)
        self._rebuild()

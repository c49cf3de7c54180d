"""What Lambda remembers of one account and region: functions with versions and aliases, layers, event sources."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ruststack.core.functions import CannotRun
from ruststack.kit import Blob
from ruststack.services.lambda_.durable.state import Execution

LATEST = "$LATEST"


@dataclass(frozen=True, slots=True)
class Code:
    """A function's code or a layer's content: an archive, a folder in place, or an image.

    ``sha256`` is in base64; ``size`` and ``unpacked`` are in bytes. ``source`` is the S3 object (bucket, key, version)
    that stays the code's home, if one does.
    """

    sha256: str
    size: int
    archive: Blob | None = None
    folder: str = ""
    image: str = ""
    unpacked: int = 0
    source: tuple[str, str, str] | None = None


class Readiness:
    """Whether a version's workers can be had, as far as that is known; no state, and gone after a restart.

    While it ``is_awaited`` the version is Pending, or the update that made it InProgress.
    """

    is_leaf = True

    def __init__(self, is_awaited: bool, is_update: bool = False) -> None:
        self.is_awaited = is_awaited
        self.is_update = is_update
        self.failure: CannotRun | None = None


class Running:
    """How many invocations there are at the moment; no state, and shared by all copies of one."""

    is_leaf = True

    def __init__(self) -> None:
        self.count = 0


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a function; ``number`` is ``$LATEST`` or counts from 1.

    ``settings`` are the configuration by AWS's member names. ``change`` differs after each change of ``$LATEST``, and
    a published version has that of which it was made. ``layers`` stay even if the layers themselves are deleted;
    ``layer_folder`` is a layer that is used in place.
    """

    number: str
    settings: Mapping[str, Any]
    code: Code
    modified: float
    revision_id: str
    change: str
    layers: tuple[Blob, ...] = ()
    readiness: Readiness | None = field(default=None, compare=False)
    layer_folder: str = ""


@dataclass(frozen=True, slots=True)
class Alias:
    """A name for a version; ``weights`` sends a share of invocations to another one."""

    name: str
    version: str
    description: str
    revision_id: str
    weights: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Url:
    """A function URL of ``$LATEST`` or an alias."""

    id: str
    auth_type: str
    created: float
    modified: float
    invoke_mode: str
    cors: Mapping[str, Any] | None = None


@dataclass(slots=True)
class Function:
    """A function. What hangs on a version or an alias is by qualifier; the function's own has an empty one.

    ``policies`` hold statements by their Sid, ``provisioned`` and ``event_invoke`` what was asked for.
    """

    name: str
    latest: Version
    versions: dict[str, Version] = field(default_factory=dict)
    aliases: dict[str, Alias] = field(default_factory=dict)
    published: int = 0
    tags: dict[str, str] = field(default_factory=dict)
    policies: dict[str, dict[str, Any]] = field(default_factory=dict)
    urls: dict[str, Url] = field(default_factory=dict)
    reserved: int | None = None
    provisioned: dict[str, dict[str, Any]] = field(default_factory=dict)
    event_invoke: dict[str, dict[str, Any]] = field(default_factory=dict)
    runtime_management: dict[str, dict[str, Any]] = field(default_factory=dict)
    scaling: dict[str, dict[str, Any]] = field(default_factory=dict)
    recursion: str = "Terminate"
    code_signing: str = ""
    running: Running = field(default_factory=Running, compare=False)

    def version(self, number: str) -> Version | None:
        """``$LATEST`` or a published version."""
        return self.latest if number == LATEST else self.versions.get(number)


@dataclass(slots=True)
class LayerVersion:
    """One version of a layer; ``members`` are told as they were given, ``statements`` are its policy's by their Sid."""

    number: int
    arn: str
    created: float
    code: Code
    members: Mapping[str, Any]
    statements: dict[str, Any] = field(default_factory=dict)
    revision_id: str = ""


@dataclass(slots=True)
class Layer:
    """A layer; ``published`` counts deleted versions too."""

    name: str
    versions: dict[int, LayerVersion] = field(default_factory=dict)
    published: int = 0


class Progress:
    """What came of the records that a mapping's poller has read last; no state."""

    is_leaf = True

    def __init__(self) -> None:
        self.result = ""


@dataclass(frozen=True, slots=True)
class TumblingWindow:
    """A window of a shard that is open, from ``start`` to ``end`` in seconds, with what the function has answered."""

    start: float
    end: float
    state: str


@dataclass(slots=True)
class Mapped:
    """An event source mapping. ``members`` are told as they are; ``function_arn`` has a qualifier if one was given.

    A poller runs while it ``is_enabled``, and says in ``progress`` how it goes; ``checkpoints`` hold, by shard, the
    sequence number up to which it was processed, and ``windows`` what is open then.
    """

    uuid: str
    function_arn: str
    members: Mapping[str, Any]
    is_enabled: bool
    modified: float
    tags: dict[str, str] = field(default_factory=dict)
    checkpoints: dict[str, str] = field(default_factory=dict)
    windows: dict[str, TumblingWindow] = field(default_factory=dict)
    progress: Progress = field(default_factory=Progress, compare=False)


@dataclass(frozen=True, slots=True)
class QueuedEvent:
    """An asynchronous invocation that is not over.

    ``attempts`` counts runs, ``refusals`` those that came to none; until ``due`` it waits. Times are in seconds.
    """

    request_id: str
    arn: str
    payload: bytes
    client_context: str
    trace_id: str
    since: float
    due: float
    attempts: int = 0
    refusals: int = 0
    tenant_id: str = ""


@dataclass(slots=True)
class CapacityProvider:
    """Instances of one's own; ``members`` are told as they were given."""

    arn: str
    members: Mapping[str, Any]
    modified: float
    tags: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class LambdaState:
    """``functions`` and ``layers`` by name; ``mappings`` of event sources by UUID; ``events`` by request id, in the
    order in which they came; ``executions`` by id; the rest by ARN or name.
    """

    functions: dict[str, Function] = field(default_factory=dict)
    layers: dict[str, Layer] = field(default_factory=dict)
    mappings: dict[str, Mapped] = field(default_factory=dict)
    capacity_providers: dict[str, CapacityProvider] = field(default_factory=dict)
    events: dict[str, QueuedEvent] = field(default_factory=dict)
    executions: dict[str, Execution] = field(default_factory=dict)
    code_signing: dict[str, dict[str, Any]] = field(default_factory=dict)
    code_signing_tags: dict[str, dict[str, str]] = field(default_factory=dict)
    running: Running = field(default_factory=Running, compare=False)

"""What passes between Lambda, which decides what runs, and the workers that run it: values, and the workers' contract.

A function's code is named by a `Revision`: one for each published version, and a new one whenever ``$LATEST`` changes.
Workers are kept warm by its key; nothing here is state of a service.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from ruststack.core.blobs import Blob


class Zip(NamedTuple):
    """A deployment package: the archive as it was uploaded."""

    blob: Blob


class Folder(NamedTuple):
    """Code that is used in place: what a developer edits is what the next worker runs."""

    path: str


class Image(NamedTuple):
    """A container image, with what ImageConfig overrides; an empty value leaves what the image says."""

    uri: str
    entry_point: tuple[str, ...] = ()
    command: tuple[str, ...] = ()
    working_directory: str = ""


Package = Zip | Folder | Image


@dataclass(frozen=True, slots=True)
class Revision:
    """All that a worker must know of one function's version.

    ``key`` differs whenever anything else here does. ``runtime`` is AWS's identifier (``python3.12``), empty for an
    image. ``layers`` are archives, the first is unpacked first; ``layer_folder`` is used in place, and then there are
    no others. ``environment`` holds what the function's author set, and nothing else. ``storage_mb`` is the size of
    /tmp. ``log_format`` is Text or JSON.
    """

    key: str
    account: str
    region: str
    function: str
    version: str
    runtime: str
    handler: str
    package: Package
    layers: tuple[Blob, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    memory_mb: int = 128
    timeout_s: int = 3
    storage_mb: int = 512
    architecture: str = "x86_64"
    log_group: str = ""
    log_format: str = "Text"
    application_log_level: str = ""
    system_log_level: str = ""
    layer_folder: str = ""

    @property
    def folders(self) -> tuple[str, ...]:
        """What is used in place."""
        code = (self.package.path,) if isinstance(self.package, Folder) else ()
        return (*code, self.layer_folder) if self.layer_folder else code


class Invocation(NamedTuple):
    """One event for a function.

    ``arn`` is the ARN that was invoked, with the qualifier if one was given. ``client_context`` and
    ``cognito_identity`` are JSON texts, empty if there are none. ``trace_id`` is an X-Ray header, empty to mint one. A
    worker serves the events of one ``tenant_id`` alone, empty where there are no tenants.
    """

    request_id: str
    payload: bytes
    arn: str
    client_context: str = ""
    cognito_identity: str = ""
    trace_id: str = ""
    tenant_id: str = ""


class Outcome(NamedTuple):
    """What came of an invocation: ``error`` is empty, or what X-Amz-Function-Error says; ``log`` its last 4 KB."""

    payload: bytes
    error: str = ""
    log: bytes = b""


class Streamed(NamedTuple):
    """The answer of a function that streams, from its first byte on.

    ``content_type`` is the runtime's word for it (``application/vnd.awslambda.http-integration-response`` has a JSON
    head before eight zero bytes). After the last piece ``outcome`` gives the error (code and details are its payload)
    and the log.
    """

    content_type: str
    pieces: AsyncIterator[bytes]
    outcome: Awaitable[Outcome]


class CannotRun(Exception):
    """No worker can be had for this revision, for a reason that is not the function's: the message says why.

    ``code`` is a StateReasonCode of Lambda's (``InvalidRuntime``, ``ImageAccessDenied``, ``InvalidImage``, ...).
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class Functions(Protocol):
    """The workers of all functions."""

    def invoke(self, revision: Revision, invocation: Invocation) -> Awaitable[Outcome]:
        """Run the function on one event; errors of the function, its end and its timeout are outcomes.

        Raises CannotRun.
        """
        ...

    def stream(self, revision: Revision, invocation: Invocation) -> Awaitable[Streamed | Outcome]:
        """As `invoke`, but the answer as it comes; an Outcome if the function failed before it sent anything.

        Raises CannotRun.
        """
        ...

    def prepare(self, revision: Revision) -> Awaitable[None]:
        """Make sure that a worker could be started (the interpreter is found, the image is there). Raises CannotRun."""
        ...

    def retire(self, key: str) -> None:
        """The revision is not invoked any more: its workers end when they have done what they are at."""
        ...

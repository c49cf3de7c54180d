"""What every protocol offers: read a request, check it, write an answer or an error; compiled once per operation."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

from ruststack.core.errors import ServiceError
from ruststack.core.http import Request, Response
from ruststack.core.violation import Violation
from ruststack.model import Operation, ServiceModel
from ruststack.protocol.constraints import Check, Constraints
from ruststack.protocol.malformed import MalformedInput, NotOfType

Params = dict[str, Any]
Reader = Callable[[Request, dict[str, str]], Params]
Writer = Callable[[Params, str], Response]


class Codec(ABC):
    """One protocol of one service.

    Values in and out: structures are dicts in AWS spelling, times aware datetimes in UTC (a writer also takes seconds
    since the epoch, and passes text on as it stands), blobs bytes, and a streaming blob the request's Blob itself.
    """

    def __init__(self, model: ServiceModel) -> None:
        self.model = model
        self._constraints = Constraints()
        self._readers: dict[str, Reader] = {}
        self._writers: dict[str, Writer] = {}
        self._checks: dict[str, Check] = {}

    def read(self, operation: Operation, request: Request, uri_params: dict[str, str]) -> Params:
        """The operation's input. ``uri_params`` holds the URI's labels, percent-decoded.

        Raises MalformedInput, worded as the protocol's services word it.
        """
        reader = self._readers.get(operation.name)
        if reader is None:
            reader = self._readers[operation.name] = self.make_reader(operation)
        try:
            return reader(request, uri_params)
        except NotOfType as error:
            raise self.malformed(error, operation) from error
        except RecursionError as error:
            raise self.malformed(NotOfType("document", "too deep"), operation) from error

    def write(self, operation: Operation, output: Params | None, request_id: str = "") -> Response:
        """The answer to an operation that succeeded; query and ec2 tell the request id in the body.

        Raises ValueError for a member that the model lacks.
        """
        writer = self._writers.get(operation.name)
        if writer is None:
            writer = self._writers[operation.name] = self.make_writer(operation)
        return writer(output or {}, request_id)

    def check(self, operation: Operation, params: Params) -> list[Violation]:
        """What the input breaks of the model's constraints, in the model's order; empty for a good input."""
        check = self._checks.get(operation.name)
        if check is None:
            check = self._checks[operation.name] = self._constraints.of(operation.input)
        violations: list[Violation] = []
        check(params, (), violations)
        return violations

    @abstractmethod
    def make_reader(self, operation: Operation) -> Reader: ...

    @abstractmethod
    def make_writer(self, operation: Operation) -> Writer: ...

    @abstractmethod
    def write_error(
        self, error: ServiceError, request_id: str, operation: Operation | None = None, *, host_id: str = ""
    ) -> Response:
        """The answer that carries an AWS error. ``host_id`` is S3's second request id."""

    @abstractmethod
    def malformed(self, error: NotOfType, operation: Operation) -> MalformedInput:
        """The protocol's own wording of a value of the wrong type."""


def violation_of(error: NotOfType, location: str = "", name: str = "") -> Violation:
    """The type error as a Violation."""
    return Violation(error.path, "type", error.expected, error.given, location, error.shape, name, error.holder)

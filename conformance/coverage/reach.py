"""What recordings reach of AWS's models: operations, parameters, and the errors that an operation says it has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from conformance.coverage.members import members, used
from conformance.exchange import Exchange, Response
from conformance.operations import all_operations, code_of
from conformance.operations.errors import error_code
from conformance.parameters import parse
from conformance.parameters.parse import operation_model
from conformance.recording import load


@dataclass(frozen=True, slots=True)
class Part:
    """So many of so many."""

    reached: int
    total: int

    def percent(self) -> int | None:
        """Cut, never rounded up; None of nothing."""
        return self.reached * 100 // self.total if self.total else None

    def __add__(self, other: Part) -> Part:
        return Part(self.reached + other.reached, self.total + other.total)


@dataclass(slots=True)
class OperationReach:
    """An operation of the model, or one that only the wire knows (``s3.Preflight``; ``is_modelled`` is then false).

    ``errors`` are the modelled ones by name, with how often each was answered; ``others`` the codes (or statuses)
    that were answered and that the operation's model does not list.
    """

    operation: str
    is_modelled: bool = True
    exchanges: int = 0
    parameters: frozenset[str] = frozenset()
    reached: set[str] = field(default_factory=set)
    errors: Counter[str] = field(default_factory=Counter)
    others: Counter[str] = field(default_factory=Counter)

    def parameter_part(self) -> Part:
        return Part(len(self.parameters & self.reached), len(self.parameters))

    def error_part(self) -> Part:
        return Part(sum(1 for count in self.errors.values() if count), len(self.errors))

    def missing(self) -> list[str]:
        return sorted(self.parameters - self.reached)


@dataclass(slots=True)
class ServiceReach:
    """All of a service's operations by name, in order."""

    service: str
    operations: dict[str, OperationReach]

    def operation_part(self) -> Part:
        modelled = [each for each in self.operations.values() if each.is_modelled]
        return Part(sum(1 for each in modelled if each.exchanges), len(modelled))

    def parameter_part(self) -> Part:
        return sum((each.parameter_part() for each in self.operations.values()), Part(0, 0))

    def error_part(self) -> Part:
        return sum((each.error_part() for each in self.operations.values()), Part(0, 0))

    @property
    def exchanges(self) -> int:
        return sum(each.exchanges for each in self.operations.values())

    def unreached(self) -> list[str]:
        return [name for name, each in self.operations.items() if each.is_modelled and not each.exchanges]


Reach = dict[str, ServiceReach]


def reach(files: Iterable[Path], tell: Callable[[str], None] = lambda scenario: None) -> Reach:
    """By service, in order: those that the recordings speak to. Raises ValueError for a file that is no recording."""
    found: dict[str, dict[str, OperationReach]] = {}
    for path in files:
        recording = load(path)
        for each in recording.exchanges:
            service, _, name = each.operation.partition(".")
            if service:
                operations = found.setdefault(service, _model(service))
                _count(operations.setdefault(name, OperationReach(each.operation, is_modelled=False)), each)
        tell(recording.scenario)
    return {service: ServiceReach(service, dict(sorted(found[service].items()))) for service in sorted(found)}


def _model(service: str) -> dict[str, OperationReach]:
    return {name: _operation(f"{service}.{name}") for name in all_operations(service)}


def _operation(name: str) -> OperationReach:
    errors = Counter({each.name: 0 for each in _error_shapes(name)})
    return OperationReach(name, parameters=members(name), errors=errors)


def _error_shapes(operation: str) -> list[Any]:
    service, _, name = operation.partition(".")
    found = operation_model(service, name)
    return list(found.error_shapes) if found else []


def _count(operation: OperationReach, exchange: Exchange) -> None:
    operation.exchanges += 1
    parsed = parse(exchange.request, exchange.operation)
    if parsed is not None:
        operation.reached |= used(parsed, parsed.parameters)
    if exchange.response.status >= 300:
        _count_error(operation, exchange.response)


def _count_error(operation: OperationReach, response: Response) -> None:
    """A query-compatible service says an old code in a header and the modelled one in the body."""
    codes = {code_of(response), error_code(response.body)}
    shapes = [each for each in _error_shapes(operation.operation) if codes & {each.name, each.error_code}]
    if shapes:
        operation.errors[shapes[0].name] += 1
    else:
        operation.others[code_of(response) or str(response.status)] += 1

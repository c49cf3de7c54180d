"""Coverage on a screen of 80 columns, and as Markdown: a row a service, and on request what each operation lacks."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator

from conformance.coverage.reach import OperationReach, Part, Reach, ServiceReach

WIDTH = 80
_NAME = 17
_HEADS = ("operations", "parameters", "errors")


def summary(found: Reach, known: int) -> Iterator[str]:
    """A row a service, and all of them together; ``known`` is how many services there are models of."""
    yield f"{'service':<{_NAME}}" + "".join(f"{head:>17}" for head in _HEADS) + f"{'exchanges':>11}"
    for each in found.values():
        yield _row(each.service, _parts(each), each.exchanges)
    if len(found) > 1:
        parts = [sum(column, Part(0, 0)) for column in zip(*map(_parts, found.values()), strict=True)]
        yield _row("all", parts, sum(each.exchanges for each in found.values()))
    yield ""
    yield f"{len(found)} of the {known} services that AWS publishes models of are recorded"
    yield "--service NAME names operations, parameters and errors; --missing the rest"


def _parts(service: ServiceReach) -> list[Part]:
    return [service.operation_part(), service.parameter_part(), service.error_part()]


def _row(name: str, parts: list[Part], exchanges: int) -> str:
    cells = "".join(f"{f'{each.reached}/{each.total}':>11}{_percent(each):>6}" for each in parts)
    shown = name if len(name) < _NAME else f"{name[: _NAME - 4]}..."
    return f"{shown:<{_NAME}}{cells}{exchanges:>11}"


def _percent(part: Part) -> str:
    percent = part.percent()
    return "-" if percent is None else f"{percent} %"


def service(found: ServiceReach) -> Iterator[str]:
    """Each operation that is reached, and the names of those that are not."""
    for operation in found.operations.values():
        if operation.exchanges:
            yield from _operation(operation)
            yield ""
    yield from missing(found)


def missing(found: ServiceReach) -> Iterator[str]:
    part, names = found.operation_part(), found.unreached()
    yield f"{found.service}: {part.reached} of {part.total} operations reached"
    if names:
        yield from _wrapped("not reached: ", names)


def _operation(found: OperationReach) -> Iterator[str]:
    yield f"{found.operation}  {_count(found.exchanges, 'exchange')}"
    if not found.is_modelled:
        yield "   (the model has no such operation)"
    parameters, errors = found.parameter_part(), found.error_part()
    if parameters.total:
        yield f"   {parameters.reached} of {_count(parameters.total, 'parameter')}"
        yield from _wrapped("      reached: ", sorted(found.parameters & found.reached))
        yield from _wrapped("      not: ", found.missing())
    if errors.total:
        yield f"   {errors.reached} of {_count(errors.total, 'modelled error')}"
        yield from _wrapped("      reached: ", _names(found.errors.items(), True))
        yield from _wrapped("      not: ", _names(found.errors.items(), False))
    yield from _wrapped("   answered besides: ", sorted(found.others))


def _names(errors: Iterable[tuple[str, int]], is_reached: bool) -> list[str]:
    return sorted(name for name, count in errors if bool(count) is is_reached)


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"


def _wrapped(head: str, names: list[str]) -> list[str]:
    indent = " " * (len(head) - len(head.lstrip()) + 3)
    return textwrap.wrap(head + ", ".join(names), WIDTH, subsequent_indent=indent) if names else []


def to_markdown(found: Reach, services: list[str]) -> str:
    """The table of services, and one of operations for each of ``services``."""
    lines = [
        "| service | operations | parameters | errors | exchanges |",
        "| --- | ---: | ---: | ---: | ---: |",
        *(f"| {name} | {_cells(_parts(each))} | {each.exchanges} |" for name, each in found.items()),
    ]
    for name in services:
        lines += ["", f"## {name}", "", *_operations(found[name])]
    return "\n".join(lines) + "\n"


def _operations(found: ServiceReach) -> Iterator[str]:
    yield "| operation | exchanges | parameters | not reached | errors | not reached |"
    yield "| --- | ---: | ---: | --- | ---: | --- |"
    for name, each in found.operations.items():
        if each.exchanges:
            errors = ", ".join(_names(each.errors.items(), False))
            yield (
                f"| {name} | {each.exchanges} | {_cells([each.parameter_part()])} | {', '.join(each.missing())} | "
                f"{_cells([each.error_part()])} | {errors} |"
            )
    if found.unreached():
        yield ""
        yield f"Not reached: {', '.join(found.unreached())}."


def _cells(parts: Iterable[Part]) -> str:
    return " | ".join(f"{each.reached} of {each.total} ({_percent(each)})" if each.total else "-" for each in parts)

"""Patch operations: a table says, for each path of a record, which operations it takes and what they do.

Paths are JSON pointers (``/requestModels/application~1json``); in a table ``{}`` stands for one segment. Setters change
a draft, the record's fields as a dict, so that a refused operation leaves the record as it was.

Source: recorded answers of UpdateMethod, UpdateModel, UpdateRestApi and others; AWS's page "Patch Operations" for the
paths of each operation.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple, TypeVar

from ruststack.kit import Input, ServiceError
from ruststack.services.apigateway.errors import BadRequestException

Draft = dict[str, Any]
Record = TypeVar("Record")


class Patch(NamedTuple):
    """One operation. ``key`` is what stands in the path where the table has ``{}``; ``value`` None is none."""

    op: str
    path: str
    value: str | None
    source: str = ""
    key: str = ""


Setter = Callable[[Draft, Patch], None]


class Rule(NamedTuple):
    """What may be done at a path, and what that does."""

    ops: tuple[str, ...]
    apply: Setter


Rules = Mapping[str, Rule]
Refuse = Callable[[Patch, Rules, Rule | None], ServiceError]

REPLACE: Final = ("replace",)
ADD_REMOVE: Final = ("add", "remove")
ANY: Final = ("add", "remove", "replace")


def patches_of(req: Input) -> list[Patch]:
    """The operations of a request, in their order."""
    return [
        Patch(each.get("op") or "null", each.get("path") or "null", each.get("value"), each.get("from") or "")
        for each in req.get("patchOperations") or ()
    ]


def patched(record: Record, req: Input, rules: Rules, refuse: Refuse) -> Record:
    """The record as the operations make it. Raises what ``refuse`` makes of those that the table does not know."""
    draft: Draft = {field.name: getattr(record, field.name) for field in dataclasses.fields(record)}  # type: ignore[arg-type]
    apply(draft, patches_of(req), rules, refuse)
    return type(record)(**draft)


def apply(draft: Draft, patches: list[Patch], rules: Rules, refuse: Refuse) -> None:
    """Apply operations to a draft, in their order."""
    for patch in patches:
        rule, key = find(patch.path, rules)
        if rule is None or patch.op not in rule.ops:
            raise refuse(patch, rules, rule)
        rule.apply(draft, patch._replace(key=key))


def find(path: str, rules: Rules) -> tuple[Rule | None, str]:
    """The rule of a path, and what stands for ``{}``."""
    if path in rules:
        return rules[path], ""
    segments = path.split("/")
    for template, rule in rules.items():
        names = template.split("/")
        if len(names) == len(segments) and "{}" in names:
            place = names.index("{}")
            if segments[place] and names == [*segments[:place], "{}", *segments[place + 1 :]]:
                return rule, unescaped(segments[place])
    return None, ""


def unescaped(segment: str) -> str:
    """A segment of a JSON pointer as it is meant."""
    return segment.replace("~1", "/").replace("~0", "~")


def by_operation(patch: Patch, rules: Rules, rule: Rule | None) -> ServiceError:
    """The refusal that names the paths of an operation, or that there are none."""
    paths = [path for path, each in rules.items() if patch.op in each.ops and "{}" not in path]
    named = f"Invalid patch path  '{patch.path}' specified for op '{patch.op}'."
    if not paths:
        return BadRequestException(f"{named} Please choose supported operations")
    return BadRequestException(f"{named} Must be one of: [{', '.join(paths)}]")


def by_path(patch: Patch, rules: Rules, rule: Rule | None) -> ServiceError:
    """The refusal that names the operations of a path, if there is such a path."""
    if rule is None:
        return BadRequestException(f"Invalid patch path {patch.path}")
    return BadRequestException(f"Invalid patch operation specified. Must be one of: [{', '.join(rule.ops)}]")


def text(field: str) -> Setter:
    """A text; an empty one is none."""

    def set_text(draft: Draft, patch: Patch) -> None:
        draft[field] = None if patch.op == "remove" else patch.value or None

    return set_text


def needed(field: str, message: str) -> Setter:
    """A text that may not be empty; ``message`` says so."""

    def set_needed(draft: Draft, patch: Patch) -> None:
        if not patch.value:
            raise BadRequestException(message)
        draft[field] = patch.value

    return set_needed


def truth(value: str | None) -> bool:
    """A truth value as Java reads one. Unknown: whether ``yes`` is refused; replacing a flag by it would tell."""
    return (value or "").lower() == "true"


def flag(field: str) -> Setter:
    """A truth value."""

    def set_flag(draft: Draft, patch: Patch) -> None:
        draft[field] = truth(patch.value)

    return set_flag


def choice(field: str, *values: str) -> Setter:
    """One of several words. Unknown: what AWS says of another; trying one would tell."""

    def set_choice(draft: Draft, patch: Patch) -> None:
        if patch.value not in values:
            raise BadRequestException(f"Invalid value specified. Must be one of: [{', '.join(values)}]")
        draft[field] = patch.value

    return set_choice


def whole(value: str | None, low: int = 0, high: int = (1 << 31) - 1) -> int:
    """A whole number. Raises BadRequestException. Unknown: AWS's words for what is none; a limit ``x`` would tell."""
    if value is None or not value.lstrip("-").isascii() or not value.lstrip("-").isdigit() or len(value) > 12:
        raise BadRequestException(f"Invalid number specified: {value}")
    if not low <= int(value) <= high:
        raise BadRequestException(f"Invalid number specified: {value}. Must be between {low} and {high}")
    return int(value)


def integer(field: str, low: int = 0, high: int = (1 << 31) - 1) -> Setter:
    """A whole number, or none where there is no value."""

    def set_integer(draft: Draft, patch: Patch) -> None:
        draft[field] = None if patch.op == "remove" or not patch.value else whole(patch.value, low, high)

    return set_integer


def fraction(value: str | None, low: float = 0.0, high: float = 1e9) -> float:
    """A number. Raises BadRequestException. Unknown: AWS's words for what is none; a rate of ``x`` would tell."""
    try:
        number = float(value or "")
    except ValueError:
        number = math.nan
    if not low <= number <= high:
        raise BadRequestException(f"Invalid number specified: {value}")
    return number


def entry(
    field: str,
    read: Callable[[str], Any] = str,
    missing: ServiceError | None = None,
    check: Callable[[str, str], None] = lambda key, value: None,
) -> Setter:
    """An entry of a map, by its key in the path; ``missing`` is raised where one is removed that is not there."""

    def set_entry(draft: Draft, patch: Patch) -> None:
        entries = dict(draft[field] or {})
        if patch.op == "remove":
            if patch.key not in entries and missing is not None:
                raise missing
            entries.pop(patch.key, None)
        else:
            check(patch.key, patch.value or "")
            entries[patch.key] = read(patch.value or "")
        draft[field] = entries or None

    return set_entry


def element(field: str) -> Setter:
    """An element of a list, named by the path; to replace it, the value is the new one."""

    def set_element(draft: Draft, patch: Patch) -> None:
        name = patch.key or patch.value or ""
        elements = list(draft[field] or ())
        if patch.op == "add":
            elements += [name] if name not in elements else []
        elif patch.op == "remove":
            elements = [each for each in elements if each != name]
        else:
            elements = [patch.value or "" if each == name else each for each in elements]
        draft[field] = tuple(elements) or None

    return set_element

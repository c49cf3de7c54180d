"""The drift report: what the source changed and since when, as Markdown for a pull request and as lines on a screen."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from conformance.compare.mismatch import Judgement, Mismatch, Severity
from conformance.exchange import Source
from conformance.refresh.run import Refresh, Refreshed, State

# GitHub takes 65,536 characters for the body of a pull request.
LONGEST = 60_000
_SHOWN = 160
_WORST_FIRST = (Severity.CRITICAL, Severity.MAJOR, Severity.MINOR)


def summary(result: Refresh) -> str:
    """One line: ``12 scenarios of localstack 4.1: 10 same, 1 changed, 1 failed``."""
    counts = [(len(result.of(state)), state.value) for state in State]
    told = ", ".join(f"{count} {word}" for count, word in counts if count)
    return f"{len(result.found)} scenarios, {source_name(result.source)}: {told or 'none'}; {result.requests} requests"


def source_name(source: Source) -> str:
    return f"{source.kind} {source.version}".strip() + f" ({source.region})"


def lines(each: Refreshed) -> Iterator[str]:
    """What a screen shows of one scenario; nothing when it is the same."""
    if each.state is State.SAME:
        yield from (f"          not cleaned up: {line}" for line in each.left)
        return
    yield f"{each.state:<10}{each.name}{f': {each.why}' if each.why else ''}"
    for change in each.drift.changes:
        for mismatch in change.mismatches:
            yield f"          #{change.exchange.number} {change.exchange.operation}  {_short(mismatch)}"[:78]
    if each.drift.is_asked_otherwise:
        yield "          the scenario asks otherwise than when it was recorded"
    yield from (f"          not cleaned up: {line}" for line in each.left)


def _short(mismatch: Mismatch) -> str:
    return f"{mismatch.path}: {_said(mismatch.expected)} -> {_said(mismatch.actual)}"


def _said(value: str | None) -> str:
    return "absent" if value is None else " ".join(value.split()) or "(empty)"


def render(result: Refresh, *, longest: int = LONGEST) -> str:
    """The report; scenarios that do not fit into ``longest`` characters are counted instead of shown."""
    now = result.source
    verb = "would be" if result.is_dry else "are"
    head = (
        f"# Drift of {source_name(now)}, {now.date}\n\n{summary(result)}.\n\n"
        f"What answers as before keeps its file, byte for byte; only what does not {verb} rewritten.\n"
    )
    parts = [
        *_section("Changed", result.of(State.CHANGED), lambda each: _changed(each, now)),
        *_section("New", result.of(State.NEW), _new),
        *_section("Could not be recorded", result.of(State.FAILED), _why),
        *_section("Not cleaned up", [each for each in result.found if each.left], _left),
        *_section("Left alone", result.of(State.LEFT), _why),
    ]
    return _fitted([head, *parts], longest)


def _fitted(parts: list[str], longest: int) -> str:
    text = ""
    for number, part in enumerate(parts):
        if len(text) + len(part) + 80 > longest:
            return f"{text}\n... and {len(parts) - number} more entries, which are too long for this page.\n"
        text += part
    return text


def _section(title: str, found: list[Refreshed], show: Callable[[Refreshed], str]) -> Iterator[str]:
    if found:
        yield f"\n## {title}\n"
        yield from map(show, found)


def _changed(each: Refreshed, now: Source) -> str:
    before = each.before or now
    since = f"Between {before.date} ({source_name(before)}) and {now.date} ({source_name(now)})."
    text = f"\n### {each.name}\n\n{_plain(each.title)}\n\n{since}\n"
    if each.drift.is_asked_otherwise:
        text += (
            f"\nThe scenario itself asks otherwise than when it was recorded: {len(each.drift.added)} exchanges added, "
            f"{len(each.drift.gone)} gone; the file is written anew.\n"
        )
    rows = [row for change in each.drift.changes for row in _rows(change)]
    if rows:
        text += "\n| | operation | where | before | now | severity |\n| ---: | --- | --- | --- | --- | --- |\n"
        text += "\n".join(rows) + "\n"
    elif not each.drift.is_asked_otherwise:
        text += "\nIt answers the same.\n"
    return text


def _rows(change: Judgement) -> Iterator[str]:
    for each in sorted(change.mismatches, key=lambda one: _WORST_FIRST.index(one.severity)):
        cells = (
            f"#{change.exchange.number}",
            f"`{change.exchange.operation or '?'}`",
            code(each.path),
            code(each.expected),
            code(each.actual),
            str(each.severity),
        )
        yield f"| {' | '.join(cells)} |"


def code(value: str | None) -> str:
    """A value as a code span that stays in its table's cell, whatever it holds."""
    if value is None:
        return "*absent*"
    text = " ".join(value.split()) or "(empty)"
    if len(text) > _SHOWN:
        text = f"{text[:_SHOWN]}..."
    # Two backticks and blanks hold a text with single ones; a bar would end the cell even inside a span.
    text = text.replace("``", "'").replace("|", "\\|")
    return f"`` {text} ``" if "`" in text else f"`{text}`"


def _new(each: Refreshed) -> str:
    return f"\n- `{each.name}` ({each.exchanges} exchanges): {_plain(each.title)}\n"


def _why(each: Refreshed) -> str:
    return f"\n- `{each.name}`: {code(each.why)}\n"


def _left(each: Refreshed) -> str:
    return "".join(f"\n- `{each.name}`: {code(line)}\n" for line in each.left)


def _plain(text: str) -> str:
    """Text of ours that shall not be taken for markup."""
    return text.replace("<", "&lt;").replace("@", "&#64;")

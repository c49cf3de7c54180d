"""What an application relies on, on a screen of 80 columns or as Markdown: what is not proven, and a sentence."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from conformance.coverage.proof import Reliance, Relied, State
from conformance.report.terminal import plain

WIDTH = 80
_TOLD = {
    State.DIFFERS: "recorded, but {target} does not answer as recorded",
    State.UNJUDGED: "recorded, but nobody knows how {target} answers",
    State.UNRECORDED: "not recorded",
}


def sentence(found: Reliance) -> str:
    """``your application relies on 41 behaviours; 39 are proven, 2 are not recorded``."""
    counts = {state: len(found.of(state)) for state in State}
    words = [f"{_are(counts[State.PROVEN])} proven"]
    if counts[State.DIFFERS]:
        words.append(f"{counts[State.DIFFERS]} {'differs' if counts[State.DIFFERS] == 1 else 'differ'}")
    if counts[State.UNJUDGED]:
        words.append(f"{_are(counts[State.UNJUDGED])} recorded but not judged")
    if counts[State.UNRECORDED]:
        words.append(f"{_are(counts[State.UNRECORDED])} not recorded")
    total = len(found.behaviours)
    return f"your application relies on {total} behaviour{'' if total == 1 else 's'}; {', '.join(words)}"


def _are(count: int) -> str:
    return f"{count} {'is' if count == 1 else 'are'}"


def render(found: Reliance, *, is_coloured: bool = False, is_whole: bool = False) -> Iterator[str]:
    """Lines. ``is_whole``: what is proven is listed, too."""
    for state, words in _TOLD.items():
        yield from _listed(words.format(target=found.target), found.of(state), "33" if is_coloured else "")
    if is_whole:
        yield from _listed("proven", found.of(State.PROVEN), "32" if is_coloured else "")
    lines = textwrap.wrap(f"{found.target}: {sentence(found)}", WIDTH)
    yield from (_painted(line, "1" if is_coloured else "") for line in lines)
    yield from textwrap.wrap(_provenance(found), WIDTH)


def _provenance(found: Reliance) -> str:
    words = [f"The recordings of it come from {'; '.join(found.sources) or 'nowhere'}."]
    if found.strangers:
        words.append(_strangers(found.strangers))
    return " ".join(words)


def _strangers(count: int) -> str:
    what = "request is no operation" if count == 1 else "requests are no operations"
    return f"Not counted: {count} {what} of AWS's (an API of your own, a website, a browser's question)."


def _listed(title: str, relied: list[Relied], colour: str) -> Iterator[str]:
    if not relied:
        return
    yield _painted(title, colour)
    for each in relied:
        behaviour = each.behaviour
        yield _cut(f"  {behaviour.operation}  {plain(behaviour.answer)}")
        yield from _wrapped("with", ", ".join(sorted(behaviour.parameters)) or "no parameters")
        yield from _wrapped("seen at", _seen(each))
        if each.why:
            yield from _wrapped("but", each.why)
    yield ""


def _seen(relied: Relied) -> str:
    scenario, number = relied.seen[0]
    more = f", and {len(relied.seen) - 1} more" if len(relied.seen) > 1 else ""
    return f"{scenario} #{number}{more}"


def _wrapped(head: str, text: str) -> list[str]:
    return textwrap.wrap(
        f"{head} {plain(text)}", WIDTH, initial_indent=" " * 6, subsequent_indent=" " * 9, break_on_hyphens=False
    )


def _cut(line: str) -> str:
    return line if len(line) <= WIDTH else f"{line[: WIDTH - 3]}..."


def _painted(text: str, colour: str) -> str:
    return f"\x1b[{colour}m{text}\x1b[0m" if colour else text


def to_markdown(found: Reliance) -> str:
    lines = [f"**{_escaped(found.target)}**: {sentence(found)}.", "", _escaped(_provenance(found))]
    for state, words in _TOLD.items():
        if found.of(state):
            lines += ["", f"### {_escaped(words.format(target=found.target))}", ""]
            lines += ["| operation | answer | parameters | seen at | but |", "| --- | --- | --- | --- | --- |"]
            lines += [_row(each) for each in found.of(state)]
    return "\n".join(lines) + "\n"


def _row(relied: Relied) -> str:
    behaviour = relied.behaviour
    cells = (behaviour.operation, behaviour.answer, ", ".join(sorted(behaviour.parameters)), _seen(relied), relied.why)
    return f"| {' | '.join(map(_escaped, cells))} |"


def _escaped(text: str) -> str:
    return "".join(f"\\{each}" if each in "\\`*_[]<>|~@&#" else each for each in plain(text)) if text else ""

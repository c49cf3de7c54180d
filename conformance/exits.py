"""Exit codes: what each says, for every command alike. The help and docs/judge.md tell them from here."""

from __future__ import annotations

from typing import Final

OK: Final = 0
DIFFERS: Final = 1
USAGE: Final = 2
DRIFT: Final = 3
UNREACHABLE: Final = 4
INTERRUPTED: Final = 130
PIPE_BROKEN: Final = 141

# In a few words for the help, and in full for the documents.
MEANINGS = {
    OK: ("all well", "All well: everything matches, is waived or is a known gap; nothing was found; it was recorded."),
    DIFFERS: (
        "differences or findings",
        "Something differs, a bar was not cleared, or a known gap has expired or healed; `lint` found something; "
        "something is left on a swept target; a program that was recorded failed.",
    ),
    USAGE: (
        "wrong usage, or not installed",
        "Wrong usage: an option, a file or a scenario that is not there or cannot be read, a file that cannot be "
        "written; or a library of the extra `conform` is not installed. One line says which.",
    ),
    DRIFT: ("drift", "Drift: the source no longer answers what is recorded. Only `refresh` says so."),
    UNREACHABLE: (
        "could not record, or reach the target",
        "The target cannot be reached or started, or something could not be recorded. It outranks 3.",
    ),
    INTERRUPTED: ("interrupted", "Interrupted by Ctrl-C."),
    PIPE_BROKEN: ("pipe closed", "Who read the output, such as `head`, has closed the pipe."),
}


def in_short(width: int = 78) -> str:
    """The codes that a command may end with, for the end of a help text."""
    lines = [""]
    for code in (OK, DIFFERS, USAGE, DRIFT, UNREACHABLE, INTERRUPTED):
        entry = f"  {code} {MEANINGS[code][0]}"
        if len(lines[-1]) + len(entry) > width:
            lines.append("")
        lines[-1] += entry
    return "\n".join(lines)

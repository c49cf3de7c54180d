"""What went wrong, in the one line that a command says."""

from __future__ import annotations


def complaint(error: BaseException) -> str:
    """The error in one line: libraries explain theirs in several, and the system's begin with a number."""
    if isinstance(error, OSError) and error.filename and error.strerror:
        return f"{error.filename}: {error.strerror}"
    if isinstance(error, KeyError):
        return f"it lacks {error.args[0]}"
    return " ".join(str(error).split()) or type(error).__name__

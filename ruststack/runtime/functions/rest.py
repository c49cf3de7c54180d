"""What a worker's programs do between invocations: nothing, as in AWS, which freezes them when all wait."""

from __future__ import annotations

from typing import Protocol


class Program(Protocol):
    """A program that can be held."""

    def hold(self) -> None:
        """Stop it where it is."""
        ...

    def go_on(self) -> None:
        """Let it go on from there."""
        ...


class Rest:
    """The rest of one worker's programs. Where none was added, they never rest."""

    def __init__(self) -> None:
        self._programs: list[Program] = []
        self._is_on = False

    def add(self, program: Program) -> None:
        """This one rests with the others."""
        self._programs.append(program)

    def begin(self) -> None:
        """All wait for what comes next."""
        if not self._is_on:
            self._is_on = True
            for program in self._programs:
                program.hold()

    def end(self) -> None:
        """It has come."""
        if self._is_on:
            self._is_on = False
            for program in self._programs:
                program.go_on()

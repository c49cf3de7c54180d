"""One scenario being played: how far it has come, what stands for what, and which step answers a request.

State moves forward as it did when the scenario was recorded. A read gives the answer of the present state: the same
read is answered anew only once the change that stands between was made, and after its last answer that answer stays.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum

from conformance.exchange import Binding, Response
from conformance.minting import minted_value
from conformance.replay.serving.canon import Canon
from conformance.replay.serving.script import Script, Step
from conformance.replay.serving.volatile import Bound, Pair, pairs


class How(IntEnum):
    """How well a step continues the scenario, best first."""

    NEXT = 0  # it is due
    LATE = 1  # it was passed over, and is asked for now
    AGAIN = 2  # it was answered already, and nothing has changed since
    AHEAD = 3  # changes that were recorded before it have not been made


@dataclass(frozen=True, slots=True)
class Found:
    """The step that answers. ``said`` are the client's own values; ``passed`` counts the changes that were left out."""

    step: Step
    how: How
    said: tuple[Pair, ...] = ()
    passed: int = 0


class Playback:
    """Plays one script once."""

    def __init__(self, script: Script) -> None:
        self.script = script
        # What the service minted is never the client's to choose.
        self.bound = Bound(binding.value for binding in script.recording.bindings)
        self.played: set[int] = set()
        self.age = 0
        self.last: Step | None = None
        self._keys: dict[str, str] = {}
        self._bindings: dict[int, list[Binding]] = {}
        for binding in script.recording.bindings:
            self._bindings.setdefault(binding.source, []).append(binding)

    @property
    def is_done(self) -> bool:
        return len(self.played) == len(self.script.steps)

    def find(self, canon: Canon, shaped: str, access_key: str = "") -> Found | None:
        """The step that answers this request now; None when no step says what it says."""
        text = self.bound.to_recorded(canon.text)
        exact = self.script.exactly(text, canon.payload)
        if exact:
            step, how = self._choose(self._of_the_same_account(exact, access_key))
            return Found(step, how, (), self._passed(step))
        fitting: dict[int, tuple[Pair, ...]] = {}
        alike = self.script.alike(shaped, canon.payload)
        for step in alike:
            said = tuple(pairs(step.canon.text, text))
            if self.bound.allows(said):
                fitting[step.index] = said
        steps = [step for step in alike if step.index in fitting]
        if not steps:
            return None
        step, how = self._choose(self._of_the_same_account(steps, access_key))
        return Found(step, how, fitting[step.index], self._passed(step))

    def _of_the_same_account(self, steps: list[Step], access_key: str) -> list[Step]:
        """The steps whose account has spoken with this key before, or with none yet; all, if there is none."""
        label = self._keys.get(access_key)
        taken = set(self._keys.values())
        same = [
            each
            for each in steps
            if each.exchange.account == label or (label is None and each.exchange.account not in taken)
        ]
        return same or steps

    def _choose(self, steps: Iterable[Step]) -> tuple[Step, How]:
        waiting = [step for step in steps if step.index not in self.played]
        for step in waiting:
            if step.age == self.age:
                return step, How.NEXT
        for step in waiting:
            if step.age < self.age and step.is_change:
                return step, How.LATE
        past = [step for step in steps if step.age <= self.age]
        if past:
            last = past[-1]
            return last, How.AGAIN if last.index in self.played else How.LATE
        return waiting[0], How.AHEAD

    def _passed(self, step: Step) -> int:
        return max(0, step.age - self.age)

    def take(self, found: Found, access_key: str = "") -> None:
        """The step is played: its state is the present one, and the client's values are known by it."""
        step = found.step
        for _, recorded, live in found.said:
            self.bound.add(recorded, live)
        self.played.add(step.index)
        self.last = step
        self.age = max(self.age, step.age + step.is_change)
        if access_key:
            self._keys.setdefault(access_key, step.exchange.account)

    def hear(self, step: Step, answer: Response) -> None:
        """Note the values that the client was given for those that this step minted."""
        for binding in self._bindings.get(step.exchange.number, ()):
            value = minted_value(answer, binding.where)
            if value is not None:
                self.bound.add(binding.value, value)

    def unused(self) -> list[Step]:
        """The steps that nobody has asked for."""
        return [step for step in self.script.steps if step.index not in self.played]

"""Which recorded exchange answers a request: of the scenario that was named, or of the one that it best continues.

Scenarios that begin alike cannot be told apart at first. So all of those are played side by side, the first of them
gives the answers, and one that has what the client asks next takes its place when it has not.
"""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice

from conformance import signed
from conformance.exchange import Request, Response
from conformance.replay.serving.answer import answer
from conformance.replay.serving.canon import Canon, canonical
from conformance.replay.serving.payload import Payload
from conformance.replay.serving.playback import Found, How, Playback
from conformance.replay.serving.repertoire import Repertoire
from conformance.replay.serving.script import Script, Step
from conformance.replay.serving.unrecorded import Unrecorded, refusal
from conformance.replay.serving.volatile import shape

_NEAREST_OF = 40


class NoSuchScenario(ValueError):
    """No recording holds a scenario of that name; the message names those that are close."""


@dataclass(slots=True)
class Group:
    """Playbacks that explain all that one client has said so far; the first of them answers."""

    playbacks: list[Playback]

    @property
    def leader(self) -> Playback:
        return self.playbacks[0]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a request got. ``step`` is None for one that is not recorded; then ``reason`` says what is nearest."""

    operation: str
    response: Response
    script: Script | None = None
    step: Step | None = None
    how: How | None = None
    reason: Unrecorded | None = None


@dataclass(slots=True)
class _Asked:
    """One request, as each scenario is asked about it."""

    canon: Canon
    shaped: str
    access_key: str

    def of(self, playback: Playback) -> Found | None:
        return playback.find(self.canon, self.shaped, self.access_key)


@dataclass(slots=True)
class Stage:
    """All scenarios, and who plays which of them. ``selected`` names the scenario that answers, if one was chosen."""

    repertoire: Repertoire
    selected: str = ""
    answered: int = 0
    missed: list[Unrecorded] = field(default_factory=list)
    _groups: list[Group] = field(default_factory=list)
    _named: dict[str, Playback] = field(default_factory=dict)
    _used: dict[str, set[int]] = field(default_factory=dict)
    _times: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.select(self.selected)

    def select(self, name: str) -> None:
        """Answer from this scenario alone, from its start; from all when there is no name. Raises NoSuchScenario."""
        if name and name not in self.repertoire:
            close = difflib.get_close_matches(name, self.repertoire, 3, 0.3)
            raise NoSuchScenario(f"no scenario is named {name}" + (f"; there is {', '.join(close)}" if close else ""))
        self.selected = name
        self._named.pop(name, None)

    def rewind(self) -> None:
        """Every scenario is at its beginning again; what was used and missed is still known."""
        self._groups.clear()
        self._named.clear()

    def respond(self, request: Request, payload: Payload | None = None, scenario: str = "") -> Outcome:
        """The answer to a request. ``scenario`` names the one that answers this request. Raises NoSuchScenario."""
        canon = canonical(request, payload)
        found = signed.find(request)
        asked = _Asked(canon, shape(canon.text), found.access_key if found else "")
        name = scenario or self.selected
        if name:
            playback = self._playback_of(name)
            place = asked.of(playback)
            players = [(playback, place)] if place else []
        else:
            players = self._players(asked)
        if not players:
            return self._refuse(request, canon, asked.shaped, name)
        return self._play(request, canon, players, asked.access_key)

    def _playback_of(self, name: str) -> Playback:
        if name not in self.repertoire:
            self.select(name)
        if name not in self._named:
            self._named[name] = Playback(self.repertoire.script(name))
        return self._named[name]

    def _play(self, request: Request, canon: Canon, players: list[tuple[Playback, Found]], access_key: str) -> Outcome:
        playback, found = players[0]
        for each, place in players:
            each.take(place, access_key)
        response = answer(found.step.exchange, playback.script.recording.source, playback.bound, request)
        for each, place in players:
            each.hear(place.step, response)
        self._used.setdefault(playback.script.name, set()).add(found.step.exchange.number)
        self.answered += 1
        return Outcome(canon.operation, response, playback.script, found.step, found.how)

    # of which scenario

    def _players(self, asked: _Asked) -> list[tuple[Playback, Found]]:
        """The playback that answers and those that go along with it."""
        for group in self._groups:
            due = [(each, found) for each in group.playbacks if (found := asked.of(each)) and found.how is How.NEXT]
            if due:
                return self._follow(group, due)
        current = self._groups[0] if self._groups else None
        place = asked.of(current.leader) if current else None
        beginners = self._beginners(asked)
        if beginners and self._may_begin(current, place, beginners[0][0].script, beginners[0][1]):
            return self._begin(beginners)
        for group in self._groups:
            found = asked.of(group.leader)
            if found and found.how is not How.AHEAD:
                return self._follow(group, [(group.leader, found)])
        if current and place:
            return self._follow(current, [(current.leader, place)])
        return self._begin(beginners) if beginners else []

    def _may_begin(self, current: Group | None, place: Found | None, script: Script, first: Found) -> bool:
        """Whether a client that is in a scenario has rather begun another one."""
        if current is None or place is None or first.passed:
            return not first.step.index
        if first.step.is_change:
            return place.how is not How.LATE
        # A read that begins what nobody has played yet, or one that is only repeated.
        is_new = not first.step.index and not self._times[script.name]
        return is_new and current.leader.is_done and place.step is not current.leader.last

    def _follow(self, group: Group, players: list[tuple[Playback, Found]]) -> list[tuple[Playback, Found]]:
        group.playbacks = [playback for playback, _ in players]
        self._groups.remove(group)
        self._groups.insert(0, group)
        return players

    def _beginners(self, asked: _Asked) -> list[tuple[Playback, Found]]:
        """Fresh playbacks of the scenarios that could begin here: least passed over, least used, in their order."""
        scripts = self._holding(asked.canon, asked.shaped)
        fresh = [(playback, found) for each in scripts if (found := asked.of(playback := Playback(each)))]
        fewest = min(((found.passed, found.step.index) for _, found in fresh), default=(0, 0))
        fitting = [pair for pair in fresh if (pair[1].passed, pair[1].step.index) == fewest]
        return sorted(fitting, key=lambda pair: self._times[pair[0].script.name])

    def _begin(self, players: list[tuple[Playback, Found]]) -> list[tuple[Playback, Found]]:
        names = {playback.script.name for playback, _ in players}
        self._groups = [group for group in self._groups if group.leader.script.name not in names]
        self._groups.insert(0, Group([playback for playback, _ in players]))
        self._times[players[0][0].script.name] += 1
        return players

    # what is not recorded

    def _holding(self, canon: Canon, shaped: str) -> list[Script]:
        return self.repertoire.holding(canon.operation, shaped, canon.payload)

    def _refuse(self, request: Request, canon: Canon, shaped: str, name: str) -> Outcome:
        elsewhere = [each.name for each in self._holding(canon, shaped)] if name else []
        current = name or (self._groups[0].leader.script.name if self._groups else "")
        scripts = [self.repertoire.script(name)] if name else self.repertoire.speaking(canon.operation, current)
        reason = Unrecorded.of(canon, islice(_near(canon, scripts), _NEAREST_OF), current, elsewhere)
        self.missed.append(reason)
        return Outcome(canon.operation, refusal(request, reason), reason=reason)

    def unused(self) -> dict[str, list[int]]:
        """The exchanges that were never asked for, by scenario: all of them where it was not even begun."""
        found = {
            name: [number for number in self.repertoire.numbers(name) if number not in self._used.get(name, ())]
            for name in self.repertoire
        }
        return {name: numbers for name, numbers in found.items() if numbers}

    def never_asked_for(self, name: str) -> list[str]:
        """A line for each exchange of the scenario that was never asked for."""
        steps = self.repertoire.script(name).steps
        left = [step.exchange for step in steps if step.exchange.number not in self._used.get(name, ())]
        return [f"never asked for: {name}#{each.number} {each.operation}" for each in left]

    def playing(self) -> str:
        """The scenario that gave the last answer."""
        return self.selected or (self._groups[0].leader.script.name if self._groups else "")


def _near(canon: Canon, scripts: Iterable[Script]) -> Iterator[tuple[Script, Step]]:
    """Steps that might have been meant: of the same operation."""
    return ((script, step) for script in scripts for step in script.steps if step.canon.operation == canon.operation)

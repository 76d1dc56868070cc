"""What a session comes to, turn by turn: the responses and actions of a branch, added up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from her_tui.analysis.alignment import features
from her_tui.analysis.compare import COMPARED, TurnFacts, settled
from her_tui.analysis.figures import Figures, active, total
from her_tui.analysis.marks import MarkKind
from her_tui.analysis.timeline import Timeline
from her_tui.events.model import FAILED, ActionKind, EventKind, Status
from her_tui.events.pathnames import located
from her_tui.queries import marks
from her_tui.queries.edited_files import edited_files
from her_tui.queries.library import Library

#: Characters of what an action acts on that two actions are told apart by.
_TARGET = 80


class Act(NamedTuple):
    """One action, as far as it is reckoned with."""

    agent: int
    name: str
    kind: str
    target: str
    status: str
    started: int | None
    added: int
    removed: int
    sha: str


class Reckoning:
    """The sums of the events at ``positions`` of a session, and of those that are not there."""

    def __init__(
        self,
        library: Library,
        line: Timeline,
        events: Mapping[int, tuple[Any, ...]],
        positions: Sequence[int],
        clock: Sequence[int],
        folder: str,
    ) -> None:
        """``events``: by id, as `comparison` reads them (response, action and text at 4, 5, 7)."""
        self._library, self._line, self._events = library, line, events
        self._positions, self._clock, self._folder = positions, clock, folder
        self.actions = self._read_actions()
        """By row id."""
        edits = [
            (action, act.target)
            for action, act in self.actions.items()
            if act.kind == ActionKind.EDIT and act.status == Status.OK and act.target
        ]
        self._edited = edited_files(library, line.session, edits)
        paths: dict[str, str] = {}
        for file in self._edited.values():
            paths.setdefault(file.key, file.shown)
        self._shown = paths
        """What a file is known by -> its path to show."""
        self._spans = self._turn_spans()
        self._turn_of = dict.fromkeys(range(len(line)), -1)
        for index, (start, end) in enumerate(self._spans):
            self._turn_of.update((positions[at], index) for at in range(start, end))
        self._parts: dict[int, list[Figures]] = defaultdict(list)
        self._did: dict[int, set[str]] = defaultdict(set)
        self._add_events()
        self._add_responses()
        self._add_actions()
        self._add_corrections()
        self._sums = {index: total(parts) for index, parts in self._parts.items()}

    def turns(self) -> list[TurnFacts]:
        """The turns, without what came before the first prompt if nothing was said or done."""
        found = []
        for index, (start, end) in enumerate(self._spans):
            number = self._line.turns[self._positions[start]]
            if number or index in self._sums or self._says(start, end):
                found.append(self._turn(index, number, start, end))
        return found

    def whole(self) -> Figures:
        """All turns together."""
        sums = (each for index, each in self._sums.items() if index >= 0)
        return replace(total(sums), **self._times(0, len(self._positions)))

    def rest(self) -> Figures:
        """What this branch has no part in."""
        return self._sums.get(-1, Figures())

    def _turn(self, index: int, number: int, start: int, end: int) -> TurnFacts:
        summed = self._sums.get(index, Figures())
        figures = replace(summed, turns=1, **self._times(start, end))
        prompt = ""
        if number:
            prompt = self._events[self._line.ids[self._positions[start]]][7]
        files = frozenset(
            settled(located(path, self._folder), self._folder, output=False)
            for path in summed.files
        )
        facts = features(prompt, files, frozenset(self._did[index]))
        return TurnFacts(number, start, end, prompt, facts, figures)

    def _times(self, start: int, end: int) -> dict[str, Any]:
        if start >= end:
            return {}
        positions, clock = self._positions[start:end], self._clock[start:end]
        return {
            "duration_ms": clock[-1] - clock[0],
            "active_ms": active(self._line, positions, clock),
        }

    def _turn_spans(self) -> list[tuple[int, int]]:
        """Where each turn starts and ends in ``positions``."""
        starts = [
            at
            for at, position in enumerate(self._positions)
            if not at or self._line.turns[position] != self._line.turns[self._positions[at - 1]]
        ]
        ends = [*starts[1:], len(self._positions)] if starts else []
        return list(zip(starts, ends, strict=True))

    def _says(self, start: int, end: int) -> bool:
        return any(
            self._line.kinds[position] in COMPARED and not self._line.agents[position]
            for position in self._positions[start:end]
        )

    # Where things belong

    def _add_events(self) -> None:
        line = self._line
        self._of_response: dict[int, int] = {}
        self._of_action: dict[int, int] = {}
        for position, event in enumerate(line.ids):
            response, action = self._events[event][4:6] if event in self._events else (None, None)
            if response is not None:
                self._of_response.setdefault(response, position)
            if action is not None:
                self._of_action.setdefault(action, position)
            kind = line.kinds[position]
            if kind == EventKind.PROMPT and not line.agents[position]:
                self._parts[self._turn_of[position]].append(Figures(prompts=1))
            elif kind == EventKind.API_ERROR:
                self._parts[self._turn_of[position]].append(Figures(errors=1))
        for position in line.prompts:
            self._parts[self._turn_of[position]].append(Figures(turns=1))

    def _turn_at(self, position: int | None, time: int | None) -> int:
        """The turn of something at ``position`` or, if it has none, at ``time``."""
        if not len(self._line):
            return 0
        if position is None:
            position = self._line.at_time(time) if time is not None else self._positions[-1]
        return self._turn_of[position]

    def _add_responses(self) -> None:
        for row in self._library.rows(
            "SELECT id, agent, kind, model, started, input, output, cache_creation, cache_read,"
            " cost, priced FROM response WHERE session = ? ORDER BY id",
            (self._line.session,),
        ):
            response, agent, kind, model, started, *tokens, cost, priced = row
            part = Figures(
                responses=int(not kind),
                cost=cost,
                unpriced=int(priced == 2),
                models=frozenset({model} if model and not agent and not kind else ()),
                **dict(
                    zip(("input", "output", "cache_creation", "cache_read"), tokens, strict=True)
                ),
            )
            turn = self._turn_at(self._of_response.get(response), started)
            self._parts[turn].append(part)

    def _read_actions(self) -> dict[int, Act]:
        return {
            row[0]: Act(
                row[1],
                row[2] or "",
                row[3] or ActionKind.OTHER,
                row[4] or "",
                row[5] or Status.PENDING,
                row[6],
                row[7] or 0,
                row[8] or 0,
                (row[10] or "") if row[9] else "",
            )
            for row in self._library.rows(
                "SELECT id, agent, name, kind, target, status, started, added, removed, commits,"
                " sha FROM action WHERE session = ? ORDER BY id",
                (self._line.session,),
            )
        }

    def _add_actions(self) -> None:
        commits: set[str] = set()
        for action, act in self.actions.items():
            turn = self._turn_at(self._of_action.get(action), act.started)
            failed = act.status in FAILED
            edited = self._edited.get(action)
            new = bool(act.sha) and act.sha not in commits
            commits.add(act.sha)
            self._parts[turn].append(
                Figures(
                    actions=int(bool(act.name)),
                    errors=int(failed),
                    added=act.added,
                    removed=act.removed,
                    edits=int(act.kind == ActionKind.EDIT),
                    commits=int(new),
                    files=frozenset({self._shown[edited.key]} if edited else ()),
                )
            )
            if not act.agent:
                target = settled(act.target, self._folder, output=False)[:_TARGET]
                self._did[turn].add(f"{act.name} {target}")

    def _add_corrections(self) -> None:
        for mark in marks.load(self._library, self._line).marks:
            if mark.kind is MarkKind.CORRECTION:
                self._parts[self._turn_of[mark.position]].append(Figures(corrections=1))

"""From what is recorded of a session's events, responses and actions to the steps of its ledger.

Where a thing counts: a response at its last event, an action's beginning at its call and all that
it led to at its outcome, and what has no event on the timeline by its time.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import itemgetter
from typing import NamedTuple

from her_tui.analysis.changes import (
    Answered,
    Begun,
    Committed,
    Compacted,
    Edited,
    Ended,
    Failed,
    Joined,
    Left,
    Lengths,
    Mode,
    Model,
    Planned,
    Step,
)
from her_tui.analysis.filling import Row, begins_anew, by_time, windows_of
from her_tui.analysis.ledger import Steps
from her_tui.analysis.marks import asked
from her_tui.analysis.state import FOREVER, PARTS, Todo
from her_tui.analysis.timeline import Timeline
from her_tui.events.model import BLOCKS, FAILED, ActionKind, EventKind, Status
from her_tui.events.todos import TodoChange

_K = EventKind

Said = tuple[int, int, int | None, int | None, int]
"""What is known of an event beside its place on the timeline: (row id, characters, row id of the
response it belongs to, row id of the action it begins or ends, whether it is the summary that a
compacted context begins with)."""


class Call(NamedTuple):
    """An action."""

    id: int
    name: str | None
    kind: str | None
    target: str | None
    status: str | None
    time: int | None
    """When it ended, or started, in milliseconds since the epoch."""
    duration: int | None
    """Milliseconds in the tool."""
    added: int | None
    removed: int | None
    sha: str | None
    """Of the commit it made."""
    subject: str | None
    permission: str | None
    response: int | None
    agent: int
    """Row id of the subagent that does it; 0 on the timeline's own thread."""


class Recorded(NamedTuple):
    """All that the steps of a session are made of."""

    said: Iterable[Said]
    answers: Sequence[Row]
    calls: Sequence[Row]
    launched: Mapping[int, int]
    """Action -> row id of the subagent it launched."""
    files: Mapping[int, tuple[str, str]]
    """Action -> the file it edits: its path to show, and what it is known by however its path is
    written."""
    todos: Mapping[int, TodoChange]
    """Action -> what it changed in the task list."""
    modes: Iterable[tuple[int, str]]
    """(position, permission mode from there on), in order."""
    window: Callable[[str], int | None]
    """Model -> tokens its context window holds."""
    live: bool = False
    """It still runs: more may come."""


def lay_steps(timeline: Timeline, recorded: Recorded) -> Steps:
    """The steps of a session."""
    if not len(timeline):
        return Steps((), (), Lengths(()))
    builder = _Builder(timeline)
    builder.take_said(recorded.said)
    builder.take_modes(recorded.modes)
    builder.take_answers(recorded.answers, recorded.window)
    builder.take_calls(recorded)
    builder.take_todos(recorded.todos)
    builder.take_agents(recorded)
    return Steps(builder.places, builder.steps, builder.lengths())


_PART_OF = {
    _K.PROMPT: "prompts",
    _K.COMMAND: "prompts",
    _K.SHELL: "prompts",
    _K.TASK: "prompts",
    _K.INJECTED: "injected",
    _K.THINKING: "thinking",
    _K.TEXT: "responses",
    _K.BLOCK: "responses",
    _K.TOOL_USE: "tool calls",
    _K.TOOL_RESULT: "tool outputs",
}
_PARTS = bytes(
    PARTS.index(_PART_OF[EventKind(kind)]) if kind in _PART_OF else 0 for kind in range(256)
)
_RESUMES = frozenset((_K.PROMPT, _K.TASK, _K.COMMAND, _K.INTERRUPT))
#: What something must follow: the model, or a tool, is at work.
_ASKS = frozenset((_K.PROMPT, _K.TASK, _K.THINKING, _K.TOOL_USE, _K.TOOL_RESULT))
_TURNS = _ASKS | BLOCKS | _RESUMES


_KINDS = {kind.value: kind for kind in ActionKind}
_STATUSES = {status.value: status for status in Status}
_BAD = frozenset(status.value for status in FAILED)


class _Builder:
    """Steps being gathered."""

    def __init__(self, timeline: Timeline) -> None:
        self.places: list[int] = []
        self.steps: list[Step] = []
        self._timeline = timeline
        self._chars = [0] * len(timeline)
        self._response: dict[int, int] = {}
        """Position -> response."""
        self._first: dict[int, int] = {}
        """Response -> position of its first event."""
        self._last: dict[int, int] = {}
        self._begun: dict[int, int] = {}
        """Action -> position of its call."""
        self._ended: dict[int, int] = {}
        """Action -> position of its outcome."""
        self._given_up: set[int] = set()
        """Actions that never will have one."""
        self._edits: list[tuple[int, str, str, int, int]] = []
        """(position, path to show, what the file is known by, lines added, removed)."""

    def add(self, position: int, step: Step) -> None:
        """The event at ``position`` changes something."""
        self.places.append(position)
        self.steps.append(step)

    def lengths(self) -> Lengths:
        """How long the texts in the context of the timeline's own thread are."""
        timeline = self._timeline
        return Lengths(
            (position, part, chars)
            for position, (part, chars, agent) in enumerate(
                zip(timeline.kinds.translate(_PARTS), self._chars, timeline.agents, strict=True)
            )
            if part and chars and not agent
        )

    def take_said(self, said: Iterable[Said]) -> None:
        """Texts, compactions and errors, and where responses and actions begin and end."""
        kinds = self._timeline.kinds
        places = self._timeline.places
        chars, first, last, of = self._chars, self._first, self._last, self._response
        for event, length, response, action, anew in said:
            position = places.get(event)
            if position is None:
                continue
            chars[position] = length
            if response is not None:
                of[position] = response
                if position < first.setdefault(response, position):
                    first[response] = position
                if position > last.setdefault(response, position):
                    last[response] = position
            kind = kinds[position]
            if begins_anew(self._timeline, position, bool(anew)):
                self.add(position, Compacted())
            if kind == _K.API_ERROR:
                self.add(position, Failed())
            elif action is not None:
                self._take_half(action, kind, position)

    def _take_half(self, action: int, kind: int, position: int) -> None:
        """The call of an action, or its outcome."""
        if kind == _K.TOOL_RESULT:
            self._ended[action] = max(position, self._ended.get(action, 0))
        else:
            self._begun[action] = min(position, self._begun.get(action, position))

    def take_modes(self, modes: Iterable[tuple[int, str]]) -> None:
        """From where on which permission mode holds."""
        for position, mode in modes:
            self.add(position, Mode(mode))

    def take_answers(self, answers: Sequence[Row], window: Callable[[str], int | None]) -> None:
        """What responses cost, and what they tell of model and context."""
        windows = windows_of(answers, window)
        models = []
        for order, answer in enumerate(answers):
            response, own, model, time, one, two, three, four, cost, unpriced = answer
            at = self._last.get(response)
            if at is None:
                at = by_time(self._timeline, time)
            of = windows.get(model)
            self.add(at, Answered(one, two, three, four, cost, unpriced, own, of))
            if own and model:
                models.append((self._first.get(response, at), order, model))
        known = ""
        for position, _, model in sorted(models):
            if model != known:
                self.add(position, Model(model))
                known = model

    def take_calls(self, recorded: Recorded) -> None:
        """What is begun and ended, and what it led to."""
        endless = []
        for call in recorded.calls:
            action, time, response = call[0], call[5], call[12]
            begun, ended = self._begun.get(action), self._ended.get(action)
            if begun is not None and (ended is None or ended > begun):
                self.add(begun, self._begin(call, begun, ended, recorded.launched))
                if ended is None:
                    endless.append((begun, action, response))
                else:
                    self.add(ended, Ended(action))
            at = by_time(self._timeline, time) if ended is None else ended
            self._take_outcome(call, at, recorded.files)
        self._take_edits()
        if endless:
            self._give_up(endless)

    def _begin(
        self, call: Row, begun: int, ended: int | None, launched: Mapping[int, int]
    ) -> Begun:
        """The start of ``call``, from position ``begun`` to ``ended``."""
        action, name, kind, target, status, _, duration, *_, permission, _, agent = call
        times = self._timeline.times
        span = times[begun], None if ended is None else times[ended]
        known = _KINDS.get(kind, ActionKind.OTHER)
        wait = asked(name, known, _STATUSES.get(status), permission, span, duration)
        until = 0 if wait is None else FOREVER if wait[1] is None else wait[1]
        subagent = launched.get(action, 0)
        return Begun(action, known, name or "?", target or "", span[0], agent, subagent, until)

    def _take_outcome(self, call: Row, at: int, files: Mapping[int, tuple[str, str]]) -> None:
        """What ``call``, which ended at position ``at``, led to."""
        action, _, kind, target, status, _, _, added, removed, sha, subject, *_ = call
        if kind == ActionKind.EDIT and status == Status.OK and target:
            shown, key = files.get(action, (target, target))
            self._edits.append((at, shown, key, added or 0, removed or 0))
        if sha:
            self.add(at, Committed(sha, subject or ""))
        if status in _BAD:
            self.add(at, Failed())

    def _take_edits(self) -> None:
        """Each edit, its file by the path that the first edit of it was given."""
        paths: dict[str, str] = {}
        for at, shown, key, added, removed in sorted(self._edits, key=itemgetter(0)):
            self.add(at, Edited(paths.setdefault(key, shown), added, removed))

    def _give_up(self, endless: Iterable[tuple[int, int, int | None]]) -> None:
        """End calls (position, action, response) without an outcome where their thread goes on: a
        model is not asked again before every call has one."""
        begun: defaultdict[int, list[tuple[int, int | None]]] = defaultdict(list)
        for position, action, response in endless:
            begun[position].append((action, response))
        waiting: defaultdict[int, list[tuple[int, int | None]]] = defaultdict(list)
        kinds, agents = self._timeline.kinds, self._timeline.agents
        for position in range(min(begun), len(kinds)):
            kind, agent = kinds[position], agents[position]
            if waiting[agent] and (kind in _RESUMES or kind in BLOCKS):
                of = None if kind in _RESUMES else self._response.get(position)
                kept = [call for call in waiting[agent] if of is not None and call[1] == of]
                for call in waiting[agent]:
                    if call not in kept:
                        self.add(position, Ended(call[0]))
                        self._given_up.add(call[0])
                waiting[agent] = kept
            waiting[agent] += begun.get(position, ())

    def take_todos(self, todos: Mapping[int, TodoChange]) -> None:
        """The task list after each change of it."""
        ended = self._ended
        at = sorted((ended[action], action) for action in todos.keys() & ended.keys())
        entries: dict[str, Todo] = {}
        for position, action in at:
            entries = _changed(entries, todos[action])
            self.add(position, Planned(tuple(entries.values())))

    def take_agents(self, recorded: Recorded) -> None:
        """When each subagent is at work: from its first event to its last, if that is the last."""
        spans: dict[int, list[int]] = {}
        for position, agent in enumerate(self._timeline.agents):
            if agent:
                spans.setdefault(agent, [position, position])[1] = position
        if not spans:
            return
        times = self._timeline.times
        launches = {agent: action for action, agent in recorded.launched.items()}
        busy = self._busy(recorded.calls) if recorded.live else frozenset()
        for agent, (start, end) in spans.items():
            launch = launches.get(agent)
            told = self._ended.get(launch) if launch is not None else None
            goes_on = self._under_way(launch) or (
                agent in busy and (told is None or times[told] < times[end])
            )
            if end > start or goes_on:
                self.add(start, Joined(agent))
            if end > start and not goes_on:
                self.add(end, Left(agent))

    def _under_way(self, action: int | None) -> bool:
        """It was begun, and its outcome is still to come."""
        if action not in self._begun or action in self._given_up:
            return False
        return self._ended.get(action, -1) <= self._begun[action]

    def _busy(self, calls: Iterable[Row]) -> frozenset[int]:
        """The subagents that have not said their last word: they have a call under way, or what
        they were told last is still to be answered."""
        timeline = self._timeline
        last = {
            agent: kind
            for kind, agent in zip(timeline.kinds, timeline.agents, strict=True)
            if agent and kind in _TURNS
        }
        waiting = {call[13] for call in calls if call[13] and self._under_way(call[0])}
        return frozenset(waiting.union(each for each, kind in last.items() if kind in _ASKS))


def _changed(entries: dict[str, Todo], change: TodoChange) -> dict[str, Todo]:
    """The task list ``entries`` after ``change``."""
    changed = {} if change.whole else entries.copy()
    for entry in change.entries:
        before = changed.get(entry.key, Todo("", "pending"))
        if entry.removed:
            changed.pop(entry.key, None)
        else:
            changed[entry.key] = Todo(
                before.text if entry.text is None else entry.text,
                before.status if entry.status is None else entry.status,
            )
    return changed

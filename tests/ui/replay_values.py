"""Turns and timelines made by hand, and a library that serves them without a database."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import cast

import pytest

from her_tui.analysis.timeline import Timeline, lay_out
from her_tui.errors import HerError
from her_tui.events.content import Hunk, Patch
from her_tui.events.model import ActionKind, EventKind, Flag, Status
from her_tui.queries import turns
from her_tui.queries.library import Library
from her_tui.queries.sessions import Origin, SessionRow
from her_tui.queries.tokens import Tokens
from her_tui.queries.turns import ActionDetail, ActionLine, Item, Turn

#: 2026-11-20 10:00 UTC.
START = 1_795_168_800_000


def session_row(session: int = 1) -> SessionRow:
    """A session of no importance."""
    return SessionRow(
        id=session,
        agent="claude-code",
        session_id="5e55",
        parent=None,
        title="Login",
        project="/work/app",
        cwd="/work/app",
        branch="main",
        model="claude-opus-4-5",
        started=START,
        ended=START + 1,
        prompts=1,
        turns=1,
        responses=1,
        actions=1,
        edits=1,
        commits=0,
        errors=0,
        tokens=Tokens(),
        cost=None,
        unpriced=0,
        subagents=0,
        origin=Origin.FILE,
        days_left=None,
        damaged=0,
        path="/tmp/5e55.jsonl",
    )


def item(position: int, kind: EventKind, text: str = "", **more: object) -> Item:
    """An item whose row id is its position."""
    given: dict[str, object] = {
        "position": position,
        "event": position,
        "kind": kind,
        "time": START + position * 10_000,
        "agent": "",
        "text": text,
        "chars": len(text),
        "detail": "",
        "error": False,
    }
    return Item(**(given | more))  # type: ignore[arg-type]


def action_line(number: int, kind: ActionKind = ActionKind.COMMAND, **more: object) -> ActionLine:
    """An action that went well."""
    given: dict[str, object] = {
        "id": number,
        "name": "Bash",
        "kind": kind,
        "target": f"make step-{number}",
        "status": Status.OK,
        "added": None,
        "removed": None,
        "duration_ms": 1_200,
        "sha": "",
        "subject": "",
        "subagent": None,
        "output_chars": 2,
    }
    return ActionLine(**(given | more))  # type: ignore[arg-type]


def detail_of(line: ActionLine, output: str = "ok", **more: object) -> ActionDetail:
    """``line`` opened."""
    given: dict[str, object] = {
        "line": line,
        "input": {"command": line.target},
        "output": output,
        "stderr": "",
        "patch": None,
        "images": (),
    }
    return ActionDetail(**(given | more))  # type: ignore[arg-type]


def patch_of(*lines: str, path: str = "src/app.py", exact: bool = True) -> Patch:
    """A patch of one hunk at line 10."""
    return Patch(path, (Hunk(10, 10, lines),), exact=exact)


def turn_of(items: Sequence[Item], prompt: Item | None, number: int = 1) -> Turn:
    """A turn of ``items``, which come after ``prompt``."""
    first = prompt.position if prompt else items[0].position
    last = items[-1].position if items else first
    index = {each.position: at for at, each in enumerate(items)}
    return Turn(
        number=number,
        start=first,
        end=last + 1,
        prompt=prompt,
        items=tuple(items),
        index=index,
        model="claude-opus-4-5-20251101",
        tokens=Tokens(output=1_200),
        cost=0.42,
        unpriced=0,
        duration_ms=61_000,
        errors=sum(each.error for each in items),
    )


def timeline_of(kinds: Iterable[EventKind], step: int = 10_000, session: int = 1) -> Timeline:
    """Events ``step`` milliseconds apart."""
    rows = [
        (number, 0, START + number * step, int(kind), 0, 0) for number, kind in enumerate(kinds)
    ]
    return lay_out(session, rows)


def preceded(timeline: Timeline, events: int = 5) -> Timeline:
    """The same session, read again with ``events`` more at its very start."""
    none = [0] * events
    return replace(
        timeline,
        ids=array("q", [*range(10**9, 10**9 + events), *timeline.ids]),
        times=array("q", [*[timeline.times[0]] * events, *timeline.times]),
        kinds=bytes([EventKind.NOTICE] * events) + timeline.kinds,
        flags=array("q", [*none, *timeline.flags]),
        agents=array("q", [*none, *timeline.agents]),
        turns=array("q", [*none, *timeline.turns]),
        prompts=array("q", [at + events for at in timeline.prompts]),
    )


def followed(timeline: Timeline, events: int = 1) -> Timeline:
    """The same session, ``events`` longer, each 10 ms after the one before."""
    none = [0] * events
    last, next_id = timeline.times[-1], max(timeline.ids) + 1
    return replace(
        timeline,
        ids=array("q", [*timeline.ids, *range(next_id, next_id + events)]),
        times=array("q", [*timeline.times, *(last + 10 * (at + 1) for at in range(events))]),
        kinds=timeline.kinds + bytes([EventKind.NOTICE] * events),
        flags=array("q", [*timeline.flags, *none]),
        agents=array("q", [*timeline.agents, *none]),
        turns=array("q", [*timeline.turns, *[timeline.turns[-1]] * events]),
    )


def long_timeline(events: int) -> Timeline:
    """A session of many events in bursts, with pauses, errors and commits."""
    pattern = (EventKind.THINKING, EventKind.TEXT, EventKind.TOOL_USE, EventKind.TOOL_RESULT)
    times, kinds, flags = array("q"), bytearray(), array("q")
    now = START
    for number in range(events):
        now += 7_200_000 if number % 9_000 == 8_999 else 300 + number % 700
        times.append(now)
        kinds.append(EventKind.PROMPT if number % 500 == 0 else pattern[number % 4])
        flags.append(Flag.ERROR if number % 997 == 0 else Flag.COMMIT if number % 1_499 == 0 else 0)
    prompts = array("q", range(0, events, 500))
    turn_numbers = array("q", [number // 500 + 1 for number in range(events)])
    agents = array("q", bytes(8 * events))
    ids = array("q", range(events))
    return Timeline(1, ids, times, bytes(kinds), flags, agents, turn_numbers, prompts)


@dataclass
class Shelf:
    """What the stand-in for the library holds, and how often it was asked."""

    turns: dict[int, Turn] = field(default_factory=dict)
    actions: dict[int, ActionDetail] = field(default_factory=dict)
    turns_read: list[int] = field(default_factory=list)
    actions_read: list[int] = field(default_factory=list)

    def timeline(self) -> Timeline:
        """The timeline of all turns."""
        kinds: dict[int, EventKind] = {}
        for turn in self.turns.values():
            for each in (*([turn.prompt] if turn.prompt else []), *turn.items):
                kinds[each.position] = each.kind
        return timeline_of([kinds[position] for position in sorted(kinds)])


def serve(
    monkeypatch: pytest.MonkeyPatch, held: Mapping[int, Turn], *opened: ActionDetail
) -> Shelf:
    """Let `queries.turns` answer from ``held`` and ``opened``."""
    shelf = Shelf(dict(held), {detail.line.id: detail for detail in opened})

    def load_turn(library: Library, timeline: Timeline, number: int) -> Turn:
        shelf.turns_read.append(number)
        return shelf.turns[number]

    def load_action(library: Library, action: int) -> ActionDetail:
        shelf.actions_read.append(action)
        if action not in shelf.actions:
            raise HerError("This action is gone", "Import it again.")
        return shelf.actions[action]

    monkeypatch.setattr(turns, "load_turn", load_turn)
    monkeypatch.setattr(turns, "load_action", load_action)
    return shelf


def no_library() -> Library:
    """A library that is never asked."""
    return cast("Library", object())

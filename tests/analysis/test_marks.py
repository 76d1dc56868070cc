"""The points worth a stop: which there are, and how one comes from one to the next."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from her_tui.analysis.marks import (
    Mark,
    MarkKind,
    Wait,
    asked,
    carried,
    find_marks,
    heaviest,
    mark_from,
    marks_at,
)
from her_tui.analysis.regrowth import Shift
from her_tui.analysis.timeline import Timeline, lay_out
from her_tui.events.model import ActionKind, EventKind, Flag, Status

positions = st.lists(st.integers(0, 60), max_size=30).map(sorted)


def timeline_of(*events: tuple[EventKind, int] | tuple[EventKind, int, int]) -> Timeline:
    """Events of (kind, flags, agent), a second apart."""
    rows = [
        (at, 0, 1_000 * at, int(event[0]), event[1], event[2] if len(event) > 2 else 0)
        for at, event in enumerate(events, 1)
    ]
    return lay_out(1, rows)


def found(timeline: Timeline, **more: object) -> list[tuple[int, str]]:
    """Positions and kinds of the marks."""
    return [(mark.position, mark.kind.value) for mark in find_marks(timeline, **more)]  # type: ignore[arg-type]


def test_kinds_and_flags_make_marks() -> None:
    timeline = timeline_of(
        (EventKind.PROMPT, 0),
        (EventKind.TOOL_RESULT, Flag.ERROR),
        (EventKind.TOOL_RESULT, Flag.COMMIT),
        (EventKind.API_ERROR, Flag.ERROR),
        (EventKind.COMPACTION, 0),
        (EventKind.GAP, 0),
        (EventKind.TOOL_USE, Flag.EDIT),
    )
    assert found(timeline) == [
        (1, "error"), (2, "commit"), (3, "error"), (4, "compaction"), (5, "gap"),
    ]  # fmt: skip


def test_who_interrupts_and_asks_again_corrects() -> None:
    """The prompt after an interrupt, that of a rewind, and a refusal with a reason; what a subagent
    was told by its parent is none."""
    timeline = timeline_of(
        (EventKind.PROMPT, 0),
        (EventKind.INTERRUPT, 0, 7),
        (EventKind.PROMPT, 0),
        (EventKind.INTERRUPT, 0),
        (EventKind.TASK, 0, 7),
        (EventKind.PROMPT, 0),
        (EventKind.PROMPT, Flag.REWIND),
        (EventKind.TOOL_RESULT, Flag.ERROR),
        (EventKind.INTERRUPT, 0),
    )
    marks = found(timeline, refusals={7})
    assert [at for at, kind in marks if kind == "correction"] == [5, 6, 7]
    assert (6, "rewind") in marks
    assert (7, "error") not in marks, "it is told once"
    assert (7, "error") in found(timeline), "without a reason it is an error"


def test_a_column_shows_the_heaviest() -> None:
    marks = [Mark(3, MarkKind.GAP), Mark(4, MarkKind.COMMIT), Mark(5, MarkKind.ERROR)]
    assert heaviest(marks) == marks[2]
    assert heaviest([]) is None


def test_waits_and_bookmarks_are_marks() -> None:
    timeline = timeline_of(*[(EventKind.TEXT, 0)] * 4)
    bookmark = Mark(2, MarkKind.BOOKMARK, "here")
    waits = (Wait(1, 2_000, 2_500), Wait(1, 2_000, 2_900))
    marks = find_marks(timeline, waits=waits, bookmarks=[bookmark])
    assert marks == (Mark(1, MarkKind.WAIT), bookmark)


@given(positions, st.integers(-5, 70))
def test_a_step_leads_to_the_nearest_mark(places: list[int], position: int) -> None:
    marks = [Mark(place, MarkKind.ERROR) for place in places]
    assert mark_from(marks, position, 1) == min((p for p in places if p > position), default=None)
    assert mark_from(marks, position, -1) == max((p for p in places if p < position), default=None)
    assert list(marks_at(marks, position)) == [mark for mark in marks if mark.position == position]


@pytest.mark.parametrize(
    ("name", "kind", "status", "permission", "end", "duration", "expected"),
    [
        ("Bash", "command", "ok", "accept:user_temporary", 9_000, 2_000, (0, 7_000)),
        ("Edit", "edit", "ok", "accept:user_permanent", 9_000, None, (0, 9_000)),
        ("Bash", "command", "failed", "accept:user_temporary", 9_000, None, None),
        ("Bash", "command", "ok", "accept:user_temporary", 9_000, 12_000, None),
        ("Bash", "command", "ok", "accept:config", 9_000, 2_000, None),
        ("Bash", "command", "ok", None, 9_000, 2_000, None),
        ("Bash", "command", "rejected", None, 9_000, None, (0, 9_000)),
        ("Bash", "command", "rejected", "reject:user_reject", 9_000, 5, (0, 9_000)),
        ("Bash", "command", None, None, None, None, None),
        ("AskUserQuestion", "other", "ok", None, 9_000, 4, (0, 9_000)),
        ("ExitPlanMode", "other", None, None, None, None, (0, None)),
    ],
)
def test_an_action_waits_while_the_human_decides(
    name: str,
    kind: str,
    status: str | None,
    permission: str | None,
    end: int | None,
    duration: int | None,
    expected: tuple[int, int | None] | None,
) -> None:
    told = Status(status) if status else None
    assert asked(name, ActionKind(kind), told, permission, (0, end), duration) == expected


def test_marks_go_with_their_events() -> None:
    def line(*ids: int) -> Timeline:
        return lay_out(1, [(each, 0, 9, int(EventKind.TEXT), 0, 0) for each in ids])

    marks = tuple(Mark(at, MarkKind.ERROR) for at in range(4))
    old = line(1, 2, 3, 4)
    assert carried(marks, Shift(old, line(1, 2, 3, 4, 5))) is marks
    moved = carried(marks, Shift(old, line(1, 2, 7, 3, 4)))
    assert [mark.position for mark in moved] == [0, 1, 3, 4]
    assert [mark.position for mark in carried(marks, Shift(old, line(1, 4, 2)))] == [0, 1, 2]
    assert carried(marks, Shift(old, line(11, 12))) == ()

"""The ledger: a seek gives the state that all steps from the first give, and takes few of them."""

from __future__ import annotations

from array import array
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from her_tui.analysis.changes import (
    Answered,
    Begun,
    Committed,
    Compacted,
    Draft,
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
    make_up,
)
from her_tui.analysis.ledger import SPACING, Carried, Ledger, Steps, carried, replayed
from her_tui.analysis.state import PARTS, FileEdit, State, Todo
from her_tui.analysis.timeline import Timeline, lay_out
from her_tui.events.model import ActionKind, EventKind

NO_LENGTHS = Lengths(())

_SMALL = st.integers(0, 9)
_TOKENS = st.integers(0, 10**7)
_STEPS: st.SearchStrategy[Step] = st.one_of(
    st.builds(
        Answered,
        _TOKENS,
        _TOKENS,
        _TOKENS,
        _TOKENS,
        st.none() | st.floats(0, 1e3),
        st.integers(0, 1),
        st.booleans(),
        st.none() | st.just(200_000),
    ),
    st.just(Compacted()),
    st.builds(
        Begun,
        _SMALL,
        st.sampled_from(ActionKind),
        st.text(max_size=3),
        st.text(max_size=3),
        _TOKENS,
        _SMALL,
        st.sampled_from([0, 0, 7]),
        _TOKENS,
    ),
    st.builds(Ended, _SMALL),
    st.builds(Edited, st.text("abc", min_size=1, max_size=2), _SMALL, _SMALL),
    st.builds(Planned, st.tuples(st.builds(Todo, st.text(max_size=3), st.just("pending")))),
    st.builds(Model, st.text(max_size=3)),
    st.builds(Mode, st.text(max_size=3)),
    st.builds(Committed, st.text(max_size=3), st.text(max_size=3)),
    st.just(Failed()),
    st.builds(Joined, _SMALL),
    st.builds(Left, _SMALL),
)


def _timeline(events: int, turn: int = 7) -> Timeline:
    """Some events a second apart, with a prompt every ``turn``."""
    kinds = [EventKind.TEXT if place % turn else EventKind.PROMPT for place in range(events)]
    return lay_out(1, [(n + 1, 0, 1_000 * n + 1, kind, 0, 0) for n, kind in enumerate(kinds)])


@st.composite
def _sessions(draw: st.DrawFn) -> tuple[Timeline, Steps]:
    timeline = _timeline(draw(st.integers(1, 40)))
    place = st.integers(0, len(timeline) - 1)
    steps = draw(st.lists(st.tuples(place, _STEPS), max_size=120))
    said = draw(st.lists(st.tuples(place, st.integers(1, len(PARTS) - 1), _TOKENS), max_size=40))
    return timeline, _steps(steps, Lengths(sorted(said, key=lambda each: each[0])))


@settings(max_examples=200, deadline=None)
@given(session=_sessions(), spacing=st.integers(1, 20), data=st.data())
def test_the_state_does_not_depend_on_the_way_to_it(
    session: tuple[Timeline, Steps], spacing: int, data: st.DataObject
) -> None:
    timeline, steps = session
    ledger = Ledger(timeline, steps, spacing)
    places = range(len(timeline))
    wanted = [replayed(timeline, steps, place) for place in places]
    assert [ledger.at(place) for place in places] == wanted
    assert [ledger.at(place) for place in reversed(places)] == wanted[::-1]
    for place in data.draw(st.permutations(places)):
        assert ledger.at(place) == wanted[place]
    kept = {place: _as_told(ledger.at(place)) for place in places}
    assert kept == {place: _as_told(state) for place, state in enumerate(wanted)}


def _as_told(state: State) -> tuple[object, ...]:
    """What a state says whose order matters too."""
    return (
        list(state.files.items()),
        state.pending,
        state.agents,
        list(state.context.parts.items()),
    )


@given(session=_sessions(), spacing=st.integers(1, 20))
def test_a_state_stays_as_it_was_given(session: tuple[Timeline, Steps], spacing: int) -> None:
    timeline, steps = session
    ledger = Ledger(timeline, steps, spacing)
    first = [(ledger.at(place), dict(ledger.at(place).files)) for place in range(len(timeline))]
    for place in range(len(timeline)):
        ledger.at(place)
    assert all(state.files == files for state, files in first)


def _steps(placed: Sequence[tuple[int, Step]], lengths: Lengths = NO_LENGTHS) -> Steps:
    return Steps([place for place, _ in placed], [step for _, step in placed], lengths)


class _Counted(Answered):
    """An answer that is counted when it is taken."""

    taken = 0

    def apply(self, draft: Draft, position: int) -> None:
        """Count it too."""
        type(self).taken += 1
        super().apply(draft, position)


def _count(ledger: Ledger, position: int) -> int:
    before = _Counted.taken
    ledger.at(position)
    return _Counted.taken - before


def _answer() -> Step:
    return _Counted(1, 1, 1, 1, 0.5, 0, True, None)


def test_a_seek_takes_a_bounded_number_of_steps() -> None:
    timeline = _timeline(20_000)
    steps = _steps([(place, _answer()) for place in range(20_000)])
    ledger = Ledger(timeline, steps)
    assert ledger.reach == SPACING
    counts = [_count(ledger, place) for place in range(0, 20_000, 37)]
    assert max(counts) <= SPACING
    assert sum(counts) / len(counts) < SPACING * 0.6  # half of them on the average
    assert ledger.at(19_999).spent.total == 80_000


def test_many_files_are_not_copied_too_often() -> None:
    """Checkpoints hold no more than there are steps, however many files there are."""
    edits: list[tuple[int, Step]] = [
        (place, Edited(f"file{place % 3000}", 1, 0)) for place in range(20_000)
    ]
    ledger = Ledger(_timeline(20_000), _steps(edits))
    held = {id(draft.files): len(draft.files) for draft in ledger._drafts}
    assert sum(held.values()) <= 2 * len(edits)
    assert ledger.reach <= max(SPACING, 3000)
    assert len(ledger.edits) == 20_000
    assert ledger.edits[0] == FileEdit(0, "file0", 1, 0)


def test_files_between_two_edits_are_one_object() -> None:
    steps: list[tuple[int, Step]] = [(place, Failed()) for place in range(1, 30)]
    steps.append((0, Edited("a", 1, 0)))
    ledger = Ledger(_timeline(30), _steps(steps), spacing=10)
    assert ledger.at(25).files is ledger.at(21).files


def test_several_steps_of_one_event_stay_in_order() -> None:
    steps: list[tuple[int, Step]] = [(1, Model("b")), (0, Model("a")), (1, Model("c"))]
    ledger = Ledger(_timeline(3), _steps(steps))
    assert [ledger.at(place).model for place in range(3)] == ["a", "c", "c"]


def test_positions_are_clamped_and_an_empty_session_has_a_state() -> None:
    ledger = Ledger(_timeline(3), _steps([(2, Failed())]))
    assert (ledger.at(-5).position, ledger.at(99).position) == (0, 2)
    assert (ledger.at(99).error, ledger.at(1).error) == (2, None)
    empty = lay_out(1, [])
    nothing = Ledger(empty, _steps(())).at(3)
    assert nothing == replayed(empty, _steps(()), 0) == State(0, 0, 0)


@given(
    said=st.lists(st.tuples(st.integers(0, 50), st.integers(0, 6), st.integers(0, 1000))),
    first=st.integers(-5, 60),
    last=st.integers(-5, 60),
)
def test_lengths(said: list[tuple[int, int, int]], first: int, last: int) -> None:
    said.sort(key=lambda each: each[0])
    expected = [0] * len(PARTS)
    for position, part, chars in said:
        if first <= position <= last:
            expected[part] += chars
    assert Lengths(said).between(first, last) == tuple(expected)


@given(
    tokens=st.integers(0, 10**7),
    chars=st.lists(st.integers(0, 10**9), min_size=len(PARTS), max_size=len(PARTS)),
    base=st.none() | st.integers(0, 10**7),
)
def test_the_parts_of_a_context_are_its_tokens(
    tokens: int, chars: list[int], base: int | None
) -> None:
    parts = make_up(tokens, chars, base)
    assert sum(parts.values()) == tokens
    assert all(count > 0 for count in parts.values())
    assert list(parts) == [part for part in PARTS if part in parts]


def test_what_was_said_fills_what_system_and_tools_leave() -> None:
    assert make_up(1000, (0, 350, 0, 0, 0, 0, 700)) == {
        "system and tools": 700,
        "prompts": 100,
        "tool outputs": 200,
    }
    assert make_up(100, (0, 350, 0, 0, 0, 0, 350)) == {"prompts": 50, "tool outputs": 50}
    assert make_up(100, (0,) * len(PARTS)) == {"system and tools": 100}
    assert make_up(100, (0, 350, 0, 0, 0, 0, 350), 40) == {
        "system and tools": 40,
        "prompts": 30,
        "tool outputs": 30,
    }
    assert make_up(100, (0, 35, 0, 0, 0, 0, 0), 400) == {"system and tools": 90, "prompts": 10}
    assert make_up(100, (0,) * len(PARTS), 40) == {"system and tools": 100}


def test_after_a_compaction_nothing_is_known_until_the_next_answer() -> None:
    answer = Answered(10, 5, 0, 85, None, 1, True, 200)
    steps: list[tuple[int, Step]] = [(1, answer), (2, Compacted()), (4, answer)]
    lengths = Lengths([(0, 1, 35), (2, 2, 70), (3, 1, 35)])
    ledger = Ledger(_timeline(5), _steps(steps, lengths))
    contexts = [ledger.at(place).context for place in range(5)]
    assert [context.tokens for context in contexts] == [0, 100, 0, 0, 100]
    assert contexts[1].parts == {"system and tools": 90, "prompts": 10}
    assert contexts[2].parts == {}
    assert contexts[4].parts == {"system and tools": 91, "prompts": 3, "injected": 6}
    assert ledger.at(4).spent.unpriced == 2


def test_side_requests_and_subagents_cost_but_fill_nothing() -> None:
    own, side = Answered(1, 1, 1, 1, 0.5, 0, True, 9), Answered(7, 0, 0, 0, 0.25, 0, False, None)
    ledger = Ledger(_timeline(2), _steps([(0, own), (1, side)]))
    state = ledger.at(1)
    assert (state.context.tokens, state.context.window) == (4, 9)
    assert (state.spent.total, state.spent.cost) == (11, 0.75)


@pytest.mark.parametrize("launched", [0, 7])
def test_subagents_at_work(launched: int) -> None:
    begun = Begun(1, ActionKind.SUBAGENT, "Agent", "look", 5, 0, launched, 0)
    steps: list[tuple[int, Step]] = [(0, begun), (1, Joined(4)), (2, Left(4)), (3, Ended(1))]
    ledger = Ledger(_timeline(4), _steps(steps))
    own = (7,) if launched else ()
    assert [ledger.at(place).agents for place in range(4)] == [own, (4, *own), own, ()]
    assert ledger.at(1).pending[0].position == 0
    assert ledger.at(3).pending == ()


def test_steps_are_kept_small() -> None:
    steps = _steps([(place, Failed()) for place in range(9)])
    assert isinstance(steps.places, array)
    assert len(steps) == 9


def test_a_ledger_of_an_older_timeline_never_tells_of_another_event() -> None:
    old = lay_out(1, [(at, 0, 1_000 * at, int(EventKind.TEXT), 0, 0) for at in range(1, 9)])
    steps: list[Step] = [Edited(f"{event}", 1, 0) for event in old.ids]
    ledger = Ledger(old, Steps(range(8), steps, NO_LENGTHS))
    rows = [(50, 0, 500, int(EventKind.TEXT), 0, 0)]
    rows += [(at, 0, 1_000 * at, int(EventKind.TEXT), 0, 0) for at in (1, 2, 3)]
    rows += [(60, 1, 3_500, int(EventKind.TEXT), 0, 9)]
    rows += [(at, 0, 1_000 * at, int(EventKind.TEXT), 0, 0) for at in range(4, 12)]
    new = lay_out(1, sorted(rows, key=lambda row: row[2] or 0))
    asked = carried(ledger, new)
    assert asked is not None
    for at, event in enumerate(new.ids):
        state = asked.at(at)
        known = [each for each in new.ids[: at + 1] if each in old.ids]
        assert asked.knows(at) == (event in old.ids)
        if not known:
            assert state is None
            continue
        assert state is not None
        assert list(state.files)[-1] == str(known[-1])
        assert asked.place(at) == state.position
        assert asked.back(state.position) == list(new.ids).index(known[-1])
    anew = lay_out(1, [(at + 99, 0, 1_000 * at, int(EventKind.TEXT), 0, 0) for at in range(1, 9)])
    assert [Carried(ledger, anew).at(at) for at in range(8)] == [None] * 8
    assert carried(None, new) is carried(ledger, None) is None

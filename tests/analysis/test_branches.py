"""The branches of one session."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from her_tui.analysis.branches import elapsed, find_branches
from her_tui.analysis.timeline import Timeline, lay_out
from her_tui.events.model import EventKind, Flag

PROMPT, TEXT = EventKind.PROMPT, EventKind.TEXT
Told = list[tuple[EventKind, int | None]]


def told(*events: tuple[EventKind, int | None]) -> tuple[Timeline, list[bytes | None]]:
    """A session of events, each with the number of the event its record continues."""
    continued: set[int] = set()
    rows = []
    for at, (kind, parent) in enumerate(events):
        rewound = kind is PROMPT and parent is not None and parent in continued
        rows.append((at, 0, 1_000 * (at + 1), int(kind), int(Flag.REWIND) if rewound else 0, 0))
        continued.add(-1 if parent is None else parent)
    parents = [None if parent is None else str(parent).encode() for _, parent in events]
    return lay_out(1, rows), parents


REWOUND = told(
    (PROMPT, None), (TEXT, 0), (PROMPT, 1), (TEXT, 2), (PROMPT, 1), (TEXT, 4),
)  # fmt: skip


def test_a_session_that_was_never_rewound_is_one_branch() -> None:
    (branch,) = find_branches(*told((PROMPT, None), (TEXT, 0), (PROMPT, 1)))
    assert (branch.number, branch.spans, branch.left_at) == (1, ((0, 3),), None)


def test_a_rewind_makes_two_that_share_their_beginning() -> None:
    left, goes_on = find_branches(*REWOUND)
    assert (left.positions, left.left_at) == ([0, 1, 2, 3], 4)
    assert (goes_on.positions, goes_on.left_at) == ([0, 1, 4, 5], None)


def test_a_rewind_within_what_a_rewind_left_goes_on_from_there() -> None:
    found = find_branches(
        *told(
            (PROMPT, None), (TEXT, 0), (PROMPT, 1), (TEXT, 2), (PROMPT, 3),
            (PROMPT, 1), (TEXT, 5), (PROMPT, 3), (TEXT, 7),
        )
    )  # fmt: skip
    assert [branch.positions for branch in found] == [
        [0, 1, 2, 3, 4],
        [0, 1, 5, 6],
        [0, 1, 2, 3, 7, 8],
    ]


def test_a_rewind_to_the_very_start_shares_nothing() -> None:
    left, goes_on = find_branches(*told((PROMPT, 9), (TEXT, 0), (PROMPT, 9), (TEXT, 2)))
    assert (left.positions, goes_on.positions) == ([0, 1], [2, 3])
    assert elapsed(told((PROMPT, 9), (TEXT, 0), (PROMPT, 9), (TEXT, 2))[0], goes_on.spans) == [
        0,
        1_000,
    ]


def test_the_clock_leaves_out_what_was_left() -> None:
    timeline, parents = REWOUND
    left, goes_on = find_branches(timeline, parents)
    assert elapsed(timeline, left.spans) == [0, 1_000, 2_000, 3_000]
    assert elapsed(timeline, goes_on.spans) == [0, 1_000, 2_000, 3_000]


def test_an_empty_session_has_an_empty_branch() -> None:
    timeline, parents = told()
    (branch,) = find_branches(timeline, parents)
    assert branch.positions == []
    assert elapsed(timeline, branch.spans) == []


@given(
    st.lists(
        st.tuples(st.sampled_from((PROMPT, TEXT)), st.integers(0, 30)), min_size=1, max_size=30
    )
)
def test_branches_rise_and_together_are_the_session(
    drawn: list[tuple[EventKind, int]],
) -> None:
    events: Told = [
        (kind, min(parent, at - 1) if at else None) for at, (kind, parent) in enumerate(drawn)
    ]
    timeline, parents = told(*events)
    found = find_branches(timeline, parents)
    assert [branch.number for branch in found] == list(range(1, len(found) + 1))
    assert [branch.left_at is None for branch in found] == [False] * (len(found) - 1) + [True]
    every: set[int] = set()
    for branch in found:
        assert branch.positions == sorted(set(branch.positions))
        every |= set(branch.positions)
        clock = elapsed(timeline, branch.spans)
        assert clock == sorted(clock)
        assert not clock or clock[0] == 0
    assert every == set(range(len(timeline)))

"""The row of the state: what matters most is there at any width, and nothing is cut in two."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from her_tui import units
from her_tui.analysis.state import Context, Spent, State, Todo
from her_tui.ui.renderers.state_line import state_pieces, width_of
from tests.ui.hostile import HOSTILE
from tests.ui.renderers.states import BUSY, FRESH, NOW, busy, pending


def row(state: State | None, width: int = 200, now: int = NOW) -> str:
    pieces = state_pieces(state, now, width)
    if state is not None:
        assert width_of(pieces) == width
    return "".join(text for text, _ in pieces)


def test_a_wide_row_says_it_all() -> None:
    said = row(busy(pending=(pending(),)))
    for part in (
        "context ▰▰▰▰▱▱▱▱▱▱ 84.2k/200k 42%", "$3.41", "1.3M tokens", "opus-4-5", "plan mode",
        "2 files +121 −33", "1/3 tasks", "✗ 2 errors", "◆ a1b2c3d", "▸ bash pytest -q 12s",
    ):  # fmt: skip
        assert part in said
    assert "Fix the login for real" in row(BUSY)


def test_at_80_columns_the_essentials_are_left() -> None:
    said = row(busy(pending=(pending(),)), 80)
    for part in ("84.2k/200k", "$3.41", "opus-4-5", "+121 −33", "▸ bash pytest"):
        assert part in said
    assert "tokens" not in said


@pytest.mark.parametrize("width", [60, 80, 120, 200])
def test_waiting_for_the_human_is_never_left_out(width: int) -> None:
    waits = pending(2, asked_until=NOW + 1, name="Bash", target="rm -r build")
    said = row(busy(pending=(pending(), waits)), width)
    assert "? waits" in said
    assert ("rm -r" in said) == (width >= 120)
    assert "?" not in row(busy(pending=(pending(), waits)), width, NOW + 1)


def test_the_left_stays_in_its_place_when_an_action_starts() -> None:
    for width in range(40, 240):
        idle, at_work = row(BUSY, width), row(busy(pending=(pending(target="x" * 90),)), width)
        shown = idle.split("✗")[0].rstrip()
        assert at_work.startswith(shown.split("◆")[0].rstrip()), width


def test_how_full_the_context_is_has_a_colour() -> None:
    for tokens, role in ((100_000, "fill"), (160_000, "warning"), (190_000, "error")):
        roles = {role for _, role in state_pieces(busy(context=Context(tokens, 200_000)), NOW, 120)}
        assert role in roles
    assert "context 84.2k" in row(busy(context=Context(84_200, None)))


def test_what_was_not_recorded_is_not_made_up() -> None:
    said = row(FRESH)
    assert said.split() == ["context", "0", "$0.00"]
    assert "unpriced" in row(busy(spent=Spent(1, 1, 0, 0, None, 1)))
    assert "$3.41+" in row(busy(spent=Spent(1, 1, 0, 0, 3.41, 2)))
    assert "plan" not in row(busy(mode="default"))
    assert "asks nobody" in row(busy(mode="bypassPermissions"))
    assert "newMode" in row(busy(mode="newMode"))


def test_without_a_state_it_is_quiet() -> None:
    assert state_pieces(None, 0, 80) == []
    assert "reading" in state_pieces(None, 0, 80, known=False)[0][0]


def test_what_is_late_says_of_when_it_is() -> None:
    state = busy(time=NOW - 3_000)
    told = units.clock(NOW - 3_000)
    late = "".join(text for text, _ in state_pieces(state, NOW, 120, late=True))
    assert f"as of {told}" in late
    assert told not in row(state)
    narrow = state_pieces(state, NOW, 60, late=True)
    assert width_of(narrow) <= 60
    assert told in "".join(text for text, _ in narrow)


def test_many_at_work_are_counted() -> None:
    agents = tuple(pending(n, subagent=n, name="Task", target=f"Part {n}") for n in (5, 6, 7))
    said = row(busy(pending=agents, agents=(5, 6, 7)))
    assert "▸ agent Part 7 12s +2  3 agents" in said
    inner = pending(9, agent=5, target="grep")
    assert "Part 7" in row(busy(pending=(*agents, inner), agents=(5, 6, 7)))


@given(
    st.integers(1, 300),
    st.sampled_from(HOSTILE),
    st.booleans(),
    st.integers(0, 10**12),
    st.integers(0, 9),
)
def test_it_always_fits_and_is_harmless(
    width: int, text: str, waits: bool, tokens: int, todos: int
) -> None:
    one = pending(name=text, target=text, asked_until=NOW + 9 if waits else 0)
    state = busy(
        pending=(one,),
        mode=text,
        model=text,
        spent=Spent(tokens, tokens, 0, 0, float(tokens), 1),
        context=Context(tokens, 200_000),
        todo=(Todo(text, text),) * todos,
    )
    pieces = state_pieces(state, NOW, width)
    assert width_of(pieces) <= max(2, width)
    assert all(piece.isprintable() for piece, _ in pieces)

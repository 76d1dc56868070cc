"""The title row of the deck: the most useful first, and nothing cut."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from her_tui import units
from her_tui.analysis.tape import Idle
from her_tui.analysis.timeline import Timeline
from her_tui.events.model import EventKind
from her_tui.ui.player import SPEEDS, DeckStatus
from her_tui.ui.renderers import deck
from her_tui.ui.renderers.line import Span
from tests.ui.replay_values import timeline_of

LEGEND = (Span(" ◆ 3 ", "commit"), Span(" ✗ 12 ", "error"), Span(" ×4 ", "zoom"))
SHORT = timeline_of([EventKind.PROMPT, EventKind.TEXT, EventKind.PROMPT] * 4)
LONG = timeline_of([EventKind.TEXT, EventKind.PROMPT] * 600, step=3_600_000)


def shown(
    status: DeckStatus, width: int, timeline: Timeline = SHORT, position: int = 5
) -> tuple[str, str]:
    """Text and tail."""
    line = deck.title(status, timeline, position, timeline.times[position], width, LEGEND)
    return line.text, "".join(span.text for span in line.tail)


statuses = st.builds(
    DeckStatus,
    playing=st.booleans(),
    speed=st.sampled_from(SPEEDS),
    idle=st.sampled_from(list(Idle)),
    elapsed=st.integers(0, 10**10),
    total=st.integers(0, 10**10),
    skipped=st.integers(0, 10**10),
    following=st.booleans(),
    live=st.booleans(),
    loop=st.sampled_from([None, (1, None), (1, 2)]),
    gap=st.one_of(st.just(0), st.integers(60_000, 10**10)),
)


@given(statuses, st.integers(40, 200), st.sampled_from([SHORT, LONG]), st.integers(0, 11))
def test_it_fits_and_no_part_is_cut(
    status: DeckStatus, width: int, timeline: Timeline, position: int
) -> None:
    now = timeline.times[position]
    line = deck.title(status, timeline, position, now, width, LEGEND)
    tail = sum(cell_len(span.text) for span in line.tail)
    assert cell_len(line.text) + (tail + 2 if tail else 0) <= width
    assert width >= deck.TAIL_LEAST or not line.tail
    forms = {form for part in deck._parts(status, timeline, position, now) for form in part.forms}
    told = [span.text for span in line.spans if span.text not in (" ", " · ")]
    assert set(told) <= forms
    assert len(told) >= 2
    assert told[0].endswith(units.clock(now))


@given(statuses, st.integers(80, 200), st.integers(0, 11))
def test_in_eighty_columns_all_that_matters_is_there(
    status: DeckStatus, width: int, position: int
) -> None:
    text, _ = shown(status, width, SHORT, position)
    assert f" · {status.speed:g}×" in text
    assert "turn" in text
    assert "/" in text
    assert any(word in text for word in ("skip", "short", "real time"))


@pytest.mark.parametrize(
    ("status", "width", "text", "tail"),
    [
        (
            DeckStatus(elapsed=50_000, total=110_000), 80,
            " ▌▌ 10:00:50 · 0:00:50 / 0:01:50 · turn 4/8 · 1× · idle skipped",
            " ◆ 3  ✗ 12  ×4 ",
        ),
        (
            DeckStatus(True, 64.0, Idle.SKIP, 50_000, 110_000, 30_400, loop=(1, 2)), 120,
            " ▶  10:00:50 · 0:00:50 / 0:01:50 · turn 4/8 · 64× · loop A–B · skipped 30s"
            " · event 6/12", " ◆ 3  ✗ 12  ×4 ",
        ),
        (
            DeckStatus(True, 0.25, Idle.SHORTEN, 50_000, 110_000, 30_400, loop=(1, None)), 90,
            " ▶  10:00:50 · 0:00:50 / 0:01:50 · turn 4/8 · 0.25× · loop A– · shortened 30s",
            " ◆ 3  ✗ 12 ",
        ),
        (
            DeckStatus(following=True, live=True, elapsed=110_000, total=110_000, idle=Idle.REAL),
            40, " ● live 10:00:50 · 0:01:50/0:01:50 · 1×", "",
        ),
        (
            DeckStatus(True, gap=7_260_000, elapsed=50_000, total=110_000, skipped=9_000), 75,
            " ▶  10:00:50 · 0:00:50 / 0:01:50 · turn 4/8 · 1× · skipping 2h 1m", " ◆ 3 ",
        ),
    ],
)  # fmt: skip
def test_what_it_says(status: DeckStatus, width: int, text: str, tail: str) -> None:
    assert shown(status, width) == (text, tail)


def test_a_session_of_several_days_names_the_day() -> None:
    text, _ = shown(DeckStatus(elapsed=3_600_000, total=4_000_000_000), 120, LONG)
    assert text.startswith(" ▌▌ 20 Nov 15:00:00 · 1:00:00 / 46d 7:06:40 · turn 3/600 · 1×")
    text, _ = shown(DeckStatus(elapsed=3_600_000, total=4_000_000_000), 40, LONG)
    assert text == " ▌▌ 15:00:00 · 1h/46d 7h · turn 3 · 1×"


def test_before_the_first_prompt() -> None:
    assert "before the first prompt" in shown(DeckStatus(), 120, LONG, 0)[0]
    assert "turn 0" in shown(DeckStatus(), 60, LONG, 0)[0]

"""The first and the last row: never wider than the screen, the most telling parts first."""

from __future__ import annotations

from dataclasses import replace

import pytest

from her_tui.queries.meaning import MeaningState
from her_tui.queries.sessions import Group, ListQuery, Sort
from her_tui.queries.spend import Spend
from her_tui.queries.status import Phase, RecorderStatus
from her_tui.ui import actions
from her_tui.ui.actions import Region
from her_tui.ui.hints import hints
from her_tui.ui.widgets import status_line, top_line
from her_tui.ui.widgets.one_line import width_of
from her_tui.ui.widgets.session_line import Piece
from her_tui.ui.widgets.status_line import StatusLine
from her_tui.ui.widgets.top_line import Glance, TopLine
from tests.ui.hostile import HOSTILE

GLANCE = Glance(
    sessions=1234,
    days=[Spend(str(day), float(day), 1, 1, 1) for day in range(14)],
    dearest=Spend("/home/ada/engine", 45.6, 1, 1, 1),
)


def text(pieces: list[Piece]) -> str:
    """What pieces say."""
    return "".join(part for part, _ in pieces)


def test_the_figures_at_a_glance() -> None:
    shown = text(top_line.glance_pieces(GLANCE, 200))
    for part in ("1,234 sessions", "today $13.00", "·▂▂", "$91.00", "dearest engine $45.60"):
        assert part in shown


@pytest.mark.parametrize("width", range(0, 130, 9))
def test_the_first_row_never_overflows(width: int) -> None:
    line = TopLine(ListQuery(text="x" * 90, sort=Sort.COST, group=Group.DAY), True)
    line._glance = GLANCE
    assert width_of(line.pieces(width)) <= max(width, 13)


def test_nothing_spent_draws_no_sparkline() -> None:
    days = [Spend("d", None, 0, 0, 0)] * 14
    assert "days" not in text(top_line.glance_pieces(Glance(sessions=1, days=days), 200))
    assert text(top_line.glance_pieces(Glance(sessions=1), 200)).strip() == "1 session"


def test_chips_say_what_is_narrowed_down() -> None:
    assert top_line.chips(ListQuery(), 0) == []
    assert top_line.chips(ListQuery(), 7) == ["7 hidden"]
    query = ListQuery("a b", Sort.COST, True, Group.DAY, "/x/engine", hidden=True)
    assert top_line.chips(query, 7) == ["/a b", "only engine", "▴ cost", "by day", "all shown"]


@pytest.mark.parametrize("bad", HOSTILE[:11])
def test_chips_are_safe(bad: str) -> None:
    shown = text(top_line.chip_pieces([bad], 80))
    assert "\x1b" not in shown
    assert "\n" not in shown


@pytest.mark.parametrize("phase", list(Phase))
@pytest.mark.parametrize("room", [10, 20, 40, 80])
def test_every_phase_of_the_recorder_has_words(phase: Phase, room: int) -> None:
    status = RecorderStatus(phase, done=43, total=100, message="x" * 500)
    shown = status_line.recorder_pieces(status, room)
    assert text(shown).strip()
    assert width_of(shown) <= max(room, 34)


def test_the_recorder_in_words() -> None:
    importing = RecorderStatus(Phase.IMPORTING, done=43, total=100)
    assert text(status_line.recorder_pieces(importing, 40)) == "importing ▰▰▱▱▱ 43 % "
    following = RecorderStatus(Phase.FOLLOWING)
    assert text(status_line.recorder_pieces(following, 40)) == "● recording "
    told = replace(following, clients=2, telemetry=True, wire=1, cpu=0.004)
    whole = "● recording · telemetry ×2 · wire · 0.4 % CPU "
    assert text(status_line.recorder_pieces(told, 50)) == whole
    assert text(status_line.recorder_pieces(told, 40)) == "● recording · telemetry ×2 · wire "
    idle = replace(following, telemetry=True, cpu=0.0012)
    assert text(status_line.recorder_pieces(idle, 40)) == "● recording · 0.1 % CPU "
    absent = RecorderStatus(Phase.ABSENT)
    assert text(status_line.recorder_pieces(absent, 40)) == "○ not recording · restart Her "
    assert text(status_line.recorder_pieces(absent, 20)) == "○ not recording "
    assert not status_line.recorder_pieces(absent, 40, demo=True)


def test_encoding_shows_how_far_it_came_while_it_goes_on() -> None:
    line = StatusLine(demo=False)
    line._recorder = RecorderStatus(Phase.FOLLOWING, telemetry=True, clients=1, cpu=0.003)
    before = text(line.pieces(120))
    for quiet in (MeaningState(), MeaningState(done=5, total=9), MeaningState(encoding=True)):
        line.show_meaning(quiet)
        assert text(line.pieces(120)) == before
    line.show_meaning(MeaningState(done=12_430, total=13_002, encoding=True))
    assert (
        text(line.pieces(120))
        .rstrip()
        .endswith("◈ 12,430/13,002 ● recording · telemetry · 0.3 % CPU")
    )
    for width in range(0, 130, 7):
        assert width_of(line.pieces(width)) <= max(width, 1)


def test_keys_have_the_room_that_the_cost_of_recording_would_take() -> None:
    line = StatusLine(demo=False)
    line.show_recorder(RecorderStatus(Phase.FOLLOWING, cpu=0.003))
    line.show_hints(hints(Region.DETAIL, {}, actions.BY_NAME))
    assert text(line.pieces(120)).rstrip().endswith("  ● recording")
    line.show_hints(hints(Region.DETAIL, {}, ["app.help"]))
    assert text(line.pieces(120)).rstrip().endswith("● recording · 0.3 % CPU")


def test_a_message_that_is_cut_says_so_once() -> None:
    line = StatusLine(demo=False)
    line._message = [(" ✗ ", "error"), ("It cannot be done at all", "error"), (". Go on", "hint")]
    for width in range(4, 40):
        shown = text(line.pieces(width)).rstrip()
        assert "……" not in shown
        assert shown.count("…") <= 1


@pytest.mark.parametrize("room", [0, 10, 40, 80, 200])
def test_keys_that_do_not_fit_are_left_out(room: int) -> None:
    offered = hints(Region.LIST, {}, actions.BY_NAME)
    spans = status_line.hint_spans(offered, room)
    assert all(end <= room for _, end, _ in spans)
    drawn = text(status_line.hint_pieces(spans))
    for start, end, hint in spans:
        assert drawn[start:end] == f"{hint.keys} {hint.label}"

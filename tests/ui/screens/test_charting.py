"""Marks, lanes and the pointer's words on the main screen."""

from __future__ import annotations

import pytest

from her_tui.analysis.marks import MarkKind
from tests.ui.conftest import Her, Opened

HERO = "f27ac6ac"


async def ready(her: Her) -> None:
    """Wait until the chart of the session is on screen."""
    await her.until(lambda: her.main.bar.chart is not None)
    await her.settle()


@pytest.mark.parametrize(
    ("size", "height", "labels"),
    [
        ((80, 24), 5, ("prompts", "responses", "actions")),
        ((120, 36), 9, ("marks", "prompts", "responses", "actions", "subagents", "context")),
        ((200, 60), 15, ("marks", "thinking", "text", "edits", "commands", "cost", "session")),
    ],
)
async def test_the_bar_is_as_high_as_the_window_allows(
    opened: Opened, size: tuple[int, int], height: int, labels: tuple[str, ...]
) -> None:
    async with opened(size, session=HERO) as her:
        await ready(her)
        assert her.main.bar.size.height == height
        shown = [row.label for row in her.main.bar.measure().rows]
        assert [label for label in shown if label in labels] == list(labels)


async def test_m_goes_from_mark_to_mark(opened: Opened) -> None:
    async with opened(session=HERO) as her:
        await ready(her)
        await her.press("g")
        marks = her.main.marks
        kinds = {mark.kind for mark in marks}
        assert {MarkKind.ERROR, MarkKind.COMMIT, MarkKind.CORRECTION, MarkKind.WAIT} <= kinds
        her.main.move_playhead(0)
        seen = []
        for _ in {mark.position for mark in marks if mark.position > 0}:
            await her.press("m")
            seen.append(her.main.playhead)
        assert seen == sorted({mark.position for mark in marks if mark.position > 0})
        await her.press("M")
        assert her.main.playhead == seen[-2]


async def test_the_mark_one_lands_on_is_named(opened: Opened) -> None:
    async with opened(session=HERO) as her:
        await ready(her)
        assert her.main.timeline is not None
        mark = next(each for each in her.main.marks if each.kind is MarkKind.ERROR)
        her.main.move_playhead(mark.position - 1)
        await her.press("m")
        await her.until(lambda: " ✗ error: " in her.text().splitlines()[-1])
        assert "✓" not in her.text().splitlines()[-1]


async def test_w_goes_round_the_zooms(opened: Opened) -> None:
    async with opened(session=HERO) as her:
        await ready(her)
        scales = []
        for said in ("10 minutes", "This turn", "All of the session"):
            await her.press("w")
            scales.append(her.main.bar.scale)
            assert her.text().splitlines()[-1].strip() == said
        assert 1 < scales[0] < scales[1]
        assert scales[2] == pytest.approx(1)


async def test_the_pointer_is_told_the_first_words(opened: Opened) -> None:
    async with opened(session=HERO) as her:
        await ready(her)
        await her.pilot.hover(her.main.bar, offset=(11, 2))
        await her.until(lambda: "Harbour masters" in str(her.main.bar.tooltip))
        assert "prompt" in str(her.main.bar.tooltip)


async def test_another_session_has_another_chart(opened: Opened) -> None:
    async with opened(session=HERO) as her:
        await ready(her)
        before = her.main.bar.chart
        await her.press("escape", "j", "j")
        await her.until(lambda: her.main.bar.chart not in (None, before))
        assert her.main.bar.chart is not None
        assert her.main.marks == her.main.bar.chart.marks

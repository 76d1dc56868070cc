"""Long text: only what is on screen is drawn, and what is in sight stays in sight."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any, ClassVar

import pytest
from textual.app import App, ComposeResult
from textual.strip import Strip
from textual.widget import Widget

import her_tui.ui
from her_tui.ui import theme
from her_tui.ui.messages import Move
from her_tui.ui.renderers.finding import Match
from her_tui.ui.renderers.line import Block, Line, Span, plain
from her_tui.ui.widgets import line_view
from her_tui.ui.widgets.line_view import LineView
from her_tui.ui.widgets.painting import INK
from tests.ui.hostile import HOSTILE


class Host(Widget):
    """Has the styles of the view."""

    COMPONENT_CLASSES: ClassVar[set[str]] = set(INK)
    DEFAULT_CSS = "Host > .ink--match-here { background: red; } Host > .ink--cursor { color: red; }"


class ViewApp(App[None]):
    """One view on the whole screen."""

    CSS_PATH = Path(her_tui.ui.__file__).parent / "widgets" / "line_view.tcss"

    def __init__(self) -> None:
        super().__init__()
        self.host = Host()
        self.view = LineView(self.host)
        self.clicked: list[int] = []

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Our names in Textual's theme."""
        return theme.fallback_variables(self.current_theme)

    def compose(self) -> ComposeResult:
        """The view."""
        with self.host:
            yield self.view

    def on_line_view_clicked(self, event: LineView.Clicked) -> None:
        """Remember what was clicked."""
        self.clicked.append(event.block)

    def rows(self) -> list[str]:
        """What the screen shows."""
        return [self.view.render_line(y).text.rstrip() for y in range(self.view.size.height)]


def block(number: int, lines: int = 1) -> Block:
    """A block that says which it is."""
    return Block(number, tuple(Line((Span(f"block {number} line {at}"),)) for at in range(lines)))


async def test_only_rows_on_screen_are_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    app = ViewApp()
    async with app.run_test(size=(80, 20)) as pilot:
        app.view.set_blocks([block(number) for number in range(50_000)])
        await pilot.pause()
        drawn: list[int] = []
        draw = LineView._draw

        def counted(self: LineView, block: Block, index: int, *more: Any) -> Strip:
            drawn.append(index)
            return draw(self, block, index, *more)

        monkeypatch.setattr(LineView, "_draw", counted)
        app.view.reveal(40_000)
        await pilot.pause()
        assert "  block 40000 line 0" in app.rows()
        assert len(drawn) <= 45


async def test_what_is_at_the_top_stays_there_on_resize() -> None:
    app = ViewApp()
    async with app.run_test(size=(100, 20)) as pilot:
        text = " ".join(f"word{number}" for number in range(40))
        app.view.set_blocks([Block(n, tuple(plain(f"{n} {text}"))) for n in range(200)])
        await pilot.pause()
        app.view.scroll_to(y=301, animate=False, force=True)
        await pilot.pause()
        first = app.rows()[0].split()[0]
        for width in (50, 140, 30, 100):
            await pilot.resize_terminal(width, 20)
            await pilot.pause()
            assert first in app.rows()[0]


async def test_a_block_that_grows_above_does_not_move_the_cursor() -> None:
    app = ViewApp()
    async with app.run_test(size=(80, 20)) as pilot:
        blocks = [block(number) for number in range(100)]
        app.view.set_blocks(blocks)
        app.view.set_cursor(50)
        await pilot.pause()
        row = app.rows().index("  block 50 line 0")
        blocks = [*blocks[:40], block(40, lines=30), *blocks[41:]]
        app.view.set_blocks(blocks)
        await pilot.pause()
        assert app.rows().index("  block 50 line 0") == row


async def test_a_block_higher_than_the_screen_shows_its_top_and_scrolls_inside() -> None:
    app = ViewApp()
    async with app.run_test(size=(80, 10)) as pilot:
        app.view.set_blocks([block(0), block(1, lines=40), block(2)])
        app.view.set_cursor(1)
        await pilot.pause()
        assert app.rows()[0] == "  block 1 line 0"
        steps = 0
        while app.view.scroll_inside(1, 1):
            steps += 1
        assert app.rows()[-1] == "  block 1 line 39"
        assert 5 < steps < 20
        assert app.view.scroll_inside(1, -1)
        assert not app.view.scroll_inside(None, 1)


async def test_all_ways_of_scrolling_stay_on_the_text() -> None:
    app = ViewApp()
    async with app.run_test(size=(80, 10)) as pilot:
        app.view.set_blocks([block(number) for number in range(100)])
        await pilot.pause()
        for how, top in (
            (Move.UP, 0), (Move.DOWN, 1), (Move.HALF_DOWN, 5), (Move.PAGE_DOWN, 14),
            (Move.PAGE_UP, 5), (Move.HALF_UP, 1), (Move.END, 90), (Move.DOWN, 90), (Move.HOME, 0),
        ):  # fmt: skip
            app.view.scroll_rows(how)
            assert app.view.scroll_offset.y == top


async def test_matches_are_marked_and_brought_into_sight() -> None:
    app = ViewApp()
    async with app.run_test(size=(80, 10)) as pilot:
        app.view.set_blocks([block(number) for number in range(100)])
        match = Match(0, 6, 8)
        app.view.set_matches({77: [match]}, (77, match))
        app.view.reveal_match(77, match)
        await pilot.pause()
        row = app.rows().index("  block 77 line 0")
        marked = [
            segment.text
            for segment in app.view.render_line(row)
            if segment.style and segment.style.bgcolor != app.view.rich_style.bgcolor
        ]
        assert marked == ["77"]


async def test_a_click_names_its_block() -> None:
    app = ViewApp()
    async with app.run_test(size=(80, 10)) as pilot:
        app.view.set_blocks([block(0, lines=2), block(1)])
        await pilot.pause()
        for y in (1, 2, 7):
            await pilot.click(app.view, offset=(5, y))
        assert app.clicked == [0, 1]


async def test_a_very_long_text_is_wrapped_in_the_background(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(line_view, "_MUCH_TEXT", 1_000)
    app = ViewApp()
    async with app.run_test(size=(80, 10)) as pilot:
        app.view.set_blocks([block(number) for number in range(500)])
        app.view.set_cursor(400)
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert "  block 400 line 0" in app.rows()


async def test_another_theme_draws_anew() -> None:
    app = ViewApp()
    async with app.run_test(size=(80, 10)) as pilot:
        app.view.set_blocks([block(0)])
        await pilot.pause()
        before = app.view.render_line(0)
        app.theme = "textual-light"
        await pilot.pause()
        await pilot.pause()
        assert app.view.render_line(0) != before


@pytest.mark.parametrize("text", HOSTILE)
async def test_hostile_text_is_drawn_as_itself(text: str) -> None:
    app = ViewApp()
    async with app.run_test(size=(40, 10)) as pilot:
        begun = time.process_time()
        app.view.set_blocks([Block(text, tuple(plain(text)))])
        await pilot.pause()
        drawn = "".join(app.rows())
        assert time.process_time() - begun < 1.0
        assert not {c for c in drawn if ord(c) < 32 or 0x7F <= ord(c) < 0xA0}
        assert {app.view.render_line(y).cell_length for y in range(10)} == {40}
        assert app.is_running


async def test_who_looks_at_the_end_of_a_view_that_gets_lower_goes_on_looking_at_it() -> None:
    app = ViewApp()
    async with app.run_test(size=(80, 20)) as pilot:
        app.view.set_blocks([block(number) for number in range(100)])
        app.view.scroll_rows(Move.END)
        await pilot.resize_terminal(80, 10)
        await pilot.pause()
        assert app.rows()[-1].endswith("block 99 line 0")
        app.view.set_blocks([block(number) for number in range(8)])
        app.view.scroll_rows(Move.END)
        await pilot.resize_terminal(80, 6)
        await pilot.pause()
        assert app.rows()[-1].endswith("block 7 line 0"), "all of it was in sight before"
        await pilot.resize_terminal(80, 10)
        app.view.set_blocks([block(number) for number in range(100)])
        app.view.scroll_rows(Move.HOME)
        app.view.set_cursor(8)
        await pilot.resize_terminal(80, 5)
        await pilot.pause()
        assert any("block 8" in row for row in app.rows())
        app.view.set_cursor(None)
        app.view.scroll_rows(Move.HOME)
        await pilot.resize_terminal(80, 4)
        await pilot.pause()
        assert "block 0" in app.rows()[0]


async def test_its_scrollbar_comes_and_goes_without_a_layout(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    app = ViewApp()
    async with app.run_test(size=(80, 20)) as pilot:
        await pilot.pause()
        laid_out: list[object] = []
        monkeypatch.setattr(
            type(app.screen), "_refresh_layout", lambda *given, **more: laid_out.append(given)
        )
        for count in (100, 2, 50, 0, 300):
            app.view.set_blocks([block(number) for number in range(count)])
            await pilot.pause()
        assert not laid_out
        assert app.view.vertical_scrollbar.window_virtual_size == 300

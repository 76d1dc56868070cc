"""A list of a million rows draws a screenful, and its cursor goes where it is sent."""

from __future__ import annotations

import pytest
from rich.segment import Segment
from textual.app import App, ComposeResult
from textual.strip import Strip

from her_tui.ui.messages import Move
from her_tui.ui.widgets.virtual_list import VirtualList


class Numbers(VirtualList):
    """Rows that say their index; every tenth cannot hold the cursor."""

    drawn = 0

    def draw(self, index: int, width: int, selected: bool) -> Strip:
        """The index."""
        self.drawn += 1
        return Strip([Segment(f"{'>' if selected else ' '}{index}")])

    def selectable(self, index: int) -> bool:
        """Not every tenth."""
        return index % 10 != 0


class Harness(App[None]):
    """The list alone."""

    def __init__(self) -> None:
        super().__init__()
        self.numbers = Numbers()
        self.highlighted: list[int] = []
        self.chosen: list[int] = []

    def compose(self) -> ComposeResult:
        """The list."""
        yield self.numbers

    def on_virtual_list_highlighted(self, event: VirtualList.Highlighted) -> None:
        """Note it."""
        self.highlighted.append(event.index)

    def on_virtual_list_chosen(self, event: VirtualList.Chosen) -> None:
        """Note it."""
        self.chosen.append(event.index)


async def test_a_jump_over_a_million_rows_draws_a_screenful() -> None:
    app = Harness()
    async with app.run_test(size=(40, 20)) as pilot:
        app.numbers.set_rows(1_000_000, 1)
        await pilot.pause()
        app.numbers.drawn = 0
        app.numbers.action_move(Move.END)
        await pilot.pause()
        assert app.numbers.cursor == 999_999
        assert app.numbers.drawn <= 45
        app.numbers.drawn = 0
        app.numbers.action_move(Move.UP)
        await pilot.pause()
        assert app.numbers.drawn <= 3


async def test_the_cursor_passes_over_what_cannot_hold_it() -> None:
    app = Harness()
    async with app.run_test(size=(40, 20)) as pilot:
        app.numbers.set_rows(25, 0)
        assert app.numbers.cursor == 1
        for how, found in (
            (Move.UP, 1), (Move.END, 24), (Move.HOME, 1), (Move.PAGE_DOWN, 21), (Move.UP, 19),
            (Move.HALF_UP, 9), (Move.DOWN, 11),
        ):  # fmt: skip
            before = app.numbers.cursor
            app.numbers.action_move(how)
            assert app.numbers.cursor == found, (before, how)
        app.numbers.action_move(Move.HOME)
        await pilot.pause()
        assert app.numbers.scroll_offset.y == 0
        assert app.highlighted[-1] == 1


async def test_new_rows_above_do_not_move_the_line_under_the_eye() -> None:
    app = Harness()
    async with app.run_test(size=(40, 20)) as pilot:
        app.numbers.set_rows(1000, 505)
        app.numbers.scroll_to(y=497, animate=False, force=True)
        await pilot.pause()
        line = app.numbers.cursor - app.numbers.scroll_offset.y
        app.numbers.set_rows(1005, 511)
        await pilot.pause()
        assert app.numbers.cursor - app.numbers.scroll_offset.y == line


@pytest.mark.parametrize("count", [0, 1])
async def test_short_lists_hold_still(count: int) -> None:
    app = Harness()
    async with app.run_test(size=(40, 20)) as pilot:
        app.numbers.set_rows(count, 5)
        for how in Move:
            app.numbers.action_move(how)
        await pilot.pause()
        assert app.numbers.cursor == 0


async def test_the_mouse() -> None:
    app = Harness()
    async with app.run_test(size=(40, 20)) as pilot:
        app.numbers.set_rows(1000, 1)
        await pilot.pause()
        await pilot.click(Numbers, offset=(3, 5))
        assert app.numbers.cursor == 5
        await pilot.click(Numbers, offset=(3, 10))
        assert app.numbers.cursor == 5
        await pilot.click(Numbers, offset=(3, 7), times=2)
        assert app.chosen == [7]


async def test_a_shrinking_list_keeps_its_cursor_on_a_row() -> None:
    app = Harness()
    async with app.run_test(size=(40, 20)) as pilot:
        app.numbers.set_rows(1000, 999)
        await pilot.pause()
        app.numbers.set_rows(5, 999)
        await pilot.pause()
        assert app.numbers.cursor == 4
        assert app.numbers.scroll_offset.y == 0


async def test_a_row_somewhere_else_is_shown_with_the_rows_around_it() -> None:
    app = Harness()
    async with app.run_test(size=(40, 21)):
        app.numbers.set_rows(100, 1)
        app.numbers.set_rows(100, 55, keep_offset=False)
        top = app.numbers.scroll_offset.y
        assert top + 7 <= 55 <= top + 20 - 7
        app.numbers.set_rows(100, 57, keep_offset=False)
        app.numbers.set_rows(100, 3, keep_offset=False)
        assert app.numbers.scroll_offset.y == 0
        app.numbers.set_rows(100, 99, keep_offset=False)
        assert app.numbers.scroll_offset.y == 79


class Pairs(Numbers):
    """Rows of two lines that say which they are."""

    def draw_line(self, index: int, line: int, width: int, selected: bool) -> Strip:
        """The index and the line."""
        return Strip([Segment(f"{'>' if selected else ' '}{index}.{line}")])

    def selectable(self, index: int) -> bool:
        """All of them."""
        return True


async def test_rows_of_two_lines_move_scroll_and_are_clicked_as_one() -> None:
    app = Harness()
    app.numbers = Pairs()
    app.numbers.row_height = 2
    async with app.run_test(size=(40, 21)) as pilot:
        numbers = app.numbers
        numbers.set_rows(1_000, 0)
        await pilot.pause()
        assert numbers.virtual_size.height == 2_000
        assert [numbers.render_line(y).text.strip() for y in range(3)] == [">0.0", ">0.1", "1.0"]
        numbers.action_move(Move.PAGE_DOWN)
        assert numbers.cursor == 9
        numbers.action_move(Move.END)
        await pilot.pause()
        assert numbers.scroll_offset.y == 2_000 - 21
        line = numbers.cursor * 2 - numbers.scroll_offset.y
        numbers.set_rows(1_010, 1_005)
        await pilot.pause()
        assert numbers.cursor * 2 - numbers.scroll_offset.y == line
        numbers.action_move(Move.HOME)
        await pilot.pause()
        await pilot.click(Pairs, offset=(3, 7))
        assert numbers.cursor == 3

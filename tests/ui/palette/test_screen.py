"""The palette: drawn at once, completed later, and never moved under the cursor."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from functools import partial
from typing import ClassVar

from textual.app import App
from textual.command import CommandList
from textual.pilot import Pilot

from her_tui.ui import theme
from her_tui.ui.palette.entries import Entry, Kind, entry
from her_tui.ui.palette.providers import HerProvider
from her_tui.ui.palette.screen import Copied, Palette
from her_tui.ui.text import literal
from tests.ui.prompts_app import _SHEETS


class Harness(App[None], inherit_bindings=False):
    """A palette of two providers: one knows at once, the other when it is told."""

    CSS_PATH = _SHEETS  # type: ignore[assignment]

    def __init__(self) -> None:
        super().__init__()
        for each in theme.THEMES:
            self.register_theme(each)
        self.theme = theme.DARK_NAME
        self.chosen: list[object] = []
        self.cancelled: list[str] = []
        self.copied: list[str] = []
        self.told = asyncio.Event()
        self.quick: list[object] = ["one", "two"]
        self.slow: list[object] = ["deep", "two"]
        self.palette = Palette()

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Our names in any theme."""
        return theme.fallback_variables(self.current_theme)

    def on_copied(self, event: Copied) -> None:
        """Note it."""
        self.copied.append(event.text())

    def on_mount(self) -> None:
        """Straight to the palette."""
        self.push_screen(self.palette)

    def made(self, kind: Kind, keys: Sequence[object]) -> list[Entry]:
        """Entries that note that they were chosen."""
        return [
            entry(
                kind,
                key,
                [literal(str(key)), literal("why")],
                self._chooses(key),
                str(key),
                copies=partial(str, key),
            )
            for key in keys
        ]

    def _chooses(self, key: object):  # type: ignore[no-untyped-def]
        return lambda: self.chosen.append(key)

    def listed(self) -> list[object]:
        """What is on screen."""
        return [each.key for each in self.palette._entries]

    def text(self) -> str:
        """All text on the screen."""
        strips = self.screen._compositor.render_strips()
        return "\n".join("".join(segment.text for segment in strip) for strip in strips)


class Quick(HerProvider):
    """Knows at once."""

    kind: ClassVar[Kind] = Kind.SESSION

    async def answers(self, query: str) -> AsyncIterator[Sequence[Entry]]:
        """What the harness says."""
        assert isinstance(self.app, Harness)
        yield self.app.made(self.kind, self.app.quick)


class Slow(HerProvider):
    """Gives what it has, and more when it is told."""

    kind: ClassVar[Kind] = Kind.PROMPT

    async def answers(self, query: str) -> AsyncIterator[Sequence[Entry]]:
        """What the harness says, twice."""
        app = self.app
        assert isinstance(app, Harness)
        if not query:
            return
        yield app.made(self.kind, ["p1", "p2"])
        try:
            await app.told.wait()
        except asyncio.CancelledError:
            app.cancelled.append(query)
            raise
        yield app.made(self.kind, app.slow)


Harness.COMMANDS = {Quick, Slow}


async def rest(pilot: Pilot[None]) -> None:
    """Let the quick ones answer."""
    await pilot.pause(0.08)
    await pilot.pause()


async def test_what_is_known_at_once_is_drawn_at_once_and_the_rest_folded_in() -> None:
    app = Harness()
    async with app.run_test(size=(100, 30)) as pilot:
        await rest(pilot)
        assert app.listed() == ["one", "two"]
        await pilot.press("x")
        await rest(pilot)
        assert app.listed() == ["one", "two", "p1", "p2"]
        await pilot.press("down", "down")
        app.slow = ["new", "p2", "p3", "p1"]
        app.told.set()
        await rest(pilot)
        assert app.listed() == ["one", "two", "p1", "new", "p2", "p3"]
        assert app.palette.query_one(CommandList).highlighted == 2
        await pilot.press("enter")
        await rest(pilot)
        assert app.chosen == ["p1"]


async def test_the_line_under_the_cursor_stays_where_it_is_in_a_long_list() -> None:
    app = Harness()
    app.quick = []
    async with app.run_test(size=(100, 24)) as pilot:
        await rest(pilot)
        app.quick = list(range(20))
        await pilot.press("x", *["down"] * 11)
        await rest(pilot)
        commands = app.palette.query_one(CommandList)
        assert commands.highlighted == 11
        top = commands.scroll_offset.y
        held = app.listed()[11]
        assert top > 0
        app.slow = [f"m{number}" for number in range(20)]
        app.told.set()
        await rest(pilot)
        assert commands.highlighted == 11
        assert app.listed()[11] == held
        assert commands.scroll_offset.y == top


async def test_another_question_cancels_the_one_before() -> None:
    app = Harness()
    async with app.run_test(size=(100, 30)) as pilot:
        await rest(pilot)
        await pilot.press("x")
        await rest(pilot)
        await pilot.press("y")
        await rest(pilot)
        assert app.cancelled == ["x"]
        await pilot.press("escape")
        await rest(pilot)
        assert app.cancelled == ["x", "xy"]


async def test_enter_means_what_was_typed_and_not_what_stood_there_before() -> None:
    app = Harness()
    async with app.run_test(size=(100, 30)) as pilot:
        await rest(pilot)
        app.quick = ["meant"]
        app.palette.query_one("CommandInput").value = "m"  # type: ignore[attr-defined]
        await pilot.press("enter")
        await rest(pilot)
        assert app.chosen == ["meant"]


async def test_where_nothing_is_found_that_is_said_and_nothing_can_be_chosen() -> None:
    app = Harness()
    async with app.run_test(size=(100, 30)) as pilot:
        await rest(pilot)
        app.quick = []
        app.slow = []
        app.told.set()
        await pilot.press("x")
        await rest(pilot)
        assert "Nothing found" in app.text()
        await pilot.press("enter", "down", "enter")
        assert app.chosen == []
        assert app.screen is app.palette


async def test_what_is_wrong_with_a_query_is_said_below() -> None:
    app = Harness()
    async with app.run_test(size=(100, 30)) as pilot:
        await rest(pilot)
        await pilot.press(*"latency:x")
        await rest(pilot)
        assert "latency: takes a span of time" in app.text()
        await pilot.press("ctrl+u")
        await rest(pilot)
        assert "latency: takes" not in app.text()


async def test_what_is_under_the_cursor_can_be_copied() -> None:
    app = Harness()
    async with app.run_test(size=(100, 30)) as pilot:
        await rest(pilot)
        await pilot.press("x")
        await rest(pilot)
        await pilot.press("down", "ctrl+y")
        await rest(pilot)
        assert app.copied == ["two"]
        assert app.screen is not app.palette

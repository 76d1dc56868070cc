"""An app of nothing but the two panels that replay a session, and what they say to it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from textual.app import App, ComposeResult
from textual.message import Message
from textual.pilot import Pilot

import her_tui.ui
from her_tui.analysis.timeline import Timeline
from her_tui.ui import messages, theme
from her_tui.ui.widgets.detail import Detail
from her_tui.ui.widgets.timeline import TimelineBar
from tests.ui.replay_values import no_library, session_row

_SHEETS = sorted(Path(her_tui.ui.__file__).parent.glob("widgets/*.tcss"))


class ReplayApp(App[None]):
    """Passes the playhead from one panel to the other, as the main screen does."""

    CSS_PATH = _SHEETS  # type: ignore[assignment]

    def __init__(self) -> None:
        super().__init__()
        for each in theme.THEMES:
            self.register_theme(each)
        self.theme = theme.DARK_NAME
        self.detail = Detail()
        self.bar = TimelineBar()
        self.moves: list[int] = []
        self.said: list[Message] = []

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Our names in any theme."""
        return theme.fallback_variables(self.current_theme)

    def compose(self) -> ComposeResult:
        """The panels."""
        yield self.detail
        yield self.bar

    def open(self, timeline: Timeline, position: int = 0, session: int = 1) -> None:
        """Show a session."""
        self.bar.show(timeline)
        self.detail.show(no_library(), session_row(session), timeline)
        self.seek(position)

    def seek(self, position: int) -> None:
        """Put the playhead on ``position``."""
        self.bar.playhead = position
        self.detail.seek(position)

    def on_playhead_moved(self, event: messages.PlayheadMoved) -> None:
        """A panel moved it."""
        self.moves.append(event.position)
        self.seek(event.position)

    def on_subagent_opened(self, event: messages.SubagentOpened) -> None:
        """A panel wants a subagent shown."""
        self.said.append(event)

    def text(self) -> str:
        """All text on the screen."""
        strips = self.screen._compositor.render_strips()
        return "\n".join("".join(segment.text for segment in strip) for strip in strips)


class Replay:
    """The running app and its pilot."""

    def __init__(self, app: ReplayApp, pilot: Pilot[None]) -> None:
        self.app = app
        self.pilot = pilot

    @property
    def detail(self) -> Detail:
        """The panel above."""
        return self.app.detail

    @property
    def bar(self) -> TimelineBar:
        """The bar below."""
        return self.app.bar

    async def open(self, timeline: Timeline, position: int = 0, session: int = 1) -> None:
        """Show a session, and wait for it."""
        self.app.open(timeline, position, session)
        self.detail.focus()
        await self.settle()

    async def seek(self, position: int) -> None:
        """Move the playhead as the main screen does, and wait."""
        self.app.seek(position)
        await self.settle()

    async def press(self, *keys: str) -> None:
        """Press keys, each when the last has done its work."""
        for key in keys:
            await self.pilot.press(key)
            await self.settle()

    async def settle(self) -> None:
        """Wait until nothing is being read."""
        await self.pilot.pause()
        while any(not worker.is_finished for worker in self.app.workers):
            await self.app.workers.wait_for_complete()
            await self.pilot.pause()
        await self.pilot.pause()


@asynccontextmanager
async def replaying(size: tuple[int, int] = (120, 36)) -> AsyncIterator[Replay]:
    """The app, running in a terminal of ``size``."""
    app = ReplayApp()
    async with app.run_test(size=size, notifications=True, tooltips=True) as pilot:
        yield Replay(app, pilot)

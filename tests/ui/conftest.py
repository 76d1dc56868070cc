"""The demo library, built once; a screen on it; rows made by hand."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.screen import Screen

from her_tui.config import Config
from her_tui.demo import build
from her_tui.ui.app import HerApp

#: A Friday, late in the morning.
NOW = 1_795_174_972_000

Opened = Callable[..., AbstractAsyncContextManager["Her"]]


class Her:
    """A running app, its main screen and its pilot."""

    def __init__(self, app: HerApp, pilot: Pilot[None]) -> None:
        self.app = app
        self.main = app.main
        self.pilot = pilot

    async def press(self, *keys: str) -> None:
        """Press ``keys`` one by one, and let each do its work."""
        for key in keys:
            await self.pilot.press(key)
            await self.settle()

    async def settle(self) -> None:
        """Wait until nothing is being read."""
        for _ in range(2):
            await self.pilot.pause(0.02)
            await self.app.workers.wait_for_complete()
        await self.pilot.pause()

    async def until(self, true: Callable[[], object], seconds: float = 5.0) -> None:
        """Wait until ``true`` says so; fail if it never does."""
        for _ in range(int(seconds / 0.02)):
            if true():
                await self.pilot.pause()
                return
            await self.pilot.pause(0.02)
        raise AssertionError("what was waited for did not happen")

    def shows(self, screen: type[Screen[Any]]) -> bool:
        """Whether such a screen is on top."""
        return isinstance(self.app.screen, screen)

    def line(self, y: int) -> str:
        """The text on row ``y`` of the screen."""
        return "".join(segment.text for segment in self.app.screen._compositor.render_strips()[y])

    def text(self) -> str:
        """All text on the screen."""
        strips = self.app.screen._compositor.render_strips()
        return "\n".join("".join(segment.text for segment in strip) for strip in strips)


@pytest.fixture(scope="session")
def demo_library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's home; not to be written to."""
    home = tmp_path_factory.mktemp("demo-home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HER_NOW", str(NOW))
        build(home)
    return home


@pytest.fixture
def demo_home(demo_library: Path, tmp_path: Path) -> Path:
    """A copy of the demo's home."""
    home = tmp_path / "home"
    shutil.copytree(demo_library, home)
    return home


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No clock, no terminal, no clipboard and no home but the test's."""
    monkeypatch.setenv("HER_NOW", str(NOW))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("TEXTUAL_ANIMATIONS", "none")
    for name in ("TMUX", "SSH_TTY", "SSH_CONNECTION", "DISPLAY", "WAYLAND_DISPLAY", "NO_COLOR",
                 "CLAUDE_CONFIG_DIR", "XDG_CONFIG_HOME"):  # fmt: skip
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("her_tui.ui.clipboard.to_desktop", lambda text: False)


@pytest.fixture
def opened(demo_home: Path, alone: None) -> Opened:
    """``async with opened(size=…, keys=…) as her`` runs the app on a copy of the demo."""

    @asynccontextmanager
    async def run(
        size: tuple[int, int] = (120, 36),
        home: Path = demo_home,
        config: Config | None = None,
        session: str = "",
        wait: bool = True,
    ) -> AsyncIterator[Her]:
        app = HerApp(home, config or Config(), session=session)
        async with app.run_test(size=size, notifications=True, tooltips=True) as pilot:
            her = Her(app, pilot)
            if wait:
                await her.until(lambda: her.main.session is not None)
                await her.settle()
            yield her

    return run

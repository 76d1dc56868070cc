"""The demo library, built once with a frozen clock, and screens of it that do not move."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.strip import Strip
from textual.widgets import Input

from her_tui.config import Config
from her_tui.demo import build
from her_tui.queries import sessions
from her_tui.queries.library import Library
from her_tui.queries.sessions import ListQuery, SessionRow
from her_tui.ui.actions import Region
from her_tui.ui.app import HerApp

#: A Friday, late in the morning: the time of the README's pictures.
NOW = 1_795_174_972_000
#: The session most scenes show.
HERO = "loops back to the login page"

Size = tuple[int, int]
Taken = Callable[["Scene", Size], bool]

#: Keys after which something is read first that other keys are about.
_READS = frozenset({"f5", "f6", "f7", "f8", "f9", "B", "C", "R", "b", "enter"})

_POLL = 0.04
#: Polls without a change after which nothing is under way: longer than any pause in the typing.
_STILL = 4
_PATIENCE = 300


@dataclass(frozen=True)
class Scene:
    """A screen worth keeping, and how to come to it."""

    shows: str
    """A text that is on the screen then."""
    keys: Sequence[str] = ()
    opened: str = ""
    """A part of the title of the session that is open from the start; else the list has the
    focus."""
    played: float = 0.0
    """Seconds that it plays then."""
    empty: bool = False
    """There is no library."""
    theme: str = "her-dark"


@pytest.fixture(scope="session")
def demo_library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's home. Nothing is written to it: a demo remembers nothing."""
    home = tmp_path_factory.mktemp("demo-home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HER_NOW", str(NOW))
        build(home, NOW)
    return home


def _titled(home: Path, title: str) -> str:
    """The id of the session with this in its title."""
    library = Library.open(home)
    found = sessions.listing(library, ListQuery(text=f'"{title}"')).entries
    (key,) = (key for key, row in sessions.rows(library, found).items() if title in row.title)
    session_id = sessions.rows(library, [key])[key].session_id
    library.close()
    return session_id


@pytest.fixture(autouse=True)
def _nothing_of_this_machine(demo_library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same clock, terminal and paths everywhere."""
    monkeypatch.setenv("HER_NOW", str(NOW))
    monkeypatch.setenv("HOME", "/home/mira")
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLORTERM", "truecolor")
    monkeypatch.setenv("LANG", "C.UTF-8")
    monkeypatch.setattr(Input, "cursor_blink", False)
    monkeypatch.setattr("her_tui.ui.screens.filing.Path.cwd", lambda: Path("/home/mira"))
    rows = sessions.rows

    def at_home(library: Library, ids: Sequence[int]) -> Mapping[int, SessionRow]:
        """The rows, with their files where the user's own would be."""
        return {
            key: replace(row, path=row.path.replace(f"{demo_library}/claude", "/home/mira/.claude"))
            for key, row in rows(library, ids).items()
        }

    monkeypatch.setattr(sessions, "rows", at_home)


@pytest.fixture
def taken(snap_compare: Callable[..., bool], demo_library: Path, tmp_path: Path) -> Taken:
    """``taken(scene, size)`` is whether the scene looks as it did when it was last accepted."""

    def take(scene: Scene, size: Size) -> bool:
        home = tmp_path / "none" if scene.empty else demo_library
        session = _titled(home, scene.opened) if scene.opened else ""
        app = HerApp(home, Config(theme=scene.theme), demo=not scene.empty, session=session)
        app.main.hand_driven = True

        async def come_to_it(pilot: Pilot[None]) -> None:
            if not scene.empty:
                await until(pilot, lambda: app.main.session is not None)
            if scene.opened:
                await until(pilot, lambda: app.main.region_in_focus is Region.DETAIL)
            if not scene.empty:
                await until(pilot, lambda: app.main.ledger is not None)
                await still(pilot)
            for key in scene.keys:
                await pilot.press(key)
                if key in _READS:
                    await still(pilot)
            if scene.played:
                await still(pilot)
                app.main.advance(scene.played)
            await until(pilot, lambda: scene.shows in text(app))
            await still(pilot)

        return snap_compare(app, terminal_size=size, run_before=come_to_it)

    return take


def strips(app: HerApp) -> list[Strip]:
    """The lines on the screen."""
    return app.screen._compositor.render_strips()


def text(app: HerApp) -> str:
    """The text on the screen."""
    return "\n".join("".join(segment.text for segment in strip) for strip in strips(app))


async def until(pilot: Pilot[None], true: Callable[[], object]) -> None:
    """Wait until ``true`` says so."""
    for _ in range(_PATIENCE):
        if true():
            return
        await pilot.pause(_POLL)
    assert isinstance(pilot.app, HerApp)
    raise AssertionError(f"what was waited for did not happen:\n{text(pilot.app)}")


async def still(pilot: Pilot[None]) -> None:
    """Wait until no worker runs and nothing changes."""
    app = pilot.app
    assert isinstance(app, HerApp)
    before: list[Strip] = []
    quiet = 0
    for _ in range(_PATIENCE):
        await app.workers.wait_for_complete()
        await pilot.pause(_POLL)
        now = strips(app)
        quiet = quiet + 1 if now == before and not list(app.workers) else 0
        before = now
        if quiet >= _STILL:
            return
    raise AssertionError("the screen does not come to rest")

"""What ctrl+p finds."""

from __future__ import annotations

from her_tui.queries.library import Library
from her_tui.ui.palette.found import find_sessions
from tests.ui.conftest import Opened


async def test_actions_and_sessions_are_found_and_run(opened: Opened) -> None:
    async with opened() as her:
        await her.press("ctrl+p", *"light")
        await her.until(lambda: "her-light" in her.text())
        await her.press("escape")
        await her.press("ctrl+p", *"grouping")
        await her.pilot.pause(0.3)
        await her.press("escape", "ctrl+p", *"sign-in")
        await her.until(lambda: "Sign-in loops" in her.text())
        await her.pilot.pause(0.5)
        await her.press("down", "enter")
        await her.until(
            lambda: her.main.session is not None and "Sign-in" in her.main.session.title
        )
        assert her.main.list.current == her.main.session.id  # type: ignore[union-attr]


async def test_every_action_of_the_palette_can_be_run(opened: Opened) -> None:
    from her_tui.ui.actions import ACTIONS

    async with opened() as her:
        for action in ACTIONS:
            if (
                action.palette
                and action.handler not in ("quit", "demo")
                and her.main.offers(action)
            ):
                await her.main.run(action)
                await her.settle()
                while len(her.app.screen_stack) > 1:
                    await her.press("escape")
        assert her.app._exception is None


def test_sessions_are_found_by_words_and_by_id(demo_library: object, alone: None) -> None:
    from pathlib import Path

    assert isinstance(demo_library, Path)
    library = Library.open(demo_library)
    some = find_sessions(library, "", 5)
    assert len(some) == 5
    by_id = find_sessions(library, some[3].session_id[:8], 5)
    assert by_id[0].id == some[3].id
    assert find_sessions(library, "zzzz-nothing", 5) == []
    library.close()

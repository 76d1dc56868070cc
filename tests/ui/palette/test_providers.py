"""What ctrl+p finds."""

from __future__ import annotations

import pytest

from her_tui.queries.library import Library
from her_tui.ui.palette.entries import Entry, Kind
from her_tui.ui.palette.found import find_sessions
from her_tui.ui.palette.screen import Palette
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


async def test_what_is_in_the_library_is_found_and_opened_at_its_moment(opened: Opened) -> None:
    async with opened() as her:
        await her.press("ctrl+p", *"holds")
        await her.until(lambda: "commit " in her.text())
        await her.settle()
        palette = her.app.screen
        assert isinstance(palette, Palette)
        kinds = [each.kind for each in palette._entries]
        assert {Kind.SESSION, Kind.PROMPT, Kind.COMMIT} <= set(kinds)
        assert kinds[0] is Kind.SESSION
        commit = kinds.index(Kind.COMMIT)
        key = palette._entries[commit].key
        assert isinstance(key, tuple)
        event: int = key[0]
        await her.press(*["down"] * commit, "enter")
        await her.until(
            lambda: (
                her.main.timeline is not None and her.main.timeline.ids[her.main.playhead] == event
            )
        )
        assert her.main.detail.position == her.main.playhead


async def test_files_are_found_by_their_path(opened: Opened) -> None:
    async with opened() as her:
        await her.press("ctrl+p", *"csvStream.ts")
        await her.until(lambda: "file " in her.text())
        palette = her.app.screen
        assert isinstance(palette, Palette)
        kinds = [each.kind for each in palette._entries]
        assert kinds.index(Kind.FILE) == 0


async def test_a_prompt_is_copied_whole_from_the_palette(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    copied: list[str] = []

    def is_it(each: Entry) -> bool:
        return each.kind is Kind.PROMPT and (each.text or "").startswith("Harbour masters")

    def to_desktop(text: str) -> bool:
        copied.append(text)
        return True

    monkeypatch.setattr("her_tui.ui.clipboard.to_desktop", to_desktop)
    async with opened() as her:
        await her.press("ctrl+p", *"harbour masters report")
        await her.until(lambda: "prompt " in her.text())
        palette = her.app.screen
        assert isinstance(palette, Palette)
        await her.until(lambda: any(map(is_it, palette._entries)))
        await her.settle()
        prompt = [is_it(each) for each in palette._entries].index(True)
        await her.press(*["down"] * prompt, "ctrl+y")
        await her.until(lambda: copied)
        assert copied[0].endswith("Find out why before you change anything.")
        await her.until(lambda: "Copied" in her.text())

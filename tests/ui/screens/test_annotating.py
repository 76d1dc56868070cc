"""Stars, tags and notes, by keys."""

from __future__ import annotations

from pathlib import Path

from her_tui.store.own import NAME
from her_tui.ui.screens.annotate import Annotate
from tests.ui.conftest import Opened


async def test_a_session_is_starred_and_found_by_it(opened: Opened) -> None:
    async with opened() as her:
        await her.press("*")
        await her.until(lambda: bool(her.main.annotations.get(b"")))
        await her.until(lambda: "★" in her.text())
        assert her.main.annotations[b""].starred
        starred = her.main.session
        await her.press("3")
        await her.until(lambda: her.main.list.listing.sessions == 1)
        assert starred is not None
        assert her.main.list.current == starred.id
        await her.press("*")
        await her.until(lambda: not her.main.annotations)


async def test_a_prompt_is_tagged_and_its_note_stands_below_it(opened: Opened) -> None:
    async with opened() as her:
        await her.press("enter", "a")
        assert her.shows(Annotate)
        await her.press(*"keep", "tab", *"mind", "ctrl+s")
        await her.until(lambda: bool(her.main.annotations))
        key = her.main.detail.prompt_key()
        assert key
        assert her.main.annotations[key].tags == ("keep",)
        assert her.main.annotations[key].note == "mind"
        await her.press("f2")
        await her.until(lambda: "✎ note" in her.text())
        assert "#keep" in her.text()


async def test_what_was_typed_is_not_dropped_at_once(opened: Opened) -> None:
    async with opened() as her:
        await her.press("a", *"x", "escape")
        assert her.shows(Annotate)
        assert "Not written down yet" in her.text()
        await her.press("escape")
        assert not her.shows(Annotate)
        await her.pilot.pause()
        assert not her.main.annotations


async def test_damaged_notes_are_said_and_the_sessions_are_there(
    opened: Opened, demo_home: Path
) -> None:
    (demo_home / NAME).write_bytes(b"no database" * 1000)
    async with opened() as her:
        await her.until(lambda: "Your stars, tags and notes" in her.text())
        assert her.main.list.count

"""Saved views on screen, driven by keys."""

from __future__ import annotations

from her_tui.queries.sessions import Sort
from her_tui.ui.screens.views import Views
from her_tui.ui.views import MOST, STARTERS, SavedView
from tests.ui.conftest import Opened


async def test_a_number_opens_its_view(opened: Opened) -> None:
    async with opened() as her:
        wanted = STARTERS[4]
        await her.press("5")
        await her.until(lambda: her.main.list.listing.sessions < 42)
        assert her.main.list.wanted.text == wanted.text
        assert her.main.list.wanted.sort is Sort.COST
        await her.press("9")
        await her.until(lambda: "There is no saved view 9" in her.text())
        assert her.main.list.wanted.text == wanted.text
        await her.press("1")
        await her.until(lambda: her.main.list.listing.sessions == 42)


async def test_the_list_is_saved_under_a_name_and_opened_again(opened: Opened) -> None:
    async with opened() as her:
        await her.press("slash", *"is:error", "enter", "v")
        assert isinstance(her.app.screen, Views)
        await her.press("s", *"!", "enter")
        assert her.main.state.views[-1] == SavedView("!", "is:error")
        await her.press("escape", "escape")
        await her.until(lambda: not her.main.list.wanted.text)
        await her.press("v", "6")
        assert her.main.list.wanted.text == "is:error"


async def test_a_view_is_deleted_and_the_rest_move_up(opened: Opened) -> None:
    async with opened() as her:
        await her.press("v", "j", "d")
        assert [view.name for view in her.main.state.views] == [
            view.name for view in STARTERS if view != STARTERS[1]
        ]
        for _ in STARTERS:
            await her.press("d")
        assert not her.main.state.views
        assert "No view is saved" in her.text()
        await her.press("escape", "1")
        assert her.main.list.wanted.text == ""


async def test_there_are_as_many_views_as_numbers(opened: Opened) -> None:
    async with opened() as her:
        her.main.state.views[:] = [SavedView(f"v{number}", "x") for number in range(MOST)]
        await her.press("v", "s", *"more", "enter")
        assert "There are 9 views" in her.text()
        await her.press("escape")
        assert isinstance(her.app.screen, Views)
        assert len(her.main.state.views) == MOST

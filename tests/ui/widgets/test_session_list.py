"""The list of sessions: pages are asked for once, and the cursor sticks to its session."""

from __future__ import annotations

from array import array

import pytest
from textual.app import App, ComposeResult

from her_tui.queries.sessions import Group, GroupHeader, Listing, ListQuery
from her_tui.ui.theme import DARK
from her_tui.ui.widgets.session_list import PAGE, SessionList
from tests.ui.rows import NOW, row


@pytest.fixture(autouse=True)
def _frozen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HER_NOW", str(NOW))


class Harness(App[None]):
    """The list alone, with someone who notes which pages it wants."""

    def __init__(self) -> None:
        super().__init__()
        self.rows = SessionList(ListQuery())
        self.pages: list[int] = []
        self.asked: list[int] = []

    def compose(self) -> ComposeResult:
        """The list."""
        yield self.rows

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """The colours it names."""
        return DARK.variables

    def on_session_list_page_wanted(self, event: SessionList.PageWanted) -> None:
        """Note it, and answer."""
        self.pages.append(event.page)
        self.asked.extend(event.ids)
        self.rows.add_rows({key: row(id=key, title=f"session {key}") for key in event.ids})


def listing(*entries: int, headers: tuple[GroupHeader, ...] = ()) -> Listing:
    """A list of these entries."""
    return Listing(array("q", entries), headers, len(entries), 0, None)


async def test_only_pages_in_sight_are_asked_for_and_once() -> None:
    app = Harness()
    async with app.run_test(size=(80, 20)) as pilot:
        app.rows.show(listing(*range(1, 100_001)), ListQuery())
        await pilot.pause(0.05)
        assert app.pages == [0]
        app.rows.action_move("end")
        await pilot.pause(0.05)
        assert app.pages == [0, 99_999 // PAGE]
        app.rows.action_move("up")
        app.rows.action_move("home")
        await pilot.pause()
        assert len(app.pages) == 2
        assert len(app.asked) <= 2 * (PAGE + 1)


async def test_the_cursor_sticks_to_its_session() -> None:
    app = Harness()
    async with app.run_test(size=(80, 20)) as pilot:
        app.rows.show(listing(1, 2, 3, 4), ListQuery())
        app.rows.cursor = 2
        await pilot.pause()
        app.rows.show(listing(9, 8, 4, 3, 1), ListQuery())
        assert app.rows.current == 3
        app.rows.show(listing(9, 8, 4, 1), ListQuery())
        assert app.rows.current == 1
        app.rows.show(listing(1, 9), ListQuery(), target=9)
        assert app.rows.current == 9
        app.rows.show(listing(), ListQuery())
        assert [app.rows.current, app.rows.current_row] == [None, None]


async def test_headings_of_groups_are_passed_over_but_stay_in_sight() -> None:
    app = Harness()
    header = GroupHeader("/a/engine", 2, 1.0, 5)
    async with app.run_test(size=(80, 4)) as pilot:
        entries = (-1, 1, 2, 3, 4, 5, 6)
        app.rows.show(listing(*entries, headers=(header,)), ListQuery(group=Group.PROJECT))
        await pilot.pause()
        assert app.rows.current == 1
        app.rows.action_move("end")
        app.rows.action_move("home")
        await pilot.pause()
        assert app.rows.current == 1
        assert app.rows.scroll_offset.y == 0


async def test_a_row_that_is_not_here_yet_is_a_dim_line() -> None:
    app = Harness()
    async with app.run_test(size=(80, 20)):
        app.rows._listing = listing(1)
        app.rows._asked[0] = None
        app.rows.set_rows(1, 0)
        assert "░" in app.rows.render_line(0).text

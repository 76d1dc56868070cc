"""The filter above the list: the query language, typed."""

from __future__ import annotations

from her_tui.ui.widgets.query_line import QueryNote
from her_tui.ui.widgets.search_line import SearchLine
from tests.ui.conftest import Opened


async def test_filters_narrow_the_list(opened: Opened) -> None:
    async with opened() as her:
        await her.press("slash", *"is:error", "enter")
        await her.until(lambda: 0 < her.main.list.listing.sessions < 42)
        narrowed = her.main.list.listing.sessions
        rows = [her.main.list.row(entry) for entry in her.main.list.listing.entries]
        assert all(row.errors for row in rows if row)
        await her.press("slash", "home", "-", "enter")
        await her.until(lambda: her.main.list.listing.sessions == 42 - narrowed)


async def test_what_is_wrong_is_said_at_its_place_and_the_list_stays(opened: Opened) -> None:
    async with opened() as her:
        await her.press("slash", *"cost:>cheap")
        line, note = her.main.query_one("#filter", SearchLine), her.main.query_one(QueryNote)
        assert not note.silent
        assert "cheap" in her.text()
        caret = next(text for text in her.text().splitlines() if "^ " in text)
        typed = next(text for text in her.text().splitlines() if "cost:>cheap" in text)
        assert line.reading.error is not None
        assert caret.index("^") == typed.index("cost:>cheap") + line.reading.error.start
        shown = her.main.list.wanted
        await her.press("enter")
        assert line.has_focus
        assert her.main.list.wanted is shown
        await her.press("escape")
        assert not her.main.query("QueryNote").first().display
        assert her.main.list.has_focus
        await her.until(lambda: her.main.list.listing.sessions == 42)


async def test_values_are_offered_and_written_by_tab(opened: Opened) -> None:
    async with opened() as her:
        await her.press("slash", *"project:")
        await her.until(lambda: bool(her.main.known_values("project")))
        await her.press(*her.main.known_values("project")[0][:3], "tab", "enter")
        await her.until(lambda: 0 < her.main.list.listing.sessions < 42)
        assert f"project:{her.main.known_values('project')[0]}" in her.main.list.wanted.text


async def test_words_of_the_query_are_marked_and_filters_are_not(opened: Opened) -> None:
    from her_tui.ui.widgets.session_list import words_in

    assert words_in('fix is:error "two words" -no') == ("fix", "two words")
    assert words_in("cost:>x") == ()


async def test_the_first_row_says_how_many_match(opened: Opened) -> None:
    async with opened() as her:
        await her.press("slash", *"is:error", "enter")
        await her.until(lambda: " of 42 sessions" in her.line(0))
        assert her.line(0).split(" of 42")[0].split()[-1] == str(her.main.list.listing.sessions)
        await her.press("escape")
        await her.until(lambda: " of 42 sessions" not in her.line(0))


async def test_tab_leads_out_of_no_filter(opened: Opened) -> None:
    async with opened() as her:
        await her.press("slash", *"zzz", "tab", "tab", *"o")
        assert her.main.query_one("#filter", SearchLine).value == "zzzo"

"""The main screen on the demo library, driven by keys."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from her_tui.config import Config
from her_tui.queries.sessions import Group, Origin, Sort
from her_tui.ui import actions
from her_tui.ui.actions import Region
from her_tui.ui.hints import hints
from her_tui.ui.loading import SessionRead
from her_tui.ui.screens.choose import Choose
from her_tui.ui.screens.confirm import Confirm
from her_tui.ui.screens.help import Help
from her_tui.ui.screens.main import MainScreen
from her_tui.ui.widgets import status_line
from her_tui.ui.widgets.search_line import SearchLine
from tests.ui.conftest import Opened


async def test_the_first_session_is_shown_at_once(opened: Opened) -> None:
    async with opened() as her:
        assert her.main.list.has_focus
        assert her.main.session == her.main.list.current_row
        assert "42 sessions" in her.line(0)
        assert her.main.session is not None
        assert her.main.session.title[:12] in her.text()


async def test_the_cursor_previews_and_the_newest_wins(opened: Opened) -> None:
    async with opened() as her:
        await her.pilot.press("j", "j", "j", "k")
        await her.until(lambda: her.main.session == her.main.list.current_row)
        assert her.main.list.cursor == 2
        await her.press("G")
        await her.until(lambda: her.main.session == her.main.list.current_row)
        assert her.main.list.cursor == her.main.list.count - 1
        await her.press("g")
        assert her.main.list.cursor == 0


async def test_seeking_works_from_every_region(opened: Opened) -> None:
    async with opened() as her:
        await her.press("j", "tab", "tab", "g")
        assert her.main.playhead == 0
        for region in (Region.TIMELINE, Region.LIST, Region.DETAIL):
            if her.main.region_in_focus is not region:
                await her.press("tab")
            assert her.main.region_in_focus is region
            before = her.main.playhead
            await her.press("]")
            assert her.main.playhead == before + 1
            assert her.main.bar.playhead == her.main.playhead
            await her.press("}")
            assert her.main.timeline is not None
            assert her.main.playhead in (*her.main.timeline.prompts, len(her.main.timeline) - 1)
            await her.press("{", "[")


async def test_the_playhead_is_where_it_was_left(opened: Opened, demo_home: Path) -> None:
    async with opened() as her:
        await her.press("j", "tab", "tab", "g", "]", "]")
        left, session = her.main.playhead, her.main.session
        assert session is not None
        await her.press("escape", "j")
        await her.until(lambda: her.main.session != session)
        await her.press("k")
        await her.until(lambda: her.main.session == session)
        assert her.main.playhead == left == 2
    async with opened() as her:
        assert her.main.session == session
        assert her.main.playhead == left


async def test_sort_group_hide_and_fold_keep_the_session(opened: Opened) -> None:
    async with opened() as her:
        await her.press("j", "j")
        session = her.main.list.current
        for key in ("s", "S", "b", "b", "h", "b"):
            await her.press(key)
            assert her.main.list.current == session, key
        assert her.main.list.wanted.sort is list(Sort)[1]
        assert her.main.list.wanted.group is Group.NONE
        assert her.main.list.wanted.hidden


async def test_subagents_unfold_below_their_session(opened: Opened) -> None:
    async with opened() as her:
        while not (her.main.list.current_row and her.main.list.current_row.subagents):
            await her.press("j")
        parent, count = her.main.list.current_row, her.main.list.count
        await her.press("right")
        assert her.main.list.count == count + parent.subagents
        await her.press("j")
        assert her.main.list.current_row is not None
        assert her.main.list.current_row.parent == parent.id
        await her.until(lambda: her.main.session == her.main.list.current_row)
        await her.press("left")
        assert her.main.list.current == parent.id
        await her.press("left")
        assert her.main.list.count == count


async def test_filtering_while_typing(opened: Opened) -> None:
    async with opened() as her:
        everything = her.main.list.count
        await her.press("/", *"oauth")
        await her.until(lambda: 0 < her.main.list.count < everything)
        assert "/oauth" in her.line(0)
        await her.press("enter")
        assert her.main.list.has_focus
        await her.press("escape")
        await her.until(lambda: her.main.list.count == everything)
        await her.press("/", *"zzz", "escape")
        await her.until(lambda: her.main.list.count == everything)
        assert her.main.list.has_focus


async def test_a_filter_without_hits_says_how_to_clear_it(opened: Opened) -> None:
    async with opened(size=(80, 24)) as her:
        await her.press("/", *"[/x]")
        await her.until(lambda: "No session matches" in her.text())
        assert "Esc" in her.text()
        await her.press("enter", "escape")
        await her.until(lambda: her.main.list.count)
        await her.until(lambda: "No session matches" not in her.text())
        assert her.main.list.has_focus


async def test_scope_of_a_project(opened: Opened) -> None:
    async with opened() as her:
        row, everything = her.main.list.current_row, her.main.list.count
        assert row is not None
        await her.press("p")
        await her.until(lambda: her.main.list.count < everything)
        assert her.main.list.current == row.id
        await her.press("escape")
        await her.until(lambda: her.main.list.count == everything)


async def test_one_panel_at_a_time_in_a_narrow_window(opened: Opened) -> None:
    async with opened(size=(80, 24)) as her:
        assert not her.main.detail.region
        await her.press("enter")
        assert her.main.detail.region.width == 80
        assert her.main.region_in_focus is Region.DETAIL
        assert not her.main.list.region
        assert her.main.bar.region.height == 5
        await her.press("escape")
        assert her.main.list.region.width == 80
        assert her.main.list.has_focus


@pytest.mark.parametrize(
    "size", [(40, 10), (20, 8), (10, 3), (60, 14), (99, 24), (200, 60), (1, 1)]
)
async def test_any_size_will_do(opened: Opened, size: tuple[int, int]) -> None:
    async with opened(size=size) as her:
        await her.press("j", "enter", "]", "tab", "tab", "?", "escape", "escape")
        await her.pilot.resize_terminal(80, 24)
        await her.settle()
        await her.press("j")
        assert her.main.list.region.width == 80
        assert her.main.list.has_focus


async def test_the_cursor_stays_in_sight_and_on_its_session(opened: Opened) -> None:
    async with opened(size=(120, 36)) as her:
        await her.press("G", "k", "k")
        session = her.main.list.current
        for size in ((120, 20), (80, 24), (200, 60), (100, 30)):
            await her.pilot.resize_terminal(*size)
            await her.settle()
            assert her.main.list.current == session
            top = her.main.list.scroll_offset.y
            assert top <= her.main.list.cursor < top + her.main.list.lines_shown


async def test_find_in_the_detail(opened: Opened) -> None:
    async with opened() as her:
        await her.press("enter", "/", *"the", "enter")
        assert her.main.found == "the"
        assert her.main.region_in_focus is Region.DETAIL
        await her.press("n", "N", "escape")
        assert her.main.found == ""
        assert her.main.region_in_focus is Region.DETAIL
        await her.press("escape")
        assert her.main.list.has_focus


async def test_copying_says_where_it_went(opened: Opened) -> None:
    async with opened() as her:
        await her.press("y")
        await her.until(lambda: "Copied" in her.line(35))
        assert her.app.clipboard == her.main.detail.prompt_text()


async def test_the_copy_menu(opened: Opened) -> None:
    async with opened() as her:
        await her.press("c")
        assert her.shows(Choose)
        assert "session id" in her.text()
        await her.press("escape")
        assert her.shows(MainScreen)
        await her.press("c", "G", "end", "enter")
        await her.until(lambda: "claude --resume" in her.app.clipboard)


async def test_what_cannot_be_resumed_says_why(opened: Opened) -> None:
    async with opened() as her:
        await her.press("r")
        assert "✗" in her.line(35)
        await her.press("escape")
        assert "✗" not in her.line(35)


async def test_deleting_asks_first(opened: Opened) -> None:
    async with opened() as her:
        row, sessions = her.main.session, her.main.list.listing.sessions
        assert row is not None
        await her.press("D")
        assert her.shows(Confirm)
        await her.press("enter")
        assert her.shows(MainScreen)
        await her.press("D", "y")
        await her.until(lambda: "Deleted" in her.line(35), 15)
        await her.until(lambda: her.main.list.listing.sessions < sessions, 5)
        assert row.id not in her.main.list.listing.entries


async def test_a_session_named_at_the_start_is_opened(opened: Opened) -> None:
    async with opened() as her:
        await her.press("j", "j", "j")
        await her.until(lambda: her.main.session == her.main.list.current_row)
        session = her.main.session
        assert session is not None
    async with opened(session=session.session_id) as her:
        await her.until(lambda: her.main.region_in_focus is Region.DETAIL)
        assert her.main.session == session


async def test_the_help_is_whole_and_leaves(opened: Opened) -> None:
    async with opened(size=(80, 24)) as her:
        await her.press("?")
        assert her.shows(Help)
        assert "In the list" in her.text()
        await her.press("G")
        assert "where the two part" in her.text()
        await her.press("q")
        assert her.shows(MainScreen)


async def test_the_theme_is_switched_and_remembered(opened: Opened) -> None:
    async with opened() as her:
        await her.press("T")
        assert her.app.theme == "her-light"
    async with opened() as her:
        assert her.app.theme == "her-light"


async def test_an_empty_library_offers_the_demo(opened: Opened, tmp_path: Path) -> None:
    home = tmp_path / "empty"
    async with opened(home=home, wait=False, size=(80, 24)) as her:
        await her.until(lambda: "No Claude Code sessions found" in her.text())
        assert "d Demo" in her.line(23)
        await her.press("j", "y", "tab", "/", "escape", "escape")
        await her.press("d")
        await her.until(lambda: her.app.main is not her.main, 15)
        her.main = her.app.main
        await her.until(lambda: her.main.session is not None, 10)
        await her.settle()
        assert "demo" in her.line(0)
        await her.press("j", "enter")


async def test_a_library_that_appears_is_listed(
    opened: Opened, tmp_path: Path, demo_library: Path
) -> None:
    home = tmp_path / "later"
    async with opened(home=home, wait=False) as her:
        await her.until(lambda: "No Claude Code sessions found" in her.text())
        shutil.copytree(demo_library, home)
        await her.until(lambda: her.main.session is not None)
        await her.settle()
        assert her.main.list.has_focus
        assert her.main.list.region


async def test_a_damaged_library_says_so(opened: Opened, tmp_path: Path) -> None:
    home = tmp_path / "damaged"
    home.mkdir()
    (home / "library.db").write_bytes(b"not a database at all" * 100)
    async with opened(home=home, wait=False) as her:
        await her.until(lambda: "library.db" in her.text())


async def test_q_and_ctrl_c_leave(opened: Opened) -> None:
    for key in ("q", "ctrl+c"):
        async with opened() as her:
            await her.pilot.press(key)
            await her.pilot.pause()
            assert her.app._exit
    async with opened() as her:
        await her.press("/", "q")
        assert not her.app._exit
        assert her.main.query_one("#filter", SearchLine).value == "q"


async def test_only_here_sessions_are_marked(opened: Opened) -> None:
    async with opened() as her:
        await her.press("G")
        row = her.main.list.current_row
        assert row is not None
        assert row.origin is Origin.ONLY_HERE
        assert "†" in her.text()


async def test_every_theme_can_be_used(opened: Opened) -> None:
    async with opened() as her:
        for name in her.app.available_themes:
            her.app.use_theme(name)
            await her.pilot.pause()
            assert her.app._exception is None, name


@pytest.mark.parametrize("size", [(80, 24), (200, 60)])
async def test_every_key_in_the_footer_is_bound_to_what_it_says(
    opened: Opened, size: tuple[int, int]
) -> None:
    async with opened(size=size, config=Config(keys={"session.copy_prompt": "ctrl+y"})) as her:
        for region in (Region.LIST, Region.DETAIL, Region.TIMELINE):
            while her.main.region_in_focus is not region:
                await her.press("tab")
            bound = {binding.binding.id: binding for binding in her.main.active_bindings.values()}
            enabled = [action.name for action in actions.ACTIONS if her.main.offers(action)]
            for hint in hints(region, her.app.keys, enabled):
                assert bound[hint.action.name].enabled, hint
        assert bound["session.copy_prompt"].binding.key == "ctrl+y"


async def test_the_footer_knows_what_is_under_the_cursor(opened: Opened) -> None:
    async with opened(size=(200, 60)) as her:
        assert "← → Subagents" not in her.line(59)
        assert "Esc Back" not in her.line(59)
        await her.press("j")
        assert "← → Subagents" in her.line(59)
        await her.press("enter", "g")
        assert "Esc Back" in her.line(59)
        assert "n N Next" not in her.line(59)
        assert her.main.detail.check_action("toggle", ()) is None
        assert "s Subagent" not in her.line(59)
        await her.press(*"}}}}}}")
        while "s Subagent" not in her.line(59):
            await her.press("]")
        assert her.main.detail.check_action("toggle", ())
        await her.press("s")
        await her.until(lambda: her.main.session and her.main.session.parent is not None)
        await her.press("escape")
        await her.until(lambda: her.main.session and her.main.session.parent is None)
        assert her.main.region_in_focus is Region.DETAIL
        assert "s Subagent" in her.line(59)
        await her.press("escape")
        assert her.main.list.has_focus


async def test_what_an_empty_session_offers(opened: Opened) -> None:
    async with opened() as her:
        await her.press("h", "G")
        await her.until(lambda: her.main.session == her.main.list.current_row)
        assert her.main.timeline is not None
        assert not len(her.main.timeline)
        assert "This session is empty" in her.text()
        assert "} Prompt" not in her.line(35)
        assert "Copy…" in her.line(35)
        for key, panel in (("f5", her.main.detail.files), ("f6", her.main.detail.state)):
            await her.press(key)
            assert [line.text for block in panel.blocks for line in block.lines] == [
                "", "This session is empty.",
            ]  # fmt: skip


async def test_the_last_error_is_said_to_be_the_last(opened: Opened) -> None:
    async with opened() as her:
        await her.press("j", *"eee")
        before = her.main.playhead
        await her.press("e")
        assert her.main.playhead == before
        assert "No later error. E goes back." in her.line(35)


async def test_another_session_is_read_from_its_response(opened: Opened) -> None:
    async with opened(size=(80, 24)) as her:
        await her.press("enter", "p", "escape", "j")
        await her.until(lambda: her.main.session == her.main.list.current_row)
        assert her.main.detail.panel == "response"


async def test_a_message_goes_when_it_was_read(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened() as her:
        her.main.say_problem("No way", "Try another " * 20)
        await her.press("j")
        assert "No way" in her.line(35)
        monkeypatch.setattr(status_line, "GLIMPSE_SECONDS", 0.0)
        await her.press("k")
        assert "No way" not in her.text()


async def test_keys_shown_for_a_moment_come_back(opened: Opened) -> None:
    async with opened() as her:
        her.main.status.notice("done")
        await her.settle()
        assert "done" in her.line(35)
        her.main.status.quiet()
        await her.settle()
        assert "Open" in her.line(35)
        await her.pilot.click("StatusLine", offset=(2, 0))
        await her.settle()
        assert her.main.region_in_focus is Region.DETAIL


async def test_a_live_session_grows_under_the_playhead(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened() as her:
        session, line = her.main.session, her.main.timeline
        assert session is not None
        assert line is not None
        await her.press("tab", "tab", "G")
        grown = replace(
            line,
            ids=[*line.ids, 10**9],
            times=[*line.times, line.times[-1] + 1],
            kinds=line.kinds + b"\x0b",
            flags=[*line.flags, 0],
            agents=[*line.agents, 0],
            turns=[*line.turns, line.turns[-1]],
        )
        row = replace(session, responses=session.responses + 1)
        her.main.post_message(SessionRead(row, grown))
        await her.settle()
        assert her.main.playhead == len(grown) - 1
        await her.press("g")
        her.main.post_message(SessionRead(session, grown))
        await her.settle()
        assert her.main.playhead == 0

"""Searching from the main screen: to the moment of a hit and back, and meaning on and off."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from her_tui.events.model import EventKind
from her_tui.queries import sessions
from her_tui.queries.library import Library
from her_tui.queries.meaning import MeaningState, Readiness
from her_tui.queries.sessions import ListQuery
from her_tui.search import settings
from her_tui.ui import watch
from her_tui.ui.actions import BY_NAME, Region
from her_tui.ui.commands import Done
from her_tui.ui.screens.confirm import Confirm
from her_tui.ui.screens.prompts import PromptSearch
from tests.ui.conftest import Her, Opened


def some_event(home: Path, where: str) -> tuple[int, int]:
    """The session and the row id of the last event for which ``where`` holds."""
    library = Library.open(home)
    rows = library.rows(
        "SELECT e.session, e.id FROM event e JOIN session s ON s.id = e.session"
        f" WHERE {where} ORDER BY e.ts DESC LIMIT 1"
    )
    library.close()
    return rows[0][0], rows[0][1]


def at_event(her: Her, event: int) -> bool:
    """Whether the playhead, the bar and the detail are on ``event``."""
    main = her.main
    return (
        main.timeline is not None
        and main.timeline.ids[main.playhead] == event
        and main.bar.playhead == main.playhead
        and main.detail.position == main.playhead
    )


async def test_a_hit_opens_at_its_moment_whatever_was_remembered(
    opened: Opened, demo_home: Path
) -> None:
    session, event = some_event(demo_home, f"e.kind = {EventKind.TOOL_USE:d} AND e.agent = 0")
    async with opened() as her:
        her.main.go_to(session)
        await her.until(lambda: her.main.session is not None and her.main.session.id == session)
        await her.press("g")
        her.main.go_to(session, event)
        await her.settle()
        assert at_event(her, event)
        await her.press("escape", "G")
        await her.settle()
        her.main.go_to(session, event)
        await her.until(lambda: at_event(her, event))
        assert her.main.region_in_focus is Region.DETAIL
        assert her.main.list.current == session


async def test_an_event_of_a_subagent_is_on_the_timeline_of_its_session(
    opened: Opened, demo_home: Path
) -> None:
    session, event = some_event(demo_home, f"e.agent <> 0 AND e.kind = {EventKind.TOOL_USE:d}")
    async with opened(size=(80, 24)) as her:
        her.main.go_to(session, event)
        await her.until(lambda: at_event(her, event))
        assert her.main.session is not None
        assert her.main.session.parent is None


async def test_what_hides_the_session_in_the_list_is_cleared(
    opened: Opened, demo_home: Path
) -> None:
    library = Library.open(demo_home)
    shown = set(sessions.listing(library, ListQuery()).entries)
    every = set(sessions.listing(library, ListQuery(hidden=True)).entries)
    library.close()
    (hidden, *_) = sorted(every - shown)
    (other, *_) = sorted(shown)
    async with opened() as her:
        await her.press("/", *"zzzz-nothing", "enter")
        await her.until(lambda: her.main.list.count == 0)
        her.main.go_to(other)
        await her.until(lambda: her.main.list.current == other)
        assert not her.main.list.wanted.narrowed
        her.main.go_to(hidden)
        await her.until(lambda: her.main.list.current == hidden)
        assert not her.main.state.hidden  # not what the user chose
        await her.until(lambda: her.main.session is not None and her.main.session.id == hidden)
        assert her.main.region_in_focus is Region.DETAIL


async def test_the_prompt_search_finds_opens_and_comes_back(opened: Opened) -> None:
    async with opened() as her:
        await her.press("f")
        assert her.shows(PromptSearch)
        screen = her.app.screen
        assert isinstance(screen, PromptSearch)
        await her.until(lambda: screen.rows.count > 10)
        await her.press(*"login", "down")
        await her.settle()
        chosen = screen.rows.current
        assert chosen is not None
        await her.press("enter")
        await her.until(lambda: at_event(her, chosen.event))
        assert not her.shows(PromptSearch)
        await her.press("ctrl+f", "escape", "escape")
        assert not her.shows(PromptSearch)


async def test_the_prompt_search_goes_on_where_it_was_left(opened: Opened) -> None:
    async with opened() as her:
        await her.press("f", *"csv")
        search = her.app.screen
        assert isinstance(search, PromptSearch)
        await her.until(lambda: search.rows.count > 1 and search.place().text == "csv")
        await her.pilot.pause(0.4)
        await her.press("down")
        chosen = search.place()
        await her.press("enter", "f")
        again = her.app.screen
        assert isinstance(again, PromptSearch)
        assert again is not search
        assert again.place() == chosen
        await her.press(*"x")
        assert again.line.value == "x"
        await her.press("escape", "escape", "f")
        fresh = her.app.screen
        assert isinstance(fresh, PromptSearch)
        assert fresh.line.value == ""


async def test_a_star_in_the_prompt_search_is_one_everywhere(opened: Opened) -> None:
    async with opened() as her:
        await her.press("f")
        screen = her.app.screen
        assert isinstance(screen, PromptSearch)
        await her.until(lambda: screen.rows.count > 1)
        await her.press("ctrl+s")
        await her.until(lambda: screen.rows.hits[0].starred)
        await her.press(*"is:favourite")
        await her.until(lambda: screen.rows.count == 1)
        await her.press("enter")
        await her.until(lambda: any(said.starred for said in her.main.annotations.values()))


async def test_similar_prompts_of_the_one_at_the_playhead(opened: Opened) -> None:
    async with opened(session="") as her:
        await her.press("enter", "}", "F")
        assert her.shows(PromptSearch)
        await her.settle()
        assert "like" in her.text()
        await her.press("escape", "escape")
        assert not her.shows(PromptSearch)


def told(her: Her, state: MeaningState) -> None:
    her.main.stop_watching()
    her.main.on_meaning_seen(watch.MeaningSeen(state))


async def test_only_what_would_change_something_is_offered(opened: Opened) -> None:
    names = ("meaning.enable", "meaning.off", "meaning.pause", "meaning.resume")
    expected = {
        MeaningState(Readiness.NEVER_ASKED): [True, False, False, False],
        MeaningState(Readiness.OFF): [True, False, False, False],
        MeaningState(Readiness.READY): [False, True, False, False],
        MeaningState(Readiness.PARTIAL, 1, 2): [False, True, True, False],
        MeaningState(Readiness.PARTIAL, 1, 2, paused=True): [False, True, False, True],
        MeaningState(Readiness.NO_NUMPY): [False, False, False, False],
    }
    async with opened() as her:
        for state, offers in expected.items():
            told(her, state)
            assert [her.main.offers(BY_NAME[name]) for name in names] == offers, state


async def test_enabling_asks_first_and_says_what_came_of_it(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran: list[Sequence[str]] = []
    answers = [Done(0, "It is on."), Done(1, "Nothing answers [/red]", "Try later.")]

    def run(home: Path, arguments: Sequence[str], *, seconds: float) -> Done:
        ran.append(arguments)
        return answers.pop(0)

    monkeypatch.setattr("her_tui.ui.screens.searching.run", run)
    async with opened() as her:
        told(her, MeaningState(Readiness.NEVER_ASKED))
        her.main.action_enable_meaning()
        await her.settle()
        assert her.shows(Confirm)
        assert "92 MB" in her.text()
        assert "huggingface.co" in her.text()
        await her.press("enter")  # the harmless answer has the focus
        assert ran == []
        her.main.action_enable_meaning()
        await her.settle()
        await her.press("y")
        await her.until(lambda: "It is on." in her.text())
        assert ran == [("semantic", "enable", "--yes")]
        her.main.action_disable_meaning()
        await her.until(lambda: "switched off: Nothing answers [/red]" in her.text())
        assert ran[-1] == ("semantic", "off")


async def test_the_demo_is_encoded_at_once(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[Sequence[str]] = []

    def run(home: Path, arguments: Sequence[str], *, seconds: float) -> Done:
        ran.append(arguments)
        return Done(0, "All of it is known.")

    monkeypatch.setattr("her_tui.ui.screens.searching.run", run)
    async with opened() as her:
        monkeypatch.setattr(her.main, "_demo", True)
        told(her, MeaningState(Readiness.NEVER_ASKED))
        her.main.action_enable_meaning()
        await her.settle()
        await her.press("y")
        await her.until(lambda: "All of it is known." in her.text())
        assert ran == [("semantic", "enable", "--yes"), ("index",)]


async def test_meaning_is_offered_once(opened: Opened, demo_home: Path) -> None:
    async with opened() as her:
        told(her, MeaningState(Readiness.NEVER_ASKED))
        await her.settle()
        await her.press("ctrl+p")
        await her.until(lambda: "Find by what is meant, too" in her.text())
        assert "offer" in her.text()
        await her.press("escape")
        await her.settle()
        assert settings.load(demo_home).offered
        await her.press("ctrl+p")
        await her.until(lambda: "action" in her.text())
        assert "offer " not in her.text()
    async with opened() as her:
        told(her, MeaningState(Readiness.NEVER_ASKED))
        await her.settle()
        assert not her.main.offers_meaning

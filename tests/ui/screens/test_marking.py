"""Bookmarks, the list of marks, jumps and links, by keys."""

from __future__ import annotations

from array import array
from dataclasses import replace
from pathlib import Path

import pytest

from her_tui.analysis.timeline import Timeline
from her_tui.queries import bookmarks, moments
from her_tui.queries.bookmarks import Bookmark
from her_tui.queries.library import Library
from her_tui.ui import loading
from her_tui.ui.loading import SessionRead
from her_tui.ui.screens.bookmark import BookmarkNote
from her_tui.ui.screens.jump import Jump
from her_tui.ui.screens.moments import Moments
from tests.ui.anew import on_screen_anew
from tests.ui.conftest import Her, Opened
from tests.ui.replay_values import preceded

HERO = "f27ac6ac-b4ce-4b3b-aead-58861eb1e052"


def own(her: Her) -> tuple[Bookmark, ...]:
    """The bookmarks of the session on screen."""
    main = her.main
    assert main.library is not None
    assert main.session is not None
    return bookmarks.of_session(main.library, main.session.id)


async def test_a_moment_is_bookmarked_with_a_note(opened: Opened) -> None:
    async with opened(session=HERO) as her:
        await her.press("b")
        await her.until(lambda: her.shows(BookmarkNote))
        position = her.main.playhead
        await her.press(*"look", "enter")
        await her.until(lambda: own(her))
        (made,) = own(her)
        assert made.note == "look"
        assert her.main.timeline is not None
        assert bookmarks.position(made, her.main.timeline) == position
        await her.until(lambda: "is bookmarked" in her.text())


async def test_again_edits_it_or_takes_it_away(opened: Opened) -> None:
    async with opened(session=HERO) as her:
        for keys in (["x", "enter"], ["y", "enter"], ["z", "escape"]):
            await her.press("b")
            await her.until(lambda: her.shows(BookmarkNote))
            await her.press(*keys)
            await her.until(lambda: not her.shows(BookmarkNote))
        await her.until(lambda: [each.note for each in own(her)] == ["xy"])
        await her.press("b")
        await her.until(lambda: her.shows(BookmarkNote))
        assert "remove the bookmark" in her.text()
        await her.press("ctrl+d")
        await her.until(lambda: not own(her))


async def test_marks_are_listed_and_jumped_to(opened: Opened) -> None:
    async with opened(session=HERO) as her:
        await her.press(":")
        await her.until(lambda: her.shows(Jump))
        await her.press("3", "enter")
        await her.until(lambda: not her.shows(Jump))
        there = her.main.playhead
        await her.press("b")
        await her.until(lambda: her.shows(BookmarkNote))
        await her.press(*"mine", "enter")
        await her.until(lambda: own(her))
        her.main.move_playhead(0)
        await her.press("B")
        await her.until(lambda: her.shows(Moments))
        assert "1 bookmark" in her.text()
        await her.press("b")
        assert "mine" in her.text()
        await her.press("g", "enter")
        await her.until(lambda: her.main.playhead == there)


async def test_nothing_is_marked(opened: Opened) -> None:
    async with opened(session=HERO) as her:
        her.app.push_screen(Moments([], 0))
        await her.settle()
        assert "Nothing is marked" in her.text()
        await her.press("b", "enter", "j")
        assert her.shows(Moments)
        await her.press("escape")
        assert not her.shows(Moments)


@pytest.mark.parametrize("text", ["12", "turn 2/3", "50%", "#40", "10:00"])
async def test_a_jump_to_what_is_typed(opened: Opened, text: str) -> None:
    async with opened(session=HERO) as her:
        await her.press(":")
        await her.until(lambda: her.shows(Jump))
        assert "12 a turn" in her.text(), "what there is to type"
        await her.press(*text)
        await her.until(lambda: "→ " in her.text())
        await her.press("enter")
        await her.until(lambda: not her.shows(Jump))
        main = her.main
        assert main.timeline is not None
        assert main.library is not None
        from her_tui.analysis.moments import parse

        assert main.playhead == moments.position(main.library, main.timeline, parse(text))
        assert main.detail.as_of


async def test_what_cannot_be_found_is_said_and_nothing_moves(opened: Opened) -> None:
    async with opened(session=HERO) as her:
        before = her.main.playhead
        await her.press(":")
        await her.until(lambda: her.shows(Jump))
        await her.press(*"999", "enter")
        await her.until(lambda: "no turn 999" in her.text())
        assert her.shows(Jump)
        await her.press("escape")
        await her.until(lambda: not her.shows(Jump))
        assert her.main.playhead == before


@pytest.mark.parametrize("text", ["+5m", "-2m"])
async def test_a_jump_between_two_events_is_at_that_very_time(opened: Opened, text: str) -> None:
    async with opened(session=HERO) as her:
        await her.press(":")
        await her.until(lambda: her.shows(Jump))
        await her.press(*text)
        words = "5 minutes after the beginning" if text[0] == "+" else "2 minutes before the end"
        await her.until(lambda: words in her.text())
        await her.press("enter")
        await her.until(lambda: not her.shows(Jump))
        main = her.main
        assert main.timeline is not None
        start, end = main.timeline.times[0], main.timeline.times[-1]
        assert main.now == (start + 300_000 if text[0] == "+" else end - 120_000)
        assert main.playhead == main.timeline.at_time(main.now)
        assert main.timeline.times[main.playhead] < main.now
        if text[0] == "+":
            assert main.deck.elapsed == 300_000
            assert "0:05:00" in her.text()


async def test_after_the_end_is_the_end_and_says_so(opened: Opened) -> None:
    async with opened(session=HERO) as her:
        await her.press(":")
        await her.until(lambda: her.shows(Jump))
        await her.press(*"+99h")
        await her.until(lambda: "→ the end" in her.text())


async def test_after_an_error_typing_starts_anew(opened: Opened) -> None:
    async with opened(session=HERO, size=(80, 24)) as her:
        await her.press(":")
        await her.until(lambda: her.shows(Jump))
        await her.press(*"error", "enter")
        await her.until(lambda: "“error” is no moment" in her.text())
        assert "an event (#45) or an id." in her.text()
        await her.press("3", "enter")
        await her.until(lambda: not her.shows(Jump))
        assert her.main.timeline is not None
        assert her.main.playhead == her.main.timeline.prompts[2]


async def test_nothing_typed_goes_nowhere(opened: Opened) -> None:
    async with opened(session=HERO) as her:
        before = her.main.playhead
        await her.press(":", "enter")
        await her.until(lambda: not her.shows(Jump))
        assert her.main.playhead == before


async def test_enter_before_it_is_known_where_it_leads(opened: Opened) -> None:
    async with opened(session=HERO) as her:
        await her.press(":")
        await her.until(lambda: her.shows(Jump))
        await her.pilot.press("2", "enter")
        await her.until(lambda: not her.shows(Jump))
        assert her.main.timeline is not None
        assert her.main.playhead == her.main.timeline.prompts[1]


async def test_a_link_is_copied_that_opens_the_moment(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    copied: list[str] = []

    def taken(text: str) -> bool:
        copied.append(text)
        return True

    async with opened(session=HERO) as her:
        monkeypatch.setattr("her_tui.ui.clipboard.to_desktop", taken)
        monkeypatch.setenv("DISPLAY", ":0")
        await her.press(":")
        await her.until(lambda: her.shows(Jump))
        await her.press("3", "enter")
        await her.until(lambda: not her.shows(Jump))
        await her.press("@")
        await her.until(lambda: copied)
        assert copied == [f"her-tui open '{HERO}#turn=3'"]


HOSTILE = "x [/red] [@click=app.quit]q[/] \x1b]52;c;ZXZpbA==\x07 \u202eevil"


async def test_hostile_notes_end_nothing(opened: Opened, demo_home: Path) -> None:
    from her_tui.recorder.annotate import Subject, annotating

    async with opened(session=HERO) as her:
        main = her.main
        assert main.library is not None
        assert main.timeline is not None
        made = bookmarks.at(main.library, main.timeline, main.playhead)
        with annotating(demo_home) as annotations:
            annotations.bookmark(
                Subject("claude-code", HERO, made.key), made.block, made.ts, HOSTILE
            )
        await her.press("B")
        await her.until(lambda: her.shows(Moments))
        assert "[/red]" in her.text()
        assert "\x1b" not in her.text()
        await her.press("escape", "b")
        await her.until(lambda: her.shows(BookmarkNote))
        assert "[/red]" in her.text()
        await her.press("enter")
        await her.until(lambda: not her.shows(BookmarkNote))
        assert own(her)[0].note == HOSTILE, "what was not changed is not written"


def read_again(her: Her, timeline: Timeline) -> None:
    """The session on screen was read again, as ``timeline``."""
    assert her.main.session is not None
    her.main.show_session(SessionRead(her.main.session, timeline))


async def test_a_bookmark_is_on_its_record_though_that_is_read_anew_meanwhile(
    opened: Opened, demo_home: Path
) -> None:
    async with opened(session=HERO) as her:
        main = her.main
        main.jump_to(30)
        assert main.timeline is not None
        assert main.library is not None
        made = bookmarks.at(main.library, main.timeline, 30)
        await her.press("b")
        await her.until(lambda: her.shows(BookmarkNote))
        await on_screen_anew(her, demo_home)
        await her.press("x", "enter")
        await her.until(lambda: own(her))
        (found,) = own(her)
        assert bookmarks.same(found, made)
        assert found.key
        assert bookmarks.position(found, main.timeline) == 30


async def test_a_jump_leads_to_the_event_though_others_came_before_it(opened: Opened) -> None:
    async with opened(session=HERO) as her:
        main = her.main
        await her.until(lambda: main.marks)
        for open_it, typed, screen in ((":", "#40", Jump), ("B", "G", Moments)):
            assert main.timeline is not None
            await her.press(open_it)
            await her.until(lambda screen=screen: her.shows(screen))  # type: ignore[misc]
            await her.press(*typed)
            at = 39 if screen is Jump else main.marks[-1].position
            event = main.timeline.ids[at]
            if screen is Jump:
                await her.until(lambda: "→ " in her.text())
            read_again(her, preceded(main.timeline))
            await her.press("enter")
            await her.until(lambda screen=screen: not her.shows(screen))  # type: ignore[misc]
            assert main.timeline.ids[main.playhead] == event
        await her.press("B")
        await her.until(lambda: her.shows(Moments))
        before = main.playhead
        assert main.timeline is not None
        anew = array("q", [each + 10**12 for each in main.timeline.ids])
        read_again(her, replace(main.timeline, ids=anew))
        await her.press("g", "enter")
        await her.until(lambda: "not there any more" in her.text())
        assert main.playhead == before


async def test_bookmarks_made_elsewhere_appear(
    opened: Opened, demo_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from her_tui.recorder.annotate import Subject, annotating

    read: list[int] = []
    chart = loading.read_chart

    def counted(library: Library, timeline: Timeline) -> loading.ChartRead:
        read.append(len(timeline))
        return chart(library, timeline)

    monkeypatch.setattr(loading, "read_chart", counted)
    async with opened(session=HERO) as her:
        main = her.main
        await her.until(lambda: main.marks)
        await her.settle()
        assert main.library is not None
        assert main.timeline is not None
        read.clear()
        main.on_library_changed()
        await her.settle()
        assert not read, "nothing is new: nothing is read"
        made = bookmarks.at(main.library, main.timeline, 7)
        with annotating(demo_home) as annotations:
            subject = Subject("claude-code", HERO, made.key)
            annotations.bookmark(subject, made.block, made.ts, "elsewhere")
        main.on_library_changed()
        await her.until(lambda: [mark.note for mark in main.marks if mark.note] == ["elsewhere"])
        await her.settle()
        main.on_library_changed()
        await her.settle()
        assert len(read) == 1

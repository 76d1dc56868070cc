"""The prompt search: what a key does at once, what comes later, and what does not move."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from textual.pilot import Pilot

from her_tui.errors import LibraryUnusable
from her_tui.queries.finding import Hit
from her_tui.queries.meaning import MeaningState, Readiness
from her_tui.ui.screens.help import Help
from tests.ui.hostile import HOSTILE
from tests.ui.prompts_app import FakeFinder, PromptsApp, hit, settle

PROMPTS = [
    hit(1, "make the oauth callback keep the page"),
    hit(2, "why does the sign-in loop only happen in Safari?"),
    hit(3, "write a test for the oauth redirect"),
    hit(4, "rename get_user_id everywhere"),
]
_FOREIGN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


@asynccontextmanager
async def searching(
    finder: FakeFinder | None,
    tmp_path: Path,
    size: tuple[int, int] = (120, 36),
    like: tuple[int, str] | None = None,
) -> AsyncIterator[tuple[PromptsApp, Pilot[None]]]:
    """The search on ``finder``, with its first answer on screen."""
    app = PromptsApp(finder, tmp_path, like)
    async with app.run_test(size=size, notifications=True) as pilot:
        await settle(app, pilot)
        yield app, pilot


def listed(app: PromptsApp) -> list[int]:
    return [each.event for each in app.search.rows.hits]


@pytest.fixture(autouse=True)
def _alone(alone: None) -> None:
    """No clock, clipboard or terminal but the test's."""


async def test_it_starts_with_the_latest_prompts_and_shows_the_first(tmp_path: Path) -> None:
    async with searching(FakeFinder(PROMPTS), tmp_path) as (app, _):
        assert listed(app) == [1, 2, 3, 4]
        assert "the latest 4 prompts" in app.text()
        assert "Answer to 1." in app.text()


async def test_every_key_is_answered_by_words_and_one_pause_by_meaning(tmp_path: Path) -> None:
    finder = FakeFinder(PROMPTS)
    async with searching(finder, tmp_path) as (app, pilot):
        for text in ("o", "oa", "oau", "oaut", "oauth"):
            app.search.line.value = text  # however slow the machine: no pause in between
        await settle(app, pilot)
        assert listed(app) == [1, 3]
        assert [text for how, text in finder.asked if how == "find"] == ["oauth"]
        assert ("newest", "oauth") in finder.asked


async def test_words_are_there_before_meaning(tmp_path: Path) -> None:
    finder = FakeFinder(PROMPTS)
    finder.let_go.clear()
    async with searching(finder, tmp_path) as (app, pilot):
        await pilot.press(*"oauth")
        await pilot.pause(0.2)
        assert listed(app) == [1, 3]
        finder.by_meaning["oauth"] = [hit(2, why=("meaning 0.60",)), hit(3), hit(1)]
        finder.let_go.set()
        await settle(app, pilot)
        assert listed(app) == [1, 2, 3]  # the row under the cursor stays, the rest is ranked


async def test_meaning_does_not_move_the_row_under_the_cursor(tmp_path: Path) -> None:
    many = [hit(number, f"the prompt {number}") for number in range(1, 41)]
    finder = FakeFinder(many)
    finder.let_go.clear()
    async with searching(finder, tmp_path, size=(80, 24)) as (app, pilot):
        await pilot.press(*"the", *["down"] * 15)
        await pilot.pause(0.2)
        rows = app.search.rows
        line = rows.cursor - rows.scroll_offset.y
        held = rows.current
        assert held is not None
        finder.by_meaning["the"] = list(reversed(many))
        finder.let_go.set()
        await settle(app, pilot)
        assert rows.current is not None
        assert rows.current.event == held.event == 16
        assert rows.cursor - rows.scroll_offset.y == line
        assert listed(app)[:3] == [40, 39, 38]


async def test_words_that_come_after_meaning_change_nothing(tmp_path: Path) -> None:
    finder = FakeFinder(PROMPTS)
    async with searching(finder, tmp_path) as (app, pilot):
        finder.words_let_go.clear()
        finder.by_meaning["o"] = [hit(3), hit(2), hit(1)]
        await pilot.press("o")
        await pilot.pause(0.3)
        assert listed(app) == [3, 2, 1]
        finder.words_let_go.set()
        await settle(app, pilot)
        assert listed(app) == [3, 2, 1]


async def test_a_question_that_is_superseded_is_given_up(tmp_path: Path) -> None:
    finder = FakeFinder(PROMPTS)
    finder.let_go.clear()
    async with searching(finder, tmp_path) as (app, pilot):
        await pilot.press(*"oau")
        await pilot.pause(0.25)
        await pilot.press(*"th")
        await pilot.pause(0.25)
        finder.let_go.set()
        await settle(app, pilot)
        assert finder.given_up[-1] == "oau"
        assert listed(app) == [1, 3]


async def test_leaving_gives_up_what_is_asked(tmp_path: Path) -> None:
    finder = FakeFinder(PROMPTS)
    finder.let_go.clear()
    async with searching(finder, tmp_path) as (app, pilot):
        await pilot.press(*"oauth")
        await pilot.pause(0.25)
        await pilot.press("escape", "escape")
        await settle(app, pilot)
        assert finder.given_up[-1] == "oauth"
        assert app.opened == [None]


async def test_what_only_meaning_finds_replaces_the_old_rows_without_a_blank(
    tmp_path: Path,
) -> None:
    finder = FakeFinder(PROMPTS)
    finder.let_go.clear()
    finder.by_meaning["kraken"] = [hit(4, why=("meaning 0.51",)), hit(2, why=("meaning 0.40",))]
    async with searching(finder, tmp_path, size=(80, 24)) as (app, pilot):
        await pilot.press(*"kraken")
        await pilot.pause(0.2)
        assert app.search.rows.has_class("-stale")
        assert app.search.rows.count
        finder.let_go.set()
        await settle(app, pilot)
        assert listed(app) == [4, 2]
        assert not app.search.rows.has_class("-stale")
        assert "≈0.51" in app.text()


async def test_enter_opens_and_arrows_move_while_typing(tmp_path: Path) -> None:
    async with searching(FakeFinder(PROMPTS), tmp_path) as (app, pilot):
        await pilot.press(*"oauth")
        await settle(app, pilot)
        await pilot.press("down")
        await settle(app, pilot)
        assert "Answer to 3." in app.text()
        await pilot.press("enter")
        await pilot.pause()
        (opened,) = app.opened
        assert opened is not None
        assert opened.event == 3


async def test_copying_takes_the_whole_prompt(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copied: list[str] = []

    def to_desktop(text: str) -> bool:
        copied.append(text)
        return True

    monkeypatch.setattr("her_tui.ui.clipboard.to_desktop", to_desktop)
    async with searching(FakeFinder(PROMPTS), tmp_path) as (app, pilot):
        await pilot.press("down", "ctrl+y")
        await settle(app, pilot)
        assert copied == ["the whole of prompt 2"]
        assert "Copied" in app.text()
        await pilot.press("tab", "y")
        await settle(app, pilot)
        assert len(copied) == 2


async def test_a_star_is_written_and_shown_at_once(tmp_path: Path) -> None:
    finder = FakeFinder(PROMPTS)
    async with searching(finder, tmp_path) as (app, pilot):
        await pilot.press("down", "ctrl+s")
        await settle(app, pilot)
        assert finder.stars == [(2, True)]
        assert [each.starred for each in app.search.rows.hits] == [False, True, False, False]
        assert app.search.rows.cursor == 1
        await pilot.press("tab", "*")
        await settle(app, pilot)
        assert finder.stars[-1] == (2, False)


async def test_similar_prompts_and_back_to_where_one_was(tmp_path: Path) -> None:
    finder = FakeFinder(PROMPTS)
    finder.like = [hit(8, "like it"), hit(9, "like it, too")]
    async with searching(finder, tmp_path) as (app, pilot):
        await pilot.press(*"oauth")
        await settle(app, pilot)
        await pilot.press("down", "ctrl+l")
        await settle(app, pilot)
        assert listed(app) == [8, 9]
        assert "2 like “write a test for the oauth redirect”" in app.text()
        await pilot.press("escape")
        await settle(app, pilot)
        assert listed(app) == [1, 3]
        assert app.search.rows.cursor == 1
        assert app.search.line.value == "oauth"
        await pilot.press("escape", "escape")
        await pilot.pause()
        assert app.opened == [None]


async def test_it_can_start_with_prompts_like_one(tmp_path: Path) -> None:
    finder = FakeFinder(PROMPTS)
    finder.like = [hit(8, "like it")]
    async with searching(finder, tmp_path, like=(3, "write a test")) as (app, pilot):
        assert listed(app) == [8]
        assert "like “write a test”" in app.text()
        await pilot.press("escape")
        await settle(app, pilot)
        assert listed(app) == [1, 2, 3, 4]


async def test_tab_completes_or_goes_on_to_list_and_preview(tmp_path: Path) -> None:
    async with searching(FakeFinder(PROMPTS), tmp_path) as (app, pilot):
        await pilot.press(*"is:er")
        await pilot.pause()
        assert "is:error" in app.text()
        await pilot.press("tab")
        assert app.search.line.value == "is:error"
        assert app.search.line.has_focus
        await pilot.press("ctrl+u", *"oau")
        await settle(app, pilot)
        for part in (app.search.rows, app.search.preview, app.search.line):
            await pilot.press("tab")
            assert part.has_focus
        await pilot.press("shift+tab", "/")
        assert app.search.line.has_focus
        await pilot.press("ctrl+u", *"has:dif", "right")
        assert app.search.line.value == "has:diff"


async def test_an_error_of_the_query_has_a_caret_and_keeps_the_rows(tmp_path: Path) -> None:
    async with searching(FakeFinder(PROMPTS), tmp_path) as (app, pilot):
        await pilot.press(*"oauth latency:x")
        await settle(app, pilot)
        first, second = app.text().split("\n")[:2]
        assert second.index("^") == first.index("latency")
        assert app.search.rows.count
        await pilot.press("backspace", *">3s")
        await settle(app, pilot)
        assert "^ " not in app.text().split("\n")[1]


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (MeaningState(Readiness.OFF), "her-tui semantic enable"),
        (MeaningState(Readiness.NEVER_ASKED), "her-tui semantic enable"),
        (MeaningState(Readiness.DAMAGED), "damaged"),
        (MeaningState(Readiness.PARTIAL, 62, 100), "62 %"),
        (MeaningState(Readiness.NO_NUMPY), "her-tui[meaning]"),
    ],
)
async def test_nothing_found_says_what_was_not_looked_at(
    tmp_path: Path, state: MeaningState, said: str
) -> None:
    finder = FakeFinder()
    finder.state = state
    for size in ((80, 24), (120, 36)):
        async with searching(finder, tmp_path, size=size) as (app, pilot):
            await pilot.press(*"kraken")
            await settle(app, pilot)
            assert "Nothing found for “kraken”" in app.text()
            assert said in app.text()


async def test_no_library_no_prompt_and_a_broken_index_each_have_a_sentence(
    tmp_path: Path,
) -> None:
    async with searching(None, tmp_path) as (app, pilot):
        assert "No prompt was recorded yet" in app.text()
        await pilot.press("enter", "down", "ctrl+y", "ctrl+s", "ctrl+l", "tab")
        assert app.opened == []
    async with searching(FakeFinder(), tmp_path) as (app, _):
        assert "No prompt was recorded yet" in app.text()
    broken = FakeFinder()
    broken.failure = LibraryUnusable("The word index is damaged", "Run her-tui index --rebuild.")
    async with searching(broken, tmp_path) as (app, _):
        assert "The word index is damaged" in app.text()
        assert "Run her-tui index --rebuild." in app.text()


async def test_help_and_clicks(tmp_path: Path) -> None:
    async with searching(FakeFinder(PROMPTS), tmp_path) as (app, pilot):
        await pilot.click("HitList", offset=(10, 5))
        await settle(app, pilot)
        assert app.search.rows.cursor == 2
        await pilot.click("HitList", offset=(10, 5), times=2)
        await pilot.pause()
        assert [each and each.event for each in app.opened] == [3]
        assert not isinstance(app.screen, Help)


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_a_query_of_ten_thousand_characters_is_a_query(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    finder = FakeFinder(PROMPTS)
    async with searching(finder, tmp_path, size=size) as (app, pilot):
        app.search.line.value = "日本語 🙂 (\"' " * 1_200
        await settle(app, pilot)
        assert app._exception is None
        await pilot.press("escape")
        await settle(app, pilot)
        assert listed(app) == [1, 2, 3, 4]


@pytest.mark.parametrize("bad", HOSTILE, ids=range(len(HOSTILE)))
async def test_what_was_found_is_text(tmp_path: Path, bad: str) -> None:
    poisoned: list[Hit] = [
        replace(
            hit(number, bad[:200_000]),
            title=bad,
            project=bad,
            why=(f"words: {bad[:100]}",),
            marks=((0, 4), (6, 9)),
        )
        for number in (1, 2)
    ]
    finder = FakeFinder(poisoned)
    finder.like = poisoned
    for size in ((80, 24), (120, 36)):
        async with searching(finder, tmp_path, size=size) as (app, pilot):
            await pilot.press("down", "ctrl+l", "tab", "tab", "j")
            await settle(app, pilot)
            for strip in app.screen._compositor.render_strips():
                for segment in strip:
                    assert not _FOREIGN.search(segment.text)
                    assert segment.style is None or segment.style.link is None
            assert app._exception is None

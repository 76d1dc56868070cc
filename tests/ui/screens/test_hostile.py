"""Captured text on every surface: nothing ends the app, plants a link or reaches the terminal."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest

from her_tui.queries import sessions, spend
from her_tui.queries.library import Library
from her_tui.queries.sessions import Listing, ListQuery, SessionRow
from her_tui.queries.spend import Spend
from her_tui.queries.status import Phase, RecorderStatus
from her_tui.ui import messages, watch
from her_tui.ui.screens.choose import Choose
from her_tui.ui.screens.confirm import Confirm
from tests.ui.conftest import Her, Opened
from tests.ui.hostile import HOSTILE

_FOREIGN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


@pytest.fixture
def poisoned(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> str:
    """A library in which every text that a screen of sessions shows is ``request.param``."""
    bad: str = request.param
    rows, listing = sessions.rows, sessions.listing

    def bad_rows(library: Library, ids: Sequence[int]) -> Mapping[int, SessionRow]:
        return {
            key: replace(
                row, title=bad, project=bad, cwd=bad, branch=bad, model=bad, path=bad,
                session_id=bad[:4000],
            )
            for key, row in rows(library, ids).items()
        }  # fmt: skip

    def bad_listing(library: Library, query: ListQuery) -> Listing:
        found = listing(library, replace(query, text="", project=""))
        return replace(found, headers=tuple(replace(h, label=bad) for h in found.headers))

    monkeypatch.setattr(sessions, "rows", bad_rows)
    monkeypatch.setattr(sessions, "listing", bad_listing)
    monkeypatch.setattr(spend, "by_project", lambda library, limit: [Spend(bad, 1.0, 1, 1, 1)])
    return bad


def check(her: Her) -> None:
    """What is on screen is clean, and clicking it does nothing of its own."""
    for strip in her.app.screen._compositor.render_strips():
        for segment in strip:
            assert not _FOREIGN.search(segment.text)
            meta = segment.style.meta if segment.style is not None else {}
            assert "@click" not in meta  # the scrollbar has handlers of its own
            assert segment.style is None or segment.style.link is None


@pytest.mark.parametrize("poisoned", HOSTILE, indirect=True, ids=range(len(HOSTILE)))
async def test_no_text_of_a_session_is_taken_for_more_than_text(
    opened: Opened, poisoned: str
) -> None:
    async with opened(size=(160, 40)) as her:
        check(her)
        await her.press("b", "right", "p")
        check(her)
        await her.press("D")
        assert her.shows(Confirm)
        check(her)
        await her.press("escape", "c")
        assert her.shows(Choose)
        check(her)
        await her.press("escape", "ctrl+p")
        await her.pilot.pause(0.3)
        check(her)
        await her.press("escape", "r")
        check(her)
        her.main.post_message(messages.Problem(poisoned, poisoned))
        her.main.post_message(messages.Notice(poisoned))
        recorder = RecorderStatus(Phase.FAILED, message=poisoned, hint=poisoned)
        her.main.post_message(watch.RecorderSeen(recorder))
        await her.settle()
        check(her)
        her.main.say_problem(poisoned, poisoned)
        her.main.list.wanted = replace(her.main.list.wanted, text=poisoned[:200])
        her.main.refresh_list()
        await her.settle()
        check(her)
        assert her.app._exception is None

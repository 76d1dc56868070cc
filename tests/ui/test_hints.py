"""The footer: which keys it offers, and in which order."""

from __future__ import annotations

import pytest

from her_tui.ui.actions import BY_NAME, DETAIL, LIST, Region
from her_tui.ui.hints import Hint, hints
from her_tui.ui.widgets.status_line import hint_spans

REGIONS = (Region.LIST, Region.DETAIL, Region.TIMELINE, Region.PROMPTS, Region.COMPARE)
#: Offered where there is nothing to be done with them, or beside files alone.
ELSEWHERE = {"files.text", "files.diff", "files.restore", "app.demo"}


def said(shown: list[Hint]) -> list[str]:
    return [f"{hint.keys} {hint.label}" for hint in shown]


@pytest.mark.parametrize("region", REGIONS)
def test_it_shows_the_users_own_keys(region: Region) -> None:
    shown = hints(region, {"app.help": "f9"}, BY_NAME)
    assert "F9" in [hint.keys for hint in shown]


def test_elsewhere_than_in_a_session_rank_decides() -> None:
    for region in (Region.LIST, Region.PROMPTS, Region.COMPARE):
        ranks = [hint.action.rank for hint in hints(region, {}, BY_NAME)]
        assert ranks == sorted(ranks)


@pytest.mark.parametrize("region", [Region.DETAIL, Region.TIMELINE])
def test_in_a_session_the_deck_comes_first(region: Region) -> None:
    shown = said(hints(region, {}, set(BY_NAME) - ELSEWHERE, labels={"deck.play": "Pause"}))
    wanted = [
        "Space Pause", "< > Speed", "{ } Prompt", "m M Mark", "e E Error", "b Bookmark", ": Jump",
        "y Copy", "p Panel", "Esc Back", "? Help",
    ]  # fmt: skip
    if region is not DETAIL:
        wanted.remove("p Panel")
    assert shown[: len(wanted)] == wanted
    assert "f Prompts" in shown
    assert region is not DETAIL or {"t Thinking", "x All", "Enter Unfold"} <= set(shown)


@pytest.mark.parametrize("recording", [False, True])
def test_in_80_columns_the_most_useful_fit(recording: bool) -> None:
    offered = hints(DETAIL, {}, set(BY_NAME) - ELSEWHERE - {"deck.slower"})
    room = 78 - len("● recording ") * recording
    fitting = said([hint for _, _, hint in hint_spans(offered, room)])
    assert fitting[:5] == ["Space Play", "{ } Prompt", "m M Mark", "e E Error", "b Bookmark"]
    assert fitting[-1] == "? Help"
    assert (": Jump" in fitting) is not recording


def test_what_leads_on_may_come_first() -> None:
    for region in (LIST, DETAIL):
        assert hints(region, {}, BY_NAME, first=["app.help"])[0].action.name == "app.help"


def test_keys_that_do_nothing_here_keep_their_place() -> None:
    everything = hints(DETAIL, {}, BY_NAME)
    others = set(BY_NAME) - {"detail.toggle"}
    shown = hints(DETAIL, {}, others, idle=["detail.toggle"])
    assert [hint.keys for hint in shown] == [hint.keys for hint in everything]
    assert [hint.action.name for hint in shown if hint.idle] == ["detail.toggle"]

"""What passed between client and API, on the main screen, driven by keys."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from her_tui.events.requests import Outcome
from her_tui.queries import sessions
from her_tui.queries.library import Library
from her_tui.queries.sessions import ListQuery
from her_tui.ui.renderers.tabs import PANELS
from tests.support.attempts import put, sent, streamed, wire
from tests.ui.conftest import NOW, Her, Opened

HERO = "f27ac6ac"


async def ready(her: Her) -> None:
    """Wait until the traffic of the session is on screen."""
    await her.until(lambda: her.main.traffic is not None)
    await her.settle()


def shown(her: Her, text: str) -> bool:
    """Whether ``text`` is on the screen."""
    return text in her.text()


@pytest.mark.parametrize("size", [(80, 24), (120, 36), (200, 60)])
async def test_each_panel_has_a_key_and_shows_what_it_should(
    opened: Opened, size: tuple[int, int]
) -> None:
    async with opened(size, session=HERO) as her:
        await ready(her)
        await her.press(*"}}}", *"]]]]]]")
        for key, panel, text in (
            ("f7", "request", "tools as before"),
            ("f8", "timing", "first token"),
            ("f9", "side", "haiku-4-5"),
            ("f4", "action", "oauth.py"),
            ("f3", "response", "signed cookie"),
            ("f2", "prompt", "Now fix it"),
        ):
            await her.press(key)
            assert her.main.detail.panel == panel
            await her.until(partial(shown, her, text))
        for panel in (*PANELS[1:], "prompt"):
            await her.press("p")
            assert her.main.detail.panel == panel
        await her.press("P")
        assert her.main.detail.panel == "side"


async def test_the_request_follows_the_playhead(opened: Opened) -> None:
    async with opened(session=HERO) as her:
        await ready(her)
        await her.press("f7")
        seen = set()
        for _ in range(4):
            await her.press("}")
            row = her.main.detail.asked
            assert row is not None
            assert row.started is not None
            assert her.main.timeline is not None
            assert row.started >= her.main.timeline.times[her.main.playhead]
            seen.add(str(her.main.detail.request.border_title))
        assert len(seen) == 4
        await her.press("]", "]")
        row = her.main.detail.asked
        assert row is not None
        assert her.main.timeline is not None
        assert row.started is not None
        assert row.started <= her.main.timeline.times[her.main.playhead]


async def test_blocks_of_the_request_unfold(opened: Opened) -> None:
    async with opened(session=HERO) as her:
        await ready(her)
        await her.press("}", "}", "}", "f7")
        request = her.main.detail.request
        await her.until(lambda: her.main.detail.context_block is not None)
        rows = len(request.blocks)
        assert request.cursor is not None
        await her.press("g", "j", "j", "enter")
        assert len(request.blocks) > rows
        await her.press("enter")
        assert len(request.blocks) == rows
        await her.press("G", "enter")
        assert len(request.blocks[-1].lines) > 1
        await her.press("x")
        assert all(len(block.lines) > 1 for block in request.blocks)
        await her.press("x", "G", "k", "j")
        assert her.main.detail.open_text()[0]
        assert her.main.detail.copy_menu()[0][0] == "block"


async def test_reading_goes_over_an_answer_that_broke_off(opened: Opened) -> None:
    async with opened(session=HERO) as her:
        await ready(her)
        library = her.main.library
        assert library is not None
        assert her.main.traffic is not None
        assert len(her.main.traffic.untold) == 1
        assert her.main.timeline is not None
        line = her.main.timeline
        (at,) = [
            row.started
            for row in her.main.traffic.told
            if her.main.traffic.untold & {row.attempts[0].id}
        ]
        assert at is not None
        her.main.move_playhead(line.at_time(at))
        await her.settle()
        await her.until(lambda: "cut off · kept from the wire" in her.text())
        before = her.main.playhead
        await her.press(*"jjjjj")
        assert her.main.playhead > before + 3
        after = her.main.playhead
        await her.press(*"kkkkk")
        assert her.main.playhead < after - 3
        assert her.main.detail.response.cursor is not None


async def test_an_answer_on_its_way_is_at_the_end_of_the_last_turn(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened() as her:
        await ready(her)
        assert "is answering … 6.4 s" in her.text()
        await her.until(lambda: "flat from the first 20,000 rows" in her.text())
        monkeypatch.setenv("HER_NOW", str(NOW + 1_000))
        await her.until(lambda: "is answering … 7.4 s" in her.text())
        await her.press("enter", "{", "{")
        assert "is answering" not in her.text()


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_as_of_the_end_it_is_there_once_and_happens_and_before_it_is_ahead(
    opened: Opened, size: tuple[int, int]
) -> None:
    async with opened(size) as her:
        await ready(her)
        her.main.hand_driven = True
        await her.press("enter", "2", "L")
        await her.until(lambda: "flat from the first 20,000 rows" in her.text())
        assert her.main.detail.as_of
        assert her.text().count("flat from the first 20,000 rows") == 1
        assert her.text().count("is answering") == 1
        rows = her.text().splitlines()
        assert all("│" in row for row in rows if "answering" in row or "20,000 rows on" in row)
        for _ in range(3):
            await her.press("[")
            assert "is answering" not in her.text()
            assert "flat from the first 20,000 rows" not in her.text()


async def test_who_reads_sees_what_is_on_its_way_happen_from_the_last_event_on(
    opened: Opened,
) -> None:
    async with opened() as her:
        await ready(her)
        await her.press("enter")
        panel = her.main.detail.response
        (at,) = panel.coming
        assert panel.rail(at) == "rail-past"
        await her.press("k")
        assert panel.rail(at) == "rail-next"


async def test_news_of_an_answer_appear_by_themselves(opened: Opened, demo_home: Path) -> None:
    library = Library.open(demo_home)
    (key,) = sessions.listing(library, ListQuery(text="loops back")).entries
    session = sessions.rows(library, [key])[key].session_id
    library.close()
    pending = {"outcome": Outcome.PENDING, "duration_ms": None, "tokens": None, "message_id": "m"}
    body = sent("What now?")
    async with opened(session=session) as her:
        await ready(her)
        await her.press("tab", "G", "shift+tab")
        assert "waiting for" not in her.text()
        put(demo_home, [wire(session, 901, NOW - 2_000, body, **pending)])
        await her.until(lambda: "waiting for opus-4-5 … 2.0 s" in her.text())
        assert her.main.session is not None
        more = {**pending, "response_body": streamed("m", "Now we", stop=None)}
        put(demo_home, [wire(session, 901, NOW - 2_000, body, **more)])
        await her.until(lambda: "Now we" in her.text())
        done = {"response_body": streamed("m", "Now we rest."), "message_id": "m"}
        put(demo_home, [wire(session, 901, NOW - 2_000, body, **done)])
        await her.until(lambda: "is answering" not in her.text())
        assert her.main.traffic is not None
        assert not her.main.traffic.in_flight


async def test_a_session_only_the_transcript_tells_of_says_how_to_see_more(opened: Opened) -> None:
    async with opened() as her:
        await her.press("G")
        await her.until(lambda: her.main.session == her.main.list.current_row)
        await her.press("f8")
        await her.until(lambda: "only the transcript tells" in her.text())
        await her.press("f7")
        await her.until(lambda: "Only the transcript tells" in her.text())


async def test_the_bar_has_a_lane_for_latency_where_there_is_room(opened: Opened) -> None:
    async with opened((120, 36)) as her:
        await ready(her)
        assert her.main.bar.size.height == 9
        assert "latency" in her.text()
    async with opened((80, 24)) as her:
        await ready(her)
        assert her.main.bar.size.height == 5
        assert "latency" not in her.text()

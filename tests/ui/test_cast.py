"""A recording shows what the screen shows, whoever plays it, and however fast it was made."""

from __future__ import annotations

import asyncio
import json
import re
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pyte
import pytest

from her_tui.analysis.tape import Idle
from her_tui.config import Config
from her_tui.errors import HerError, NotFound
from her_tui.queries import bookmarks
from her_tui.queries.library import Library
from her_tui.queries.references import locate
from her_tui.recorder.annotate import Subject, annotating
from her_tui.recorder.deletion import delete
from her_tui.recorder.ingest import import_roots
from her_tui.ui import cast, frames, loading, watch
from her_tui.ui.app import HerApp
from her_tui.ui.cast import Plan, recorded
from her_tui.ui.start import Start
from tests.support.claude import Script, session_id
from tests.ui.conftest import Her

HERO = "f27ac6ac"
SIZE = (90, 24)

pytestmark = pytest.mark.usefixtures("alone")


def plan(home: Path, reference: str, until: str = "", speed: float = 8.0) -> Plan:
    """A part of a session, at half a second a pause."""
    library = Library.open(home)
    end = locate(library, until).position if until else None
    return Plan(locate(library, reference), end, speed, 0.5, SIZE)


async def lines(home: Path, planned: Plan) -> list[str]:
    """The lines of a recording."""
    written: list[str] = []
    told: list[tuple[float, float]] = []
    await recorded(
        home, Config(), planned, written.append, lambda done, of: told.append((done, of))
    )
    assert told
    assert all(0 <= done <= of + 0.06 for done, of in told)
    return written


def parsed(written: list[str]) -> tuple[dict[str, Any], list[tuple[float, str]]]:
    """Header and output; it is a whole recording."""
    assert all(line.endswith("\n") and line.count("\n") == 1 for line in written)
    header, *events = [json.loads(line) for line in written]
    assert header["version"] == 2
    assert [kind for _, kind, _ in events] == ["o"] * len(events)
    times = [time for time, _, _ in events]
    assert times[0] == 0
    assert times == sorted(set(times)), "they increase"
    assert times[-1] == pytest.approx(header["duration"], abs=0.1)
    return header, [(time, data) for time, _, data in events]


def played(header: dict[str, Any], output: list[tuple[float, str]]) -> list[tuple[float, str]]:
    """What a terminal shows after each piece of output."""
    screen = pyte.Screen(header["width"], header["height"])
    stream = pyte.Stream(screen)
    shown = []
    for time, data in output:
        stream.feed(data)
        shown.append((time, "\n".join(screen.display)))
    assert not screen.cursor.hidden, "the end leaves a cursor"
    return shown


async def test_the_last_frame_is_the_screen_at_the_end(demo_home: Path) -> None:
    planned = plan(demo_home, f"{HERO}@4", f"{HERO}@5")
    header, output = parsed(await lines(demo_home, planned))
    assert (header["width"], header["height"]) == SIZE
    assert header["title"] == "Sign-in loops back to the login page"
    last = played(header, output)[-1][1]
    assert last == await by_hand(demo_home, planned)


async def by_hand(home: Path, planned: Plan) -> str:
    """What the screen shows where the recording stops, gone there in one step."""
    timeline = planned.found.timeline
    start = Start(planned.found.row.id, timeline.ids[planned.first])
    app = HerApp(home, Config(), demo=True, start=start)
    app.main.hand_driven = True
    app.main.add_class("-cast")
    async with app.run_test(size=planned.size) as pilot:
        her = Her(app, pilot)
        await her.until(lambda: app.main.session is not None and app.main.ledger is not None)
        player = app.main.player
        limit = planned.idle * 1000 * planned.speed
        player.use_idle(Idle.SKIP, limit, limit)
        player.speed = planned.speed
        app.main.detail.as_of = True
        app.main.play()
        left = player.tape.place(timeline.times[planned.last]) - player.tape.place(player.time)
        app.main.advance(left / 1_000 / planned.speed)
        app.main.pause()
        await pilot.pause(0.3)
        await her.settle()
        strips = app.screen._compositor.render_strips()
        return "\n".join(frames.text_of(frames.frame(strips, planned.size[0])))


async def test_the_clock_goes_on_and_more_and_more_is_there(demo_home: Path) -> None:
    planned = plan(demo_home, f"{HERO}@4", f"{HERO}@5")
    shown = played(*parsed(await lines(demo_home, planned)))
    clocks = [
        found[0] for _, text in shown if (found := re.findall(r"\d\d:\d\d:\d\d · ", text)[-1:])
    ]
    assert clocks == sorted(clocks)
    assert len(set(clocks)) > 10
    assert "pytest -q tests/auth" not in shown[0][1], "as of its start"
    assert any("pytest -q tests/auth" in text for _, text in shown)
    pauses = [after - before for (before, _), (after, _) in pairwise(shown)]
    assert max(pauses) <= planned.idle + 0.01, "the last frame among them"


async def test_it_is_the_same_each_time(demo_home: Path) -> None:
    planned = plan(demo_home, f"{HERO}@2", f"{HERO}@3", speed=64.0)
    assert await lines(demo_home, planned) == await lines(demo_home, planned)


async def test_nothing_of_other_sessions_is_in_it(demo_home: Path) -> None:
    library = Library.open(demo_home)
    titles = [row[0] for row in library.rows("SELECT title FROM session WHERE title <> ''")]
    planned = plan(demo_home, f"{HERO}@12", speed=64.0)
    text = "\n".join(text for _, text in played(*parsed(await lines(demo_home, planned))))
    mine = planned.found.row.title
    assert not [title for title in titles if title != mine and title[:20] in text]


async def test_what_the_user_left_on_screen_stays(demo_home: Path) -> None:
    before = {file.name: file.read_bytes() for file in demo_home.glob("*.json")}
    await lines(demo_home, plan(demo_home, f"{HERO}@12", speed=64.0))
    after = {file.name: file.read_bytes() for file in demo_home.glob("*.json")}
    assert after == before


async def test_stopped_halfway_it_is_whole(demo_home: Path) -> None:
    written: list[str] = []
    planned = plan(demo_home, HERO)

    def write(line: str) -> None:
        written.append(line)
        if len(written) == 20:
            running = asyncio.current_task()
            for task in asyncio.all_tasks():
                if task.get_name() == "recording":
                    task.cancel()
            assert running is not None

    work = recorded(demo_home, Config(), planned, write, lambda done, of: None)
    task = asyncio.create_task(work, name="recording")
    with pytest.raises(asyncio.CancelledError):
        await task
    header, *events = [json.loads(line) for line in written]
    assert len(events) >= 19
    times = [time for time, _, _ in events]
    assert times == sorted(set(times))
    played(header, [(time, data) for time, _, data in events])


async def test_no_sequence_but_our_own(home: Path, tmp_path: Path) -> None:
    hostile = "x [/red] \x1b]52;c;ZXZpbA==\x07 \x1b[2J \x9b31m \u202eevil"
    script = Script(session_id(1))
    script.prompt(hostile)
    script.say(hostile)
    script.write(tmp_path / "projects")
    import_roots(home, [tmp_path])
    library = Library.open(home)
    found = locate(library, session_id(1))
    made = bookmarks.at(library, found.timeline, 0)
    with annotating(home) as notes:
        notes.bookmark(
            Subject(found.row.agent, found.row.session_id, made.key), made.block, made.ts, hostile
        )
    written = await lines(home, Plan(found, None, 8.0, 1.0, SIZE))
    header, output = parsed(written)
    assert not re.search("[\x00-\x1f\x7f-\x9f\u202a-\u202e]", header["title"])
    told = "".join(data for _, data in output)
    rest = re.sub(r"\x1b\[(?:[0-9;]*[HGmJ]|\?(?:25|7)[hl])", "", told)
    assert "x [/red]" in rest
    assert not re.search("[\x00-\x1f\x7f-\x9f\u202a-\u202e\ud800-\udfff]", rest)


async def test_a_session_that_is_gone_is_not_recorded(demo_home: Path) -> None:
    planned = plan(demo_home, f"{HERO}@12")
    gone = replace(planned, found=replace(planned.found, row=replace(planned.found.row, id=9_999)))
    written: list[str] = []
    with pytest.raises(NotFound, match="deleted"):
        await recorded(demo_home, Config(), gone, written.append, lambda done, of: None)
    assert written == []


async def test_a_session_deleted_meanwhile_ends_the_recording(demo_home: Path) -> None:
    planned = plan(demo_home, HERO)
    written: list[str] = []

    def write(line: str) -> None:
        written.append(line)
        if len(written) == 8:
            delete(demo_home, planned.found.row.id)

    with pytest.raises(NotFound, match="deleted"):
        await recorded(demo_home, Config(), planned, write, lambda done, of: None)
    library = Library.open(demo_home)
    titles = [row[0] for row in library.rows("SELECT title FROM session WHERE title <> ''")]
    header, *events = [json.loads(line) for line in written]
    shown = played(header, [(time, data) for time, _, data in events])
    assert len(shown) <= 8, "no frame was made after it"
    assert not [title for title in titles if any(title[:20] in text for _, text in shown)]


async def test_no_other_session_is_looked_at(
    demo_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    planned = plan(demo_home, f"{HERO}@12", speed=64.0)
    read: list[int] = []
    real = loading.read_session

    def read_session(library: Library, session: int, *rest: Any) -> Any:
        read.append(session)
        return real(library, session, *rest)

    def fail(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr(loading, "read_session", read_session)
    monkeypatch.setattr(loading, "read_listing", fail)
    monkeypatch.setattr(watch.Watcher, "start", fail)
    await lines(demo_home, planned)
    assert set(read) == {planned.found.row.id}


async def test_what_cannot_be_read_is_not_recorded(
    demo_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "read_session", lambda *_: None)
    monkeypatch.setattr(cast, "_PATIENCE", 0.2)
    written: list[str] = []
    with pytest.raises(HerError, match="could not be read"):
        await recorded(
            demo_home, Config(), plan(demo_home, HERO), written.append, lambda done, of: None
        )
    assert written == []


@pytest.mark.parametrize("dated", [True, False])
async def test_a_session_that_takes_no_time(home: Path, tmp_path: Path, dated: bool) -> None:
    script = Script(session_id(1))
    script.prompt("Only this")
    if not dated:
        for record in script.records:
            record.pop("timestamp", None)
    script.write(tmp_path / "projects")
    import_roots(home, [tmp_path])
    found = locate(Library.open(home), session_id(1))
    for idle, stays in ((1.0, 1.0), (60.0, 2.0)):
        header, output = parsed(await lines(home, Plan(found, None, 1.0, idle, SIZE)))
        assert header["duration"] == stays
    assert "Only this" in played(header, output)[-1][1]


def test_where_it_starts_and_stops(demo_home: Path) -> None:
    whole = plan(demo_home, HERO)
    assert (whole.first, whole.last) == (0, len(whole.found.timeline) - 1)
    part = plan(demo_home, f"{HERO}@4", f"{HERO}@5")
    assert part.found.timeline.turn_at(part.first) == 4
    assert replace(part, until=0).last == part.first
    assert replace(part, until=10**6).last == len(part.found.timeline) - 1

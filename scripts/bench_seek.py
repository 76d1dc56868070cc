"""How smooth the screen is on a long session: CPU per key, from key press to painted frame.

    python scripts/bench_seek.py HOME [--keys 200]

HOME is a folder with a library (``HER_HOME``); its longest session is opened. Timed are: moving
the cursor of the list, scrubbing the playhead by event, by turn and to random places.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import statistics
import time
from pathlib import Path


async def measure(home: Path, keys: int) -> None:
    """Drive the application and print the figures."""
    from textual.app import App

    from her_tui.config import Config
    from her_tui.queries.library import Library
    from her_tui.ui.app import HerApp
    from her_tui.ui.widgets.detail import Detail
    from her_tui.ui.widgets.timeline import TimelineBar

    library = Library.open(home)
    longest = library.rows(
        "SELECT session_id FROM session WHERE parent IS NULL ORDER BY responses DESC LIMIT 1"
    )[0][0]
    library.close()
    app: App[None] = HerApp(home, Config(), demo=True, session=longest)
    async with app.run_test(size=(120, 36)) as pilot:
        bar = app.screen.query_one(TimelineBar)
        deadline = time.monotonic() + 30
        detail = app.screen.query_one(Detail)
        while not detail.timeline and time.monotonic() < deadline:
            await asyncio.sleep(0.1)
        await asyncio.sleep(1)
        timeline = detail.timeline
        assert timeline is not None
        print(f"{len(timeline):,} events in {len(timeline.prompts):,} turns")
        rng = random.Random(7)

        async def series(name: str, press: list[str]) -> None:
            times = []
            for key in press:
                started = time.process_time()
                await pilot.press(key)
                await pilot.pause()
                times.append((time.process_time() - started) * 1000)
            _print(name, times)

        await series("list, one down", ["j"] * keys)
        await series("playhead, one event", ["]"] * keys)
        await series("playhead, one turn", ["}"] * keys)
        times = []
        for _ in range(keys):
            started = time.process_time()
            bar.playhead = rng.randrange(len(timeline))
            await pilot.pause()
            times.append((time.process_time() - started) * 1000)
        _print("playhead, anywhere (bar alone)", times)


def _print(name: str, times: list[float]) -> None:
    times.sort()
    middle, late = statistics.median(times), times[int(len(times) * 0.95)]
    print(f"{name:>32}  p50 {middle:6.1f} ms  p95 {late:6.1f} ms  max {times[-1]:6.1f} ms")


def main() -> None:
    """Parse the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("home", type=Path)
    parser.add_argument("--keys", type=int, default=200)
    arguments = parser.parse_args()
    os.environ["TEXTUAL_ANIMATIONS"] = "none"
    asyncio.run(measure(arguments.home, arguments.keys))


if __name__ == "__main__":
    main()

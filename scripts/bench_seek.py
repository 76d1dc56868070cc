"""How smooth the screen is on a long session: CPU from a key to the frame that answers it.

    python scripts/bench_seek.py HOME [--keys 200]

HOME is a folder with a library (``HER_HOME``); its longest session is opened. For each key the CPU
time (all threads) until the first frame is drawn is measured, and that of everything the key set
off, such as reading the turn it led to. Keys come faster than a held key repeats.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

#: A little longer than the list waits before it shows the session under the cursor.
_BETWEEN_SECONDS = 0.12


async def measure(home: Path, keys: int) -> None:
    """Drive the application and print the figures."""
    from textual import events

    from her_tui.config import Config
    from her_tui.queries.library import Library
    from her_tui.ui.app import HerApp
    from her_tui.ui.widgets.detail import Detail

    library = Library.open(home)
    longest = library.rows(
        "SELECT session_id FROM session WHERE parent IS NULL ORDER BY responses DESC LIMIT 1"
    )[0][0]
    library.close()
    app = HerApp(home, Config(), demo=True, session=longest)
    async with app.run_test(size=(120, 36)):
        detail = app.screen.query_one(Detail)
        deadline = time.monotonic() + 30
        while not detail.timeline and time.monotonic() < deadline:
            await asyncio.sleep(0.1)
        await asyncio.sleep(1)
        assert detail.timeline is not None
        print(f"{len(detail.timeline):,} events in {len(detail.timeline.prompts):,} turns")
        frames = _watch_frames(app)

        def press(key: str, character: str) -> Callable[[], object]:
            return lambda: app.post_message(events.Key(key, character))

        rng = random.Random(7)
        length = len(detail.timeline)

        def anywhere() -> None:
            app.main.move_playhead(rng.randrange(length))

        series = {
            "list, one down": press("j", "j"),
            "playhead, next event": press("right_square_bracket", "]"),
            "playhead, next turn": press("right_curly_bracket", "}"),
            "playhead, anywhere": anywhere,
        }
        for name, act in series.items():
            first, whole = [], []
            for _ in range(keys):
                frames.clear()
                started = time.process_time()
                act()
                await asyncio.sleep(_BETWEEN_SECONDS)
                whole.append((time.process_time() - started) * 1000)
                first += [(frame - started) * 1000 for frame in frames[:1]]
            print(f"{name:>22}  first frame {_spread(first)}   all it set off {_spread(whole)}")


def _watch_frames(app: Any) -> list[float]:
    """A list that gets the CPU time at which each frame was drawn."""
    drawn: list[float] = []
    display = app._display

    def noting(screen: Any, renderable: Any) -> None:
        display(screen, renderable)
        if renderable is not None:
            drawn.append(time.process_time())

    app._display = noting
    return drawn


def _spread(times: list[float]) -> str:
    times.sort()
    middle, late = times[len(times) // 2], times[int(len(times) * 0.95)]
    return f"p50 {middle:5.1f}  p95 {late:5.1f} ms"


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

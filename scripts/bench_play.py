"""What playing a long session costs: CPU per frame, and the share of a core it takes.

    python scripts/bench_play.py HOME [--seconds 60] [--size 120x36]

HOME is a folder with a library (``HER_HOME``); its longest session is played at 64 times, then at
its own speed, then left paused, each for so many seconds on the wall. Measured is the CPU time of
all threads: from the beginning of a frame until it is drawn; until the next begins, with all it
set off, such as reading turns; and over the whole stretch. The application runs without a terminal.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import time
from pathlib import Path
from typing import Any


async def measure(home: Path, seconds: float, size: tuple[int, int]) -> None:
    """Drive the application and print the figures."""
    from her_tui.config import Config
    from her_tui.queries.library import Library
    from her_tui.ui.app import HerApp
    from her_tui.ui.keeping import settle

    library = Library.open(home)
    longest = library.rows(
        "SELECT session_id FROM session WHERE parent IS NULL ORDER BY responses DESC LIMIT 1"
    )[0][0]
    library.close()
    settle()  # as `her-tui` does
    app = HerApp(home, Config(), demo=True, session=longest)
    async with app.run_test(size=size):
        main = app.main
        deadline = time.monotonic() + 60
        while main.ledger is None and time.monotonic() < deadline:
            await asyncio.sleep(0.1)
        await asyncio.sleep(2)
        assert main.timeline is not None
        print(f"{len(main.timeline):,} events in {len(main.timeline.prompts):,} turns")
        frames = _Frames(app)
        for name, speed in (("64x", 64.0), ("1x", 1.0), ("paused", 0.0)):
            main.move_playhead(len(main.timeline) // 3)
            if speed:
                main.play(speed)
            else:
                main.pause()
            await asyncio.sleep(2)
            frames.clear()
            before = main.playhead
            cpu, wall = time.process_time(), time.monotonic()
            await asyncio.sleep(seconds)
            cpu, wall = time.process_time() - cpu, time.monotonic() - wall
            print(
                f"{name:>7}  {len(frames.drawn):5} frames  drawn {_spread(frames.drawn)}"
                f"  all {_spread(frames.whole)}  {100 * cpu / wall:5.2f} % of a core"
                f"  {main.playhead - before:,} events"
            )


class _Frames:
    """What each frame of the deck took, in milliseconds of CPU of all threads."""

    def __init__(self, app: Any) -> None:
        self.drawn: list[float] = []
        """Until it was drawn."""
        self.whole: list[float] = []
        """Until the next one began, with all that it set off."""
        self._begun = 0.0
        self._waits = False
        frame, display = app.main.pace.frame, app._display

        def begins() -> None:
            now = time.process_time()
            if self._begun:
                self.whole.append((now - self._begun) * 1000)
            self._begun, self._waits = now, True
            frame()

        def draws(screen: Any, renderable: Any) -> None:
            display(screen, renderable)
            if self._waits and renderable is not None:
                self._waits = False
                self.drawn.append((time.process_time() - self._begun) * 1000)

        app.main.pace.frame, app._display = begins, draws

    def clear(self) -> None:
        """Forget what was measured."""
        self.drawn.clear()
        self.whole.clear()
        self._begun = 0.0


def _spread(times: list[float]) -> str:
    if not times:
        return "p50     –  p95     –   "
    times = sorted(times)
    middle, late = times[len(times) // 2], times[int(len(times) * 0.95)]
    return f"p50 {middle:5.1f}  p95 {late:5.1f} ms"


def main() -> None:
    """Parse the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("home", type=Path)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--size", default="120x36")
    arguments = parser.parse_args()
    os.environ["TEXTUAL_ANIMATIONS"] = "none"
    width, height = map(int, arguments.size.split("x"))
    asyncio.run(measure(arguments.home, arguments.seconds, (width, height)))


if __name__ == "__main__":
    main()

"""How smooth the screen is on a long session: CPU from a seek to the frame that answers it.

    python scripts/bench_seek.py HOME [--seeks 200] [--size 120x36]

HOME is a folder with a library (``HER_HOME``); its longest session is opened, by the whole program
in a terminal of its own (a pty). What is measured is the CPU time of that process, all threads
together, from ``/proc``:

(a) until the title row and the timeline show where the playhead went,
(b) until nothing is drawn and nothing computed any more: all panes settled,
(c) both, of one step of dragging the playhead with the mouse.

Seeks are clicks at random columns of the timeline, once of the whole session and once zoomed in to
ten minutes, from the mini-map there; ``--inside`` measures in this process instead, with seeks to
random events and to the frame exactly, but without a terminal.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.pty.terminal import Terminal

#: Nothing was computed and nothing written for so long: it is settled.
_STILL_SECONDS = 0.08
_PATIENCE_SECONDS = 5.0
#: CPU that passes while nothing happens, such as that of a timer, in milliseconds.
_NOTHING_MS = 0.5
_LABELS = 11
_HEADER_ROWS = 1


class Screen:
    """Her on a terminal, and the CPU it spends."""

    def __init__(self, terminal: Terminal) -> None:
        self.terminal = terminal
        self.top = 0
        """The row of the timeline's title."""
        self.bottom = 0
        """The row below its last."""

    def cpu(self) -> float:
        """CPU time of all threads so far, in milliseconds."""
        spent = 0
        for task in Path(f"/proc/{self.terminal.process.pid}/task").iterdir():
            try:
                spent += int((task / "schedstat").read_text().split()[0])
            except OSError:  # a thread that just ended
                continue
        return spent / 1e6

    def rows(self) -> list[str]:
        """What is on the screen."""
        return self.terminal.text().split("\n")

    def bar(self) -> list[str]:
        """The rows of the timeline, its title first."""
        return self.rows()[self.top : self.bottom]

    def settled(self) -> float:
        """Wait until nothing happens any more; the CPU spent until then."""
        end = time.monotonic() + _PATIENCE_SECONDS
        before = self.cpu()
        quiet = time.monotonic()
        while time.monotonic() < end:
            length = len(self.terminal.output)
            self.terminal.quiet(0.01, 0.02)
            now = self.cpu()
            if now - before > _NOTHING_MS or len(self.terminal.output) != length:
                before, quiet = now, time.monotonic()
            elif time.monotonic() - quiet > _STILL_SECONDS:
                break
        return before

    def find_bar(self) -> None:
        """Learn where the timeline is."""
        rows = self.rows()
        self.bottom = len(rows) - 1
        labels = ("marks", "prompts")
        first = next(y for y, row in enumerate(rows) if row.strip().startswith(labels))
        self.top = first - _HEADER_ROWS

    def mouse(self, button: int, x: int, y: int, end: str = "M") -> None:
        """Send what a terminal sends for the mouse, cells counted from 0."""
        self.terminal.type(f"\x1b[<{button};{x + 1};{y + 1}{end}")


def seek(screen: Screen, x: int, y: int) -> tuple[float | None, float]:
    """CPU milliseconds until the bar shows a click (None: it was there already), and in all."""
    found = move(screen, 0, x, y)
    screen.mouse(0, x, y, "m")
    screen.settled()
    return found


def move(screen: Screen, button: int, x: int, y: int) -> tuple[float | None, float]:
    """The same for anything that the mouse does."""
    before = screen.bar()
    started = screen.cpu()
    screen.mouse(button, x, y)
    first = None
    end = time.monotonic() + 0.5
    while first is None and time.monotonic() < end:
        if screen.terminal.take(0.05):
            now = screen.cpu()
            if screen.bar() != before:
                first = now - started
    return first, screen.settled() - started


def drag(
    screen: Screen, rng: random.Random, steps: int, width: int
) -> tuple[list[float], list[float]]:
    """CPU milliseconds of each step of a drag to and fro, by a few columns each, as of `seek`."""
    y, x = screen.top + 2, _LABELS + width // 2
    screen.mouse(0, x, y)
    screen.settled()
    first, whole = [], []
    for _ in range(steps):
        x = min(max(_LABELS + 4, x + rng.choice((-5, -3, -2, -1, 1, 2, 3, 5))), _LABELS + width - 4)
        one, other = move(screen, 32, x, y)
        if one is not None:  # else the playhead did not move
            first.append(one)
            whole.append(other)
    screen.mouse(0, x, y, "m")
    screen.settled()
    return first, whole


def measure(home: Path, seeks: int, size: tuple[int, int]) -> None:
    """Drive the program on a terminal and print the figures."""
    from her_tui.queries.library import Library

    library = Library.open(home)
    session, events = library.rows(
        "SELECT s.session_id, (SELECT count(*) FROM event e WHERE e.session = s.id) FROM session s"
        " WHERE s.parent IS NULL ORDER BY s.responses DESC LIMIT 1"
    )[0]
    library.close()
    rng = random.Random(7)
    width = size[0] - _LABELS - 1
    with tempfile.TemporaryDirectory() as empty:
        environment = {
            **os.environ,
            "HER_HOME": str(home),
            "CLAUDE_CONFIG_DIR": empty,
            "TERM": "xterm-256color",
            "COLORTERM": "truecolor",
            "TEXTUAL_ANIMATIONS": "none",
        }
        command = [sys.executable, "-m", "her_tui", "open", session]
        with Terminal(command, environment, size) as terminal:
            screen = Screen(terminal)
            terminal.until("prompts", 60)
            terminal.quiet(1.5, 20)
            screen.settled()
            screen.find_bar()
            print(f"{events:,} events, {size[0]}x{size[1]}, in a pty; CPU of all threads")
            for name, keys in (("whole session", ()), ("ten minutes", ("w",))):
                terminal.press(*keys)
                screen.settled()
                first, whole = [], []
                for _ in range(seeks):
                    row = screen.top + 2 if not keys else screen.bottom - 1
                    one, other = seek(screen, _LABELS + rng.randrange(width), row)
                    first += [one] if one is not None else []
                    whole.append(other)
                print(f"seek, {name:>14}  (a) bar and title {spread(first)}")
                print(f"{'':>20}  (b) all panes     {spread(whole)}")
                first, whole = drag(screen, rng, seeks, width)
                print(f"drag, {name:>14}  (c) bar and title {spread(first)}")
                print(f"{'':>20}      all panes     {spread(whole)}")


def inside(home: Path, seeks: int, size: tuple[int, int]) -> None:
    """Drive the application in this process."""
    os.environ["TEXTUAL_ANIMATIONS"] = "none"
    asyncio.run(_inside(home, seeks, size))


async def _inside(home: Path, seeks: int, size: tuple[int, int]) -> None:
    from textual import events

    from her_tui.config import Config
    from her_tui.queries.library import Library
    from her_tui.ui.app import HerApp
    from her_tui.ui.keeping import settle

    library = Library.open(home)
    longest = library.rows(
        "SELECT session_id FROM session WHERE parent IS NULL ORDER BY responses DESC LIMIT 1"
    )[0][0]
    library.close()
    settle()
    app = HerApp(home, Config(), demo=True, session=longest)
    async with app.run_test(size=size):
        deadline = time.monotonic() + 30
        while (not app.main.marks or app.main.ledger is None) and time.monotonic() < deadline:
            await asyncio.sleep(0.1)
        await asyncio.sleep(1)
        timeline = app.main.timeline
        assert timeline is not None
        print(f"{len(timeline):,} events in {len(timeline.prompts):,} turns, in this process")
        frames = _watch_frames(app)
        rng = random.Random(7)

        def press(key: str, character: str) -> Callable[[], object]:
            return lambda: app.post_message(events.Key(key, character))

        def anywhere() -> None:
            app.main.move_playhead(rng.randrange(len(timeline)))

        series = {
            "list, one down": press("j", "j"),
            "playhead, next event": press("right_square_bracket", "]"),
            "playhead, next turn": press("right_curly_bracket", "}"),
            "playhead, anywhere": anywhere,
        }
        for name, act in series.items():
            first, whole = [], []
            for _ in range(seeks):
                frames.clear()
                started = time.process_time()
                act()
                await asyncio.sleep(0.12)
                whole.append((time.process_time() - started) * 1000)
                first += [(frame - started) * 1000 for frame in frames[:1]]
            print(f"{name:>22}  first frame {spread(first)}   all it set off {spread(whole)}")


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


def spread(times: Sequence[float]) -> str:
    """The middle and the slowest, but for one in twenty."""
    if not times:
        return "nothing measured"
    ordered = sorted(times)
    middle, late = ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.95)]
    return f"p50 {middle:6.1f}  p95 {late:6.1f} ms  ({len(ordered)})"


def main() -> None:
    """Parse the command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("home", type=Path)
    parser.add_argument("--seeks", type=int, default=200)
    parser.add_argument("--size", default="120x36")
    parser.add_argument("--inside", action="store_true")
    arguments = parser.parse_args()
    columns, _, rows = arguments.size.partition("x")
    run = inside if arguments.inside else measure
    run(arguments.home, arguments.seeks, (int(columns), int(rows)))


if __name__ == "__main__":
    main()

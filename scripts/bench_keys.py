"""From a key to its rows: how long the prompt search takes until what was typed is painted.

    python scripts/bench_keys.py HOME [--words WORDS]

HOME is a folder with a library (``HER_HOME``) whose indexes are up to date. The prompt search runs
on a screen of 120 by 36 without a terminal; each key waits for the rows of the one before. Printed
are the time on the wall and the CPU of the whole process, p50 and p95, from the key until the rows
that the words find are painted. Words are those of the library's latest prompts.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from textual.app import App
from textual.widgets import Input

from her_tui.language.tree import Query
from her_tui.queries.finding import Where, newest
from her_tui.queries.library import Library
from her_tui.ui import finding, theme
from her_tui.ui.screens.prompts import PromptSearch

_FOLDER = Path(finding.__file__).parent
_WORDS = 24
#: Between two keys, of somebody who types fast.
_PAUSE = 0.08
_PATIENCE = 5.0

Moment = tuple[float, float]
"""On the wall and of the CPU, in seconds."""


class Watched(PromptSearch):
    """Notes when the answer to a question is painted for the first time."""

    painted: dict[int, Moment]

    def _dim(self, stale: bool) -> None:
        """Called for every answer: that there are no such words, too."""
        super()._dim(stale)
        number = self._number
        self.call_after_refresh(lambda: self.painted.setdefault(number, _now()))


class Bench(App[None], inherit_bindings=False):
    """The prompt search alone."""

    CSS_PATH = sorted(_FOLDER.glob("*/*.tcss"))

    def __init__(self, home: Path, library: Library) -> None:
        super().__init__()
        for each in theme.THEMES:
            self.register_theme(each)
        self.theme = theme.DARK_NAME
        scratch = Path(tempfile.gettempdir())
        self.search = Watched(scratch, finding.LibraryFinder(library, home), {})
        self.search.painted = {}

    def on_mount(self) -> None:
        """Straight to it."""
        self.push_screen(self.search)


def _now() -> Moment:
    return time.perf_counter(), time.process_time()


async def measure(home: Path, words: Sequence[str]) -> list[Moment]:
    """What each key took."""
    library = Library.open(home)
    app = Bench(home, library)
    took: list[Moment] = []
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.pause(1.0)
        search = app.search
        line = search.query_one(Input)
        for word in words:
            for end in range(1, len(word) + 1):
                before, number = _now(), search._number
                line.value = word[:end]
                until = before[0] + _PATIENCE
                while time.perf_counter() < until:
                    await asyncio.sleep(0.001)
                    if search._number > number and search._number in search.painted:
                        break
                after = search.painted.get(search._number, (until, before[1]))
                took.append((after[0] - before[0], after[1] - before[1]))
                await asyncio.sleep(_PAUSE)
            await asyncio.sleep(0.3)
    library.close()
    return took


def words_of(home: Path) -> list[str]:
    """Starts of the library's latest prompts, three words each."""
    library = Library.open(home)
    found = newest(library, Query(), Where.PROMPTS, _WORDS)
    library.close()
    texts = [" ".join(hit.snippet.split()[:3]) for hit in found.hits]
    return [text for text in dict.fromkeys(texts) if text.replace(" ", "").isalnum()]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("home", type=Path)
    parser.add_argument("--words", nargs="*", help="typed instead of the library's own")
    options = parser.parse_args()
    os.environ["TEXTUAL_ANIMATIONS"] = "none"
    took = asyncio.run(measure(options.home, options.words or words_of(options.home)))
    print(f"{len(took)} keys")
    for name, values in (("wall", [each[0] for each in took]), ("cpu", [each[1] for each in took])):
        values.sort()
        p50, p95 = values[len(values) // 2], values[int(len(values) * 0.95)]
        print(f"{name:5} p50 {p50 * 1e3:6.1f} ms   p95 {p95 * 1e3:6.1f} ms")


if __name__ == "__main__":
    main()

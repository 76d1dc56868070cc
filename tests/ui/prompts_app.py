"""The prompt search alone, on answers made by hand that come when the test says so."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from textual.app import App
from textual.pilot import Pilot

import her_tui.ui
from her_tui.errors import HerError
from her_tui.events.documents import DocumentKind
from her_tui.language.printer import write
from her_tui.language.tree import Query
from her_tui.queries.exchanges import Exchange
from her_tui.queries.finding import Found, Hit, Superseded
from her_tui.queries.meaning import MeaningState, Readiness
from her_tui.ui import theme
from her_tui.ui.screens.asking import Place
from her_tui.ui.screens.prompts import PromptSearch

NOW = 1_795_174_972_000
READY = MeaningState(Readiness.READY)
_SHEETS = sorted(Path(her_tui.ui.__file__).parent.glob("*/*.tcss"))


def hit(event: int, snippet: str = "", **changes: object) -> Hit:
    """A prompt that was found."""
    made = Hit(
        event=event,
        kind=DocumentKind.PROMPT,
        session=1,
        session_id="0c9f8a52-0000-4000-8000-000000000001",
        agent_name="claude-code",
        agent=0,
        ts=NOW - event * 3_600_000,
        score=1.0,
        why=("newest",),
        snippet=snippet or f"prompt number {event}",
        marks=(),
        title="Sign-in loops back to the login page",
        project="/home/mira/code/gullwing",
        key=b"%d" % event,
    )
    return replace(made, **changes)  # type: ignore[arg-type]


class FakeFinder:
    """Answers from tables; ``find`` and ``similar`` wait until they are let go."""

    def __init__(self, prompts: Sequence[Hit] = ()) -> None:
        self.prompts = list(prompts)
        self.by_meaning: dict[str, Sequence[Hit]] = {}
        self.like: Sequence[Hit] = ()
        self.state = READY
        self.asked: list[tuple[str, str]] = []
        self.given_up: list[str] = []
        self.stars: list[tuple[int, bool]] = []
        self.failure: HerError | None = None
        self.let_go = threading.Event()
        self.let_go.set()
        self.words_let_go = threading.Event()
        self.words_let_go.set()

    def newest(self, query: Query, over: threading.Event) -> Found:
        """Prompts that have all the words."""
        text = _text(query)
        self.asked.append(("newest", text))
        self.words_let_go.wait(5)
        if self.failure is not None:
            raise self.failure
        words = text.lower().split()
        hits = [_marked(hit, words) for hit in self.prompts if _has(hit, words)]
        return Found(tuple(hits[:50]), self.state, more=len(hits) > 50)

    def find(self, query: Query, over: threading.Event) -> Found:
        """What the table says of the text, else what has all the words."""
        text = _text(query)
        self.asked.append(("find", text))
        while not self.let_go.wait(0.01):
            if over.is_set():
                self.given_up.append(text)
                raise Superseded
        words = text.lower().split()
        found = self.by_meaning.get(text)
        if found is None:
            found = [_marked(hit, words) for hit in self.prompts if _has(hit, words)]
        return Found(tuple(found), self.state)

    def similar(self, event: int, over: threading.Event) -> Found:
        """What the test says."""
        self.asked.append(("similar", str(event)))
        return Found(tuple(self.like), self.state)

    def exchange(self, event: int) -> Exchange:
        """The prompt said back."""
        found = next(hit for hit in [*self.prompts, *self.like] if hit.event == event)
        answer = (f"Answer to {event}.",)
        return Exchange(event, found.ts, found.snippet, False, answer, actions=3, model="opus")

    def text(self, event: int) -> str:
        """A prompt in full."""
        return f"the whole of prompt {event}"

    def star(self, hit: Hit, starred: bool) -> None:
        """Note it."""
        self.stars.append((hit.event, starred))


def _text(query: Query) -> str:
    return write(query.node) if query.node is not None else ""


def _has(hit: Hit, words: Sequence[str]) -> bool:
    return all(word in hit.snippet.lower() for word in words)


def _marked(hit: Hit, words: Sequence[str]) -> Hit:
    if not words:
        return hit
    places = [(hit.snippet.lower().find(word), len(word)) for word in words]
    marks = tuple(sorted((at, at + length) for at, length in places if at >= 0))
    return replace(hit, marks=marks, why=("words: " + ", ".join(words),))


class PromptsApp(App[None], inherit_bindings=False):
    """Shows the prompt search and keeps what it was dismissed with."""

    CSS_PATH = _SHEETS  # type: ignore[assignment]

    def __init__(
        self, finder: FakeFinder | None, home: Path, like: tuple[int, str] | None = None
    ) -> None:
        super().__init__()
        for each in theme.THEMES:
            self.register_theme(each)
        self.theme = theme.DARK_NAME
        self.search = PromptSearch(home, finder, {}, like=like)
        self.opened: list[Hit | None] = []

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Our names in any theme."""
        return theme.fallback_variables(self.current_theme)

    def on_mount(self) -> None:
        """Straight to the search."""

        def left(chosen: tuple[Hit, Place] | None) -> None:
            self.opened.append(chosen[0] if chosen else None)

        self.push_screen(self.search, left)

    def text(self) -> str:
        """All text on the screen."""
        strips = self.screen._compositor.render_strips()
        return "\n".join("".join(segment.text for segment in strip) for strip in strips)


async def settle(app: PromptsApp, pilot: Pilot[None]) -> None:
    """Wait until nothing is asked any more, the pause before meaning included."""
    for _ in range(3):
        await pilot.pause(0.07)
        await app.workers.wait_for_complete()
    await pilot.pause()

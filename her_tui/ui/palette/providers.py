"""What is known by name, actions and themes; and what every provider of the palette has."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import AsyncIterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual.command import Hits, Provider

from her_tui.queries.finding import Found
from her_tui.ui.actions import ACTIONS, Action, keys_of
from her_tui.ui.palette.entries import (
    Entry,
    Kind,
    entry,
    marked,
    note,
    room_of,
    words_match,
)
from her_tui.ui.text import cut, literal

if TYPE_CHECKING:
    from her_tui.ui.app import HerApp
    from her_tui.ui.screens.main import MainScreen

_OFFER = "Find by what is meant, too: “that login bug” finds “users cannot sign in”"
_OFFER_NOTE = "A small model on this machine; Enter says what it takes. Asked only once."
_THEME_NOTE = "Type a name to use another theme"

Answers = AsyncIterator[Sequence[Entry]]


class HerProvider(Provider):
    """Answers with all it has found so far: an answer takes the place of the one before."""

    kind: ClassVar[Kind]
    found: Found | None = None
    """What was found last, for what is said of it."""

    @abstractmethod
    def answers(self, query: str) -> Answers:
        """What fits ``query`` (empty: what to greet with), better and better."""

    async def search(self, query: str) -> Hits:
        """All answers, one after the other."""
        async for found in self.answers(query):
            for each in found:
                yield each

    @property
    def her(self) -> HerApp:
        """The app."""
        from her_tui.ui.app import HerApp

        app = self.app
        assert isinstance(app, HerApp)
        return app

    @property
    def main(self) -> MainScreen:
        """The main screen."""
        return self.her.main

    @property
    def room(self) -> int:
        """Cells for what an entry says."""
        return room_of(self.her.size.width)


class ActionProvider(HerProvider):
    """Every action of the table that makes sense now."""

    kind = Kind.ACTION

    async def answers(self, query: str) -> Answers:
        """Those whose name has all the words."""
        words = query.lower().split()
        found = []
        for action in ACTIONS:
            if not action.palette or not self.main.offers(action):
                continue
            fits = words_match(words, f"{action.title} {action.label}") if words else 2
            if fits:
                found.append((fits, self._entry(action, words, weak=fits < 2)))
        yield [each for _, each in found]

    def _entry(self, action: Action, words: Sequence[str], weak: bool) -> Entry:
        keys = "  ".join(keys_of(action, self.her.keys))
        title = marked(action.title, words, self.room - len(keys) - 3, self.match_style)
        run = partial(self.main.run, action)
        gap = " " * max(0, self.room - title.cell_length - len(keys))
        line = title + note(gap + keys if keys else "")
        return entry(Kind.ACTION, action.name, [line], run, action.title, weak=weak)


class OfferProvider(HerProvider):
    """Offers searching by meaning, once, where nobody ever said yes or no."""

    kind = Kind.OFFER

    async def answers(self, query: str) -> Answers:
        """Only in a greeting."""
        if query or not self.main.offers_meaning:
            return
        lines = [literal(cut(_OFFER, self.room)), note(cut(_OFFER_NOTE, self.room))]
        yield [entry(Kind.OFFER, "meaning", lines, self.main.action_enable_meaning, _OFFER)]


class ThemeProvider(HerProvider):
    """Every theme."""

    kind = Kind.THEME

    async def answers(self, query: str) -> Answers:
        """Those whose name has all the words; of a greeting the one in use: there are too many."""
        words = query.lower().split()
        names = sorted(self.her.available_themes) if words else [self.her.theme]
        found = []
        for name in names:
            fits = words_match(words, f"theme {name}") if words else 2
            if fits:
                line = marked(name, words, self.room, self.match_style)
                lines = [line] if words else [line + note(f"   {_THEME_NOTE}")]
                use = partial(self.her.use_theme, name)
                found.append(entry(Kind.THEME, name, lines, use, name, weak=fits < 2))
        yield found

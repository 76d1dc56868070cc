"""What ctrl+p finds: actions, sessions, themes. Everything shown is `literal`."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content

from her_tui import clock, units
from her_tui.errors import HerError
from her_tui.plaintext import one_line
from her_tui.queries import sessions
from her_tui.queries.library import Library
from her_tui.queries.sessions import ListQuery, SessionRow
from her_tui.ui.actions import ACTIONS, Action, keys_of
from her_tui.ui.text import literal

if TYPE_CHECKING:
    from her_tui.ui.app import HerApp
    from her_tui.ui.screens.main import MainScreen

_DEBOUNCE = 0.12
_SESSIONS_SHOWN = 50
_RECENT_SHOWN = 8
_NOTE = "Type a name to use another theme"


class _HerProvider(Provider):
    """Knows Her's app and its main screen."""

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


class _Offer(DiscoveryHit):
    """Something to greet with. Providers answer at any time and in any order: what stands above
    what is said here."""

    place = 0.0

    @property
    def score(self) -> float:
        """More is higher."""
        return self.place


class _ActionOffer(_Offer):
    place = 2.0


class _SessionOffer(_Offer):
    place = 1.0


class ActionProvider(_HerProvider):
    """Every action of the table that makes sense now."""

    def _actions(self) -> Sequence[Action]:
        return [action for action in ACTIONS if action.palette and self.main.offers(action)]

    def _help(self, action: Action) -> str:
        return "  ".join(keys_of(action, self.her.keys))

    async def discover(self) -> Hits:
        """All of them, before anything is typed."""
        for action in self._actions():
            yield _ActionOffer(
                _entry(action.title, self._help(action), "   "),
                partial(self.main.run, action),
                action.title,
            )

    async def search(self, query: str) -> Hits:
        """Those that match what is typed."""
        matcher = self.matcher(query)
        for action in self._actions():
            score = matcher.match(action.title)
            if score > 0:
                yield Hit(
                    score,
                    _entry(action.title, self._help(action), "   "),
                    partial(self.main.run, action),
                    text=action.title,
                )


class SessionProvider(_HerProvider):
    """Every session, by the words of its title, project, branch or first prompt, or by its id."""

    async def discover(self) -> Hits:
        """The latest sessions."""
        for row in await self._read("", _RECENT_SHOWN):
            text, note = describe(row)
            yield _SessionOffer(_entry(text, note), partial(self.main.go_to, row.id), text)

    async def search(self, query: str) -> Hits:
        """Those that match, the latest first."""
        await asyncio.sleep(_DEBOUNCE)
        matcher = self.matcher(query)
        for at, row in enumerate(await self._read(query, _SESSIONS_SHOWN)):
            text, note = describe(row)
            score = max(matcher.match(text), 0.5 - at / (4 * _SESSIONS_SHOWN))
            yield Hit(score, _entry(text, note), partial(self.main.go_to, row.id), text=text)

    async def _read(self, query: str, limit: int) -> list[SessionRow]:
        library = self.main.library
        if library is None:
            return []
        return await asyncio.to_thread(find_sessions, library, query, limit)


class ThemeProvider(_HerProvider):
    """Every theme."""

    async def discover(self) -> Hits:
        """The one in use: there are too many of them to greet with."""
        name = self.her.theme
        yield _Offer(_entry(f"theme: {name}", _NOTE), partial(self.her.use_theme, name))

    async def search(self, query: str) -> Hits:
        """Those whose name matches."""
        matcher = self.matcher(query)
        for name in sorted(self.her.available_themes):
            text = f"theme: {name}"
            score = matcher.match(text)
            if score > 0:
                yield Hit(score, _entry(text, _NOTE), partial(self.her.use_theme, name), text=text)


def _entry(text: str, note: str, between: str = "\n") -> Content:
    """A text and a note, as one content: what a provider gives as help would be parsed."""
    return Content.assemble(literal(text), between, literal(note).stylize("dim not bold"))


def describe(row: SessionRow) -> tuple[str, str]:
    """A session in the palette: its line, and the one below."""
    title = one_line(row.title, 120) or "(no title)"
    project = one_line(units.project_name(row.project), 40)
    facts = (
        units.age(row.ended, clock.now_ms()),
        units.count(row.prompts, "prompt"),
        units.money(row.cost, row.unpriced) if row.cost is not None else "",
        row.session_id[:8],
    )
    return f"{project}: {title}", " · ".join(one_line(fact, 40) for fact in facts if fact)


def find_sessions(library: Library, query: str, limit: int) -> list[SessionRow]:
    """The sessions that match ``query`` by words or by id, at most ``limit``."""
    listing = sessions.listing(library, ListQuery(text=query.strip(), hidden=bool(query.strip())))
    ids = [entry for entry in listing.entries[:limit] if entry >= 0]
    rows = sessions.rows(library, ids)
    found = [rows[session] for session in ids if session in rows]
    if len(query.strip()) >= 4 and " " not in query.strip():
        try:
            named = sessions.find(library, query.strip())
        except HerError:
            return found
        return [named, *(row for row in found if row.id != named.id)]
    return found

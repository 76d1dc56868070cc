"""The palette itself: Textual's, but what is found later never moves what the cursor is on.

Each provider answers in its own time, and better answers take the place of its earlier ones. The
list is drawn as soon as those that know at once have answered.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.command import Command, CommandInput, CommandList, CommandPalette
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static
from textual.widgets.option_list import Option

from her_tui.language.parser import QueryError, parse
from her_tui.queries.meaning import MeaningState
from her_tui.ui.merging import fold_in
from her_tui.ui.palette.entries import LABEL, MOST, Entry, Kind, composed, room_of
from her_tui.ui.palette.providers import HerProvider
from her_tui.ui.reading import LONGEST
from her_tui.ui.search_situations import meaning_sentence
from her_tui.ui.text import cut, literal

_log = logging.getLogger(__name__)

#: Seconds that a first answer waits for others, so that the list is drawn once for all of them.
_TOGETHER = 0.02

_PLACEHOLDER = "Find a command, a session, a prompt, a commit or a file"
_KEYS = "Enter opens it at its moment   ^y copies it"
_LOOKING = "Looking for what is meant …"
_NOTHING = "Nothing found"


class Copied(Message):
    """Something of the palette is to be copied: it is gone by then."""

    def __init__(self, kind: Kind, text: Callable[[], str]) -> None:
        super().__init__()
        self.kind = kind
        self.text = text


class Palette(CommandPalette):
    """Entries of several kinds in one list, with one quiet line below."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+y", "copy", "Copy", show=False)]

    def __init__(self) -> None:
        super().__init__(placeholder=_PLACEHOLDER, id="--command-palette")
        self._entries: list[Entry] = []
        self._wanted = ""
        self._drawn: str | None = None
        """What was typed when that was asked whose answers are on screen."""
        self._run_first = False
        """Enter was pressed before there was anything to choose."""

    def compose(self) -> ComposeResult:
        """The line to type into, the entries, and what there is to say."""
        with Vertical(id="--container"):
            with Horizontal(id="--input"):
                line = CommandInput(placeholder=_PLACEHOLDER, select_on_focus=False)
                line.cursor_blink = False
                yield line
            with Vertical(id="--results"):
                yield CommandList()
                yield Static(id="palette-note", markup=False)

    # Asking

    @work(exclusive=True, group=CommandPalette._GATHER_COMMANDS_GROUP, exit_on_error=False)
    async def _gather_commands(self, search_value: str) -> None:
        """Ask every provider, and draw what they answer; a newer question cancels this one."""
        self._wanted = search_value
        self._say(search_value, None)
        queue: asyncio.Queue[tuple[HerProvider, Sequence[Entry] | None]] = asyncio.Queue()
        providers = [each for each in self._providers if isinstance(each, HerProvider)]
        tasks = [asyncio.create_task(_ask(each, search_value, queue)) for each in providers]
        try:
            await self._draw_answers(search_value, queue, len(tasks))
        finally:
            for task in tasks:
                task.cancel()

    async def _draw_answers(
        self,
        query: str,
        queue: asyncio.Queue[tuple[HerProvider, Sequence[Entry] | None]],
        asked: int,
    ) -> None:
        answers: dict[Kind, Sequence[Entry]] = {}
        state: MeaningState | None = None
        while asked:
            waiting = [await queue.get()]
            await asyncio.sleep(_TOGETHER)
            while not queue.empty():
                waiting.append(queue.get_nowait())
            for provider, found in waiting:
                if found is None:
                    asked -= 1
                else:
                    answers[provider.kind] = found
                state = provider.found.meaning if provider.found else state
            self._draw(query, answers, over=not asked)
            self._say(query, state)

    # Drawing

    def _draw(self, query: str, answers: Mapping[Kind, Sequence[Entry]], over: bool) -> None:
        """Show ``answers``; the entry under the cursor stays, unless something else was asked."""
        rows = composed(answers, query)
        commands = self.query_one(CommandList)
        cursor, top = commands.highlighted, commands.scroll_offset.y
        if self._drawn == query and self._entries and cursor is not None:
            rows = fold_in(self._entries, rows, cursor, _key, MOST)
            cursor = min(cursor, len(rows) - 1)
        else:
            cursor, top = 0, 0
        if self._drawn != query or [id(row) for row in rows] != [id(row) for row in self._entries]:
            self._drawn, self._entries = query, rows
            self._list(commands, rows, cursor, top)
        if not rows:
            self._list_nothing(commands, _NOTHING if over else _LOOKING)
        if rows and self._run_first:
            self._run_first = False
            self._action_command_list("select")
        self.add_class("-ready")

    def _list(self, commands: CommandList, rows: Sequence[Entry], cursor: int, top: int) -> None:
        options = [Command(_prompt(row), row, id=str(at)) for at, row in enumerate(rows)]
        with self.app.batch_update():
            commands.clear_options().add_options(options)
            if options:
                commands.highlighted = cursor
                commands.scroll_to(y=top, animate=False, force=True, immediate=True)
                commands.scroll_to_highlight()
        self._list_visible = bool(options)
        self._hit_count = len(options)

    def _list_nothing(self, commands: CommandList, said: str) -> None:
        """A line that cannot be chosen; none before anything was typed."""
        self._entries = []
        commands.clear_options()
        if self._wanted:
            line = literal(said).stylize("dim not bold")
            commands.add_option(Option(line, disabled=True, id=self._NO_MATCHES))
        self._list_visible = bool(self._wanted)
        self._hit_count = 0

    def _say(self, query: str, state: MeaningState | None) -> None:
        """One quiet line: what is wrong with the query, else whether meaning is looked at."""
        said = _wrong(query)
        if not said and query:
            said = (meaning_sentence(state) if state is not None else "") or _KEYS
        line = self.query_one("#palette-note", Static)
        line.display = bool(said)
        line.update(literal(cut(said, room_of(self.app.size.width) + LABEL)))

    # Choosing

    def _action_escape(self) -> None:
        """Clear what is typed, then go back."""
        line = self.query_one(CommandInput)
        if line.value:
            line.value = ""
        else:
            super()._action_escape()

    def action_copy(self) -> None:
        """Copy what is under the cursor: a prompt, a commit's subject, a session's id, a path."""
        at = self.query_one(CommandList).highlighted
        if at is None or at >= len(self._entries) or self._drawn != self._wanted:
            return
        chosen = self._entries[at]
        if chosen.copies is not None:
            self.app.post_message(Copied(chosen.kind, chosen.copies))
            super()._action_escape()

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        """Enter means what is typed, not what was found for something else before."""
        if self._drawn != event.value.strip():
            event.stop()
            event.prevent_default()
            self._run_first = True
        elif not self._entries:
            event.stop()
            event.prevent_default()


async def _ask(
    provider: HerProvider,
    query: str,
    queue: asyncio.Queue[tuple[HerProvider, Sequence[Entry] | None]],
) -> None:
    """Put the answers of ``provider`` into ``queue``, and None when there are no more."""
    try:
        async for found in provider.answers(query):
            await queue.put((provider, found))
    except Exception:  # one provider's failure must not cost the answers of the others
        _log.exception("%s failed", type(provider).__name__)
    await queue.put((provider, None))


def _prompt(row: Entry) -> Content:
    assert isinstance(row.match_display, Content)
    return row.match_display


def _key(row: Entry) -> tuple[Kind, object]:
    return (row.kind, row.key)


def _wrong(query: str) -> str:
    """What is wrong with ``query``; empty: nothing."""
    try:
        parse(query[:LONGEST])
    except QueryError as error:
        return f"{error.title}. {error.hint}"
    return ""

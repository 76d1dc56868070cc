"""The prompt search: a query on top, the prompts it finds below, and the one under the cursor with
its answer beside them. How it asks and is answered is in `asking`; here is what can be done.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container, Horizontal, Vertical
from textual.widgets import Input, Static

from her_tui.ui import actions, finding, loading, messages
from her_tui.ui.actions import PROMPTS, Region
from her_tui.ui.hints import hints
from her_tui.ui.reading import Values
from her_tui.ui.screens.asking import LABEL, Asking, Place
from her_tui.ui.screens.session_actions import copy_job
from her_tui.ui.widgets.board import Board
from her_tui.ui.widgets.hit_list import HitList
from her_tui.ui.widgets.prompt_preview import PromptPreview
from her_tui.ui.widgets.query_line import QueryInput, QueryNote
from her_tui.ui.widgets.status_line import StatusLine

#: From which width on list and preview stand beside each other.
_WIDTHS = [(0, "-narrow"), (100, "-wide")]

#: What means nothing while no prompt is listed.
_NEED_A_PROMPT = frozenset({"prompts.open", "prompts.copy", "prompts.star", "prompts.like"})


class PromptSearch(Asking):
    """Dismissed with the prompt to open and where the search was left, or None."""

    BINDINGS: ClassVar[list[BindingType]] = actions.bindings_for(PROMPTS)
    HORIZONTAL_BREAKPOINTS = _WIDTHS

    region_in_focus = Region.PROMPTS

    def __init__(
        self,
        home: Path,
        finder: finding.Finder | None,
        keys: Mapping[str, str],
        demo: bool = False,
        like: tuple[int, str] | None = None,
        values: Values | None = None,
        left: Place | None = None,
    ) -> None:
        """``finder`` and ``like``: see `Asking`; ``keys`` are the user's own; ``values``: what
        there is to choose from for a filter, from memory; ``left``: where to go on."""
        super().__init__(finder, like)
        self._left = left
        self._values = values
        self._home = home
        self._keys = keys
        self._demo = demo

    def compose(self) -> ComposeResult:
        """Query, list, preview, keys."""
        with Horizontal(id="query"):
            yield Static(LABEL, id="query-label", markup=False)
            yield QueryInput("words, “a phrase”, project:… after:7d is:error", id="query-text")
        yield QueryNote(len(LABEL) + 1)
        with Container(id="found"):
            with Vertical(id="found-list"):
                yield Board("no-prompts")
                yield HitList()
            yield PromptPreview()
        yield StatusLine(self._demo)

    def on_mount(self) -> None:
        """Everything that was asked, the latest first, or what is like a prompt."""
        self.line.values = self._values
        self.line.focus()
        self.show_hints()
        if self._like is not None:
            self._ask_similar()
        elif self._left is not None:
            self.come_back(self._left)
        else:
            self._ask()

    def action_move(self, how: str) -> None:
        """Move the cursor of the list, or scroll the preview where that has the focus."""
        if self.preview.has_focus:
            self.preview.action_move(how)
        else:
            self.move(how)

    def action_next_part(self, step: int) -> None:
        """To the next of query, list and preview."""
        parts = [self.line, self.rows, self.preview]
        at = next((at for at, part in enumerate(parts) if part.has_focus), 0)
        for further in range(1, len(parts) + 1):
            part = parts[(at + step * further) % len(parts)]
            if part.display and (part is self.line or self.rows.count):
                part.focus()
                return

    def action_to_query(self) -> None:
        """Type again."""
        self.line.focus()

    # What can be done with a prompt

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter, while typing."""
        event.stop()
        self.action_open()

    def action_open(self) -> None:
        """Open the prompt under the cursor at its moment."""
        if self.rows.current is not None:
            self.dismiss((self.rows.current, self.place()))

    def action_copy(self) -> None:
        """Copy the prompt under the cursor."""
        hit, finder = self.rows.current, self._finder
        if hit is not None and finder is not None:
            copy = copy_job(self.app, self._home, "prompt", lambda: finder.text(hit.event))
            loading.run_job(self, "clipboard", copy)

    def action_star(self) -> None:
        """Make the prompt under the cursor a favourite, or no more."""
        hit = self.rows.current
        if hit is not None and self._finder is not None:
            job = finding.star_job(self._finder, hit, not hit.starred)
            loading.run_job(self, "notes", job)

    def on_starred(self, event: finding.Starred) -> None:
        """It is one now."""
        event.stop()
        self.rows.show(
            finding.with_star(self.rows.hits, event.event, event.starred), self.rows.cursor
        )
        self.status.notice("A favourite" if event.starred else "No favourite any more")

    def action_like_this(self) -> None:
        """Prompts like the one under the cursor."""
        self.ask_similar()

    def action_back(self) -> None:
        """From similar prompts to those before, else clear the query, else go back."""
        if self.leave_similar():
            self.line.focus()
        elif self.line.value:
            self.line.value = ""
            self.line.focus()
        else:
            self.dismiss(None)

    # Saying

    def show_hints(self) -> None:
        names = [each.name for each in actions.in_region(PROMPTS)]
        idle = _NEED_A_PROMPT if not self.rows.count else frozenset()
        enabled = [name for name in names if name not in idle]
        self.status.show_hints(hints(PROMPTS, self._keys, enabled, idle))

    async def on_status_line_pressed(self, event: StatusLine.Pressed) -> None:
        """A key in the footer was clicked."""
        await self.app.run_action(event.action.run, self)

    def on_key(self) -> None:
        """Whoever types goes on: what was said before was read."""
        self.status.read()

    def on_notice(self, event: messages.Notice) -> None:
        """Something is done."""
        self.status.notice(event.text)

    def on_problem(self, event: messages.Problem) -> None:
        """Something went wrong."""
        self.status.problem(event.title, event.hint)

    def on_load_failed(self, event: loading.LoadFailed) -> None:
        """Something could not be read or written."""
        self.status.problem(event.error.title, event.error.hint)

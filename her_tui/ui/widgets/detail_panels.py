"""The panels of a turn."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from operator import is_

from her_tui.events.model import EventKind
from her_tui.queries.turns import Item
from her_tui.ui.renderers.context import ContextView
from her_tui.ui.renderers.fields import image_lines
from her_tui.ui.renderers.items import action_summary
from her_tui.ui.renderers.line import BLANK, Block, Line, line
from her_tui.ui.renderers.prose import prose
from her_tui.ui.renderers.state import StateView
from her_tui.ui.text import literal
from her_tui.ui.widgets.line_view import LineView


class Panel(LineView):
    """A line view with a title above it."""

    def set_title(self, *parts: str) -> None:
        """Say what is shown."""
        title = literal(" · ".join(part for part in parts if part))
        if title != self.border_title:
            self.border_title = title

    def say(self, text: str, role: str = "dim") -> None:
        """Show nothing but a remark of our own."""
        self.cursor = None
        if not self.blocks or self.blocks[0].key != ("say", text):
            self.set_blocks((Block(("say", text), (BLANK, line(text, role))),), keep=False)


class PromptPanel(Panel):
    """What the human asked."""

    _rows = 0
    """Rows of the prompt that was shown before."""

    def show_prompt(self, item: Item | None, said: tuple[Block, ...] = ()) -> None:
        """Show ``item`` (None: the stretch before the first prompt), with what is ``said`` of it
        below."""
        if item is None:
            self.say("Nothing was asked yet.")
            return
        self.set_blocks(prompt_blocks(item) + said, keep=False)

    def needs_height(self, rows: int) -> bool:
        """Its height follows the prompt, up to a third of the screen or so: two prompts of one
        height need no other, and neither do two that are both higher than that."""
        before, self._rows = self._rows, rows
        same = rows == before or min(rows, before) > self.size.height
        return super().needs_height(rows) and not same


def prompt_blocks(item: Item) -> tuple[Block, ...]:
    """A prompt as one block, its images below."""
    lines = prose(item.text) + list(image_lines(item.images))
    if item.chars > len(item.text):
        lines.append(line("… the rest is in the library", "more", wrap=False))
    if item.kind not in (EventKind.PROMPT, EventKind.COMMAND):  # a command says so: it has a slash
        lines.insert(0, line(item.kind.name.lower(), "label", wrap=False))
    return (Block(item.event, tuple(lines) or (line("(empty prompt)", "dim"),)),)


class FlowPanel(Panel):
    """What came of it, in order, with the playhead beside it."""

    happened: int | None = None
    """As of the playhead: so many blocks are before it, also below the cursor, which is on an
    action while its outcome is at the playhead."""
    coming: range = range(0)
    """Blocks of what is on its way: it happens while the playhead is on what comes before it."""

    def rail(self, block: int) -> str:
        """Before, at or after the playhead."""
        if block == self.cursor:
            return "rail-now"
        before = self.happened if self.happened is not None else self.cursor or 0
        happens = block in self.coming and before >= self.coming.start - 1
        return "rail-past" if block < before or happens else "rail-next"


class ActionPanel(Panel):
    """One action, opened."""

    def show_action(self, item: Item, base: str, lines: tuple[Line, ...]) -> None:
        """Show ``item`` and what it did; paths as seen from ``base``."""
        assert item.action is not None
        body = lines if lines[:1] == (BLANK,) else (BLANK, *lines)
        key = (item.event, len(lines), item.action.doing)
        block = Block(key, (action_summary(item.action, base), *body))
        if not self.blocks or self.blocks[0].key != block.key:
            self.set_blocks((block,), keep=False)


class TextPanel(Panel):
    """Lines that are made anew as a whole."""

    def show_lines(self, key: Hashable, lines: Iterable[Line]) -> None:
        """Show ``lines`` from the top, unless what ``key`` names is shown already."""
        self.cursor = None
        if not self.blocks or self.blocks[0].key != key:
            self.set_blocks((Block(key, tuple(lines)),), keep=False)


class RowsPanel(Panel):
    """Rows with a cursor on one of them."""

    def step(self, step: int) -> None:
        """The cursor to the row before or after, through a high one by rows."""
        if self.scroll_inside(self.cursor, step):
            return
        at = 0 if self.cursor is None else self.cursor + step
        if 0 <= at < len(self.blocks):
            self.set_cursor(at)

    def to_end(self, last: bool) -> None:
        """The cursor to the last row, or to the first."""
        if self.blocks:
            self.set_cursor(len(self.blocks) - 1 if last else 0)


class StatePanel(RowsPanel):
    """The state of the session as of the playhead."""

    def show_state(self, view: StateView) -> None:
        """Show ``view``; what is in sight stays, and the cursor on its row, as long as it is there.

        Rows that say what they said are the same as before, and not laid out again.
        """
        known = {block.key: block for block in self.blocks}
        rows = tuple(_same(known.get(row.key), row) for row in view.rows)
        if len(rows) == len(self.blocks) and all(map(is_, rows, self.blocks)):
            return
        at = self.cursor
        key = self.blocks[at].key if at is not None and at < len(self.blocks) else None
        self.cursor = next((n for n, row in enumerate(rows) if row.key == key), None)
        self.set_blocks(rows)


def _same(before: Block | None, row: Block) -> Block:
    return row if before is None or before.lines != row.lines else before


class RequestPanel(RowsPanel):
    """What the model was sent, with a cursor on one row of it."""

    def show_rows(self, view: ContextView, fresh: bool) -> None:
        """Show ``view``; a ``fresh`` one with the cursor on what is new, else what is in sight
        stays."""
        if fresh:
            self.cursor = None
        self.set_blocks(view.rows, keep=not fresh)
        if fresh and view.new:
            self.reveal(view.new[-1])
            self.set_cursor(view.new[0])
        elif fresh:
            self.set_cursor(min(1, len(view.rows) - 1))

"""The prompt under the cursor with its answer, beside the list or below it."""

from __future__ import annotations

from textual.app import ComposeResult

from her_tui import units
from her_tui.plaintext import one_line
from her_tui.queries.exchanges import Exchange
from her_tui.queries.finding import Hit
from her_tui.ui.messages import Move
from her_tui.ui.renderers.exchange import PROMPT, exchange_blocks, marks_in
from her_tui.ui.widgets.detail_panels import Panel
from her_tui.ui.widgets.painting import Inked


class _Reader(Panel):
    """The text; a rail stands beside the prompt."""

    def rail(self, block: int) -> str:
        """The prompt is what was looked for."""
        return "rail-now" if block == PROMPT else ""


class PromptPreview(Inked, can_focus=True):
    """Shows one exchange, and can be scrolled."""

    def __init__(self) -> None:
        super().__init__()
        self.reader = _Reader(self, id="exchange")
        self._shown: tuple[Hit, Exchange] | None = None

    def compose(self) -> ComposeResult:
        """The text."""
        yield self.reader

    def show(self, hit: Hit, exchange: Exchange) -> None:
        """Show what ``hit`` found."""
        if (hit, exchange) == self._shown:
            return
        again = self._shown is not None and self._shown[1].event == exchange.event
        self._shown = (hit, exchange)
        blocks = exchange_blocks(hit, exchange)
        self.reader.set_title(one_line(units.project_name(hit.project), 30), one_line(hit.title))
        self.reader.set_blocks(blocks, keep=again)
        self.reader.set_matches(marks_in(blocks, hit), None)

    def clear(self, text: str = "") -> None:
        """Show nothing, or a remark."""
        self._shown = None
        self.reader.set_title()
        self.reader.say(text)

    def action_move(self, how: str) -> None:
        """Scroll as a `Move` says."""
        self.reader.scroll_rows(Move(how))

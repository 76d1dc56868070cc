"""What the parts of the screen say to each other, and what they may call on each other.

Widgets draw what they are given and post one of these; the main screen alone decides what follows.

The contract between the main screen and the two panels that replay a session:

``TimelineBar``
    ``show(timeline | None, laid)``, ``show_chart(chart)``, ``show_deck(deck)``; ``playhead``
    (reactive position) and ``now`` (the time there, which may be between two events);
    ``scrub(step)`` moves one column; ``zoom(step)`` closer (+1) or wider (-1). Posts
    `PlayheadMoved` for keys, mouse and ``scrub``, never for an assignment to ``playhead``.
``Detail``
    ``show(library, row | None, timeline | None)``; ``seek(position, time | None)``, which posts
    nothing; ``as_of`` hides what comes after the playhead, ``show_streaming(pieces)`` shows what is
    coming in there; ``show_ledger(ledger | None)``;
    ``move(how)`` with a `Move`; ``toggle_thinking()``, ``toggle_all()``; ``find(text)`` (empty
    clears), ``find_next(step)``; ``prompt_text()``, ``response_text()``, ``copy_menu()``,
    ``selected_file()``. Posts `PlayheadMoved` when its own cursor moves to another position.

Both take their key bindings from `her_tui.ui.actions.bindings_for`, which calls ``action_move``.
"""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

from textual.message import Message


class Move(StrEnum):
    """How a cursor moves inside a region."""

    UP = "up"
    DOWN = "down"
    HALF_UP = "half_up"
    HALF_DOWN = "half_down"
    PAGE_UP = "page_up"
    PAGE_DOWN = "page_down"
    HOME = "home"
    END = "end"


class PlayheadMoved(Message):
    """The user moved the replay position; only the last of a burst is worth drawing."""

    def __init__(self, position: int, reading: bool = False) -> None:
        super().__init__()
        self.position = position
        self.reading = reading
        """By moving the cursor of the detail; else on the timeline."""

    def can_replace(self, message: Message) -> bool:
        """A newer position makes an older one that still waits pointless."""
        return isinstance(message, PlayheadMoved)


class CopyRequested(Message):
    """Put ``text`` on the clipboard; ``label`` names it in the notice (``prompt``, ``diff``)."""

    def __init__(self, label: str, text: str) -> None:
        super().__init__()
        self.label = label
        self.text = text


class OpenExternally(Message):
    """Show ``text`` in the pager, or ``path`` in the editor, with the screen suspended."""

    def __init__(self, text: str = "", suffix: str = ".txt", path: Path | None = None) -> None:
        super().__init__()
        self.text = text
        self.suffix = suffix
        """File name ending of the text, so that the pager can highlight it."""
        self.path = path


class SubagentOpened(Message):
    """Show the subagent with row id ``session`` (as in the session list)."""

    def __init__(self, session: int) -> None:
        super().__init__()
        self.session = session


class Problem(Message):
    """Something the user should know went wrong: one sentence, and the way out."""

    def __init__(self, title: str, hint: str = "") -> None:
        super().__init__()
        self.title = title
        self.hint = hint


class Notice(Message):
    """Something the user asked for is done; shown for a moment in the status line."""

    def __init__(self, text: str, sign: str = "✓") -> None:
        super().__init__()
        self.text = text
        self.sign = sign
        """What stands before it; empty: it tells where one is rather than what was done."""


class DemoWanted(Message):
    """Show the demo sessions instead of the user's own, of which there are none."""

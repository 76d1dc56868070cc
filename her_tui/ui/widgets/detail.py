"""The detail of a session: the turn at the playhead, and what the user can do with it.

Its cursor is the playhead: moving it through the turn moves the playhead, and it walks on into the
turns before and after. `detail_turn` keeps the panels in step with the playhead.
"""

from __future__ import annotations

from typing import ClassVar

from textual.binding import BindingType

from her_tui.errors import HerError
from her_tui.events.model import EventKind
from her_tui.queries import turns
from her_tui.queries.turns import ActionDetail, Item
from her_tui.ui.actions import Region, bindings_for
from her_tui.ui.messages import Move, PlayheadMoved, SubagentOpened
from her_tui.ui.renderers import copying
from her_tui.ui.renderers.flow import Folding, Hit
from her_tui.ui.renderers.items import foldable
from her_tui.ui.widgets.detail_files import FilesDetail
from her_tui.ui.widgets.line_view import LineView
from her_tui.ui.widgets.panel_tabs import PanelChosen


class Detail(FilesDetail, can_focus=True):
    """The panels of a turn, with a cursor."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for(Region.DETAIL)]

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Some keys mean something only at some items: None where they would do nothing."""
        items = self.view.flow.turn.items if self.view else ()
        match action:
            case "toggle" if self.panel == "request":
                return self.can_unfold or None
            case "toggle_all" if self.panel == "request":
                return self.context_block is not None or self.can_unfold or None
            case "toggle" if self.panel == "files":
                return self.files.can_toggle or None
            case "toggle_all" if self.panel == "files":
                return self.files.can_fold or None
            case "files_text":
                return self.check_files()
            case "toggle" if self.panel == "state":
                return self.state_place is not None or None
            case "toggle":
                return self._foldable is not None or None
            case "thinking":
                kinds = (item.kind for item in items if foldable(item))
                return EventKind.THINKING in kinds or None
            case "toggle_all":
                return any(foldable(item) for item in items) or None
            case "open_subagent":
                return self._launched is not None
        return True

    @property
    def _foldable(self) -> Item | None:
        """What Enter folds or unfolds."""
        item = self.current
        if item is None or self.panel != "response" or self.view is None:
            return None
        return item if foldable(item) and item is not self.view.flow.turn.prompt else None

    @property
    def _launched(self) -> int | None:
        """The subagent that the action under the cursor launched."""
        item = self.current
        return item.action.subagent if item is not None and item.action is not None else None

    @property
    def toggle_label(self) -> str:
        """What Enter does, in a word or two, for the footer."""
        if self.panel == "files":
            return self.files.toggle_label
        return "Go there" if self.panel == "state" else super().toggle_label

    # Moving

    def move(self, how: Move) -> None:
        """Move as ``how`` says: the cursor in the response, rows elsewhere."""
        if self.panel == "request" and how in (Move.UP, Move.DOWN):
            self.request.step(1 if how is Move.DOWN else -1)
        elif self.panel == "request" and how in (Move.HOME, Move.END):
            self.request.to_end(how is Move.END)
        elif self.panel == "files":
            self.files.move(how)
        elif self.panel == "state":
            self.move_in_state(how)
        elif self.panel != "response":
            self.panels[self.panel].scroll_rows(how)
        elif how in (Move.UP, Move.DOWN):
            self._step(1 if how is Move.DOWN else -1)
        elif how in (Move.HOME, Move.END):
            self._to_end(how is Move.END)
        else:
            self.response.scroll_rows(how)

    def action_move(self, how: str) -> None:
        """`move`, for key bindings."""
        self.move(Move(how))

    def _step(self, step: int) -> None:
        """To the item before or after; through an item that is higher than the screen by rows."""
        if self.view is None or self.response.scroll_inside(self.response.cursor, step):
            return
        turn = self.view.flow.turn
        cursor = self.response.cursor
        index = (-1 if cursor is None else cursor) + step
        while 0 <= index < len(turn.items) and self._shares_place(index):
            index += step  # an answer that broke off stands beside what came before it
        if index >= len(turn.items):
            self._go(turn.end)
        elif index >= 0:
            self._go(turn.items[index].position)
        else:
            at_prompt = cursor is None or turn.prompt is None
            self._go(turn.start - 1 if at_prompt else turn.start)

    def _shares_place(self, index: int) -> bool:
        """Whether the playhead cannot be on the item, since another has its position."""
        assert self.view is not None
        flow = self.view.flow
        return flow.index_at(flow.turn.items[index].position) != index

    def _to_end(self, last: bool) -> None:
        """To the prompt, or to the last item of the turn."""
        if self.view is not None:
            turn = self.view.flow.turn
            self._go(turn.items[-1].position if last and turn.items else turn.start)

    def _go(self, position: int, reading: bool = True) -> None:
        """Move the playhead to ``position``, if there is one; ``reading`` on, or by a jump."""
        if self.timeline is None or not 0 <= position < len(self.timeline):
            return
        if position != self.position:
            self.seek(position)
            self.post_message(PlayheadMoved(position, reading))

    # Folding

    def action_toggle(self) -> None:  # type: ignore[override]
        """Unfold or fold what is under the cursor."""
        item = self._foldable
        if self.panel == "request":
            self.unfold()
        elif self.panel == "files":
            self.files.toggle()
        elif self.panel == "state":
            self._go(self.position if self.state_place is None else self.state_place, False)
        elif item is not None:
            self._fold(self.folding.turn(item))

    def toggle_thinking(self) -> None:
        """Unfold or fold all thinking."""
        self._fold(Folding(not self.folding.thinking, self.folding.everything))

    def action_thinking(self) -> None:
        """`toggle_thinking`, for key bindings."""
        self.toggle_thinking()

    def toggle_all(self) -> None:
        """Unfold or fold everything."""
        if self.panel == "request":
            self.unfold_all()
            return
        if self.panel == "files":
            self.files.fold_all()
            return
        self._fold(Folding(self.folding.thinking, not self.folding.everything))

    def action_toggle_all(self) -> None:
        """`toggle_all`, for key bindings."""
        self.toggle_all()

    def _fold(self, folding: Folding) -> None:
        self.folding = folding
        self._redraw()
        self._read_missing()
        self.response.reveal(self.response.cursor)
        self._say_titles()

    def action_next_panel(self, step: int = 1) -> None:
        """Keys go to the next panel, or the one before."""
        self.next_panel(step)

    def action_open_subagent(self) -> None:
        """Show the session of the subagent that the action at the playhead launched."""
        if self._launched is not None:
            self.post_message(SubagentOpened(self._launched))

    # Mouse

    def on_panel_chosen(self, message: PanelChosen) -> None:
        """A tab was clicked."""
        message.stop()
        self.activate(message.panel)

    def on_line_view_clicked(self, message: LineView.Clicked) -> None:
        """The cursor goes to the clicked item; a second click turns it."""
        message.stop()
        name = message.view.id or "response"
        self.activate(name)
        if name == "request":
            again = message.block == self.request.cursor
            self.request.set_cursor(message.block)
            if again:
                self.unfold()
        if name == "files":
            self.files.click(message.block)
        if self.view is None or name != "response":
            return
        if message.block == self.response.cursor:
            self.action_toggle()
        elif message.block < len(self.view.flow.turn.items):
            self._go(self.view.flow.turn.items[message.block].position)

    # Finding

    def find(self, text: str) -> None:
        """Mark every place of ``text`` in the turn and go to the first; empty: no more."""
        if text == self.finder.text:
            return
        self.finder.look_for(text)
        self._search_actions()
        self._search()
        self.find_next(0)

    def find_next(self, direction: int) -> None:
        """To the next or previous place; one that is folded away is unfolded."""
        hit = self.finder.step(direction, self.response.cursor)
        if hit is not None:
            self._show_hit(hit)
        self._search()
        self._say_titles()

    def clear_find(self) -> bool:
        """Stop marking; whether there was anything to stop."""
        active = bool(self.finder.text)
        self.find("")
        return active

    def _show_hit(self, hit: Hit) -> None:
        """Bring a place into sight."""
        assert self.view is not None
        turn = self.view.flow.turn
        if self.finder.in_prompt:
            self.activate("prompt")
            self._go(turn.start)
            if hit.match is not None:
                self.prompt.reveal_match(0, hit.match)
            return
        self.activate("response")
        item = turn.items[hit.block]
        self._go(item.position)
        if hit.match is None:
            self._fold(self.folding.turn(item))
            hit = self.finder.here or hit
        if hit.match is not None:
            self.response.reveal_match(hit.block, hit.match)

    # What there is to copy and open

    def prompt_text(self) -> str:
        """The prompt of the turn, as it was typed."""
        prompt = self.view.flow.turn.prompt if self.view else None
        return prompt.text if prompt else ""

    def prompt_key(self) -> bytes:
        """Identity of the turn's prompt; empty where nothing was asked yet."""
        return self.view.flow.turn.key if self.view else b""

    def response_text(self) -> str:
        """What the agent answered, as it was written."""
        return self.view.flow.turn.response_text() if self.view else ""

    def copy_menu(self) -> list[tuple[str, str]]:
        """Labelled texts of what is under the cursor."""
        if self.panel == "files":
            return self.files.copies()
        block, asked = self.context_block, self.asked
        found: list[tuple[str, str]] = []
        if self.panel == "request" and block is not None:
            found.append(("block", block[0].blocks[block[1]].text))
        item = self.current
        found += copying.copies(item, self._detail()) if item else ()
        if asked is not None and asked.request_id:
            found.append(("request id", asked.request_id))
        return found

    def open_text(self) -> tuple[str, str]:
        """The item at the playhead in full, at a prompt with all that was answered, and the ending
        of a file that would hold it."""
        item, block = self.current, self.context_block
        if self.panel == "files":
            return self.files.open_text()
        if self.panel == "request" and block is not None:
            return block[0].blocks[block[1]].text, ".txt"
        if item is None:
            return "", ".txt"
        if self.view is not None and item is self.view.flow.turn.prompt:
            parts = (item.text, self.response_text())
            return f"\n\n{'─' * 40}\n\n".join(part for part in parts if part), ".md"
        return copying.whole(item, self._detail())

    def selected_file(self) -> str:
        """The file that the action at the playhead reads or edits; empty if it does neither."""
        if self.panel == "files":
            return self.files.selected_file()
        item = self.current
        return copying.file_of(item) if item else ""

    def _detail(self) -> ActionDetail | None:
        """The action at the playhead, read now if it was not; None if it is none."""
        item = self.current
        if item is None or item.action is None or self.view is None or self.library is None:
            return None
        opened = self.view.opened.get(item.action.id)
        if opened is not None:
            return opened.detail
        try:
            return turns.load_action(self.library, item.action.id)
        except HerError:
            return None

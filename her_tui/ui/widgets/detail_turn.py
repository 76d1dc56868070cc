"""The panels of the turn at the playhead, which follow it; what the user does is in `detail`, what
passed between client and API in `detail_traffic`.

A turn is read by a worker thread once and kept for a while, so that seeking inside it draws and
reads nothing. Of several turns asked for while one is read only the newest is read next.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import partial

from textual.timer import Timer

from her_tui.analysis.timeline import Timeline
from her_tui.queries.annotations import Annotation
from her_tui.queries.library import Library
from her_tui.queries.sessions import SessionRow
from her_tui.queries.turns import Item
from her_tui.ui.loading import Newest
from her_tui.ui.renderers import titles
from her_tui.ui.renderers.annotation import annotation_blocks, signs
from her_tui.ui.renderers.as_of import Cut, ahead_block, unfinished
from her_tui.ui.renderers.flow import Folding
from her_tui.ui.renderers.line import Block
from her_tui.ui.renderers.streaming import Piece, Streaming
from her_tui.ui.renderers.tabs import PANELS
from her_tui.ui.widgets.detail_finding import Finder
from her_tui.ui.widgets.detail_layout import PanelledDetail
from her_tui.ui.widgets.detail_reading import (
    ActionsRead,
    ActionsSearched,
    TurnRead,
    View,
    key_of,
    no_views,
    read_actions,
    read_turn,
    search_actions,
)

#: Seconds a turn may take to be read before the old one is dimmed.
_PATIENCE = 0.15


class TurnDetail(PanelledDetail):
    """Prompt, response and action as of the playhead."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, classes=classes)
        self.finder = Finder()
        self.folding = Folding()
        self.library: Library | None = None
        self.timeline: Timeline | None = None
        self.position = 0
        self.now = 0
        """The time at the playhead, in milliseconds since the epoch; while it plays also between
        two events."""
        self.view: View | None = None
        """The turn on screen; the one before while the playhead's own is read."""
        self._as_of = False
        self._cut: Cut | None = None
        self._drawn_at_end = False
        self._streaming = Streaming()
        self.annotations: Mapping[bytes, Annotation] = {}
        """What the user says of the session (key ``b""``) and of its prompts."""
        self._views = no_views()
        self._turns = Newest(self, "turn")
        self._actions = Newest(self, "action")
        self._searches = Newest(self, "search")
        self._asked: tuple[int, ...] = ()
        self._base = ""
        self._impatience: Timer | None = None

    def on_mount(self) -> None:
        """Nothing is shown yet."""
        self.activate("response")
        self._show_nothing()

    # Following the playhead

    def show(self, library: Library, row: SessionRow | None, timeline: Timeline | None) -> None:
        """Replay ``row``; the same session grown longer stays as it is on screen."""
        self.library = library
        self._base = row.cwd if row is not None else ""
        before, self.timeline = self.timeline, timeline
        self.files.show(library, row, timeline)
        if row is None or timeline is None or not len(timeline):
            self.timeline = self.view = None
            self._show_nothing(row)
        elif before is None or before.session != timeline.session:
            self.folding = Folding(self.folding.thinking, self.folding.everything)
            self._views.clear()
            self.position = 0
            self.annotations = {}
            self.forget_traffic()
            self.activate("response")

    def seek(self, position: int, time: int | None = None) -> None:
        """Show the turn at ``position``, and where in it that is; ``time`` is given between two
        events."""
        if self.timeline is None or self.library is None:
            return
        before, self.position = self.position, self.timeline.clamp(position)
        self.now = self.timeline.times[self.position] if time is None else time
        key = key_of(self.timeline, self.timeline.turn_at(self.position))
        view = self._views.get(key)
        if view is None:
            job = partial(read_turn, self.library, self.timeline, key, self.folding, self._base)
            self._turns.ask(job, key)
            if self._impatience is None:
                self._impatience = self.set_timer(_PATIENCE, self._grow_impatient)
        elif view is self.view and before == self.position:
            self.time_passed()
        else:
            self._display(view)

    def time_passed(self) -> None:
        """It is later, and the playhead still on the same event."""
        if self.view is not None and self._cut != self._find_cut():
            self._place()

    def on_turn_read(self, message: TurnRead) -> None:
        """Show the turn if the playhead is still in it."""
        message.stop()
        if message.flow is not None:
            self._views[message.key] = View(message.key, message.flow)
        if self.timeline is None:
            return
        if message.key != key_of(self.timeline, self.timeline.turn_at(self.position)):
            return
        if message.flow is not None:
            self._display(self._views[message.key])
        elif message.error is not None:
            self.view = None
            self._calm()
            self.response.say(f"{message.error.title}. {message.error.hint}".strip(), "error")

    def _grow_impatient(self) -> None:
        """The turn takes a while: dim the one that is on screen, or say so."""
        self._impatience = None
        if self.view is None:
            self.response.say("Reading …")
        else:
            self.add_class("-stale")

    def _calm(self) -> None:
        if self._impatience is not None:
            self._impatience.stop()
            self._impatience = None
        self.remove_class("-stale")

    def _display(self, view: View) -> None:
        """Put ``view`` on screen unless it is there, and the cursor where the playhead is."""
        self._calm()
        if view is not self.view:
            grown = self.view is not None and self.view.key[:3] == view.key[:3]
            if grown and self.view is not None:
                view.opened.update(self.view.opened)
            self.view = view
            self.finder.inside = frozenset()
            self._search_actions()
            if not grown:
                self._show_prompt()
            self._redraw(keep=grown)
            self._say_titles()
        self._place()

    # As of the playhead

    @property
    def as_of(self) -> bool:
        """Whether what comes after the playhead is hidden."""
        return self._as_of

    @as_of.setter
    def as_of(self, as_of: bool) -> None:
        if as_of == self._as_of:
            return
        self._as_of = as_of
        self._streaming.show(())
        if self.view is not None:
            self._place()
            self._say_titles()

    def show_streaming(self, pieces: Sequence[Piece]) -> None:
        """Show what is coming in at the playhead, below the last item; nothing: no more."""
        if self._streaming.show(pieces) and self._as_of and self.view is not None:
            self._redraw()
            self.response.reveal_end(self.response.cursor, bool(pieces))

    def show_annotations(self, annotations: Mapping[bytes, Annotation]) -> None:
        """Show what the user says of the session and of its prompts."""
        if annotations == self.annotations:
            return
        self.annotations = annotations
        if self.view is not None:
            self._show_prompt()
            self._say_titles()

    def _show_prompt(self) -> None:
        """The prompt of the turn, with what is said of it and of the session."""
        assert self.view is not None
        turn = self.view.flow.turn
        session = self.annotations.get(b"", Annotation())
        blocks = annotation_blocks(session, self._said_of(turn.key))
        self.prompt.show_prompt(turn.prompt, blocks)

    def _said_of(self, prompt: bytes) -> Annotation:
        return self.annotations.get(prompt, Annotation()) if prompt else Annotation()

    def _redraw(self, keep: bool = True) -> None:
        """Draw the flow as the folding says; read what is open and not read yet."""
        if self.view is None:
            return
        flow, self._cut = self.view.flow, self._find_cut()
        blocks = flow.blocks(self.folding, self.view.opened, self._cut)
        coming = self.arriving() if self._cut is None else self._coming(self._cut)
        self.response.coming = range(len(blocks), len(blocks) + len(coming))
        blocks += coming
        if self._cut is not None and self._cut.ahead:
            blocks += (ahead_block(self._cut.ahead),)
        self.response.happened = self._cut.shown if self._cut is not None else None
        self._drawn_at_end = self.at_end
        if not keep:
            self.response.cursor = None
        if blocks:
            self.response.set_blocks(blocks, keep)
        else:
            self.response.say("No answer was recorded.")
        self._search()

    def _find_cut(self) -> Cut | None:
        """Where the playhead cuts the turn on screen; None: it is shown whole."""
        if self.view is None or not self._as_of:
            return None
        return self.view.flow.cut_at(self.position, self.now, self.asking())

    def asking(self) -> Collection[int]:
        """Row ids of the actions that wait for the human at the playhead."""
        return ()

    def _coming(self, cut: Cut) -> tuple[Block, ...]:
        """What is coming in at the playhead, below the last item: it is told once."""
        assert self.view is not None
        if self.at_end and (arriving := self.arriving()):
            return arriving
        items = self.view.flow.turn.items[: cut.shown]
        return self._streaming.blocks(items, self._base) if self._streaming.pieces else ()

    @property
    def at_end(self) -> bool:
        """Whether the playhead is on the last event of the session."""
        return self.timeline is not None and self.position >= len(self.timeline) - 1

    def arriving(self) -> tuple[Block, ...]:
        """What is on its way at the end of the turn on screen."""
        return ()

    def forget_traffic(self) -> None:
        """Another session: what passed between client and API is not known yet."""

    def follow(self) -> None:
        """Bring the panels in sight to the playhead."""
        if self.timeline is None:
            return
        if self.in_sight("files"):
            self.files.follow(self.position)
        if self.view is not None:
            self._show_action()
            self._read_missing()

    def _place(self) -> None:
        """Cursor and action panel go to the playhead."""
        assert self.view is not None
        cut = self._find_cut()
        if self._cut != cut or (cut is not None and self._drawn_at_end != self.at_end):
            self._redraw()
        index = self.view.flow.index_at(self.position)
        self.response.set_cursor(index)
        if self._cut is not None:
            self.response.reveal_end(index, bool(self.response.coming))
        elif index is None:
            self.response.scroll_to(y=0, animate=False, force=True)
        self.follow()
        self._keys_changed()

    def _show_action(self) -> None:
        """The last action up to the playhead; the one before it stays until that is read."""
        if self.view is None or not self.in_sight("action"):
            return
        item = shown = self.view.flow.action_at(self.position)
        if item is None or item.action is None:
            self.action.say("No action yet in this turn.")
        else:
            opened = self.view.opened.get(item.action.id)
            if opened is None:
                return
            doing = self._doing(item)
            shown = unfinished(item, doing)
            self.action.show_action(shown, self._base, opened.as_of(bool(doing)))
        self._title("action", titles.action_title(shown, item is self.current))

    def _doing(self, item: Item) -> str:
        """What an action of the turn does, if its outcome lies after the playhead."""
        if self._cut is None or self.view is None:
            return ""
        items = self.view.flow.turn.items
        under_way = (index for index in self._cut.running if items[index] is item)
        return next(map(self._cut.doing, under_way), "")

    @property
    def current(self) -> Item | None:
        """The item at the playhead: the prompt, a text, an action …"""
        return self.view.flow.item_at(self.position) if self.view else None

    # Actions

    def _read_missing(self) -> None:
        """Read the actions that are to be shown and are not read yet."""
        if self.view is None or self.library is None:
            return
        item = self.view.flow.action_at(self.position) if self.in_sight("action") else None
        shown = item.action.id if item is not None and item.action is not None else None
        wanted = tuple(self.view.missing(self.folding, shown))
        if wanted and wanted != self._asked:
            self._asked = wanted
            self._actions.ask(partial(read_actions, self.library, self.view.key, wanted))

    def _search_actions(self) -> None:
        """Look for the searched text in the actions of the turn that were not read yet."""
        if self.view is None or self.library is None or self.finder.pattern is None:
            return
        ids = self.view.unread()
        job = partial(search_actions, self.library, self.view.key, ids, self.finder.pattern)
        self._searches.ask(job)

    def on_actions_searched(self, message: ActionsSearched) -> None:
        """Count the actions that hold the searched text among its places."""
        message.stop()
        view = self.view
        if view and view.key == message.key and self.finder.pattern == message.pattern:
            self.finder.inside = message.found
            self._search()
            self._say_titles()

    def on_actions_read(self, message: ActionsRead) -> None:
        """Show the actions where they are open."""
        message.stop()
        self._asked = ()
        view = self._views.get(message.key)
        if view is None:
            return
        view.opened.update(message.opened)
        if view is self.view:
            if view.shows(self.folding, message.opened):
                self._redraw()
            self._show_action()
            self._read_missing()

    # Titles and finds

    def _search(self) -> None:
        """Find the searched text anew in what is on screen."""
        flow = self.view.flow if self.view else None
        opened = self.view.opened if self.view else {}
        self.finder.search(self.prompt.blocks, flow, self.folding, opened, self._cut)
        for prompt, panel in ((True, self.prompt), (False, self.response)):
            panel.set_matches(self.finder.marks(prompt), self.finder.mark_here(prompt))

    def _say_titles(self) -> None:
        """What the panels show, in their titles."""
        if self.view is None or self.timeline is None:
            return
        turn = self.view.flow.turn
        found = ""
        if self.finder.text:
            finder = self.finder
            found = titles.found_title(finder.number, len(finder.hits), finder.text)
        said = signs(self._said_of(turn.key))
        self._title("prompt", titles.prompt_title(turn, len(self.timeline.prompts), said))
        if self._as_of:
            self._title("response", found, "as of the playhead")
        else:
            self._title("response", found, titles.response_title(turn))

    def _show_nothing(self, row: SessionRow | None = None) -> None:
        self._calm()
        if row is None:
            self.prompt.say("No session is open.")
            self.response.say("Choose one in the list and press Enter.")
        else:
            self.prompt.say("Nothing was asked.")
            self.response.say("This session is empty.")
        self.action.say("No action at the playhead.")
        for name in ("request", "timing", "side"):
            self.panels[name].say("Nothing was asked of the API.")
        for name in PANELS:
            self._title(name)

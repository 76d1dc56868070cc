"""The files that were changed up to the playhead, drawn: as a tree, and each with its history, its
text, and what changed in it between two moments. What keys do is in `files_panel`.

The tree follows the playhead in the session's ledger, which takes a bisect, and is drawn anew only
where an edit was passed. What a file's edits say is read in a worker thread, once per file.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Hashable, Sequence
from enum import StrEnum
from functools import partial

from textual.cache import LRUCache
from textual.message import Message
from textual.timer import Timer
from textual.widget import Widget

from her_tui.analysis.file_tree import TreeRow, tree_rows
from her_tui.analysis.ledger import Carried, Ledger, carried
from her_tui.analysis.timeline import Timeline
from her_tui.errors import HerError
from her_tui.queries.library import Library
from her_tui.queries.sessions import SessionRow
from her_tui.ui.loading import Newest
from her_tui.ui.renderers import file_history as lines_of
from her_tui.ui.renderers import files as tree_of
from her_tui.ui.renderers.file_history import Change
from her_tui.ui.renderers.finding import Match
from her_tui.ui.renderers.line import Block, Line
from her_tui.ui.widgets.detail_panels import Panel
from her_tui.ui.widgets.file_reading import (
    FileArrived,
    FileRead,
    LinesArrived,
    Shelf,
    is_small,
    make_lines,
    marked_at,
    read_file,
    text_of,
)

#: Seconds the playhead rests before the file it came to is read.
_REST = 0.15
_KEPT_LINES = 48
#: Lines of the last change that are shown below the tree, if at least so many rows are free there.
_PREVIEW = 60
#: From so many rows on the columns of the tree have a heading.
_HEADED = 8
_ROOM = 5


class View(StrEnum):
    """What is shown."""

    TREE = "tree"
    HISTORY = "history"
    TEXT = "text"
    BETWEEN = "between"


class FilesView(Panel):
    """The files of a session as of the playhead."""

    class Changed(Message):
        """Another title, another cursor: other keys mean something."""

    def __init__(self, ink: Widget, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(ink, id=id)
        self.library: Library | None = None
        self.timeline: Timeline | None = None
        self.base = ""
        self.position = 0
        self.view = View.TREE
        self.path = ""
        """The file that is open; in the tree the one under the cursor, empty on a folder."""
        self.span = (-1, 0)
        """The positions whose texts are compared; -1: before the first event."""
        self.ledger: Ledger | None = None
        self.rows: Sequence[TreeRow] = ()
        """The tree."""
        self.shown: Sequence[Change] = ()
        """The history."""
        self.closed: frozenset[str] = frozenset()
        """Folders that are folded."""
        self.pinned: tuple[bool, str] | None = None
        """The row of the tree that the user chose; None: the file that was changed last."""
        self.chosen: tuple[int, int] | None = None
        """The change that the user chose, and how many there were up to the playhead then."""
        self.newest = -1
        """Where the last edit up to the playhead ended; -1: there is none."""
        self._carried: Carried | None = None
        self._edits: Sequence[int] = ()
        self._places: dict[str, tree_of.Places] = {}
        self._resting: Timer | None = None
        self._drawn: Hashable = None
        self._told: Hashable = None
        self._files = Shelf()
        self._lines: LRUCache[Hashable, tuple[Line, ...]] = LRUCache(_KEPT_LINES)
        self._asked: Hashable = None
        """The file, and the lines, that were asked for last and did not arrive yet."""
        self._asked_lines: Hashable = None
        self._reading = Newest(self, "file")
        self._making = Newest(self, "text")

    def on_mount(self) -> None:
        """Nothing is open yet."""
        self.draw()

    # What there is

    def show(self, library: Library, row: SessionRow | None, timeline: Timeline | None) -> None:
        """Show the files of another session, or of the same one grown longer."""
        before, self.timeline = self.timeline, timeline
        self.library = library
        self.base = row.cwd if row is not None else ""
        self._files.clear()
        self._lines.clear()
        self._drawn = self._asked = self._asked_lines = None
        if before is None or timeline is None or before.session != timeline.session:
            self.view, self.path, self.position = View.TREE, "", 0
            self.pinned = self.chosen = None
            self.closed = frozenset()
            self._take(None)
        self._carry()
        if timeline is None:
            self.draw()

    def show_ledger(self, ledger: Ledger | None) -> None:
        """The states of the session were read."""
        self._take(ledger)
        self.draw()

    def _take(self, ledger: Ledger | None) -> None:
        self.ledger, self._drawn = ledger, None
        edits = ledger.edits if ledger is not None else ()
        self._edits = [edit.position for edit in edits]
        places: dict[str, list[int]] = {}
        for edit in edits:
            places.setdefault(edit.path, []).append(edit.position)
        length = len(ledger.timeline) if ledger is not None else 0
        self._places = {path: tree_of.Places.of(found, length) for path, found in places.items()}
        self._carry()

    def _carry(self) -> None:
        """In the tree all positions are the ledger's own."""
        self._carried = carried(self.ledger, self.timeline)

    def follow(self, position: int) -> None:
        """The playhead is at ``position``, and the panel is in sight."""
        self.position = position
        self.draw()

    @property
    def file(self) -> FileRead | None:
        """The file that is open, or under the cursor, once it is read."""
        found = self._files.get(self.path) if self.path else None
        return found if isinstance(found, FileRead) else None

    @property
    def problem(self) -> HerError | None:
        """Why the file that is open, or under the cursor, could not be read."""
        found = self._files.get(self.path) if self.path else None
        return found if isinstance(found, HerError) else None

    @property
    def change(self) -> Change | None:
        """The change under the cursor; elsewhere the last one of the file up to the playhead."""
        found = self.file
        if self.view is View.HISTORY:
            at = self.cursor
            return self.shown[at] if at is not None and at < len(self.shown) else None
        done = found.done(self.position) if found is not None else 0
        return found.changes[done - 1] if found is not None and done else None

    # Drawing

    def draw(self, anew: bool = False) -> None:
        """Show what is to be seen as of the playhead, unless it is on screen."""
        if anew:
            self._drawn = None
        if self.timeline is None:
            self.say("No session is open.")
            self._entitle()
        elif not len(self.timeline):
            self.say("This session is empty.")
            self._entitle()
        elif self.view is View.TREE:
            self._draw_tree()
        else:
            self._draw_file(self.timeline)

    def _entitle(self, *parts: str) -> None:
        """Say what is shown, and that it is another if so."""
        self.set_title("files", *parts)
        self._tell((parts, self.view, self.path, self.cursor, self.closed))

    def _entitle_file(self, *said: str) -> None:
        self._entitle(*tree_of.file_title(self.path, self.base, *said))

    def _tell(self, state: Hashable) -> None:
        if state != self._told:
            self._told = state
            self.post_message(self.Changed())

    def _unless_drawn(self, *state: Hashable) -> bool:
        """Whether ``state`` is not what is on screen; it will be."""
        fresh = state != self._drawn
        self._drawn = state
        return fresh

    def _draw_tree(self) -> None:
        ledger = self.ledger
        at = self._carried.place(self.position) if self._carried is not None else None
        done = bisect_right(self._edits, at) if at is not None else 0
        if not self._unless_drawn(View.TREE, at is None, done, self.size.height):
            return
        self.newest = self._edits[done - 1] if done else -1
        files = ledger.at(at).files if ledger is not None and at is not None else {}
        self.rows = tree_rows(files, self.base, self.closed)
        if ledger is None or at is None or not self.rows:
            self.path = ""
            self.say("Reading …" if ledger is None or at is None else self._nothing(ledger))
            self._entitle()
            return
        headed = self.size.height >= _HEADED
        length = len(ledger.timeline)
        blocks = tree_of.tree_blocks(self.rows, self._places, at, length, headed=headed)
        cursor = self._cursor_row(done)
        row = self.rows[cursor]
        self.path = "" if row.folder else row.path
        self._want_file_soon()
        self.set_blocks((*blocks, *self._preview(len(blocks) + headed)))
        self.set_cursor(cursor)
        self._entitle(*tree_of.tree_title(files))

    def _nothing(self, ledger: Ledger) -> str:
        """Said while there is no file yet."""
        if not self._edits:
            return tree_of.nothing_yet(0, 0)
        timeline = ledger.timeline
        first = timeline.clamp(self._edits[0])
        return tree_of.nothing_yet(timeline.turns[first], timeline.times[first])

    def _last_changed(self, done: int) -> str:
        return self.ledger.edits[done - 1].path if self.ledger is not None and done else ""

    def _cursor_row(self, done: int) -> int:
        """The row the user chose; else, or if it is not there, that of the file changed last."""
        for wanted in (self.pinned, (False, self._last_changed(done))):
            for at, row in enumerate(self.rows):
                if (row.folder, row.path) == wanted:
                    return at
        return 0

    def _preview(self, rows: int) -> tuple[Block, ...]:
        """The last change of the file under the cursor, below the tree if there is room."""
        change, found = self.change, self.file
        if change is None or found is None or rows + _ROOM > self.size.height:
            return ()
        lines = self._change_lines(found, change)[:_PREVIEW]
        head = tree_of.preview_head(self.path, self.base, change.time)
        return (Block(("preview", self.path, change.index, bool(lines)), (*head, *lines)),)

    def _draw_file(self, timeline: Timeline) -> None:
        """One of the views of the open file."""
        found = self._files.get(self.path)
        if found is None:
            self._drawn = None
            self.say("Reading …")
            self._want_file()
            self._entitle_file()
        elif isinstance(found, HerError):
            self.say(f"{found.title}. {found.hint}".strip(), "error-text")
            self._entitle_file()
        elif self.view is View.HISTORY:
            self._draw_history(found)
        elif self.view is View.TEXT:
            self._entitle_file(lines_of.text_title(found.history, timeline, self.position))
            key: Hashable = (View.TEXT, self.path, found.history.index_at(self.position))
            marked = marked_at(found, self.position)
            self._draw_lines(key, partial(text_of, found, self.position), marked)
        else:
            self._entitle_file(lines_of.span_title(timeline, *self.span))
            key = (View.BETWEEN, self.path, *self.span)
            self._draw_lines(key, partial(lines_of.between_lines, found.history, *self.span))

    def _draw_history(self, found: FileRead) -> None:
        done = found.done(self.position)
        self.shown = found.changes
        self._entitle_file(lines_of.history_title(self.shown, done))
        if not self.shown:
            self.say("No change of it was recorded.")
            return
        if self.chosen is not None and self.chosen[1] == done:
            cursor = min(self.chosen[0], len(self.shown) - 1)
        else:
            cursor, self.chosen = max(0, done - 1), None
        opened = self._change_lines(found, self.shown[cursor])
        if not self._unless_drawn(View.HISTORY, self.path, done, cursor, bool(opened)):
            return
        self.cursor = cursor
        self.set_blocks(
            tuple(
                lines_of.change_block(change, opened if at == cursor else ())
                for at, change in enumerate(self.shown)
            )
        )
        self.set_cursor(cursor)

    def _change_lines(self, found: FileRead, change: Change) -> tuple[Line, ...]:
        """What a change changed; nothing while the lines of a long one are made."""
        key = ("change", found.history.path, change.index)
        lines = self._lines.get(key)
        if lines is None:
            make = partial(lines_of.change_lines, found.history, change.index)
            if is_small(found.history.revisions[change.index].patch):
                lines = self._lines[key] = make()
            else:
                self._want_lines(key, make)
        return lines or ()

    def _draw_lines(
        self, key: Hashable, make: Callable[[], tuple[Line, ...]], marked: Sequence[int] = ()
    ) -> None:
        """A long text, once its lines are made; the one before it stays until then."""
        lines = self._lines.get(key)
        if lines is None:
            self._want_lines(key, make)
            return
        if not self._unless_drawn(key):
            return
        self.cursor = None
        same = bool(self.blocks) and self.blocks[0].key == (self.view, self.path)
        self.set_blocks((Block((self.view, self.path), lines),), keep=same)
        if marked and marked[0] <= len(lines):
            self.reveal_match(0, Match(marked[0] - 1, 0, 0))

    # Reading

    def _want_file_soon(self) -> None:
        """Read the file under the cursor: at once if the user put it there, else when the playhead
        rests, since it may be at another file in a moment."""
        if self._resting is not None:
            self._resting.stop()
            self._resting = None
        if self.pinned is not None:
            self._want_file()
        elif self.path and self.path not in self._files:
            self._resting = self.set_timer(_REST, self._want_file)

    def _want_file(self) -> None:
        """Read the file that is open or under the cursor, unless it was."""
        if not self.path or self.path in self._files or self.path == self._asked:
            return
        if self.library is not None and self.timeline is not None:
            self._asked = self.path
            self._reading.ask(partial(read_file, self.library, self.timeline, self.path))

    def _want_lines(self, key: Hashable, make: Callable[[], tuple[Line, ...]]) -> None:
        """Make lines in a worker thread, unless that is under way."""
        if key != self._asked_lines:
            self._asked_lines = key
            self._making.ask(partial(make_lines, self.timeline, key, make))

    def on_file_arrived(self, message: FileArrived) -> None:
        """A file was read; that of another session is dropped."""
        message.stop()
        if self.timeline is message.timeline:
            self._files.put(message.path, message.found)
            self._asked = None if self._asked == message.path else self._asked
            if message.path == self.path:
                self.draw(anew=True)

    def on_lines_arrived(self, message: LinesArrived) -> None:
        """Lines were made: show them if they are still wanted."""
        message.stop()
        if self.timeline is message.timeline:
            self._lines[message.key] = message.lines
            self._asked_lines = None if self._asked_lines == message.key else self._asked_lines
            self.draw(anew=self.view in (View.TREE, View.HISTORY))

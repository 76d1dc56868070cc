"""Moments of the session on screen: bookmarked, listed, jumped to, and linked."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from functools import partial

from textual.message import Message

from her_tui.analysis.timeline import Timeline
from her_tui.queries import bookmarks, moments
from her_tui.queries.bookmarks import Bookmark
from her_tui.queries.library import Library
from her_tui.queries.sessions import SessionRow
from her_tui.recorder.annotate import Subject, annotating
from her_tui.ui import loading, messages, spots
from her_tui.ui.screens.annotating import Annotating
from her_tui.ui.spots import Listed, Spot

_NEED_A_MOMENT = frozenset({"bookmark", "bookmarks", "jump", "copy_link"})


class SpotRead(Message):
    """The moment to bookmark was read, and the note of the bookmark that is there."""

    def __init__(self, session: int, spot: Spot, made: Bookmark, before: str | None) -> None:
        super().__init__()
        self.session = session
        self.spot = spot
        self.made = made
        """The bookmark to be written: what its record is called lasts, however its row does."""
        self.before = before


class MarksListed(Message):
    """The marks of a session were read, to be listed."""

    def __init__(self, session: int, listed: Sequence[Listed]) -> None:
        super().__init__()
        self.session = session
        self.listed = listed


class Marking(Annotating):
    """The actions on moments of the session."""

    _demo: bool

    def _here(self) -> tuple[Library, SessionRow, Timeline] | None:
        """What there is to mark; None if there is nothing."""
        if self.library is None or self.session is None or not self.timeline:
            return None
        return self.library, self.session, self.timeline

    def jump_to(self, position: int, when: int | None = None) -> None:
        """Put the playhead on ``position``, at ``when`` if that is between two events, and show the
        session as it was then."""
        self.detail.as_of = True
        self.move_playhead(position, when)

    # Bookmarks

    def action_bookmark(self) -> None:
        """Bookmark the moment at the playhead, or change its bookmark."""
        here = self._here()
        if here is not None:
            library, row, timeline = here
            position = self.playhead

            def job() -> Message:
                made = bookmarks.at(library, timeline, position)
                known = spots.bookmark_like(library, timeline.session, made)
                spot = spots.spot(library, timeline, position)
                return SpotRead(row.id, spot, made, known.note if known is not None else None)

            loading.run_job(self, "moment", job)

    def on_spot_read(self, event: SpotRead) -> None:
        """Ask for the note."""
        from her_tui.ui.screens.bookmark import BookmarkNote  # deferred: not for the first paint

        here = self._here()
        if here is None or here[1].id != event.session or not self.is_current:
            return

        def written(note: str | None) -> None:
            if note is not None:
                kept = None if note == BookmarkNote.REMOVE else note
                self._mark(partial(self._write_bookmark, here[1], event.made, kept))

        self.app.push_screen(BookmarkNote(event.spot, event.before), written)

    def _write_bookmark(self, row: SessionRow, made: Bookmark, note: str | None) -> Message:
        subject = Subject(row.agent, bookmarks.owner(row), made.key)
        with annotating(self.home) as annotations:
            if note is None:
                annotations.unbookmark(subject, made.block, made.ts)
                return messages.Notice("The bookmark is gone")
            annotations.bookmark(subject, made.block, made.ts, note)
        return messages.Notice("The moment is bookmarked")

    def _mark(self, job: loading.Job) -> None:
        loading.run_job(self, "bookmark", job, self.refresh_bookmarks)

    def action_bookmarks(self) -> None:
        """List bookmarks and marks, to jump to one."""
        here = self._here()
        if here is not None:
            library, row, timeline = here
            marks = self.marks

            def job() -> Message:
                return MarksListed(row.id, spots.list_marks(library, timeline, marks))

            loading.run_job(self, "marks", job)

    def on_marks_listed(self, event: MarksListed) -> None:
        """Show them."""
        from her_tui.ui.screens.moments import Moments  # deferred: not for the first paint

        if self.session is not None and self.session.id == event.session and self.is_current:
            self.app.push_screen(Moments(event.listed, self.playhead), self._jumped)

    # Jumping

    def action_jump(self) -> None:
        """Ask for a moment to jump to."""
        from her_tui.ui.screens.jump import Jump  # deferred: not for the first paint

        here = self._here()
        if here is not None:
            library, _, timeline = here
            self.app.push_screen(Jump(library, timeline), self._jumped)

    def _jumped(self, spot: Spot | None) -> None:
        """Go to the event that was chosen, wherever it is on the timeline by now."""
        timeline = self.timeline
        if spot is None or timeline is None:
            return
        position = timeline.find_event(spot.event)
        if position is None:
            hint = "Its session was read anew: choose it again."
            self.post_message(messages.Problem("This moment is not there any more", hint))
            return
        if spot.time > timeline.times[position]:  # a time between two events, maybe others by now
            position = timeline.at_time(spot.time)
        self.jump_to(position, spot.time)

    # Links

    def action_copy_link(self) -> None:
        """Copy a command that opens the moment at the playhead."""
        here = self._here()
        if here is not None:
            library, _, timeline = here
            text = partial(link_command, library, timeline, self.playhead, self._demo)
            self.copy_soon("link to this moment", text)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """There must be a moment."""
        if action in _NEED_A_MOMENT:
            return self.timeline is not None and len(self.timeline) > 0
        return super().check_action(action, parameters)


def link_command(library: Library, timeline: Timeline, position: int, demo: bool) -> str:
    """A command, to be pasted into a shell, that opens the moment at ``position``."""
    link = shlex.quote(moments.link(library, timeline, position))
    return f"her-tui {'--demo ' if demo else ''}open {link}"

"""Reading the library without holding up the screen: what is read, and in which thread.

A job is a function that runs in a worker thread and returns the message that tells the screen what
it found. `Newest` runs one job at a time and forgets all but the last of those asked meanwhile.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Hashable, Mapping, Sequence
from functools import partial

from textual.dom import DOMNode
from textual.message import Message

from her_tui.analysis.chart import Chart, lay
from her_tui.analysis.ledger import Ledger
from her_tui.analysis.marks import Mark
from her_tui.analysis.tape import Cutting, Tape
from her_tui.analysis.timeline import Timeline
from her_tui.errors import HerError
from her_tui.queries import annotations as said
from her_tui.queries import bookmarks, lanes, sessions, spend
from her_tui.queries import ledger as ledgers
from her_tui.queries import timeline as timelines
from her_tui.queries.annotations import Annotation
from her_tui.queries.bookmarks import Bookmark
from her_tui.queries.glimpses import Glimpse, glimpses
from her_tui.queries.library import Library
from her_tui.queries.sessions import Listing, ListQuery, SessionRow
from her_tui.queries.streams import Stream, streams
from her_tui.queries.timeline import Stamp
from her_tui.queries.traffic import Stamp as TrafficStamp
from her_tui.queries.traffic import Traffic, traffic
from her_tui.queries.vocabulary import vocabulary
from her_tui.ui.keeping import keeping
from her_tui.ui.widgets.top_line import DAYS, Glance

_log = logging.getLogger(__name__)

Job = Callable[[], Message | None]


class Listed(Message):
    """The list was read as ``query`` wants it."""

    def __init__(self, query: ListQuery, listing: Listing, target: int | None) -> None:
        super().__init__()
        self.query = query
        self.listing = listing
        self.target = target
        """The session to put the cursor on."""


class Glanced(Message):
    """The sums of the first row were read."""

    def __init__(self, glance: Glance) -> None:
        super().__init__()
        self.glance = glance


class RowsRead(Message):
    """Rows of the list were read."""

    def __init__(self, rows: Mapping[int, SessionRow]) -> None:
        super().__init__()
        self.rows = rows


class SessionRead(Message):
    """A session was read, to be shown."""

    def __init__(
        self,
        row: SessionRow,
        timeline: Timeline,
        stamp: Stamp | None = None,
        tape: Tape | None = None,
    ) -> None:
        super().__init__()
        self.row = row
        self.timeline = timeline
        self.stamp = stamp
        """That of its events, from before they were read; None: not known."""
        self.laid = lay(timeline)
        """The same, ready to be drawn: a long one takes too long for the screen's own thread."""
        self.tape = tape
        """The same, ready to be played; None: it was not laid."""


class TapeLaid(Message):
    """A tape was laid."""

    def __init__(self, times: Sequence[int], tape: Tape) -> None:
        super().__init__()
        self.times = times
        self.tape = tape


class ChartRead(Message):
    """What is drawn beside a timeline was read, in so many seconds."""

    def __init__(
        self, timeline: Timeline, chart: Chart, seconds: float, own: Sequence[Bookmark] = ()
    ) -> None:
        super().__init__()
        self.timeline = timeline
        self.chart = chart
        self.seconds = seconds
        self.own = own
        """The bookmarks, from before it was read."""


class BookmarksRead(Message):
    """There are other bookmarks in a session than were known."""

    def __init__(self, session: int, own: Sequence[Bookmark]) -> None:
        super().__init__()
        self.session = session
        self.own = own


class WordsRead(Message):
    """What the event at ``position`` is was read."""

    def __init__(self, timeline: Timeline, position: int, glimpse: Glimpse) -> None:
        super().__init__()
        self.timeline = timeline
        self.position = position
        self.glimpse = glimpse


class MarkRead(Message):
    """What a mark is on was read."""

    def __init__(self, timeline: Timeline, mark: Mark, glimpse: Glimpse) -> None:
        super().__init__()
        self.timeline = timeline
        self.mark = mark
        self.glimpse = glimpse


class TrafficRead(Message):
    """What passed between a session and the API was read."""

    def __init__(self, traffic: Traffic) -> None:
        super().__init__()
        self.traffic = traffic


class LedgerRead(Message):
    """The states of a session were read."""

    def __init__(self, timeline: Timeline, ledger: Ledger, seconds: float) -> None:
        super().__init__()
        self.timeline = timeline
        """What the positions of the ledger are of."""
        self.ledger = ledger
        self.seconds = seconds
        """How long that took."""


class AnnotationsRead(Message):
    """What the user said of a session and its prompts was read."""

    def __init__(self, session: int, found: Mapping[bytes, Annotation]) -> None:
        super().__init__()
        self.session = session
        self.found = found


class VocabularyRead(Message):
    """What there is to choose from for each filter was read."""

    def __init__(self, found: Mapping[str, Sequence[str]]) -> None:
        super().__init__()
        self.found = found


class StreamsRead(Message):
    """Answers of a session that came in between two times were read."""

    def __init__(self, session: int, since: int, until: int, found: tuple[Stream, ...]) -> None:
        super().__init__()
        self.session = session
        self.since = since
        self.until = until
        self.streams = found


class LoadFailed(Message):
    """Something could not be read."""

    def __init__(self, error: HerError) -> None:
        super().__init__()
        self.error = error


def read_listing(library: Library, query: ListQuery, reference: str, target: int | None) -> Listed:
    """The list; ``reference`` is the id of a session to put the cursor on."""
    listing = sessions.listing(library, query)
    if target is None and reference:
        try:
            target = sessions.find(library, reference).id
        except HerError:
            target = None  # deleted since it was last looked at
    return Listed(query, listing, target)


def read_glance(library: Library) -> Glanced:
    """The sums of the first row, over all sessions whatever the list is narrowed down to."""
    everything = sessions.count(library, ListQuery())
    dearest = spend.by_project(library, 1)
    return Glanced(
        Glance(
            sessions=everything.sessions,
            hidden=everything.hidden,
            days=tuple(spend.by_day(library, DAYS)),
            dearest=dearest[0] if dearest else None,
        )
    )


def read_rows(library: Library, ids: Sequence[int]) -> RowsRead:
    """Rows of the list."""
    return RowsRead(sessions.rows(library, ids))


def read_session(
    library: Library,
    session: int,
    known: SessionRow | None = None,
    stamp: Stamp | None = None,
    cutting: Cutting | None = None,
) -> SessionRead | None:
    """A session with its timeline, and its tape if ``cutting`` says how; None if it is gone, or
    says what ``known`` says and has the events that had this ``stamp``."""
    row = sessions.rows(library, [session]).get(session)
    if row is None:
        return None
    now = timelines.stamp(library, session)
    if row == known and now == stamp:
        return None
    with keeping(row.responses + row.actions):
        timeline = timelines.load(library, session)
        tape = cutting.tape(timeline.times) if cutting is not None else None
        return SessionRead(row, timeline, now, tape)


def lay_tape(times: Sequence[int], cutting: Cutting) -> TapeLaid:
    """The tape of events at ``times``."""
    return TapeLaid(times, cutting.tape(times))


def read_chart(library: Library, timeline: Timeline) -> ChartRead:
    """What is drawn beside ``timeline``."""
    started = time.monotonic()
    own = bookmarks.of_session(library, timeline.session)
    with keeping(len(timeline)):
        chart = lanes.load(library, timeline)
    return ChartRead(timeline, chart, time.monotonic() - started, own)


def read_bookmarks(
    library: Library, session: int, known: Sequence[Bookmark] | None
) -> BookmarksRead | None:
    """The bookmarks of a session; None if they are the ``known`` ones."""
    own = bookmarks.of_session(library, session)
    return None if own == known else BookmarksRead(session, own)


def read_words(library: Library, timeline: Timeline, position: int) -> WordsRead | None:
    """What the event at ``position`` is; None if it is gone."""
    event = timeline.ids[timeline.clamp(position)]
    glimpse = glimpses(library, [event]).get(event)
    return WordsRead(timeline, position, glimpse) if glimpse is not None else None


def read_mark(library: Library, timeline: Timeline, mark: Mark) -> MarkRead | None:
    """What ``mark`` is on; None if it is gone."""
    found = read_words(library, timeline, mark.position)
    return MarkRead(timeline, mark, found.glimpse) if found is not None else None


def read_traffic(library: Library, session: int, known: TrafficStamp) -> TrafficRead | None:
    """What passed between a session and the API; None if it is as when its stamp was ``known``."""
    found = traffic(library, session, known)
    return TrafficRead(found) if found is not None else None


def read_ledger(library: Library, timeline: Timeline) -> LedgerRead:
    """The states of the session that ``timeline`` is of."""
    started = time.monotonic()
    with keeping(len(timeline)):
        ledger = ledgers.load(library, timeline)
    return LedgerRead(timeline, ledger, time.monotonic() - started)


def read_streams(library: Library, session: int, since: int, until: int) -> StreamsRead:
    """The answers of a session that came in between two times."""
    return StreamsRead(session, since, until, streams(library, session, since, until))


def read_annotations(
    library: Library, session: int, agent: str, session_id: str
) -> AnnotationsRead:
    """What the user said of the session with row id ``session`` and of its prompts."""
    return AnnotationsRead(session, said.of_session(library, agent, session_id))


def read_vocabulary(library: Library) -> VocabularyRead:
    """What there is to choose from for each filter."""
    return VocabularyRead(vocabulary(library))


class Newest:
    """Runs jobs in a worker thread, one at a time; of those that wait, only the newest."""

    def __init__(self, node: DOMNode, name: str) -> None:
        self._node = node
        self._name = name
        self._running = False
        self._waiting: Job | None = None
        self._key: Hashable = None

    def ask(self, job: Job, key: Hashable = None) -> None:
        """Run ``job`` now, or after the one that runs, unless a newer one is asked for. If the
        newest that is not done yet has the same ``key``, nothing more is to be done."""
        if key is not None and key == self._key:
            return
        self._key = key
        if self._running:
            self._waiting = job
        else:
            self._start(job)

    def _start(self, job: Job) -> None:
        self._running = True
        run_job(self._node, self._name, job, self._finished)

    def _finished(self) -> None:
        self._running = False
        waiting, self._waiting = self._waiting, None
        if waiting is not None and self._node.is_attached:
            self._start(waiting)
        else:
            self._key = None


def run_job(node: DOMNode, name: str, job: Job, finished: Callable[[], None] | None = None) -> None:
    """Run ``job`` in a worker thread and post to ``node`` what it returns, or how it failed."""

    def work() -> None:
        try:
            message = job()
        except HerError as error:
            message = LoadFailed(error)
        except Exception as error:  # a thread's end must not end the app, nor pass unseen
            _log.exception("%s failed", name)
            message = LoadFailed(HerError(f"Could not read the {name}: {error}", ""))
        if message is not None:
            node.post_message(message)
        if finished is not None:
            node.call_later(finished)

    node.run_worker(partial(work), thread=True, exit_on_error=False, group=name, name=name)

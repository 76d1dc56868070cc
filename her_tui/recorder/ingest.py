"""One pass over the files: read what is new, and nothing else.

The pass commits every few megabytes, rows and read offsets together, so that a list fills as it
goes and a kill loses nothing but the work since the last commit.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from her_tui.capture.adapter import Adapter, Found, Role
from her_tui.capture.agents import ADAPTERS
from her_tui.errors import HerError, NotFound
from her_tui.events.model import Facts
from her_tui.paths import LIBRARY_NAME, ensure_private_dir
from her_tui.recorder import enrich, rebuild, stand_in, words
from her_tui.recorder.exclusion import Exclusion
from her_tui.recorder.intake import Intake
from her_tui.recorder.progress import Between, Progress, Said, nothing, silent
from her_tui.recorder.scan import Plan, Work, everything, make_plan
from her_tui.store import forget, kept, raw, sessions, sources
from her_tui.store.database import STORAGE_ERRORS, explain
from her_tui.store.locks import writer_lock
from her_tui.store.sources import Ends, SourceState, State
from her_tui.store.writer import Writer

#: How much of a file is read at once: bounds memory, whatever the file's size.
_PIECE_BYTES = 2 << 20

#: How much is read before a commit.
_COMMIT_BYTES = 4 << 20

#: Larger files beside a session are not kept.
_KEPT_LIMIT = 32 << 20


@dataclass(slots=True)
class ImportResult:
    """What a pass did."""

    files: int = 0
    """Transcript files that had something new."""
    records: int = 0
    """Records parsed."""
    session_ids: set[str] = field(default_factory=set)
    seconds: float = 0.0
    cpu_s: float = 0.0
    """CPU of this process, user and system, without pricing."""
    unreadable: list[str] = field(default_factory=list)
    """Files that could not be read, with the reason."""
    unindexed: HerError | None = None
    """Why the words of what was read could not be indexed: the next pass tries again."""

    @property
    def sessions(self) -> int:
        """Sessions that had something new."""
        return len(self.session_ids)


def default_roots() -> list[tuple[Adapter, Path]]:
    """Where each agent keeps its files on this machine."""
    return [(adapter, root) for adapter in ADAPTERS for root in adapter.roots()]


def import_roots(
    home: Path,
    roots: Sequence[Path] | None = None,
    *,
    exclude: Sequence[str] = (),
    progress: Progress = silent,
    waiting: Callable[[], None] | None = None,
) -> ImportResult:
    """Import everything new below ``roots`` (default: the agents' own folders), price and index it.

    Waits for another writer, after calling ``waiting``. Raises a `HerError` if the library cannot
    be written; what was committed before stays.
    """
    pairs = default_roots() if roots is None else [(ADAPTERS[0], root) for root in roots]
    for _, root in pairs:
        if not root.exists():
            raise NotFound(f"There is no file or folder {root}", "Name a folder of transcripts.")
    ensure_private_dir(home)
    lock = writer_lock(home)
    lock.acquire(waiting=waiting)
    try:
        return guarded_pass(home, pairs, exclude=exclude, progress=progress)
    finally:
        lock.release()


def guarded_pass(
    home: Path,
    roots: Sequence[tuple[Adapter, Path]],
    *,
    only: Sequence[tuple[Adapter, Found]] | None = None,
    exclude: Sequence[str] = (),
    progress: Progress = silent,
    between: Between = nothing,
) -> ImportResult:
    """`run_pass`, with what the database and the disk raise turned into a `HerError`."""
    try:
        return run_pass(home, roots, only=only, exclude=exclude, progress=progress, between=between)
    except STORAGE_ERRORS as error:
        raise explain(error, home / LIBRARY_NAME) from error


def guarded_intake(home: Path, intake: Intake, exclude: Sequence[str]) -> None:
    """Take in the spool and price what came with it, with what the database and the disk raise
    turned into a `HerError`; the caller holds the writer's lock."""
    try:
        writer = Writer(home)
        try:
            intake.run(writer, exclude)
            enrich.price(writer, silent)
        finally:
            writer.close()
    except STORAGE_ERRORS as error:
        raise explain(error, home / LIBRARY_NAME) from error


def run_pass(
    home: Path,
    roots: Sequence[tuple[Adapter, Path]],
    *,
    only: Sequence[tuple[Adapter, Found]] | None = None,
    exclude: Sequence[str] = (),
    progress: Progress = silent,
    between: Between = nothing,
) -> ImportResult:
    """One pass over all files below ``roots``, or ``only`` some that are known to have changed; the
    caller holds the writer's lock. ``between`` is called whenever no transaction is open, so that
    what must not wait for a long import need not."""
    started, cpu, result = time.monotonic(), time.process_time(), ImportResult()
    writer = Writer(home)
    try:
        forget.finish(writer)
        rebuild.outdated(writer, ADAPTERS)
        _note_exclusions(writer, exclude)
        paths = None if only is None else [found.path for _, found in only]
        known = {source.path: source for source in sources.load(writer.database, paths)}
        files = everything(roots) if only is None else only
        plan = make_plan(files, known, kept.known(writer.database))
        result.unreadable += [f"{path}: its name is no UTF-8" for path in plan.unnameable]
        _note_retention(writer)
        said = Said(writer, progress, between)
        between(writer)
        writer.catch_up()
        if plan:
            _Pass(writer, plan, exclude, said, result).run()
        forget.finish(writer)
        pricing = enrich.price(writer, said)
        try:
            words.index(writer, said)
        except HerError as error:  # what was read is in the library, and its words can wait
            result.unindexed = error
    finally:
        writer.close()
    result.seconds = time.monotonic() - started
    result.cpu_s = time.process_time() - cpu - pricing
    return result


def _note_retention(writer: Writer) -> None:
    """Keep beside the library how long each client keeps its transcripts."""
    for adapter in ADAPTERS:
        days = adapter.retention_days()
        _note(writer, f"retention:{adapter.agent}", "" if days is None else str(days))


def _note_exclusions(writer: Writer, exclude: Sequence[str]) -> None:
    """Look at excluded files again when what is excluded changed."""
    with writer.transaction():
        if _note(writer, "exclude", json.dumps(sorted(exclude))):
            sources.reconsider(writer.database)


def _note(writer: Writer, name: str, value: str) -> bool:
    """Keep ``value`` as a setting; whether it was another before."""
    connection = writer.database.connection()
    found = connection.execute("SELECT value FROM setting WHERE name = ?", (name,)).fetchone()
    changed = found is None or found[0] != value
    if changed:
        connection.execute("INSERT OR REPLACE INTO setting VALUES (?, ?)", (name, value))
    return changed


class _Pass:
    """The state of one pass."""

    def __init__(
        self,
        writer: Writer,
        plan: Plan,
        exclude: Sequence[str],
        progress: Progress,
        result: ImportResult,
    ) -> None:
        self.writer = writer
        self.database = writer.database
        self.plan = plan
        self.exclusion = Exclusion(exclude)
        self.progress = progress
        self.result = result
        self.done = 0
        self._files: set[int] = set()
        self._refreshed = 0

    def run(self) -> None:
        """Carry the plan out."""
        total = self.plan.bytes
        self.progress("importing", 0, total)
        with self.writer.transaction():
            self._take_note()
            self.writer.refresh()
        queue = iter(self.plan.work)
        item = next(queue, None)
        while item is not None:
            with self.writer.transaction():
                limit = self.done + _COMMIT_BYTES
                while item is not None and self.done < limit:
                    if self._take(item):
                        item = next(queue, None)
                later = None if self._worth_refreshing(item) else _session_of(item)
                self.writer.refresh(but=later)
            self.progress("importing", min(self.done, total), total)
        with self.writer.transaction():
            self.writer.refresh()

    def _worth_refreshing(self, item: Work | None) -> bool:
        """Whether to make sums anew now: in the middle of a large file only each time what was
        read of it has doubled, since sums cost as much as the session is long."""
        read = item.source.consumed if item and item.source else 0
        if read < _PIECE_BYTES or read >= 2 * self._refreshed:
            self._refreshed = read
            return True
        return False

    def _take_note(self) -> None:
        for source in self.plan.gone:
            sources.set_state(self.database, source, State.GONE)
            self.writer.touch(source.session)
        for source in (*self.plan.moved, *self.plan.back):
            sources.remember_look(self.database, source)
            self.writer.touch(source.session)

    def _take(self, item: Work) -> bool:
        """Read one file, or the next piece of it; whether the file is done."""
        if item.source and item.source.state in (State.FORGOTTEN, State.EXCLUDED):
            item.source.looked_at(item.stat)
            sources.remember_look(self.database, item.source)
            return True
        try:
            if item.found.role is Role.KEPT:
                self._keep(item)
                return True
            return self._read(item)
        except OSError as error:  # of reading: what writing raises is a database error
            self.result.unreadable.append(f"{item.found.path}: {error.strerror or error}")
            return True

    def _keep(self, item: Work) -> None:
        """Keep a file beside its session. One whose session is not in the library (yet, or because
        it was deleted or its project is excluded) is left alone, and looked at again next time."""
        found, agent = item.found, item.adapter.agent
        owner = found.session_id or kept.mentioned_by(self.database, agent, found.name)
        session = sessions.find(self.database, agent, owner) if owner else None
        if session is None or item.stat.st_size > _KEPT_LIMIT:
            return
        data = Path(found.path).read_bytes()
        self.done += len(data)
        what = (found.kind, found.name, found.path)
        kept.keep(self.database, agent, session.session_id, *what, data, item.stat)
        if found.kind == "meta":
            sessions.merge(self.database, agent, session, item.adapter.read(found, data, 0, True))
            self.writer.touch(session.id)

    def _read(self, item: Work) -> bool:
        """Read the next piece of a transcript into the library; whether the file is done. All
        reading precedes all writing: the file may vanish at any moment."""
        known = item.source
        if known and known.session and self.exclusion.covers(self._folder(known.session)):
            return True  # excluded since: what was recorded stays, and nothing is added
        with Path(item.found.path).open("rb") as file:
            source = known if known and known.begins(file, item.stat) else None
            offset = source.consumed if source else 0
            data, at_end = _next_piece(file, offset)
            facts = item.adapter.read(item.found, data, offset, False)
            ends = sources.ends(file, offset + facts.consumed)
        if source is None:
            if known is not None:
                sources.supersede(self.database, known)
                self.writer.touch(known.session)
            source = sources.add(
                self.database, item.adapter.agent, item.found.path, item.found.role
            )
        item.source = source
        self._files.add(source.id)
        self.result.files = len(self._files)
        source.agent_id = item.found.agent_id or source.agent_id
        done = self._digest(item, source, data, facts, ends, at_end)
        if done:
            rebuild.reconcile(self.writer, source)
        return done

    def _digest(
        self, item: Work, source: SourceState, data: bytes, facts: Facts, ends: Ends, at_end: bool
    ) -> bool:
        """Put what was read into the library; whether the file is done."""
        whole = data[: facts.consumed]
        rest = data[facts.consumed :] if at_end else b""
        self.done += len(data)
        self.result.records += facts.records
        if item.found.role is Role.HISTORY:
            private = [span for *span, folder in facts.places if self.exclusion.covers(folder)]
            whole = self.writer.without_deleted(source.agent, raw.blanked(whole, private))
            rest = b"" if self.exclusion else self.writer.without_deleted(source.agent, rest)
            self.writer.keep_raw(source, whole, facts)
        else:
            session_id = self._session_id(item.found, source, facts)
            wanted = self._wanted(source.agent, session_id, facts.session.cwd)
            if wanted is not State.CURRENT:
                source.let_go(wanted)
                source.looked_at(item.stat)
                sources.save(self.database, source, None)
                return True
            if whole or item.found.session_id:
                session = sessions.find_or_add(self.database, source.agent, session_id)
                leads = item.found.role is Role.MAIN
                if (
                    leads
                    and not source.consumed
                    and sources.channel_size(self.database, session.id)
                ):
                    stand_in.step_down(self.writer, session.id, source.agent)
                self.writer.write(source, session, facts, whole, facts.bulk, leads=leads)
                self.result.session_ids.add(session_id)
        source.ends = ends
        source.torn = int(bool(rest.strip()))
        if at_end:
            source.looked_at(item.stat)
        sources.save(self.database, source, rest, facts.unknown)
        return at_end

    def _session_id(self, found: Found, source: SourceState, facts: Facts) -> str:
        """The session a file belongs to: what its path says, else what it was found to be at
        first, else its records, else its name."""
        if found.session_id:
            return found.session_id
        if source.session:
            return sessions.named(self.database, source.session)[0]
        return facts.session_ids[0] if facts.session_ids else Path(found.path).stem

    def _wanted(self, agent: str, session_id: str, cwd: str | None) -> State:
        """What becomes of a file of this session: the first folder known of it decides whether it
        is excluded. Records that precede the first that tells it may be in the library by then."""
        if sessions.is_deleted(self.database, agent, session_id):
            return State.FORGOTTEN
        session = sessions.find(self.database, agent, session_id)
        folder = self._folder(session.id) if session else ""
        if not self.exclusion.covers(folder or cwd):
            return State.CURRENT
        if session and not folder:
            forget.erase(self.writer, session.id, State.EXCLUDED)
            for item in self.plan.work:
                if item.source and item.source.session == session.id:
                    item.source.let_go(State.EXCLUDED)
        return State.EXCLUDED

    def _folder(self, session: int) -> str:
        return sessions.named(self.database, session)[1]


def _session_of(item: Work | None) -> int | None:
    return item.source.session if item and item.source else None


def _next_piece(file: BinaryIO, offset: int) -> tuple[bytes, bool]:
    """Bytes from ``offset`` on, cut after a line end unless the file ends first; whether it did."""
    file.seek(offset)
    data = file.read(_PIECE_BYTES)
    if len(data) < _PIECE_BYTES:
        return data, True
    while True:
        cut = data.rfind(b"\n") + 1
        if cut:
            return data[:cut], False
        more = file.read(_PIECE_BYTES)
        if not more:
            return data, True
        data += more

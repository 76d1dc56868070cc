"""What is on disk, against what the library has: the plan of one pass."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from her_tui.capture.adapter import Adapter, Found, Role
from her_tui.store.sources import SourceState, State


@dataclass(slots=True)
class Work:
    """One file that has something new."""

    adapter: Adapter
    found: Found
    stat: os.stat_result
    source: SourceState | None
    """What the library knows of it; None for a new file."""

    @property
    def bytes(self) -> int:
        """About how much there is to read."""
        read = self.source.consumed if self.source else 0
        return max(0, self.stat.st_size - read)


@dataclass(slots=True)
class Plan:
    """All that one pass has to do, newest sessions first."""

    work: list[Work] = field(default_factory=list)
    moved: list[SourceState] = field(default_factory=list)
    """Files that are somewhere else now; their ``path`` is already the new one."""
    gone: list[SourceState] = field(default_factory=list)
    back: list[SourceState] = field(default_factory=list)
    """Files thought gone that are there after all."""
    files: int = 0
    """Transcript files seen."""
    unnameable: list[str] = field(default_factory=list)
    """Files whose names are no UTF-8: the library cannot name them."""

    @property
    def bytes(self) -> int:
        """About how much there is to read."""
        return sum(work.bytes for work in self.work)

    def __bool__(self) -> bool:
        return bool(self.work or self.moved or self.gone or self.back)


def everything(roots: Iterable[tuple[Adapter, Path]]) -> Iterator[tuple[Adapter, Found]]:
    """Every file below ``roots`` worth recording, with its adapter."""
    for adapter, root in roots:
        for found in adapter.discover(root):
            yield adapter, found


def make_plan(
    files: Iterable[tuple[Adapter, Found]],
    sources: Mapping[str, SourceState],
    kept: Mapping[str, tuple[int, int]],
) -> Plan:
    """Compare ``files`` with the known ``sources`` (by path) and ``kept`` files (path -> size, time
    of change); a source whose file is not among them may be gone."""
    plan = Plan()
    seen: set[str] = set()
    inodes: set[tuple[int, int]] = set()
    by_inode: dict[tuple[int, int], SourceState] | None = None
    for adapter, found in files:
        path = found.path
        if path in seen:
            continue
        seen.add(path)
        if not _is_text(path):
            plan.unnameable.append(path)
            continue
        try:
            stat = os.stat(path)  # noqa: PTH116 - thousands of files a pass
        except OSError:
            continue
        inode = (stat.st_dev, stat.st_ino)
        source = sources.get(path)
        if source is None and inode in inodes:
            continue  # the same file by another path
        inodes.add(inode)
        if found.role is Role.KEPT:
            if kept.get(path) != (stat.st_size, stat.st_mtime_ns):
                plan.work.append(Work(adapter, found, stat, None))
            continue
        if source is None:
            if by_inode is None:
                by_inode = _by_inode(sources)
            source = by_inode.get(inode)
            if source is not None and _leads_to(source.path, inode):
                continue
            if source is not None and _is_now(source, path, stat):
                source.path = path
                source.state = State.CURRENT
                plan.moved.append(source)
            else:
                source = None
        elif source.state is State.GONE:
            source.state = State.CURRENT
            plan.back.append(source)
        plan.files += 1
        if source is None or not source.unchanged(stat):
            plan.work.append(Work(adapter, found, stat, source))
    moved = {id(source) for source in plan.moved}
    for path, source in sources.items():
        if path in seen or source.state is not State.CURRENT or id(source) in moved:
            continue
        if not os.path.exists(path):  # noqa: PTH110 - thousands of files a pass
            plan.gone.append(source)
    _newest_first(plan.work)
    return plan


def _is_text(path: str) -> bool:
    """No byte of ``path`` had to be smuggled in as a lone surrogate."""
    if path.isascii():
        return True
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True


def _by_inode(sources: Mapping[str, SourceState]) -> dict[tuple[int, int], SourceState]:
    """The sources that something is kept of, by (device, inode) of their file."""
    return {
        (source.device, source.inode): source
        for source in sources.values()
        if source.state in (State.CURRENT, State.GONE)
    }


def _leads_to(path: str, inode: tuple[int, int]) -> bool:
    """Whether the file at ``path`` is the one with this (device, inode)."""
    try:
        stat = os.stat(path)  # noqa: PTH116
    except OSError:
        return False
    return (stat.st_dev, stat.st_ino) == inode


def _is_now(source: SourceState, path: str, stat: os.stat_result) -> bool:
    """Whether the file of ``source`` moved to ``path``. Its inode alone does not tell: that of a
    deleted file is soon given to another."""
    if os.path.exists(source.path):  # noqa: PTH110
        return False
    if not source.consumed:
        return Path(source.path).name == Path(path).name
    try:
        with Path(path).open("rb") as file:
            return source.begins(file, stat)
    except OSError:
        return False


_ROLE_ORDER = {Role.MAIN: 0, Role.SUBAGENT: 1, Role.KEPT: 2, Role.HISTORY: 3}


def _newest_first(work: list[Work]) -> None:
    """Order by session, the one with the newest file first, its own transcript before the rest."""
    newest: dict[str, int] = {}
    for item in work:
        key = _group(item.found)
        newest[key] = max(newest.get(key, 0), item.stat.st_mtime_ns)
    work.sort(
        key=lambda item: (
            _bound_later(item.found),
            -newest[_group(item.found)],
            _group(item.found),
            _ROLE_ORDER[item.found.role],
            item.found.path,
        )
    )


def _bound_later(found: Found) -> int:
    """Last of all come files of which transcripts, and then the history, tell whose they are."""
    if found.role is Role.HISTORY:
        return 1
    return 2 if found.role is Role.KEPT and found.session_id is None else 0


def _group(found: Found) -> str:
    return found.session_id or found.path

"""What is being recorded now, by which channels, and what waits to be taken in."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from her_tui.queries import backlog, status
from her_tui.queries.status import RecorderStatus
from her_tui.recorder import clients, endpoint
from her_tui.recorder.process import hangs
from her_tui.shim import permanent, reach, telemetry
from her_tui.shim.effective import Effective, effective
from her_tui.shim.settings import Added
from her_tui.spool.files import BODIES, FOLDER, SUFFIX

_ENDPOINT = ["env", "OTEL_EXPORTER_OTLP_ENDPOINT"]


@dataclass(frozen=True, slots=True)
class Client:
    """A process that is being recorded."""

    pid: int
    program: str
    """Empty if it was not started with ``her-tui run``."""
    started: int | None
    """Milliseconds since the epoch."""
    wire: bool


@dataclass(frozen=True, slots=True)
class Waiting:
    """What clients have left for the recorder."""

    spool_bytes: int
    """Of the spool, what is not in the library yet."""
    bodies: int
    body_bytes: int


@dataclass(frozen=True, slots=True)
class Capture:
    """One look at all of it."""

    recorder: RecorderStatus
    hangs: bool
    """The recorder has not kept its promise; the next client to start replaces it."""
    port: int | None
    """Where telemetry is received, or was."""
    listening: bool
    installed: bool
    """Every session of this user is told to tell Her."""
    misled: bool
    """The settings name another address than the receiver's: it had to move."""
    aside: str
    """Why telemetry is not ours to take, in words; empty if it is."""
    clients: tuple[Client, ...]
    waiting: Waiting


def look(home: Path, environment: Mapping[str, str]) -> Capture:
    """What is being recorded for the user of this ``environment``. Raises `HerError` if it cannot
    be told what was installed."""
    receiver = endpoint.told(home)
    added = permanent.installed(home, environment)
    return Capture(
        recorder=status.read(home),
        hangs=hangs(home),
        port=receiver.port if receiver else None,
        listening=reach.serving(home) is not None,
        installed=added is not None,
        misled=added is not None and _is_misled(added, receiver),
        aside=telemetry.taken(around(environment), receiver),
        clients=tuple(_client(home, pid) for pid in sorted(clients.alive(home))),
        waiting=_waiting(home),
    )


def around(environment: Mapping[str, str]) -> Effective:
    """What a client would see that is started here."""
    return effective(environment, Path.cwd())


def _is_misled(added: Added, receiver: endpoint.Endpoint | None) -> bool:
    told = [value for where, value, _ in added.leaves if where == _ENDPOINT]
    return bool(told) and (receiver is None or told[0] != receiver.url("-"))


def _client(home: Path, pid: int) -> Client:
    try:
        about = json.loads((home / clients.FOLDER / str(pid)).read_bytes())
        return Client(pid, str(about["program"]), int(about["started"]), bool(about["wire"]))
    except (OSError, ValueError, KeyError, TypeError):
        return Client(pid, "", None, False)


def _waiting(home: Path) -> Waiting:
    spool = home / FOLDER
    bodies = [size for _, size in _sizes(spool / BODIES, ".json")]
    taken = backlog.taken_in(home)
    left = sum(size - taken.get(name, 0) for name, size in _sizes(spool, SUFFIX))
    return Waiting(left, len(bodies), sum(bodies))


def _sizes(folder: Path, suffix: str) -> Iterator[tuple[str, int]]:
    """The files in ``folder`` with this ``suffix``: name and size."""
    try:
        entries = list(os.scandir(folder))
    except OSError:
        return
    for entry in entries:
        if entry.name.endswith(suffix):
            try:
                yield entry.name, entry.stat().st_size
            except OSError:
                continue  # taken in just now

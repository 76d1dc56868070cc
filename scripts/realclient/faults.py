"""What of ours dies while the genuine client is at work must not cost it its turn."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from realclient import headless, told
from realclient.place import Place
from realclient.report import Report

_ARGUMENTS = ("--output-format", "stream-json", "--verbose", "--dangerously-skip-permissions")

#: From the start of the client until its answer is on its way, and until all is in the library.
_UNDER_WAY_SECONDS, _SETTLED_SECONDS = 2.5, 8


def play(place: Place, report: Report) -> None:
    """Kill the pipe, and then the recorder, in the middle of an answer."""
    lines = _disturbed(place, report, "pipe-killed", _pipes)
    outcomes = [each["outcome"] for each in lines]
    report.check("pipe killed: both attempts are told", outcomes[-1:] == ["ok"], outcomes)
    report.check("pipe killed: two attempts", len(outcomes) == 2, outcomes)
    lines = _disturbed(place, report, "recorder-killed", lambda: _recorder(place))
    outcomes = [each["outcome"] for each in lines]
    report.check("recorder killed: the answer is told", outcomes == ["ok"], outcomes)


def _disturbed(
    place: Place, report: Report, name: str, victims: Callable[[], Iterable[int]]
) -> list[told.Told]:
    """Run a slow answer, kill the ``victims`` in the middle of it, and go on to another session,
    which brings back what is gone; what is told of the first."""
    line = headless.command(["--wire"], ["-p", "Please play:slower", *_ARGUMENTS])
    where, around = place.work(name), dict(place.environment())
    client = subprocess.Popen(
        line, cwd=where, env=around, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True
    )
    time.sleep(_UNDER_WAY_SECONDS)
    killed = list(victims())
    for pid in killed:
        os.kill(pid, signal.SIGKILL)
    output, _ = client.communicate(timeout=120)
    said = [json.loads(each) for each in output.splitlines()]
    report.check(f"{name}: something was killed", killed)
    report.check(f"{name}: the client finishes its turn", "the end of it" in output, output[-300:])
    headless.play(place, "next", [], ["-p", "Please play:hello", *_ARGUMENTS])
    time.sleep(_SETTLED_SECONDS)
    return told.requests(place, next(each["session_id"] for each in said if "session_id" in each))


def _pipes() -> Iterator[int]:
    """The pipes that pass bytes on: children of a supervisor, in this namespace."""
    wires = {pid: parent for pid, parent, line in _processes() if b"her_tui.shim.wire" in line}
    return (pid for pid, parent in wires.items() if parent in wires)


def _recorder(place: Place) -> Iterator[int]:
    yield int(json.loads((place.her / "receiver.json").read_bytes())["pid"])


def _processes() -> Iterator[tuple[int, int, bytes]]:
    """(pid, parent, command line) of every process that has no other network than ours."""
    ours = Path("/proc/self/ns/net").readlink()
    for folder in Path("/proc").iterdir():
        if not folder.name.isdecimal():
            continue
        try:
            if (folder / "ns" / "net").readlink() == ours:
                parent = (folder / "stat").read_text().rpartition(")")[2].split()[1]
                yield int(folder.name), int(parent), (folder / "cmdline").read_bytes()
        except OSError:
            continue  # it has ended

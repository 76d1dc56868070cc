"""What recording costs the genuine client: its CPU, and the time between its requests.

One scripted session is run over and over, without capture, as ``her-tui run`` records it, and with
each channel of telemetry alone; runs are interleaved. CPU is user and system time of the client and
everything it started. The time between requests is what the API saw: from the end of an answer to
the next request. One more run is traced: whom does the client connect to?

    PYTHONPATH=.:scripts python scripts/bench_capture.py [--rounds 12] [--only none,default,…]

Needs what ``make realclient`` needs, and strace.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import random
import re
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from realclient.place import Place, enter_namespace, her, install
from tests.support.answers import CWD, Step, say, text, thinking, use
from tests.support.api import Api, Plays, Seen

_STEPS = 24
_ARGUMENTS = ("-p", "Please play:bench", "--output-format", "stream-json", "--verbose",
              "--dangerously-skip-permissions")  # fmt: skip
_CONNECT = re.compile(r"connect\(\d+, \{sa_family=AF_INET6?.*?htons\((\d+)\).*?\"([^\"]+)\"")

_FILE = f"{CWD}/notes.txt"


def _step(number: int) -> Step:
    """One answer: some thought, some words, an action that takes no time of its own."""
    action = (
        use("Read", file_path=_FILE)
        if number % 4
        else use("Write", file_path=f"{CWD}/more{number}.txt", content=f"step {number}\n" * 40)
    )
    return Step((thinking("Go on. " * 8), text("Next. " * 12), action), pause_ms=4, piece=10)


def _plays() -> Plays:
    first = Step((use("Write", file_path=_FILE, content="a line\n" * 40),), pause_ms=4)
    rest = [_step(number) for number in range(_STEPS - 2)]
    return {"bench": [first, *rest, say("It is done.")]}


@dataclass
class Taken:
    """The figures of one variant, a run each."""

    cpu: list[float] = field(default_factory=list)
    wall: list[float] = field(default_factory=list)
    gaps: list[list[float]] = field(default_factory=list)
    """Milliseconds from an answer's end to the next request, step by step."""


class Bench:
    """The client, run in variants."""

    def __init__(self, place: Place, api: Api) -> None:
        self.place = place
        self.api = api
        self.taken: dict[str, Taken] = {}
        self.receiver = 0
        """The port of Her's receiver."""

    def bring_up(self) -> None:
        """Start the recorder as a run does, and keep it."""
        self.run_command([*her(), "run", "--", "true"], {})
        told = json.loads((self.place.her / "receiver.json").read_bytes())
        self.receiver = int(told["port"])
        self._endpoint = f"http://127.0.0.1:{told['port']}/{told['token']}/-"
        # A client that lives as long as we do: the recorder stays.
        (self.place.her / "clients").mkdir(exist_ok=True)
        (self.place.her / "clients" / str(os.getpid())).touch()

    def variants(self) -> Mapping[str, tuple[Sequence[str], Mapping[str, str]]]:
        """Name -> what goes before the client, and the environment it gets."""
        bodies = {"OTEL_LOG_RAW_API_BODIES": f"file:{self.place.her / 'spool' / 'bodies'}"}
        details = {"OTEL_LOG_TOOL_DETAILS": "1"}
        on = {
            "CLAUDE_CODE_ENABLE_TELEMETRY": "1",
            "OTEL_EXPORTER_OTLP_PROTOCOL": "http/json",
            "OTEL_EXPORTER_OTLP_ENDPOINT": self._endpoint,
        }
        logs = {**on, "OTEL_LOGS_EXPORTER": "otlp", "OTEL_LOGS_EXPORT_INTERVAL": "1000"}
        rare = {"OTEL_LOGS_EXPORT_INTERVAL": "5000"}
        metrics = {"OTEL_METRICS_EXPORTER": "otlp", "OTEL_METRIC_EXPORT_INTERVAL": "1000"}
        traces = {"OTEL_TRACES_EXPORTER": "otlp", "CLAUDE_CODE_ENHANCED_TELEMETRY_BETA": "1"}
        return {
            "none": ((), {}),
            "default": ((*her(), "run", "--"), {}),
            "logs": ((), logs),
            "logs, every 5 s": ((), {**logs, **rare}),
            "logs, details": ((), {**logs, **details}),
            "logs, bodies": ((), {**logs, **bodies}),
            "logs, bodies, 5 s": ((), {**logs, **bodies, **rare}),
            "metrics": ((), {**on, **metrics}),
            "traces": ((), {**on, **traces}),
            "hooks": ((), {}),
        }

    def round(self, names: Sequence[str], counts: bool) -> None:
        """Each variant once, in any order; a first round only warms up."""
        for name in random.sample(list(names), len(names)):
            before, environment = self.variants()[name]
            self._settle(name == "hooks")
            seen = len(self.api.messages)
            cpu, wall = self.run_command([*before, "claude", *_ARGUMENTS], environment)
            requests = self.api.messages[seen:]
            if len(requests) != _STEPS:
                raise RuntimeError(f"{name}: {len(requests)} requests, not {_STEPS}")
            if counts:
                taken = self.taken.setdefault(name, Taken())
                taken.cpu.append(cpu)
                taken.wall.append(wall)
                taken.gaps.append(_gaps(requests))

    def run_command(
        self, command: list[str], environment: Mapping[str, str]
    ) -> tuple[float, float]:
        """Run it; CPU and wall seconds of all it started."""
        where = self.place.work("bench")
        started = time.monotonic()
        process = subprocess.Popen(
            command,
            cwd=where,
            env=self.place.environment(**environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        _, _, usage = os.wait4(process.pid, 0)
        process.returncode = 0
        return usage.ru_utime + usage.ru_stime, time.monotonic() - started

    def _settle(self, hooks: bool) -> None:
        """A client without memories; hooks at the start and the end of a session, or none."""
        for name in ("projects", "todos", "file-history"):
            shutil.rmtree(self.place.config / name, ignore_errors=True)
        file = self.place.config / "settings.json"
        settings = json.loads(file.read_text())
        line = f': > "{self.place.folder}/woken"'
        hook = [{"hooks": [{"type": "command", "command": line, "timeout": 10}]}]
        settings["hooks"] = {"SessionStart": hook, "SessionEnd": hook} if hooks else {}
        file.write_text(json.dumps(settings))
        time.sleep(0.3)  # what the last run left to do for the recorder is not this one's cost

    def connections(self) -> dict[int, int]:
        """Port -> connections made by a client that is recorded, traced."""
        trace = self.place.folder / "connections"
        self._settle(False)
        tracer = ["strace", "-f", "-qq", "-e", "trace=connect", "-o", str(trace)]
        self.run_command([*tracer, *her(), "run", "--", "claude", *_ARGUMENTS], {})
        found: dict[int, int] = {}
        for port, host in _CONNECT.findall(trace.read_text()):
            number = int(port) if host == "127.0.0.1" else -1
            found[number] = found.get(number, 0) + 1
        return found


def _gaps(requests: Sequence[Seen]) -> list[float]:
    return [
        after.at - before.at - (before.ended_ms or 0.0)
        for before, after in itertools.pairwise(requests)
    ]


def _quantile(values: Sequence[float], at: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * at))]


def _line(name: str, taken: Taken, base: Taken, start: float) -> str:
    """The figures of a variant beside those without capture."""
    cpu, plain = statistics.median(taken.cpu) - start, statistics.median(base.cpu)
    pairs = [(one - start) / other for one, other in zip(taken.cpu, base.cpu, strict=True)]
    ours = [gap for run in taken.gaps for gap in run]
    theirs = [gap for run in base.gaps for gap in run]
    p50, p95 = (_quantile(ours, at) - _quantile(theirs, at) for at in (0.5, 0.95))
    steps = [
        statistics.median(run[step] for run in taken.gaps)
        - statistics.median(run[step] for run in base.gaps)
        for step in range(_STEPS - 1)
    ]
    return (
        f"{name:20} {cpu:6.3f} s  {cpu / plain:5.3f}x  {statistics.median(pairs):5.3f}x "
        f"{statistics.median(taken.wall):6.2f} s  {p50:+6.1f} ms {p95:+6.1f} ms "
        f"{statistics.median(steps):+6.1f} ms"
    )


def _print(bench: Bench, start: float) -> None:
    base = bench.taken["none"]
    print(f"\n{'':20} CPU       ratio   paired   wall    between requests: p50, p95, by step")
    for name, taken in bench.taken.items():
        print(_line(name, taken, base, start if name == "default" else 0.0))
    print("(default: without the CPU that starting takes once)")


def _start_cost(bench: Bench, rounds: int) -> tuple[float, float]:
    """CPU and wall seconds that ``her-tui run`` takes before it becomes the client, which here is
    a stub."""
    stub = bench.place.folder / "stub" / "claude"
    stub.parent.mkdir()
    stub.write_text("#!/bin/sh\n")
    stub.chmod(0o755)
    where = {"PATH": f"{stub.parent}:{bench.place.environment()['PATH']}"}
    ours = [bench.run_command([*her(), "run", "--", "claude"], where) for _ in range(rounds)]
    bare = [bench.run_command(["claude"], where) for _ in range(rounds)]
    cpu, wall = (
        statistics.median(run[what] for run in ours) - statistics.median(run[what] for run in bare)
        for what in (0, 1)
    )
    return cpu, wall


def main() -> int:
    """Measure, and say."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=12)
    parser.add_argument("--only", default="", help="variants, joined by semicolons")
    options = parser.parse_args()
    install()
    enter_namespace("bench_capture", sys.argv[1:])
    place = Place.fresh("bench", "")
    with Api(_plays()) as api:
        bench = Bench(Place(place.folder, api.url), api)
        try:
            return _measure(bench, options.rounds, options.only)
        finally:
            bench.place.stop_recorder()


def _measure(bench: Bench, rounds: int, only: str) -> int:
    bench.bring_up()
    names = only.split(";") if only else list(bench.variants())
    start, wait = _start_cost(bench, rounds)
    for number in range(rounds + 1):
        bench.round(names, counts=number > 0)
        print(f"round {number} of {rounds}", file=sys.stderr, flush=True)
    _print(bench, start)
    print(f"starting, with the recorder running: {start * 1000:.0f} ms CPU, {wait * 1000:.0f} ms")
    found = bench.connections()
    others = set(found) - {bench.api.port, bench.receiver}
    print(
        f"\nconnections of a recorded run: {found.get(bench.api.port, 0)} straight to the API,"
        f" {found.get(bench.receiver, 0)} to the receiver, {len(others)} elsewhere"
    )
    return 1 if others or not found.get(bench.api.port) else 0


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent))
    sys.exit(main())

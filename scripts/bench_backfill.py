"""What the back-fill costs whoever works beside it, on the same core.

``python scripts/bench_backfill.py LIBRARY [--rounds N]``, where LIBRARY is a folder that may be
written to, with more to encode than the bench takes (about two minutes), and searching by meaning
switched on (``HER_HOME=LIBRARY her-tui semantic enable``). Linux alone. On a machine that does
nothing else:

* a CPU-bound task, pinned to the encoder's core, alone (the encoder is stopped) and beside it, in
  turns: wall over CPU seconds, and how much slower it is;
* a tick of 16 ms with 3.2 ms of work, as a screen has, on that core: how late each is done;
* the encoder loaded and idle: its share of a processor.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from her_tui.demo import build
from her_tui.queries import encoding
from her_tui.queries.encoding import Phase
from her_tui.recorder import encoder_start
from her_tui.search import settings
from her_tui.store.locks import viewer_lock

_TICK, _WORK = 0.016, 0.0032
_TASK_SECONDS = 4.0
_TICKS = 400
_IDLE_SECONDS = 40.0


def main(arguments: list[str]) -> None:
    """Measure all three."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("library", type=Path)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--core", type=int, default=max(os.sched_getaffinity(0)))
    parser.add_argument("--be", choices=["task", "ticks"], help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.be:
        print(json.dumps(_task() if options.be == "task" else _ticks()))
        return
    told: dict[str, object] = {"load_before": round(os.getloadavg()[0], 2)}
    with encoder(options.library, Phase.ENCODING, options.core) as pid:
        told["engine"] = encoding.read(options.library).engine
        told["task"] = compare_task(pid, options.core, options.rounds)
        told["tick_late_ms"] = compare_ticks(pid, options.core, options.rounds)
        told["policy"] = os.sched_getscheduler(pid)
        told["documents"] = encoding.read(options.library).done
    told["idle_share"] = idle_share(options.library, options.core)
    print(json.dumps(told, indent=1))


@contextmanager
def encoder(home: Path, phase: Phase, core: int) -> Iterator[int]:
    """An encoder of the library below ``home`` that has come to this phase, pinned to ``core``; its
    process."""
    with viewer_lock(home):
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "her_tui.recorder.encoder_process"],
            env=encoder_start.environment(home),
        )
        try:
            while encoding.read(home).pid != process.pid or encoding.read(home).phase is not phase:
                if process.poll() is not None:
                    raise SystemExit(f"no encoder: {encoding.read(home).message or 'not enabled?'}")
                time.sleep(0.1)
            for task in Path(f"/proc/{process.pid}/task").iterdir():
                os.sched_setaffinity(int(task.name), {core})
            yield process.pid
        finally:
            os.kill(process.pid, signal.SIGCONT)
            process.terminate()
            process.wait()


@contextmanager
def stopped(pid: int) -> Iterator[None]:
    """The encoder stands still."""
    os.kill(pid, signal.SIGSTOP)
    time.sleep(0.05)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)
        time.sleep(0.05)


def compare_task(pid: int, core: int, rounds: int) -> dict[str, float]:
    """A CPU-bound task alone and beside the encoder: wall over CPU, and the ratio of wall times.
    What comes first changes, since a core that has rested is faster for a while."""
    alone: list[dict[str, float]] = []
    beside: list[dict[str, float]] = []
    for number in range(rounds):
        for still in (True, False) if number % 2 else (False, True):
            if still:
                with stopped(pid):
                    alone.append(_pinned("task", core))
            else:
                beside.append(_pinned("task", core))
    return {
        "wall_over_cpu_alone": _median(one["wall"] / one["cpu"] for one in alone),
        "wall_over_cpu_beside": _median(one["wall"] / one["cpu"] for one in beside),
        "slowdown": round(
            _median(one["wall"] for one in beside) / _median(one["wall"] for one in alone), 3
        ),
    }


def compare_ticks(pid: int, core: int, rounds: int) -> dict[str, dict[str, float]]:
    """The percentiles of how late ticks are done, over all rounds."""
    alone: list[float] = []
    beside: list[float] = []
    for _ in range(rounds):
        with stopped(pid):
            alone += _pinned("ticks", core)["late"]
        beside += _pinned("ticks", core)["late"]
    return {"alone": _percentiles(alone), "beside": _percentiles(beside)}


def idle_share(library: Path, core: int) -> float:
    """The share of a processor that an encoder takes which is loaded and has nothing to do."""
    with tempfile.TemporaryDirectory(prefix="her-bench-") as scratch:
        home = Path(scratch) / "her"
        build(home)
        shutil.copyfile(library / settings.NAME, home / settings.NAME)
        with encoder(home, Phase.WAITING, core) as pid:
            time.sleep(2.0)
            before, since = _on_cpu(pid), time.monotonic()
            time.sleep(_IDLE_SECONDS)
            return round((_on_cpu(pid) - before) / (time.monotonic() - since), 6)


def _on_cpu(pid: int) -> float:
    """Seconds that all threads of ``pid`` have run, to the nanosecond."""
    spent = 0
    for task in Path(f"/proc/{pid}/task").iterdir():
        spent += int((task / "schedstat").read_text().split()[0])
    return spent / 1e9


def _pinned(what: str, core: int) -> Any:
    """Be the foreground in a process of its own, on ``core``."""
    ran = subprocess.run(
        [sys.executable, __file__, "-", "--be", what],
        preexec_fn=lambda: os.sched_setaffinity(0, {core}),
        capture_output=True,
        check=True,
    )
    return json.loads(ran.stdout)


def _task() -> dict[str, float]:
    """A task that takes about `_TASK_SECONDS` of CPU: the same work each time."""
    wall, cpu = time.perf_counter(), time.process_time()
    rounds = int(_TASK_SECONDS * 70)
    for _ in range(rounds):
        sum(range(1_000_000))
    return {"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu}


def _ticks() -> dict[str, list[float]]:
    """How many ms after it was due each tick's work was done."""
    late = []
    due = time.perf_counter()
    for _ in range(_TICKS):
        due += _TICK
        time.sleep(max(0.0, due - time.perf_counter()))
        until = time.thread_time() + _WORK
        while time.thread_time() < until:
            pass
        late.append((time.perf_counter() - due) * 1000)
    return {"late": late}


def _median(values: Iterator[float] | list[float]) -> float:
    return round(statistics.median(values), 4)


def _percentiles(late: list[float]) -> dict[str, float]:
    late.sort()
    return {f"p{part}": round(late[len(late) * part // 100], 2) for part in (50, 95, 99)}


if __name__ == "__main__":
    main(sys.argv[1:])

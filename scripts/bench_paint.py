"""How long the first paint takes, in CPU time on a real terminal, and whether it depends on the
size of the library.

Compared are: an application with the same widgets and no data, Her with a library of 10 sessions,
and Her with one of 15,000. Each is started in a pseudo-terminal, and its CPU (user and system) is
read when its first frame is complete. Runs are interleaved; medians are printed.

    python scripts/bench_paint.py [--rounds 7] [--sessions 15000]
"""

from __future__ import annotations

import argparse
import fcntl
import os
import pty
import select
import signal
import statistics
import struct
import sys
import tempfile
import termios
import time
from pathlib import Path

_SIZE = struct.pack("HHHH", 36, 120, 0, 0)

#: Textual ends every frame with the end of a synchronised update, or simply with a pause.
_QUIET_SECONDS = 0.06

_HER = """
import sys
from pathlib import Path
from her_tui.config import Config
from her_tui.ui.app import HerApp
HerApp(Path(sys.argv[1]), Config(), demo=True).run()
"""


def fill(home: Path, sessions: int) -> None:
    """A library of ``sessions`` small sessions."""
    import json
    from datetime import UTC, datetime, timedelta
    from uuid import UUID

    from her_tui.recorder.ingest import import_roots

    with tempfile.TemporaryDirectory() as scratch:
        start = datetime(2026, 1, 1, tzinfo=UTC)
        for number in range(sessions):
            session = str(UUID(int=number + 1 + (4 << 76)))
            folder = Path(scratch) / "projects" / f"-src-project{number % 40}"
            folder.mkdir(parents=True, exist_ok=True)
            lines = []
            for step in range(4):
                time_ = (start + timedelta(minutes=number * 20 + step)).isoformat()
                record = {
                    "type": "user",
                    "uuid": str(UUID(int=number * 10 + step + (1 << 90))),
                    "sessionId": session,
                    "timestamp": time_.replace("+00:00", "Z"),
                    "cwd": f"/src/project{number % 40}",
                    "message": {"role": "user", "content": f"Mend part {step} of {number}"},
                }
                lines.append(json.dumps(record))
            (folder / f"{session}.jsonl").write_text("\n".join(lines) + "\n")
        import_roots(home, [Path(scratch)])


def first_paint(command: list[str], expect: bytes) -> float:
    """CPU seconds of ``command`` when the frame that shows ``expect`` is complete."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.environ.update(TERM="xterm-256color", COLORTERM="truecolor")
        os.execv(command[0], command)
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, _SIZE)
    seen = b""
    spent = 0.0
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        ready, _, _ = select.select([terminal], [], [], _QUIET_SECONDS)
        if ready:
            seen += os.read(terminal, 1 << 16)
        elif expect in seen:
            spent = _cpu(pid)
            break
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    os.close(terminal)
    if not spent:
        raise RuntimeError(f"{expect!r} was not painted")
    return spent


def _cpu(pid: int) -> float:
    """Of all its threads, to the nanosecond (Linux)."""
    tasks = Path(f"/proc/{pid}/task").glob("*/schedstat")
    return sum(int(task.read_text().split()[0]) for task in tasks) / 1e9


def main() -> None:
    """Run the comparison and print it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--sessions", type=int, default=15_000)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        few, many, none = (Path(scratch) / name for name in ("few", "many", "none"))
        fill(few, 10)
        fill(many, arguments.sessions)
        none.mkdir()
        runs: dict[str, tuple[list[str], bytes]] = {
            "no data": ([sys.executable, "-c", _HER, str(none)], b"Her"),
            "10 sessions": ([sys.executable, "-c", _HER, str(few)], b"Mend"),
            f"{arguments.sessions:,} sessions": ([sys.executable, "-c", _HER, str(many)], b"Mend"),
        }
        times: dict[str, list[float]] = {name: [] for name in runs}
        for _ in range(arguments.rounds):
            for name, (command, expect) in runs.items():
                times[name].append(first_paint(command, expect))
    medians = {name: statistics.median(values) for name, values in times.items()}
    base, low, high = medians.values()
    for name, value in medians.items():
        print(f"{name:>16}  {value * 1000:6.0f} ms CPU  {value / base:5.2f} x no data")
    print(f"{'many / few':>16}  {high / low:5.2f}")


if __name__ == "__main__":
    main()

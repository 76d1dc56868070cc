"""What an import costs: CPU, memory and disk, against the least that reading the same bytes takes.

    python scripts/bench_import.py [FOLDER] [--rounds 3]

FOLDER is laid out like ``~/.claude``, or holds transcripts; without it the demo's transcripts are
written somewhere and taken. Each round runs, in processes of their
own, a bare loop that reads and parses every line with orjson, an import into an empty library, and
an import with nothing new. CPU is user and system; pricing is left out.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

_BARE = """
import sys, time
from pathlib import Path
import orjson
files = sorted(Path(sys.argv[1]).rglob("*.jsonl"))
started = time.process_time()
for file in files:
    for line in file.read_bytes().split(b"\\n"):
        try:
            orjson.loads(line)
        except orjson.JSONDecodeError:
            pass
print(time.process_time() - started)
"""


def run(command: list[str], home: Path) -> tuple[str, float, float]:
    """Output, CPU seconds and peak resident megabytes of ``command``."""
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        env={**os.environ, "HER_HOME": str(home)},
        text=True,
    )
    out = process.stdout.read() if process.stdout else ""
    _, _, usage = os.wait4(process.pid, 0)
    process.returncode = 0
    return out, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def measure(folder: Path, rounds: int) -> None:
    """Run the rounds and print the medians."""
    raw = sum(file.stat().st_size for file in folder.rglob("*.jsonl"))
    her = [sys.executable, "-m", "her_tui", "import", str(folder), "--json"]
    figures: dict[str, list[float]] = {}

    def note(name: str, value: float) -> None:
        figures.setdefault(name, []).append(value)

    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as scratch:
            home = Path(scratch) / "her"
            bare = run([sys.executable, "-c", _BARE, str(folder)], home)[0]
            note("bare parse, CPU s", float(bare))
            out, whole, resident = run(her, home)
            note("import, CPU s", json.loads(out)["cpu_s"])
            note("import, whole process CPU s", whole)
            note("import, peak MB", resident)
            note("library and index / raw", sum(f.stat().st_size for f in home.iterdir()) / raw)
            out, whole, _ = run(her, home)
            assert json.loads(out)["records"] == 0
            note("nothing new, CPU ms", json.loads(out)["cpu_s"] * 1000)
            note("nothing new, whole process CPU ms", whole * 1000)
    print(f"{raw / 1e6:.1f} MB of transcripts, {rounds} rounds, medians (min-max)")
    for name, values in figures.items():
        middle = statistics.median(values)
        print(f"{name:>34}  {middle:9.3f}  ({min(values):.3f}-{max(values):.3f})")


def main() -> None:
    """Parse the command line; invent transcripts if none are named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    if arguments.folder:
        measure(arguments.folder, arguments.rounds)
        return
    from her_tui import clock
    from her_tui.demo import write_transcripts

    with tempfile.TemporaryDirectory() as scratch:
        write_transcripts(Path(scratch), clock.now_ms())
        measure(Path(scratch), arguments.rounds)


if __name__ == "__main__":
    main()

"""How long it takes to commit one captured attempt to a large library, while it is being indexed.

``python scripts/bench_commit.py LIBRARY [--commits N]``, where LIBRARY is a folder that may
be written to (make one with ``HER_HOME=… her-tui import …``). Prints wall milliseconds; run it at a
high priority (``chrt -r 1``) on a machine that does something else.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path

from her_tui.events.requests import Attempt, Channel, Outcome, RequestKind, Tokens
from her_tui.recorder.accept import Accept
from her_tui.recorder.exclusion import Exclusion
from her_tui.store.writer import Writer

#: What makes the keyword index anew, over and over, beside the commits.
_INDEX = (
    "import sys; from pathlib import Path; from her_tui.recorder import words;"
    " from her_tui.recorder.progress import silent; from her_tui.store.writer import Writer\n"
    "while True:\n"
    "    Path(sys.argv[1], 'words.db').unlink(missing_ok=True)\n"
    "    writer = Writer(Path(sys.argv[1])); words.index(writer, silent); writer.close()\n"
)


def main(arguments: list[str]) -> None:
    """Measure without and with indexing beside."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("library", type=Path)
    parser.add_argument("--commits", type=int, default=1000)
    options = parser.parse_args(arguments)
    result = {"library_mb": round((options.library / "library.db").stat().st_size / 1e6)}
    told: dict[str, object] = {**result, "alone": measure(options.library, options.commits)}
    beside = subprocess.Popen([sys.executable, "-c", _INDEX, os.fspath(options.library)])
    try:
        time.sleep(2.0)
        told["while_indexing"] = measure(options.library, options.commits)
    finally:
        beside.kill()
        beside.wait()
    print(json.dumps(told))


def measure(home: Path, commits: int) -> dict[str, float]:
    """Milliseconds of single commits."""
    writer = Writer(home)
    accept = Accept(writer, Exclusion([]))
    name = f"bench-{time.time_ns()}"
    spent = []
    for number in range(commits):
        attempt = _attempt(name, number)
        started = time.perf_counter()
        with writer.transaction():
            accept.attempt(attempt)
        spent.append((time.perf_counter() - started) * 1000)
        if number % 10 == 9:  # as the recorder does between commits
            writer.catch_up()
            writer.fold()
        time.sleep(0.002)
    writer.close()
    spent.sort()
    return {
        f"p{part}_ms": round(spent[min(commits - 1, commits * part // 100)], 3)
        for part in (50, 95, 99, 100)
    }


def _attempt(name: str, number: int) -> Attempt:
    body = {"model": "claude-opus-4-5", "messages": [{"role": "user", "content": f"Do {number}"}],
            "system": "Working directory: /src/bench"}  # fmt: skip
    return Attempt(
        Channel.WIRE,
        f"{name}:{number}",
        session_id=name,
        kind=RequestKind.MAIN,
        request_id=f"req-{name}-{number}",
        message_id=f"msg-{name}-{number}",
        model="claude-opus-4-5",
        started=time.time_ns() // 1_000_000,
        ttft_ms=10.5,
        duration_ms=20.0,
        status=200,
        outcome=Outcome.OK,
        tokens=Tokens(3, 20),
        request_body=json.dumps(body).encode(),
        response_body=b'{"type": "message"}' * 10,
    )


if __name__ == "__main__":
    main(sys.argv[1:])

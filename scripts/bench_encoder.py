"""What computing the model costs: starting, a query, many texts, memory; on one thread.

``python scripts/bench_encoder.py [--model FOLDER] [--rounds 5]``; FOLDER has the genuine weights
(default: as `her_tui.search.weights` finds them). Texts are lines and stretches of the standard
library's sources. Every way of computing it has a process of its own; costs are seconds of CPU. Two
ways that are compared take turns. The ceiling is what this machine's linear algebra reaches on the
model's largest product; the model is 21.2 MFLOP a token and 9.2 kFLOP more for each it looks at.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from her_tui.search import weights  # noqa: E402
from her_tui.search.encoder import PASSAGE_TOKENS, open_numpy, open_reference  # noqa: E402
from her_tui.search.reference import available  # noqa: E402
from her_tui.search.wordpiece import WordPiece  # noqa: E402

_LAYERS, _HIDDEN, _INNER = 6, 384, 1536
_TOKEN_FLOP = _LAYERS * 2 * (4 * _HIDDEN**2 + 2 * _HIDDEN * _INNER)
_PAIR_FLOP = _LAYERS * 2 * 2 * _HIDDEN

_QUERY = "how did I get OAuth working last spring?"
_START = f"""
import sys
from pathlib import Path
from her_tui.search.encoder import open_numpy
open_numpy(Path(sys.argv[1])).encode([{_QUERY!r}])
"""


def texts(tokenizer: WordPiece) -> dict[str, list[str]]:
    """Lines, prompts' length, and what fills the model."""
    lines: list[str] = []
    for file in sorted(Path(os.__file__).parent.glob("*.py"))[:60]:
        lines += [line.strip() for line in file.read_text(encoding="utf-8").splitlines()]
    lines = [line for line in lines if len(line) > 40]
    prompts = ["\n".join(lines[start : start + 3]) for start in range(0, 1_200, 3)]
    long = ["\n".join(lines[start : start + 40]) for start in range(0, 3_200, 40)]
    full = [text for text in long if len(tokenizer.encode(text, 999)) > PASSAGE_TOKENS]
    return {"lines": lines[:1_000], "prompts": prompts, "full": full[:64]}


def cpu(work: Callable[[], object]) -> float:
    """Seconds of this process's CPU."""
    before = time.process_time()
    work()
    return time.process_time() - before


def memory() -> dict[str, float]:
    """Megabytes of this process: now, of it anonymous, and at most."""
    try:
        told = dict(
            line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines()
        )
    except OSError:
        return {"peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 / 1024}
    names = {"resident": "VmRSS", "anonymous": "RssAnon", "peak": "VmHWM"}
    return {name: int(told[key].split()[0]) / 1024 for name, key in names.items()}


def flop(sizes: Sequence[int]) -> float:
    """What the model has to compute for texts of so many tokens."""
    return sum(size * (_TOKEN_FLOP + _PAIR_FLOP * size) for size in sizes)


def numpy_child(folder: Path, rounds: int) -> dict[str, Any]:
    """The numpy path and the ceiling, taking turns."""
    bare = memory()
    encoder = open_numpy(folder)
    encoder.encode([_QUERY])
    loaded = memory()
    import numpy as np

    tokens, weight = np.ones((1024, _HIDDEN), np.float32), np.ones((_INNER, _HIDDEN), np.float32)
    product = 2 * 1024 * _HIDDEN * _INNER

    def multiply() -> None:
        for _ in range(20):
            tokens @ weight.T

    tokenizer = WordPiece(folder / "vocab.txt")
    told: dict[str, Any] = {"before": bare, "loaded": loaded}
    queries = [cpu(lambda n=n: encoder.encode([f"{_QUERY} {n}"])) for n in range(50)]  # type: ignore[misc]
    told["query"] = statistics.median(queries)
    for name, some in texts(tokenizer).items():
        sizes = [len(tokenizer.encode(text, PASSAGE_TOKENS)) for text in some]
        encoder.encode(some[:50])
        speeds, shares = [], []
        for _ in range(rounds):
            ceiling = 20 * product / cpu(multiply)
            spent = cpu(lambda some=some: encoder.encode(some))  # type: ignore[misc]
            speeds.append(sum(sizes) / spent)
            shares.append(flop(sizes) / spent / ceiling)
        told[name] = {
            "mean": sum(sizes) / len(sizes),
            "speed": statistics.median(speeds),
            "share": statistics.median(shares),
            "ceiling": ceiling / 1e9,
        }
    return {**told, "after": memory()}


def reference_child(folder: Path, rounds: int) -> dict[str, Any]:
    """Our use of sentence-transformers and the bare loop, taking turns."""
    start = time.process_time()
    ours = open_reference(folder)
    from sentence_transformers import SentenceTransformer

    told: dict[str, Any] = {"start": time.process_time() - start, "loaded": memory()}
    bare = SentenceTransformer(str(folder), device="cpu")
    tokenizer = WordPiece(folder / "vocab.txt")

    def loop(some: list[str]) -> None:
        bare.encode(some, batch_size=32, show_progress_bar=False)

    for name, some in texts(tokenizer).items():
        tokens = sum(len(tokenizer.encode(text, PASSAGE_TOKENS)) for text in some)
        ours.encode(some[:50])
        loop(some[:50])
        spent = [(cpu(lambda: ours.encode(some)), cpu(lambda: loop(some))) for _ in range(rounds)]  # noqa: B023
        told[name] = {
            "speed": tokens / statistics.median(one for one, _ in spent),
            "bare": tokens / statistics.median(other for _, other in spent),
        }
    return {**told, "after": memory()}


def whole(*command: str) -> float:
    """Seconds of CPU of a process, from start to end; the median of nine."""
    spent = []
    for _ in range(9):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, *command], check=True, env=_environment())
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        spent.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return statistics.median(spent)


def child(name: str, folder: Path, rounds: int) -> Any:
    """What a process of its own measured."""
    arguments = ["--child", name, "--model", str(folder), "--rounds", str(rounds)]
    done = subprocess.run(
        [sys.executable, __file__, *arguments],
        check=True,
        capture_output=True,
        text=True,
        env=_environment(),
    )
    return json.loads(done.stdout)


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT)}


def report(folder: Path, rounds: int) -> None:
    """Measure, and print it."""
    interpreter = whole("-c", "pass")
    first = whole("-c", _START, str(folder))
    ours = child("numpy", folder, rounds)
    print(f"interpreter alone          {interpreter:.3f} s")
    print(f"numpy path, first query    {first:.3f} s  (+{first - interpreter:.3f} s)")
    print(f"numpy path, a query        {ours['query'] * 1000:.1f} ms")
    for stage in ("before", "loaded", "after"):
        print(f"numpy path, memory {stage:8}", _megabytes(ours[stage]))
    theirs = child("reference", folder, rounds) if available() else None
    if theirs:
        print(f"sentence-transformers      {theirs['start']:.1f} s to start")
        print("  memory                  ", _megabytes(theirs["loaded"]))
    print("\ntokens a second of CPU     numpy   of the ceiling   reference   bare loop   ratio")
    for name in ("lines", "prompts", "full"):
        one = ours[name]
        line = f"{name:8} {one['mean']:6.1f} tokens   {one['speed']:8,.0f}"
        line += f"   {one['share']:.2f} of {one['ceiling']:3.0f} GF/s"
        if theirs:
            its = theirs[name]
            line += f"   {its['speed']:8,.0f}   {its['bare']:8,.0f}"
            line += f"   {its['speed'] / its['bare']:.2f}"
        print(line)


def _megabytes(told: dict[str, float]) -> str:
    return ", ".join(f"{name} {value:.0f} MB" for name, value in told.items())


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("--model", type=Path)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--child", choices=["numpy", "reference"])
    given = parser.parse_args()
    found = weights.find(Path(os.environ.get("HER_HOME", "/nowhere")))
    folder = given.model or (found.folder if found else None)
    if folder is None:
        sys.exit("There are no weights here: her-tui semantic enable, or --model FOLDER.")
    if given.child:
        measure = numpy_child if given.child == "numpy" else reference_child
        print(json.dumps(measure(folder, given.rounds)))
    else:
        report(folder, given.rounds)


if __name__ == "__main__":
    main()

"""What searching vectors costs: time against exact search, recall, memory, disk. Needs Linux.

    python scripts/bench_vectors.py [--sizes 100000 1000000] [--queries 60] [--texts FILE]

For each size a `vectors.db` is written with so many vectors, and searched with queries that are not
among them, in processes of their own, with one thread. Exact search is float32 `X @ q` and
`argpartition` over all of it in memory. Ours is what the screen does: the shortlist by signs, the
bodies from the file, the rescoring. Times are CPU (user and system); recall is that of the ten
nearest.

The vectors are invented, like sentences' in what matters here: on 20,000 lines of documentation
encoded with the model (all-MiniLM-L6-v2), the nearest, 10th and 100th nearest of a line have
cosines of 0.64, 0.51 and 0.38, all lean to one side (the mean has length 0.29), 0.56 of the
variance is in 50 dimensions, and among the 100 and 40 whose signs differ least are 0.97 and 0.89 of
the ten nearest. With as many invented ones it is 0.60, 0.46 and 0.33; 0.29; 0.57; 0.95 and 0.87: a
little harder. With ``--texts`` (one a line) real ones are taken, mixed to be enough.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from her_tui.search.threads import import_numpy

import_numpy()

import numpy as np  # noqa: E402

from her_tui.search.encoder import DIMENSIONS, MODEL  # noqa: E402
from her_tui.search.nearest import Nearest  # noqa: E402
from her_tui.search.vectors import Signs, pack, rescore, take  # noqa: E402
from her_tui.store.vectors import NAME, VectorReader, VectorStore  # noqa: E402

if TYPE_CHECKING:
    from numpy.typing import NDArray

_K = 10

#: Subjects, their subjects, and so on: vectors that share one, and how much of them that makes.
_LEVELS = ((5000, 0.07), (1000, 0.1), (300, 0.1), (80, 0.08), (25, 0.07), (8, 0.08), (3, 0.1))
_OWN = 0.42
_LEAN = 0.3

_BATCH = 2000


def invented(count: int, seed: int) -> NDArray[np.float32]:
    """Unit vectors like those of sentences, shape (count, 384), in no order."""
    rng = np.random.default_rng(seed)
    spread = (1 + np.arange(DIMENSIONS) / 28) ** -0.75
    spread = (spread / np.linalg.norm(spread)).astype(np.float32)
    turn = np.linalg.qr(rng.standard_normal((DIMENSIONS, DIMENSIONS)))[0].astype(np.float32)
    lean = rng.standard_normal(DIMENSIONS)
    lean *= _LEAN / np.linalg.norm(lean)

    def of(above: NDArray[np.float32], number: int) -> NDArray[np.intp]:
        # Some subjects have many more than others.
        return (len(above) * rng.random(number) ** 1.5).astype(np.intp)

    subjects = np.zeros((1, DIMENSIONS), np.float32)
    for size, share in _LEVELS:
        below = rng.standard_normal((max(1, count // size), DIMENSIONS), np.float32)
        below *= np.float32(share**0.5)
        subjects = below + subjects[of(subjects, len(below))]
    vectors = np.empty((count, DIMENSIONS), np.float32)
    for start in range(0, count, 50_000):
        size = min(50_000, count - start)
        own = rng.standard_normal((size, DIMENSIONS), np.float32) * np.float32(_OWN**0.5)
        own *= np.exp(0.35 * rng.standard_normal((size, 1))).astype(np.float32)
        own += subjects[of(subjects, size)]
        part = (own * spread) @ turn + lean.astype(np.float32)
        vectors[start : start + size] = part / np.linalg.norm(part, axis=1, keepdims=True)
    return vectors


def encoded(file: Path) -> NDArray[np.float32]:
    """The vectors of the file's first 20,300 lines."""
    from her_tui import paths
    from her_tui.search.encoder import open_numpy
    from her_tui.search.weights import find

    found = find(paths.home())
    if found is None:
        sys.exit("no weights: set HER_MODEL_DIR to their folder")
    return open_numpy(found.folder).encode(file.read_text().splitlines()[:20_300])


def mixed(real: NDArray[np.float32], count: int, seed: int) -> NDArray[np.float32]:
    """These vectors, then mixtures of two each, until there are ``count``."""
    rng = np.random.default_rng(seed)
    rest = max(0, count - len(real))
    more = real[rng.integers(0, len(real), rest)]
    more += np.float32(0.6) * real[rng.integers(0, len(real), rest)]
    more /= np.linalg.norm(more, axis=1, keepdims=True)
    return np.concatenate([real[:count], more])


def build(home: Path, vectors: NDArray[np.float32]) -> float:
    """Write them, as the encoder does, batch by batch; CPU seconds."""
    started = time.process_time()
    store = VectorStore(home, MODEL)
    store.follow("bench")
    for start in range(0, len(vectors), _BATCH):
        batch = pack(vectors[start : start + _BATCH])
        # Newest first: events descend. A hash has no order.
        digests = [os.urandom(8) for _ in batch]
        store.add(
            [(digest, p.body, p.signs) for digest, p in zip(digests, batch, strict=True)],
            [
                (digest, 10**6 + 2 * len(vectors) - 2 * (start + at), 1 + at % 5000, 1 + at % 2, 0)
                for at, digest in enumerate(digests)
            ],
        )
    store.close()
    return time.process_time() - started


def resident(what: str = "VmRSS") -> int:
    """Resident bytes of this process, or ``VmHWM``: the most there were."""
    for line in Path("/proc/self/status").read_text().splitlines():
        name, _, value = line.partition(":")
        if name == what:
            return int(value.split()[0]) * 1024
    raise LookupError(what)


def timed(work: Callable[[NDArray[np.float32]], Any], queries: NDArray[np.float32]) -> list[float]:
    """CPU milliseconds of each."""
    figures = []
    for query in queries:
        started = time.process_time()
        work(query)
        figures.append((time.process_time() - started) * 1000)
    return figures


def speed(home: Path) -> dict[str, float]:
    """Ours against exact, on the same queries."""
    vectors = np.load(home / "vectors.npy")
    queries = np.load(home / "queries.npy")
    reader = VectorReader(home, MODEL)
    started = time.process_time()
    signs = Signs()
    signs.reserve(reader.count()[1])
    for segment in reader.segments():
        signs.add(segment.ids, segment.signs)
    opened = time.process_time() - started
    nearest = Nearest(reader)
    nearest.refresh()

    def exact(query: NDArray[np.float32]) -> NDArray[np.intp]:
        scores = vectors @ query
        return np.argpartition(scores, -_K)[-_K:]

    def ours(query: NDArray[np.float32]) -> list[tuple[int, float]]:
        positions = signs.near(query)
        rows = reader.bodies(take([signs.ids], positions)[0].tolist())
        return rescore(query, rows, signs.at(positions))

    def shortlist(query: NDArray[np.float32]) -> NDArray[np.uint32]:
        return signs.shortlist(query)

    def whole(query: NDArray[np.float32]) -> Any:
        return nearest.nearest(query, 50)

    def prompts(query: NDArray[np.float32]) -> Any:
        return nearest.nearest(query, 50, kinds={1})

    recall = [
        len({vector - 1 for vector, _ in ours(query)[:_K]}.intersection(exact(query).tolist())) / _K
        for query in queries
    ]
    figures = {"recall@10": statistics.mean(recall), "open signs, CPU ms": opened * 1000}
    for name, work in (
        ("exact f32, ms", exact),
        ("ours, ms", ours),
        ("  of it the shortlist, ms", shortlist),
        ("  and with 50 places, ms", whole),
        ("  the same of one kind, ms", prompts),
    ):
        figures[name] = statistics.median(timed(work, queries))
    figures["ours / exact"] = figures["ours, ms"] / figures["exact f32, ms"]
    return figures


def memory(home: Path) -> dict[str, float]:
    """What a vector takes once it can be searched, all that `Nearest` keeps included."""
    queries = np.load(home / "queries.npy")
    traced = os.environ.get("BENCH_TRACED") == "1"
    reader = VectorReader(home, MODEL)
    reader.bodies([1, 2])
    rescore(queries[0], [(0, bytes(388))] * 500, np.zeros((500, 48), np.uint8))
    before = resident()
    if traced:
        tracemalloc.start()
    started = time.process_time()
    nearest = Nearest(reader)
    count = nearest.refresh()
    opened = time.process_time() - started
    if traced:
        return {"signs, ids, events, kinds, bytes": tracemalloc.get_traced_memory()[0] / count}
    loaded = resident("VmHWM") - before
    for query in queries:
        nearest.nearest(query, 50)
    return {
        "open all, CPU ms": opened * 1000,
        "resident growth, bytes": (resident() - before) / count,
        "peak growth while loading, bytes": loaded / count,
    }


def child(what: str, home: Path, **environment: str) -> dict[str, float]:
    """Run one of the above in a process of its own."""
    out = subprocess.run(
        [sys.executable, __file__, "--child", what, str(home)],
        env={**os.environ, **environment, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},
        stdout=subprocess.PIPE,
        check=True,
    )
    figures: dict[str, float] = json.loads(out.stdout)
    return figures


def measure(size: int, queries: int, real: NDArray[np.float32] | None, seed: int) -> None:
    """Print what a library of ``size`` vectors costs."""
    with tempfile.TemporaryDirectory() as scratch:
        home = Path(scratch)
        if real is None:
            made = invented(size + queries, seed)
            asked, made = made[:queries], made[queries:]
        else:  # no line that is asked for is part of a mixture
            asked, made = real[:queries], mixed(real[queries:], size, seed)
        np.save(home / "queries.npy", asked)
        np.save(home / "vectors.npy", made)
        figures = {"build, CPU us a vector": build(home, made) / size * 1e6}
        del made
        disk = sum(file.stat().st_size for file in home.glob(f"{NAME}*"))
        figures["disk, bytes a vector"] = disk / size
        figures |= child("memory", home) | child("memory", home, BENCH_TRACED="1")
        figures |= child("speed", home)
    print(f"{size:,} vectors, {queries} queries, medians", flush=True)
    for name, value in figures.items():
        print(f"{name:>36}  {value:10.3f}", flush=True)


def main() -> None:
    """Parse the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[100_000, 1_000_000])
    parser.add_argument("--queries", type=int, default=60)
    parser.add_argument("--texts", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--child", nargs=2, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.child:
        work = {"speed": speed, "memory": memory}[arguments.child[0]]
        print(json.dumps(work(Path(arguments.child[1]))))
        return
    real = encoded(arguments.texts) if arguments.texts else None
    for size in arguments.sizes:
        measure(size, arguments.queries, real, arguments.seed)


if __name__ == "__main__":
    main()

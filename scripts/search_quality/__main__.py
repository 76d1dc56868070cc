"""How well searching finds: builds a library of the collection, asks it, prints Markdown tables.

    make quality
    PYTHONPATH=.:scripts python -m search_quality [--tune] [--keep FOLDER]

Needs numpy and the model's weights (``HER_MODEL_DIR``, or wherever Her finds them). ``--tune`` asks
the other half of the questions, with other weights of the fusion beside those it has. ``--keep``
leaves the library in a folder, and uses one that is there. Takes a minute.
"""

from __future__ import annotations

import argparse
import json
import platform
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from her_tui.errors import NotFound
from her_tui.queries.finding import Mode
from her_tui.queries.library import Library
from her_tui.search import fusion, weights
from search_quality import corpus, library, measure, questions
from search_quality.questions import Question

#: Weights, exponents (of coverage, of density) and places of the unknown that are compared.
_GRID = [
    (weight, coverage, share, place)
    for weight in (2.0, 3.0, 3.5, 4.0)
    for coverage in (1.0, 2.0, 3.0)
    for share in (0.5, 1.0)
    for place in (10, 20)
]


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tune", action="store_true")
    parser.add_argument("--keep", type=Path)
    options = parser.parse_args()
    documents = corpus.documents()
    asked = questions.questions(documents)
    half = 0 if options.tune else 1
    sets = {name: questions.halves(each)[half] for name, each in asked.items()}
    with _library(options.keep, documents) as (opened, placed):
        if options.tune:
            _tune(opened, placed, sets)
        else:
            print(f"{len(documents):,} documents; Python {platform.python_version()}\n")
            print(_report(opened, placed, sets))


def _report(opened: Library, placed: dict[bytes, int], sets: dict[str, list[Question]]) -> str:
    rows: dict[tuple[str, str], measure.Quality] = {}
    for name, each in sets.items():
        for mode in (Mode.WORDS, Mode.MEANING, Mode.HYBRID):
            rows[name, str(mode)] = measure.ask(opened, placed, each, mode)
        rows[name, "ranks"] = measure.ask_by_ranks(opened, placed, each)
    return measure.table(rows, {name: len(each) for name, each in sets.items()})


def _tune(opened: Library, placed: dict[bytes, int], sets: dict[str, list[Question]]) -> None:
    """R@10 and MRR of hybrid on each set for every point of the grid, the best mean first."""
    print(_report(opened, placed, sets), "\n")
    names = list(sets)
    print("| weight | coverage | share | place |", " | ".join(names), "| mean R@10 | mean MRR |")
    print("|---|---|---|---|", "---|" * (len(names) + 2))
    found = []
    for weight, coverage, share, place in _GRID:
        fusion.WEIGHT, fusion.COVERAGE_POWER, fusion.SHARE_POWER = weight, coverage, share
        fusion.UNKNOWN_PLACE = place
        told = [measure.ask(opened, placed, each, Mode.HYBRID) for each in sets.values()]
        ten = sum(each.ten for each in told) / len(told)
        rank = sum(each.rank for each in told) / len(told)
        cells = " | ".join(f"{each.ten:.3f} / {each.rank:.3f}" for each in told)
        tried = f"| {weight} | {coverage} | {share} | {place}"
        found.append((ten + rank, f"{tried} | {cells} | {ten:.3f} | {rank:.3f} |"))
    for _, line in sorted(found, reverse=True):
        print(line)


@contextmanager
def _library(
    keep: Path | None, documents: list[corpus.Document]
) -> Iterator[tuple[Library, dict[bytes, int]]]:
    """The library, and which record is which document."""
    with tempfile.TemporaryDirectory(prefix="her-quality-") as scratch:
        folder = keep or Path(scratch)
        listed = folder / "placed.json"
        if not listed.exists():
            folder.mkdir(parents=True, exist_ok=True)
            model = weights.find(folder)
            if model is None:
                raise NotFound("There are no weights", "Let HER_MODEL_DIR name their folder.")
            made = library.build(folder / "her", model.folder, documents)
            listed.write_text(json.dumps({key.hex(): number for key, number in made.items()}))
        placed = {bytes.fromhex(key): n for key, n in json.loads(listed.read_text()).items()}
        opened = Library.open(folder / "her")
        try:
            yield opened, placed
        finally:
            opened.close()


main()

"""How many edits in a library leave a text that can be rebuilt, and why the others do not.

    python scripts/rebuild_share.py [HOME] [--paths]

Also how many recorded originals are what the edits before them left, and how many are not: then
something else changed the file. ``--paths`` names the files whose edits cannot be rebuilt.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from her_tui import paths
from her_tui.plaintext import one_line
from her_tui.queries import timeline as timelines
from her_tui.queries.library import Library
from her_tui.queries.revisions import FileHistory, every


def main(arguments: list[str]) -> None:
    """Print the figures."""
    named = [each for each in arguments if not each.startswith("-")]
    library = Library.open(Path(named[0]) if named else paths.home())
    tally: Counter[str] = Counter()
    began = time.perf_counter()
    for history in _histories(library):
        _count(history, tally)
        if "--paths" in arguments:
            _name(history)
    _print(tally, time.perf_counter() - began)


def _histories(library: Library) -> Iterator[FileHistory]:
    sessions = library.rows("SELECT id FROM session WHERE parent IS NULL ORDER BY id")
    for (session,) in sessions:
        yield from every(library, timelines.load(library, session))


def _count(history: FileHistory, tally: Counter[str]) -> None:
    known = False
    for revision, text in zip(history.revisions, history.texts, strict=True):
        if revision.edit:
            tally["edits"] += 1
            if text.text is None:
                tally[f"not: {text.why}"] += 1
            else:
                tally["rebuilt"] += 1
                tally["byte for byte" if text.exact else "bytes not recorded"] += 1
        whole = revision.seen.before if revision.edit else revision.seen.after
        if whole is not None:
            what = "originals" if revision.edit else "whole reads and backups"
            tally[what] += 1
            if known:
                tally[f"{what}: {'other' if text.outside else 'same'}"] += 1
        known = text.text is not None


def _name(history: FileHistory) -> None:
    for revision, text in zip(history.revisions, history.texts, strict=True):
        if revision.edit and text.text is None:
            print(f"  {one_line(history.path)} @{revision.position}: {text.why}")


def _print(tally: Counter[str], seconds: float) -> None:
    edits = tally["edits"]
    print(f"{edits} edits, of which {tally['rebuilt']} leave a text that can be rebuilt", end="")
    print(f" ({100 * tally['rebuilt'] / edits:.1f} %)" if edits else "")
    for what in ("byte for byte", "bytes not recorded"):
        print(f"  {tally[what]:7} {what}")
    for what, count in sorted(tally.items()):
        if what.startswith("not: "):
            print(f"  {count:7} {what}")
    for what in ("originals", "whole reads and backups"):
        print(f"{tally[what]} {what} recorded; where a text was known before:")
        print(f"  {tally[f'{what}: same']:7} are what the edits before them left")
        print(f"  {tally[f'{what}: other']:7} are not: something else changed the file")
    print(f"{seconds:.1f} s")


if __name__ == "__main__":
    main(sys.argv[1:])

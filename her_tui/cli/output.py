"""Printing: data to standard output, narration to standard error, captured text made safe."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from her_tui.cli import cells
from her_tui.errors import HerError
from her_tui.plaintext import one_line

#: Columns stay at least this wide when a table has to shrink.
_NARROWEST = 12
_GAP = "  "


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table."""

    heading: str
    right: bool = False
    """Numbers align to the right."""
    flexible: bool = False
    """Gives way when the terminal is too narrow."""


def narrate(text: str) -> None:
    """Say something to the person, not to the program that reads our output."""
    print(text, file=sys.stderr, flush=True)


def mention(problem: HerError | None) -> None:
    """Tell the person of something that is wrong and does not stop the command."""
    if problem is not None:
        narrate(one_line(f"{problem.title}. {problem.hint}"))


def print_json(value: object) -> None:
    """Print ``value`` as JSON: ASCII, so that no captured character reaches a terminal raw."""
    print(json.dumps(value, indent=2).replace("\x7f", "\\u007f"))


def print_json_line(value: object) -> None:
    """`print_json`, on one line."""
    print(json.dumps(value, separators=(",", ":")).replace("\x7f", "\\u007f"))


def print_table(columns: Sequence[Column], rows: Iterable[Sequence[str]]) -> None:
    """Print aligned columns; on a terminal they fit its width."""
    lines = [[one_line(value) for value in row] for row in rows]
    headings = [column.heading for column in columns]
    if any(headings):
        lines.insert(0, headings)
    widths = [
        max((cells.width(line[index]) for line in lines), default=0)
        for index in range(len(columns))
    ]
    if sys.stdout.isatty():
        _shrink(widths, columns, shutil.get_terminal_size().columns)
    for line in lines:
        fields = (
            cells.pad(cells.cut(value, width), width, right=column.right)
            for value, width, column in zip(line, widths, columns, strict=True)
        )
        print(_GAP.join(fields).rstrip())


def _shrink(widths: list[int], columns: Sequence[Column], limit: int) -> None:
    """Take cells from the flexible columns, the widest first, until the table fits."""
    spare = sum(widths) + len(_GAP) * (len(widths) - 1) - limit
    flexible = [index for index, column in enumerate(columns) if column.flexible]
    while spare > 0 and flexible:
        widest = max(flexible, key=lambda index: widths[index])
        if widths[widest] <= _NARROWEST:
            return
        widths[widest] -= 1
        spare -= 1

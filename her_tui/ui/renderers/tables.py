"""Markdown tables with their columns below each other. Pure; `prose` says what is a table."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from her_tui.ui.renderers.line import Line, Span, Spans
from her_tui.ui.text import cells

#: Cells up to which a column is padded; a longer text in it sticks out and wraps.
_WIDEST = 40

_BETWEEN = re.compile(r"(?<!\\)\|")
_RULE = re.compile(r"^\s*\|(\s*:?-+:?\s*\|)+\s*$")


def cells_of(row: str) -> list[str]:
    """The texts between the bars of ``row``."""
    parts = _BETWEEN.split(row.strip().removeprefix("|"))
    if len(parts) > 1 and not parts[-1]:
        parts.pop()
    return [part.strip().replace("\\|", "|") for part in parts]


def is_rule(row: str) -> bool:
    """Whether ``row`` is the line between the head of a table and its body."""
    return _RULE.match(row) is not None


def sides(rule: str) -> list[bool]:
    """Which columns stand at the right, as the ``rule`` says."""
    return [cell.endswith(":") and not cell.startswith(":") for cell in cells_of(rule)]


def aligned(rows: Sequence[Sequence[Spans]], right: Sequence[bool]) -> Iterator[Line]:
    """``rows``, the first of them the head."""
    count = max(len(row) for row in rows)
    widths = [
        max(min(_width(row[at]), _WIDEST) for row in rows if at < len(row)) for at in range(count)
    ]
    for number, row in enumerate(rows):
        spans: list[Span] = []
        for at, cell in enumerate(row):
            pad = Span(" " * max(0, widths[at] - _width(cell)))
            before = pad if at < len(right) and right[at] else Span("")
            after = Span("") if before is pad or at == len(row) - 1 else pad
            spans += [Span(" │ ", "rule")] if at else []
            spans += [span for span in (before, *cell, after) if span.text]
        yield Line(tuple(spans))
        if number == 0:
            yield Line((Span("─┼─".join("─" * width for width in widths), "rule"),), wrap=False)


def _width(spans: Spans) -> int:
    return sum(cells(span.text) for span in spans)

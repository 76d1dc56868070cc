"""A comparison to read in a terminal, or as a Markdown document."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterable, Iterator

from her_tui import units
from her_tui.analysis import verdict
from her_tui.analysis.compare import Comparison, Side
from her_tui.cli import cells
from her_tui.cli.output import Column, print_table
from her_tui.plaintext import one_line
from her_tui.queries.comparison import Compared, Point

_PROMPT = 72
_SUMMARY = (
    Column(""),
    Column("A", right=True),
    Column("B", right=True),
    Column("B − A", right=True),
)
_TURNS = (
    Column(""),
    Column("A", right=True),
    Column("B", right=True),
    Column("PROMPT", flexible=True),
    Column("B − A", flexible=True),
)
LEGEND = "= the same   ~ alike   ≠ where they part   < only A   > only B"


def print_text(found: Compared) -> None:
    """Summary, verdict, turns."""
    result = found.result
    for letter, side in (("A", result.left), ("B", result.right)):
        print(f"{letter}  {_heading(side)}")
    print()
    print_table(_SUMMARY, [(r.label, r.left, r.right, r.delta) for r in _summary(result)])
    print()
    _print_lines((*_verdict(found), *_notes(result)))
    print()
    print_table(_TURNS, list(_turns(result)))
    if result.pairs:
        print(f"\n{LEGEND}")


def print_verdict(found: Compared) -> None:
    """Of a session that is compared with itself: that, and the verdict."""
    _print_lines(("A and B are the same session twice.", *_verdict(found)))


def _print_lines(lines: Iterable[str]) -> None:
    """Each cut to the width of the terminal, if it is one."""
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else 0
    for text in lines:
        print(cells.cut(text, width) if width else text)


def markdown(found: Compared) -> Iterator[str]:
    """The same, line by line."""
    result = found.result
    yield f"# {one_line(' and '.join(verdict.names(result)))}\n"
    for letter, side in (("A", result.left), ("B", result.right)):
        yield f"- **{letter}** {_escaped(_heading(side))}"
    yield ""
    for text in (*_verdict(found), *_notes(result)):
        yield f"> {_escaped(text.strip())}  "
    yield "\n| | A | B | B − A |\n|---|---:|---:|---:|"
    for row in _summary(result):
        yield f"| {_row(row.label.strip(), row.left, row.right, row.delta)} |"
    yield f"\n{LEGEND}\n\n| | A | B | Prompt | B − A |\n|---|---:|---:|---|---|"
    for cells_of_row in _turns(result):
        yield f"| {_row(*cells_of_row)} |"


def _summary(result: Comparison) -> list[verdict.Row]:
    return verdict.summary(result.left, result.right)


def _row(*texts: str) -> str:
    return " | ".join(_escaped(text) for text in texts)


def _escaped(text: str) -> str:
    """``text`` in a Markdown table, where it is but text."""
    for sign in "\\|*_`<[#":
        text = text.replace(sign, f"\\{sign}")
    return text


def _heading(side: Side) -> str:
    started = side.timeline.times[side.positions[0]] if side.positions else 0
    parts = (one_line(side.label), units.moment(started or None), one_line(side.title, _PROMPT))
    return "  ".join(filter(None, parts))


def _verdict(found: Compared) -> Iterator[str]:
    """What comes of it, and the words of both sides."""
    ending = found.ending
    yield one_line(
        verdict.verdict(found.result, ending.record if ending else 0, ending.line if ending else 0)
    )
    if found.parting is not None:
        for letter, point in zip("AB", found.parting, strict=True):
            yield f"  {letter}  {_point(point)}"
    if found.going_on is not None:
        letter = "B" if found.result.ends == "left" else "A"
        yield f"  {letter}  {_point(found.going_on)}"


def _point(point: Point) -> str:
    """``turn 2 · +0:00:20 · Bash  make test``."""
    where = f"turn {point.turn}" if point.turn else "before the first prompt"
    what = " ".join(filter(None, (point.name, point.status)))
    head = f"{where} · +{units.duration(point.elapsed) or '0s'}"
    return f"{head} · {one_line(f'{what}: {point.text}' if what else point.text)}"


def _notes(result: Comparison) -> Iterator[str]:
    for note in verdict.notes(result):
        yield one_line(f"{note}.")


def _turns(result: Comparison) -> Iterator[tuple[str, ...]]:
    for pair in result.pairs:
        left = result.left.turns[pair.left] if pair.left is not None else None
        right = result.right.turns[pair.right] if pair.right is not None else None
        prompts = [one_line(turn.prompt, _PROMPT) for turn in (left, right) if turn is not None]
        shown = prompts[0] if len(set(prompts)) == 1 else "  →  ".join(prompts)
        more = result.delta(pair)
        yield (
            verdict.mark(result, pair),
            str(left.number) if left else "",
            str(right.number) if right else "",
            shown or "(before the first prompt)",
            " · ".join(verdict.deltas(more)) if more else "",
        )

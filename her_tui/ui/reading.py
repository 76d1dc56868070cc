"""What is typed into a query line, understood as far as it can be; and what to say of it. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from her_tui.language.completion import Completion, complete
from her_tui.language.parser import QueryError, parse
from her_tui.language.tree import And, Node, Or, Phrase, Query, Word
from her_tui.plaintext import one_line
from her_tui.ui.text import cells, cut
from her_tui.ui.widgets.session_line import Piece

#: A longer text is taken for what it is: pasted, and cut.
LONGEST = 10_000

#: Characters of a word before something is offered.
_LEAST = 2

#: Completions named below the line.
_NAMED = 12

_PLACE = re.compile(r"^At character \d+: ")

Values = Callable[[str], Sequence[str]]
"""What there is to choose from for a filter, by its name."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A query line at one moment."""

    text: str = ""
    query: Query | None = None
    """None: it cannot be understood, and ``error`` says why."""
    error: QueryError | None = None
    completions: tuple[Completion, ...] = ()
    """What the word at the cursor could become, best first."""

    @property
    def empty(self) -> bool:
        """Nothing is asked for."""
        return self.query is not None and self.query.node is None

    @property
    def worded(self) -> bool:
        """Words are asked for, not filters alone."""
        return self.query is not None and bool(words_of(self.query.node))

    @property
    def remarks(self) -> tuple[str, ...]:
        """What the user should know of how it was understood."""
        return self.query.remarks if self.query is not None else ()

    def completed(self, choice: int = 0) -> tuple[str, int] | None:
        """The text with a completion in it, and where the cursor is then; None if there is none."""
        if not self.completions:
            return None
        chosen = self.completions[choice % len(self.completions)]
        text = self.text[: chosen.start] + chosen.text + self.text[chosen.end :]
        return text, chosen.start + len(chosen.text)


def read(text: str, cursor: int | None = None, values: Values | None = None) -> Reading:
    """``text`` understood; completed at ``cursor``, if one is given."""
    text = text[:LONGEST]
    found = () if cursor is None else _completions(text, cursor, values or _unknown)
    try:
        return Reading(text, parse(text), None, found)
    except QueryError as error:
        return Reading(text, None, error, found)


def words_of(node: Node | None) -> list[str]:
    """The words that are asked for, one by one; not those of filters, nor what must not be."""
    match node:
        case Word() | Phrase():
            return node.text.split()
        case And() | Or():
            return [word for each in node.nodes for word in words_of(each)]
    return []


def _unknown(name: str) -> Sequence[str]:
    return ()


def _completions(text: str, cursor: int, values: Values) -> tuple[Completion, ...]:
    """What the word before the cursor could become. A word of one letter is as likely to be any
    other word."""
    found = complete(text, cursor, values)
    if not found or cursor - found[0].start < _LEAST:
        return ()
    return tuple(found)


def note_pieces(reading: Reading, column: int, width: int) -> list[Piece]:
    """What the row below a query line says in ``width`` cells: what is wrong with a caret below the
    place, else what the word at the cursor could become, else how the query was understood; nothing
    where there is nothing to say. The text stands from ``column`` on."""
    if reading.error is not None and not reading.completions:
        at = column + cells(reading.text[: reading.error.start])
        title = _PLACE.sub("", reading.error.title)  # the caret says it
        return error_pieces(title, reading.error.hint, at, width)
    if reading.completions:
        return _candidates(reading, column, width)
    if reading.remarks:
        said = "  ".join(one_line(remark) for remark in reading.remarks)
        return [(" " * min(column, width), "dim"), (cut(said, max(0, width - column)), "warning")]
    return []


def error_pieces(title: str, hint: str, at: int, width: int) -> list[Piece]:
    """A caret at cell ``at``, and what is wrong there beside it, where there is more room."""
    at = max(0, min(at, width - 1))
    said, more = one_line(title), one_line(hint)
    right, left = width - at - 2, at - 1
    if cells(said) <= right or right >= left:
        pieces: list[Piece] = [(" " * at, "dim"), ("^ ", "error"), (cut(said, right), "error")]
        room = right - cells(said) - 2
        if more and room >= min(cells(more), 16):
            pieces += [("  ", "dim"), (cut(more, room), "dim")]
        return pieces
    shown = cut(said, left)
    return [(" " * (left - cells(shown)), "dim"), (shown + " ", "error"), ("^", "error")]


def _candidates(reading: Reading, column: int, width: int) -> list[Piece]:
    """What Tab would write, and what else there is; what the first one means, if there is room."""
    first = reading.completions[0]
    indent = column + cells(reading.text[: first.start])
    names = [one_line(each.text.rstrip(), 40) for each in reading.completions[:_NAMED]]
    needed = sum(cells(name) + 2 for name in names)
    indent = max(0, min(indent, width - min(needed, width * 2 // 3)))
    pieces: list[Piece] = [(" " * indent, "dim")]
    room = width - indent
    for at, name in enumerate(names):
        if cells(name) + 2 > room:
            break
        pieces += [(name, "choice" if at == 0 else "dim"), ("  ", "dim")]
        room -= cells(name) + 2
    if first.description and room >= 12:
        pieces.append((cut("– " + first.description, room), "faint"))
    return pieces

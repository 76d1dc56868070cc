"""The styled line, the one thing that all renderers make and the line view draws.

A line is independent of the width of the screen: it says what may be wrapped, what is drawn before
the text (a bullet, line numbers) and what is held at the right. Text enters a line through `safe`
or `split` and is from then on free of control characters and tabs.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from her_tui.plaintext import one_line, sanitise

#: Longest line that is drawn, in characters; a minified file has lines of megabytes.
LINE_LIMIT = 4_000
_TAB = 4


class Span(NamedTuple):
    """A piece of text and its roles, blank separated (``"add keyword"``)."""

    text: str
    role: str = ""


Spans = tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One logical line, drawn as one row or, wrapped, as several."""

    spans: Spans = ()
    prefix: Spans = ()
    """Before the text on the first row; other rows are indented as far, or show ``hang``."""
    hang: Spans | None = None
    """Before the text on all rows but the first; as wide as ``prefix``."""
    after: Spans = ()
    """Right after the text of a line that does not wrap, which is cut to leave room for it."""
    tail: Spans = ()
    """At the right end of the row of a line that does not wrap."""
    wrap: bool = True
    fill: str = ""
    """Roles of the whole row, up to its right end."""

    @property
    def text(self) -> str:
        """The text alone, which is what is searched."""
        return "".join(span.text for span in self.spans)


@dataclass(frozen=True, slots=True)
class Block:
    """Lines that belong together: an item of a turn, or a whole text."""

    key: Hashable
    """What the block shows; the view keeps its place by it when lines change."""
    lines: tuple[Line, ...] = field(compare=False)
    lead: int = 0
    """How many lines at the start are mere distance, not to be highlighted."""


BLANK = Line()


def line(text: str, role: str = "", **more: bool | str | Spans) -> Line:
    """A line of one span of text of our own."""
    return replace(Line((Span(text, role),)), **more)  # type: ignore[arg-type]


def safe(text: str, limit: int = 400) -> str:
    """Captured ``text`` as one harmless line of at most ``limit`` characters."""
    return one_line(text, limit)


def split(text: str, limit: int = LINE_LIMIT) -> Iterator[str]:
    """Captured ``text`` as harmless lines without tabs, none much longer than ``limit``."""
    for piece in text.split("\n"):
        rest = len(piece) - limit
        more = f" … {rest:,} more characters" if rest > 0 else ""
        head = piece[:limit] if more else piece
        if head.isprintable():
            yield head + more
        else:
            *full, last = sanitise(head.removesuffix("\r")).expandtabs(_TAB).split("\n")
            yield from full
            yield last + more


def plain(text: str, role: str = "", limit: int = LINE_LIMIT) -> list[Line]:
    """Captured ``text`` as lines of one role, trailing empty lines dropped."""
    lines = [Line((Span(piece, role),)) if piece else BLANK for piece in split(text, limit)]
    while lines and not lines[-1].text.strip():
        lines.pop()
    return lines


def prefixed(lines: Iterable[Line], prefix: Spans, first: Spans | None = None) -> Iterator[Line]:
    """``lines`` with ``prefix`` before all their rows (``first`` before the very first)."""
    for number, each in enumerate(lines):
        head = first if first is not None and number == 0 else prefix
        hang = each.hang if each.hang is not None else _blank(each.prefix)
        yield replace(each, prefix=head + each.prefix, hang=prefix + hang)


def _blank(spans: Spans) -> Spans:
    """Blanks as wide as ``spans`` (of our own making: one cell per character)."""
    width = sum(len(span.text) for span in spans)
    return (Span(" " * width),) if width else ()


def join(spans: Iterable[Sequence[Span]], between: str = "  ") -> Spans:
    """Groups of spans in a row, ``between`` them blanks; empty groups leave no trace."""
    row: list[Span] = []
    for group in spans:
        if group and row:
            row.append(Span(between))
        row.extend(group)
    return tuple(row)

"""The change an edit made, as numbered and coloured lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from her_tui.analysis.diff import changed, pairs
from her_tui.events.content import Hunk, Patch
from her_tui.ui.renderers.code import highlight
from her_tui.ui.renderers.line import Line, Span, Spans, line, split

#: Most lines of a diff that are drawn; the rest is behind the pager.
DIFF_LIMIT = 1_500

_ROW = {"+": "added-row", "-": "removed-row"}
_WORD = {"+": "added-word", "-": "removed-word"}
_SIGN = {"+": Span("+ ", "added-row added"), "-": Span("− ", "removed-row removed")}


def diff_lines(patch: Patch) -> Iterator[Line]:
    """The hunks of ``patch``, a rule between them."""
    if not patch.exact:
        yield line("line numbers unknown: rebuilt from the call", "dim", wrap=False)
    width = _number_width(patch)
    left = DIFF_LIMIT
    for number, hunk in enumerate(patch.hunks):
        if left <= 0:
            break
        if number:
            yield line("  …", "dim", wrap=False)
        yield from _hunk_lines(hunk, patch.path, width, left)
        left -= len(hunk.lines)
    hidden = sum(len(hunk.lines) for hunk in patch.hunks) - DIFF_LIMIT
    if hidden > 0:
        yield line(f"… {hidden:,} more lines, o opens all", "more", wrap=False)


def _number_width(patch: Patch) -> int:
    """Cells for a line number; 0 where they are not known."""
    if not patch.exact or not patch.hunks:
        return 0
    last = max(max(hunk.old_start, hunk.new_start) + len(hunk.lines) for hunk in patch.hunks)
    return len(str(last))


def _hunk_lines(hunk: Hunk, path: str, width: int, limit: int) -> Iterator[Line]:
    rows = hunk.lines[:limit]
    signs = [row[:1] if row[:1] in "+-" and row else " " for row in rows]
    texts = [next(split(row[1:])) for row in rows]
    coloured = list(highlight(texts, path=path))
    words = _changed_words([sign + text for sign, text in zip(signs, texts, strict=True)])
    old, new = hunk.old_start, hunk.new_start
    for at, sign in enumerate(signs):
        if rows[at].startswith("\\"):
            indent = Span(" " * (2 * width + 4 if width else 2))
            yield line(texts[at].strip(), "dim", prefix=(indent,), wrap=False)
            continue
        before = "" if sign == "+" else str(old)
        after = "" if sign == "-" else str(new)
        spans = tuple(_tinted(coloured[at], sign, words.get(at, ())))
        yield _row(spans, sign, before, after, width)
        old += sign != "+"
        new += sign != "-"


def _row(spans: Spans, sign: str, before: str, after: str, width: int) -> Line:
    """One line of a hunk with its gutter."""
    band = _ROW.get(sign, "")
    gutter = f"{before:>{width}} {after:>{width}} " if width else ""
    head = (Span(gutter, f"{band} gutter".strip()), _SIGN.get(sign, Span("  ", band)))
    rest = (Span(" " * len(gutter), band), Span("  ", band))
    return Line(spans, prefix=head, hang=rest, fill=band)


def _tinted(spans: Sequence[Span], sign: str, ranges: Sequence[tuple[int, int]]) -> Iterator[Span]:
    """``spans`` of a line with ``sign``, the characters in ``ranges`` standing out."""
    word = _WORD.get(sign, "")
    at = 0
    for text, role in spans:
        for low, high, inside in _cut(at, at + len(text), ranges):
            roles = f"{role} {word if inside else ''}"
            yield Span(text[low - at : high - at], " ".join(roles.split()))
        at += len(text)


def _cut(
    start: int, end: int, ranges: Sequence[tuple[int, int]]
) -> Iterator[tuple[int, int, bool]]:
    """``start`` to ``end`` in pieces that are wholly inside or outside of ``ranges``."""
    for low, high in ranges:
        if high <= start or low >= end:
            continue
        if low > start:
            yield start, low, False
        yield max(low, start), min(high, end), True
        start = min(high, end)
    if start < end:
        yield start, end, False


def _changed_words(rows: Sequence[str]) -> dict[int, tuple[tuple[int, int], ...]]:
    """The ranges that stand out, by row."""
    found: dict[int, tuple[tuple[int, int], ...]] = {}
    for gone, come in pairs(rows).items():
        if gone < come:
            found[gone], found[come] = changed(rows[gone][1:], rows[come][1:])
    return found

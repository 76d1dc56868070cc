"""What the lines of a found prompt say, as text with roles; pure functions, no widget.

On a broad list a prompt has one line; beside a preview it has two, the passage alone on the first.
"""

from __future__ import annotations

from collections.abc import Sequence

from her_tui import units
from her_tui.plaintext import one_line, sanitise
from her_tui.queries.finding import Hit
from her_tui.ui.text import cells, cut, fit
from her_tui.ui.widgets.session_line import Piece

#: Cells before the passage: cursor, star, blank.
MARGIN = 3

#: Columns at the right of a line, and from which width on there is room for them.
_PROJECT, _PROJECT_LEAST = 12, 64
_AGE = 6
_WHY, _WHY_LEAST = 6, 52

#: A passage that is cut starts with a whole word, if it is no longer than this.
_WORD = 14

_BLANK = str.maketrans("\n\t\r", "   ")


def hit_pieces(
    hit: Hit, width: int, now: int, selected: bool, *, reasons: bool = True
) -> list[Piece]:
    """A prompt on one line: the passage, then where, when and, with ``reasons``, why."""
    right: list[Piece] = []
    if width >= _PROJECT_LEAST:
        right.append((" " + fit(units.project_name(hit.project), _PROJECT), "project"))
    right.append((" " + fit(units.age(hit.ts, now), _AGE, right=True), "age"))
    if reasons and width >= _WHY_LEAST:
        right.append((" " + fit(short_why(hit), _WHY, right=True), "why"))
    room = max(0, width - MARGIN - sum(cells(text) for text, _ in right) - 1)
    body = passage(hit.snippet, hit.marks, room)
    gap = room - sum(cells(text) for text, _ in body)
    return [*_margin(hit, selected), *body, (" " * max(0, gap), "text"), *right, (" ", "text")]


def first_line(hit: Hit, width: int, selected: bool) -> list[Piece]:
    """The first of two lines: the passage."""
    return [*_margin(hit, selected), *passage(hit.snippet, hit.marks, max(0, width - MARGIN - 1))]


def second_line(hit: Hit, width: int, now: int, selected: bool) -> list[Piece]:
    """The second of two lines: where, when, why, and the title of its session."""
    facts: list[Piece] = [
        (one_line(units.project_name(hit.project), 24), "project"),
        (units.age(hit.ts, now), "age"),
        (why(hit), "why"),
        (one_line(hit.title, 120), "dim"),
    ]
    pieces: list[Piece] = [("▌" if selected else " ", "bar"), (" " * (MARGIN - 1), "dim")]
    room = width - MARGIN - 1
    for text, role in facts:
        if not text:
            continue
        if len(pieces) > 2:
            if room < 8:
                break
            pieces.append((" · ", "dim"))
            room -= 3
        shown = cut(text, room)
        pieces.append((shown, role))
        room -= cells(shown)
    return pieces


def _margin(hit: Hit, selected: bool) -> list[Piece]:
    return [
        ("▌" if selected else " ", "bar"),
        (units.STAR if hit.starred else " ", "star"),
        (" ", "text"),
    ]


def why(hit: Hit) -> str:
    """Why it was found, on one line; empty where nothing was looked for."""
    return one_line(" · ".join(reason for reason in hit.why if reason != "newest"), 80)


def short_why(hit: Hit) -> str:
    """The strongest reason in six cells: the words are marked, so only meaning needs a number."""
    for reason in hit.why:
        name, _, value = reason.partition(" ")
        if name == "meaning":
            return f"≈{value}"[:_WHY]
        if name == "words:":
            return "words"
    return ""


def passage(text: str, marks: Sequence[tuple[int, int]], room: int) -> list[Piece]:
    """``text`` in at most ``room`` cells with the roles ``match`` where it is marked and ``text``
    elsewhere; of one too long, a stretch with the first mark in it."""
    start = 0
    if marks and cells(_safe(text[: marks[0][1]])) > room - 1:
        start = max(0, min(marks[0][0] - room // 3, len(text) - room + 2))
        blank = text.find(" ", start, marks[0][0])
        start = blank + 1 if 0 <= blank < start + _WORD else start
    pieces: list[Piece] = [("…", "text")] if start else []
    room -= len(pieces)
    for part, role in _parts(text, marks, start):
        shown = _safe(part[: room + 1])
        if cells(shown) > room or len(part) > len(shown):
            kept = shown
            while kept and cells(kept) > room - 1:
                kept = kept[:-1]
            return [*pieces, (kept, role), ("…", "text")] if room > 0 else pieces
        pieces.append((shown, role))
        room -= cells(shown)
    return pieces


def _parts(text: str, marks: Sequence[tuple[int, int]], start: int) -> list[Piece]:
    """``text`` from ``start`` on, in marked and other parts."""
    parts: list[Piece] = []
    at = start
    for low, high in sorted(marks):
        low, high = max(low, at), min(high, len(text))
        if low >= high:
            continue
        parts += [(text[at:low], "text"), (text[low:high], "match")]
        at = high
    parts.append((text[at:], "text"))
    return [(part, role) for part, role in parts if part]


def _safe(text: str) -> str:
    """A piece of captured text, on one line, without looking at its neighbours."""
    return sanitise(text).translate(_BLANK)

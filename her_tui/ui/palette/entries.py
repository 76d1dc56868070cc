"""Entries of the palette: what each says, and in which order they stand. Everything shown is
`literal`; pure but for the entry itself, which holds what to do when it is chosen.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from itertools import chain

from textual.command import Hit as CommandHit
from textual.content import Content
from textual.style import Style

from her_tui import clock, units
from her_tui.plaintext import one_line
from her_tui.queries.finding import Hit
from her_tui.queries.sessions import SessionRow
from her_tui.ui.text import cut, fit, literal
from her_tui.ui.widgets import hit_line
from her_tui.ui.widgets.session_line import Piece

#: Entries shown at a time.
MOST = 50

#: Cells of the name of a kind, before what an entry says.
LABEL = 9

#: Widest palette (`dialogs.tcss`), its share of the screen, and what is around the text in it.
_WIDEST, _SHARE, _AROUND = 96, 94, 7


class Kind(IntEnum):
    """What an entry is, in the order in which kinds follow each other."""

    OFFER = 0
    ACTION = 1
    SESSION = 2
    PROMPT = 3
    COMMIT = 4
    FILE = 5
    THEME = 6


#: How many of a kind stand before the first of the next; the others follow after all kinds.
_HEAD = {Kind.SESSION: 5, Kind.PROMPT: 6, Kind.COMMIT: 4, Kind.FILE: 4}

_FILE = re.compile(r"[\w./~-]*(?:/[\w.-]*|\.[a-z]{1,5})")


@dataclass(eq=False, kw_only=True)
class Entry(CommandHit):
    """One thing to choose."""

    kind: Kind
    key: Hashable
    """What it is, whatever it was found by: the same entry has the same key."""
    weak: bool = False
    """It fits so loosely that it comes after everything else."""
    copies: Callable[[], str] | None = None
    """What of it can be copied; may take its time."""


def entry(
    kind: Kind,
    key: Hashable,
    lines: Sequence[Content],
    command: Callable[[], object],
    text: str,
    *,
    weak: bool = False,
    copies: Callable[[], str] | None = None,
) -> Entry:
    """An entry of one or two lines; ``text`` names it where only text can be shown."""
    label = literal(fit(kind.name.lower(), LABEL)).stylize("dim not bold")
    indent = literal(" " * LABEL)
    shown = Content("\n").join(
        Content.assemble(indent if at else label, line) for at, line in enumerate(lines)
    )
    return Entry(
        score=1.0,
        match_display=shown,
        command=command,
        text=one_line(text, 200),
        kind=kind,
        key=key,
        weak=weak,
        copies=copies,
    )


def room_of(width: int) -> int:
    """Cells for what an entry says on a screen of ``width`` cells."""
    return max(8, min(_WIDEST, width * _SHARE // 100) - _AROUND - LABEL)


def composed(answers: Mapping[Kind, Sequence[Entry]], query: str) -> list[Entry]:
    """All answers in one order, `MOST` at most: the best of each kind, then the others, then what
    fits loosely. Of a query that looks like a path, files come before all but actions."""
    kinds = sorted(answers)
    if _FILE.fullmatch(query) and len(query) > 2:
        kinds.sort(key=lambda kind: (kind > Kind.ACTION, kind is not Kind.FILE, kind))
    firm = {kind: [each for each in answers[kind] if not each.weak] for kind in kinds}
    heads = chain.from_iterable(firm[kind][: _HEAD.get(kind, MOST)] for kind in kinds)
    rest = chain.from_iterable(firm[kind][_HEAD.get(kind, MOST) :] for kind in kinds)
    weak = (each for kind in kinds for each in answers[kind] if each.weak)
    return [*chain(heads, rest, weak)][:MOST]


# What an entry says


def note(text: str) -> Content:
    """What steps back."""
    return literal(text).stylize("dim not bold")


def passage(hit: Hit, room: int, style: Style | None) -> Content:
    """The passage that was found, its words in ``style``."""
    return styled(hit_line.passage(hit.snippet, hit.marks, room), style)


def styled(pieces: Sequence[Piece], style: Style | None) -> Content:
    """Pieces of text, those with the role ``match`` in ``style``."""
    return Content("").join(
        literal(text).stylize(style) if role == "match" and style else literal(text)
        for text, role in pieces
    )


def marked(text: str, words: Sequence[str], room: int, style: Style | None) -> Content:
    """``text`` cut to ``room`` cells, with ``words`` in ``style``."""
    shown = cut(text, room)
    found = [re.escape(word) for word in words if word]
    if not found or style is None:
        return literal(shown)
    parts = re.split("(" + "|".join(found) + ")", shown, flags=re.IGNORECASE)
    return styled([(part, "match" if at % 2 else "") for at, part in enumerate(parts)], style)


def found_note(hit: Hit, room: int) -> Content:
    """Where, when and why something was found."""
    facts = (
        one_line(units.project_name(hit.project), 24),
        _ago(hit.ts),
        hit_line.why(hit),
        one_line(hit.title, 80),
    )
    return note(cut(" · ".join(fact for fact in facts if fact), room))


def describe(row: SessionRow) -> tuple[str, str]:
    """A session in the palette: its line, and the one below."""
    title = one_line(row.title, 120) or "(no title)"
    project = one_line(units.project_name(row.project), 40)
    facts = (
        _ago(row.ended),
        units.count(row.prompts, "prompt"),
        units.money(row.cost, row.unpriced) if row.cost is not None else "",
        row.session_id[:8],
    )
    return f"{project}: {title}", " · ".join(one_line(fact, 40) for fact in facts if fact)


def _ago(ts: int | None) -> str:
    return units.age(ts, clock.now_ms())


# Matching names


def words_match(words: Sequence[str], name: str) -> int:
    """How well ``words`` fit the name of something: 2: each starts a word of it; 1: each is in it;
    0: not at all."""
    low = name.lower()
    if not words or not all(word in low for word in words):
        return 0
    starts = all(re.search(rf"(?<![a-z0-9]){re.escape(word)}", low) for word in words)
    return 2 if starts else 1

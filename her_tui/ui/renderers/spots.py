"""Moments of a session in a line: where a jump leads, and the rows of the list of marks. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from her_tui import units
from her_tui.analysis.marks import MarkKind
from her_tui.plaintext import one_line
from her_tui.ui.renderers.signs import SIGNS
from her_tui.ui.spots import Listed, Sought, Spot
from her_tui.ui.text import cells, cut, fit
from her_tui.ui.widgets.session_line import Piece

#: Cells of the columns of a row, each with the blank after it.
_CLOCK, _DAY, _TURN, _KIND = 9, 7, 6, 11

#: From which width on a row has room for the turn.
_TURN_LEAST = 56

#: Parts of a path that are shown.
_PARTS = 3

#: What there is to type; the longest that fits is shown.
_FORMS = (
    "12 a turn · #45 an event · 14:03 a time · 50% · an id"
    " · +5m from the beginning · -5m before the end",
    "12 a turn · #45 an event · 14:03 · 50% · an id · +5m after the beginning",
    "12 a turn · #45 an event · 14:03 · +5m · -5m · 50% · an id",
    "12 · #45 · 14:03 · +5m · -5m · 50%",
    "12 · #45 · 14:03 · +5m",
)


def place(spot: Spot) -> str:
    """When and in which turn: ``10:19:02 · turn 9``."""
    turn = f"turn {spot.turn:,}" if spot.turn else "before the first prompt"
    return f"{units.clock(spot.time)} · {turn}" if spot.time else turn


def words(spot: Spot, room: int) -> str:
    """What it is, and its first words, in ``room`` cells; of an action that did not succeed how it
    ended: ``Bash: pytest -q tests ✗ failed``. One safe line."""
    said, text, outcome = spot.glimpse.named
    what, text = one_line(said, 40), _near(one_line(text))
    told = f"{what}: {text}" if what and text else what or text
    if not outcome:
        return cut(told, room)
    end = f" {SIGNS[MarkKind.ERROR].glyph} {outcome}"
    return cut(cut(told, max(1, room - cells(end))) + end, room)


def _near(text: str) -> str:
    """``text``; of a long path its last parts, which tell it from others."""
    parts = text.split("/")
    if " " in text or not text.startswith("/") or len(parts) <= _PARTS + 1:
        return text
    return "…/" + "/".join(parts[-_PARTS:])


def sought_pieces(sought: Sought | None, width: int) -> list[Piece]:
    """What the row below the line of a jump says in ``width`` cells: where Enter leads, or what is
    wrong; nothing where nothing is typed."""
    if sought is None:
        return []
    if sought.error is not None:
        return [(cut(one_line(sought.error.title), width), "error")]
    if sought.spot is None:
        return []
    where = "→ " + " · ".join(filter(None, (sought.said, place(sought.spot))))
    room = width - cells(where) - 2
    pieces: list[Piece] = [(cut(where, width), "choice")]
    if room > 0:
        pieces += [("  ", "dim"), (words(sought.spot, room), "text")]
    return pieces


def help_pieces(sought: Sought | None, width: int) -> list[Piece]:
    """What the last row of a jump says: the way out of what is wrong, else what there is to
    type."""
    if sought is not None and sought.error is not None and sought.error.hint:
        return [(cut(one_line(sought.error.hint), width), "text")]
    fitting = [each for each in _FORMS if cells(each) <= width]
    return [(fitting[0] if fitting else cut(_FORMS[-1], width), "dim")]


def listed_pieces(listed: Listed, width: int, selected: bool, days: bool) -> list[Piece]:
    """A mark in the list: time (with its day, if the session has several: ``days``), turn, kind,
    and the note or the first words."""
    spot = listed.spot
    sign = SIGNS[listed.mark.kind]
    pieces: list[Piece] = [("▌" if selected else " ", "bar")]
    if days:
        pieces.append((fit(_day(spot.time), _DAY), "dim"))
    pieces.append((fit(units.clock(spot.time or None), _CLOCK), "time"))
    if width >= _TURN_LEAST:
        pieces += [(fit(str(spot.turn or "–"), _TURN - 1, right=True), "dim"), (" ", "dim")]
    pieces += [(f"{sign.glyph} {fit(listed.mark.kind.value, _KIND)}", sign.role)]
    room = width - sum(cells(text) for text, _ in pieces)
    note = cut(listed.mark.note, room)
    if note:
        pieces.append((note, "bookmark"))
        room -= cells(note) + 2
    if room > 0:
        pieces += [("  " if note else "", "dim"), (words(spot, room), "text")]
    return pieces


def _day(time: int) -> str:
    return units.moment(time)[5:10] if time else ""


def on_several_days(listed: Sequence[Listed]) -> bool:
    """Whether the times of the list are on more than one day."""
    return len({units.moment(each.spot.time)[:10] for each in listed if each.spot.time}) > 1

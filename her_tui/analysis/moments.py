"""A moment of a session as a person writes it: a time, an offset, a turn, an event, a record.

What the screen says of a moment can be written, too: ``turn 3/12``, ``event 1,045/2,300``, ``50%``.
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from her_tui.errors import UsageError
from her_tui.language.values import duration_ms
from her_tui.plaintext import one_line


@dataclass(frozen=True, slots=True)
class At:
    """A time of day (of the session's first day that has it), or a time and a day."""

    text: str
    """``14:03``, ``14:03:20``, ``2026-11-20T14:03:20Z`` …; never ``14.03``."""


@dataclass(frozen=True, slots=True)
class Offset:
    """So long after the session began; negative: before its end."""

    ms: int
    back: bool = False
    """Counted back from the end, even if it is nothing (``-0``: the end)."""


@dataclass(frozen=True, slots=True)
class TurnNumber:
    """The prompt of this turn; 0: what came before the first prompt."""

    number: int


@dataclass(frozen=True, slots=True)
class EventNumber:
    """The event of this number on the timeline, from 1."""

    number: int


@dataclass(frozen=True, slots=True)
class Share:
    """So much of the session went by, as its bar shows it."""

    percent: float
    """0 to 100."""


@dataclass(frozen=True, slots=True)
class Identity:
    """The record with this uuid, or whose uuid starts so; or a tool-use id, or its start."""

    text: str
    """At least `SHORTEST` characters."""
    block: int | None = None
    """Which block of the record (``UUID:2``); None: its first on the timeline."""


Moment = At | Offset | TurnNumber | EventNumber | Share | Identity

#: Characters of a uuid or a tool-use id that one must write at least.
SHORTEST = 4

#: What can be written, as the end of a sentence; with what goes before it, a line of 80 cells.
FORMS = "a turn (12), a time (14:03), an offset (+5m), an event (#45) or an id"

# No more digits than a session could need: what is longer is a name, not a number.
_DIGITS = r"[0-9]{1,9}|[0-9]{1,3}(?:,[0-9]{3}){1,2}"
_NUMBER = re.compile(_DIGITS)
_OF_ALL = rf"({_DIGITS})(?:\s*/\s*(?:{_DIGITS}))?"
_TURN = re.compile(rf"(?:t(?:urn)?\s*)?{_OF_ALL}", re.IGNORECASE)
_EVENT = re.compile(rf"(?:#|event\s*){_OF_ALL}", re.IGNORECASE)
_SHARE = re.compile(r"([0-9]{1,3}(?:\.[0-9]{1,3})?)\s*%")
_TIME = re.compile(r"([0-9]{1,2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]{1,6}))?)?")
_DOTTED = re.compile(r"[0-9]{1,2}\.[0-9]{2}(?:\.[0-9]{2})?")
_DAY = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
    r"(?:[T ][0-9]{2}:[0-9]{2}(?P<seconds>:[0-9]{2}(?:\.[0-9]{1,6})?)?"
    r"(?:Z|[+-][0-9]{2}:?[0-9]{2})?)?"
)
_CLOCK = re.compile(r"(?:([0-9]{1,6}):)?([0-9]{1,6}):([0-9]{2}(?:\.[0-9]{1,3})?)")
_SECONDS = re.compile(r"[0-9]{1,9}(?:\.[0-9]{0,3})?")
_IDENTITY = re.compile(r"([A-Za-z0-9][A-Za-z0-9_.-]*?)(?::([0-9]{1,6}))?")
#: What a client makes up: the digits of a uuid, or a word and more behind a ``_`` or a number.
_MADE_UP = re.compile(r"[0-9A-Fa-f-]+|.*[0-9_].*")
_REFERENCE = re.compile(r"([^@#]*)([@#])(.*)", re.DOTALL)

#: Moments that have names.
_ENDS = {"start": Offset(0), "beginning": Offset(0), "end": Offset(0, back=True)}

_MINUTE = 60_000
_FAR = 10**15
"""Milliseconds that no session lasts: products of longer ones would not fit anywhere."""


class NoMoment(UsageError):
    """What was written names no moment of any session."""


def parse(text: str) -> Moment:
    """``12``, ``turn 12``, ``t12``, ``turn=12``: a turn; ``+1h2m``, ``+90``, ``+1:02:03``,
    ``-30s``, ``end``: an offset; ``#345``, ``event 345``, ``event=345``: an event; ``50%``: a
    share; a time; else a record (``event=UUID`` too). Raises `NoMoment`."""
    said = text.strip()
    name, mark, value = said.partition("=")
    if mark:
        found = _named(name.strip(), value.strip())
    elif said[:1] in ("+", "-"):
        found = _offset(said[1:], back=said[0] == "-")
    else:
        found = _numbered(said) or _ENDS.get(said.lower()) or _time(said) or _identity(said)
    if found is None:
        raise NoMoment(f"“{one_line(said, 24)}” is no moment", f"Write {FORMS}.")
    return found


def identifies(text: str) -> bool:
    """Whether ``text``, written for a moment, is the id of a record."""
    with suppress(NoMoment):
        return parse(text) == Identity(text)
    return False


def split_reference(text: str) -> tuple[str, Moment | None]:
    """``SESSION@T``, ``SESSION#turn=12``, ``SESSION#event=UUID`` or ``SESSION`` taken apart; ``@``
    and ``#`` are followed by whatever `parse` reads. Raises `UsageError`."""
    found = _REFERENCE.fullmatch(text.strip())
    session, said = (found[1].strip(), found[3]) if found else (text.strip(), None)
    if not session:
        raise UsageError("Which session?", "her-tui sessions lists the ids.")
    return session, None if said is None else parse(said)


def _numbered(text: str) -> Moment | None:
    """A turn, an event or a share; of all there are, if one says so (``turn 3/12``)."""
    if found := _TURN.fullmatch(text):
        return TurnNumber(_number(found[1]))
    if found := _EVENT.fullmatch(text):
        return EventNumber(_number(found[1]))
    share = _SHARE.fullmatch(text)
    return Share(float(share[1])) if share and float(share[1]) <= 100 else None


def _number(text: str) -> int:
    return int(text.replace(",", ""))


def _named(name: str, value: str) -> Moment | None:
    number = _number(value) if _NUMBER.fullmatch(value) else None
    if name == "turn":
        return None if number is None else TurnNumber(number)
    if name == "event":
        return _identity(value, sure=True) if number is None else EventNumber(number)
    if name == "time":
        return _time(value)
    return None


def _offset(text: str, *, back: bool) -> Offset | None:
    """A span of time: seconds, ``1:02:03``, or numbers with units."""
    clock = _CLOCK.fullmatch(text)
    if clock:
        ms = (int(clock[1] or 0) * 60 + int(clock[2])) * _MINUTE + round(float(clock[3]) * 1_000)
    elif _SECONDS.fullmatch(text):
        ms = round(float(text) * 1_000)
    else:
        span = duration_ms(text)
        if span is None:
            return None
        ms = span
    return Offset(-ms if back else ms, back) if ms < _FAR else None


def _time(text: str) -> At | None:
    if _DOTTED.fullmatch(text):
        text = text.replace(".", ":")
    at = At(text)
    try:
        if _TIME.fullmatch(text):
            return at if _of_day(at, datetime(2000, 1, 1)) else None
        return at if _DAY.fullmatch(text) and datetime.fromisoformat(text) else None
    except ValueError:
        return None


def _identity(text: str, *, sure: bool = False) -> Identity | None:
    """``sure``: it says that it is one; else a word that no client makes up is none."""
    found = _IDENTITY.fullmatch(text)
    if not found or len(found[1]) < SHORTEST or _DAY.fullmatch(text):
        return None
    if not sure and not _MADE_UP.fullmatch(found[1]):
        return None
    return Identity(found[1], None if found[2] is None else int(found[2]))


def time_of(at: At, start: int, end: int) -> int | None:
    """When ``at`` is in a session from ``start`` to ``end`` (milliseconds since the epoch), never
    before ``start``; None if the session had not begun yet.

    Without a zone it is local time. What is said to the minute, or second, is that whole minute or
    second: the one in which the session began is not before it.
    """
    try:
        times = _times(at, start)
    except (ValueError, OverflowError, OSError):  # a year no calendar of ours has
        return None
    if times[0] + _precision(at) > start:
        return max(times[0], start)
    return next((time for time in times[1:] if time <= end), None)


def _times(at: At, start: int) -> list[int]:
    """When ``at`` can be: on the day of ``start``, or on the day after."""
    if not _TIME.fullmatch(at.text):
        return [_ms(datetime.fromisoformat(at.text))]
    first = datetime.fromtimestamp(start / 1_000)
    return [_ms(_of_day(at, first + timedelta(days=day))) for day in (0, 1)]


def _of_day(at: At, day: datetime) -> datetime:
    """The time of day ``at`` on ``day``. Raises ValueError."""
    found = _TIME.fullmatch(at.text)
    if not found:
        raise ValueError(at.text)
    return datetime(
        day.year,
        day.month,
        day.day,
        int(found[1]),
        int(found[2]),
        int(found[3] or 0),
        int((found[4] or "").ljust(6, "0")),
    )


def _ms(moment: datetime) -> int:
    return round(moment.timestamp() * 1_000)


def _precision(at: At) -> int:
    """Milliseconds that ``at`` stands for."""
    if found := _TIME.fullmatch(at.text):
        seconds, fraction = found[3] is not None, found[4] is not None
    elif day := _DAY.fullmatch(at.text):
        if len(at.text) == len("2026-11-20"):
            return 86_400_000
        seconds, fraction = day["seconds"] is not None, "." in (day["seconds"] or "")
    else:
        return 1
    return 1 if fraction else 1_000 if seconds else _MINUTE

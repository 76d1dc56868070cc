"""What filters' values mean: numbers, spans of time, moments. None where a text means nothing.

Days are the user's own, in the local time zone; what time it is now is told by the caller.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from her_tui.language.filters import FilterSpec, Values

_UNITS = {
    "ms": 1,
    "s": 1_000,
    "m": 60_000,
    "h": 3_600_000,
    "d": 86_400_000,
    "w": 7 * 86_400_000,
}
# No more digits than a library could need: all products stay far below what SQLite counts to.
_NUMBER = r"(?:[0-9]{1,9}(?:\.[0-9]{0,6})?|\.[0-9]{1,6})"
_COUNT = re.compile(rf"({_NUMBER})([kKmM]?)")
_MONEY = re.compile(rf"\$?({_NUMBER})")
_PART = re.compile(rf"({_NUMBER})(ms|s|m|h|d|w)")
_SPAN = re.compile(rf"(?:{_NUMBER}(?:ms|s|m|h|d|w)){{1,5}}")
_DAY = re.compile(r"([0-9]{4})-([0-9]{2})(?:-([0-9]{2})(?:[T ]([0-9]{2}):([0-9]{2}))?)?")
_NAMED_DAYS = {"today": 0, "yesterday": 1}

_CAN_BE = {
    Values.TEXT: "a text; in quotes if there is a blank in it",
    Values.COUNT: "a number, as 20 or 100k",
    Values.MONEY: "US dollars, as 0.5",
    Values.DURATION: "a span of time, as 500ms, 30s or 5m",
    Values.MOMENT: "a day or time, as 2026-10-01, yesterday or 2026-10-01T14:30, or how long ago,"
    " as 7d",
}


def count(text: str) -> int | None:
    """``20``, ``100k``, ``1.5M``."""
    found = _COUNT.fullmatch(text)
    if not found:
        return None
    return round(float(found[1]) * {"": 1, "k": 1_000, "m": 1_000_000}[found[2].lower()])


def money(text: str) -> float | None:
    """US dollars: ``0.5``, ``$2``."""
    found = _MONEY.fullmatch(text)
    return float(found[1]) if found else None


def duration_ms(text: str) -> int | None:
    """Milliseconds: ``500ms``, ``30s``, ``1m30s``, ``2h``, ``7d``, ``2w``."""
    if not _SPAN.fullmatch(text):
        return None
    return round(sum(float(number) * _UNITS[unit] for number, unit in _PART.findall(text)))


def moment_ms(text: str, now_ms: int) -> int | None:
    """Milliseconds since the epoch: the start of a local day (``2026-10-01``, ``today``) or month
    (``2026-10``), a local time (``2026-10-01T14:30``), or a span before ``now_ms`` (``7d``)."""
    span = duration_ms(text)
    if span is not None:
        return now_ms - span
    try:
        if text in _NAMED_DAYS:
            day = datetime.fromtimestamp(now_ms / 1_000) - timedelta(days=_NAMED_DAYS[text])
            return _epoch_ms(day.replace(hour=0, minute=0, second=0, microsecond=0))
        found = _DAY.fullmatch(text)
        if not found:
            return None
        year, month, *rest = found.groups()
        date = (int(year), int(month), int(rest[0] or 1))
        return _epoch_ms(datetime(*date, int(rest[1] or 0), int(rest[2] or 0)))
    except (ValueError, OverflowError, OSError):
        return None


def _epoch_ms(local: datetime) -> int:
    return round(local.timestamp() * 1_000)


def possible(spec: FilterSpec, text: str) -> bool:
    """Whether ``text`` can be a value of the filter."""
    if not text.strip():
        return False
    if spec.values is Values.CHOICE:
        return text in spec.choices
    if spec.values is Values.COUNT:
        return count(text) is not None
    if spec.values is Values.MONEY:
        return money(text) is not None
    if spec.values is Values.DURATION:
        return duration_ms(text) is not None
    if spec.values is Values.MOMENT:
        return moment_ms(text, 0) is not None
    return True


def can_be(spec: FilterSpec) -> str:
    """What a value of the filter can be, as the end of a sentence."""
    if spec.values is Values.CHOICE:
        return ", ".join(spec.choices[:-1]) + f" or {spec.choices[-1]}"
    return _CAN_BE[spec.values]

"""Numbers, money, times and sizes as people read them: one format for screen, commands and exports.

Pure functions over plain values. Standard library only; imports nobody. Widths are bounded, so that
columns stay columns.
"""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from datetime import date

#: What the user made a favourite.
STAR = "★"

_SECOND = 1_000
_MINUTE = 60 * _SECOND
_HOUR = 60 * _MINUTE
_DAY = 24 * _HOUR
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_BLOCKS = "▁▂▃▄▅▆▇█"

UNPRICED = "unpriced"


def compact(number: int) -> str:
    """``number`` in at most 5 characters: ``999``, ``1.2k``, ``12.3k``, ``123k``, ``4.5M``."""
    if number < 0:
        return "-" + compact(-number)
    if number < 1_000:
        return str(number)
    value = float(number)
    for suffix in "kMBT":
        value /= 1_000
        if value < 99.95:
            return f"{value:.1f}{suffix}"
        if value < 999.5:
            return f"{value:.0f}{suffix}"
    return f"{value:.0f}T"


def money(dollars: float | None, unpriced: int = 0) -> str:
    """US dollars: ``$0.00``, ``<$0.01``, ``$12.34``, ``$1,234``; ``unpriced`` if not known.

    ``unpriced`` responses missing from the sum make it a lower bound: ``$12.34+``.
    """
    if dollars is None:
        return UNPRICED
    more = "+" if unpriced else ""
    if 0 < dollars < 0.01:
        return "<$0.01" + more
    if dollars < 1_000:
        return f"${dollars:.2f}{more}"
    if dollars < 100_000:
        return f"${dollars:,.0f}{more}"
    return f"${compact(round(dollars))}{more}"


def duration(milliseconds: int | None) -> str:
    """The two largest units: ``850ms``, ``12s``, ``3m 20s``, ``1h 12m``; empty if unknown."""
    if milliseconds is None:
        return ""
    span = max(0, milliseconds)
    if span < _SECOND:
        return f"{span}ms"
    if span < 10 * _SECOND:
        return f"{span / _SECOND:.1f}s".replace(".0s", "s")
    if span < _MINUTE:
        return f"{span // _SECOND}s"
    for unit, name, part, part_name in (
        (_DAY, "d", _HOUR, "h"),
        (_HOUR, "h", _MINUTE, "m"),
        (_MINUTE, "m", _SECOND, "s"),
    ):
        if span >= unit:
            rest = span % unit // part
            return f"{span // unit}{name} {rest}{part_name}" if rest else f"{span // unit}{name}"
    return "0s"


def duration_short(milliseconds: int | None) -> str:
    """`duration` for columns of 6: ``45s``, ``12m``, ``1h12m``, ``2d4h``; empty if unknown."""
    if milliseconds is None:
        return ""
    span = max(0, milliseconds)
    if span < _MINUTE:
        return f"{span // _SECOND}s"
    if span < _HOUR:
        return f"{span // _MINUTE}m"
    if span < 100 * _DAY:
        return duration(span).replace(" ", "")
    return f"{span // _DAY}d"


def stopwatch(milliseconds: int) -> str:
    """Whole seconds that went by, the last of them full: ``0:42:10``, days ahead of it if there are
    any. Positions and lengths of sessions are told with it everywhere."""
    days, seconds = divmod(max(0, milliseconds) // _SECOND, _DAY // _SECOND)
    day = f"{days}d " if days else ""
    return f"{day}{seconds // 3_600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


def speed(times: float) -> str:
    """How many times as fast something is played: ``8×``, ``0.25×``."""
    return f"{times:g}×"


def said_span(milliseconds: int) -> str:
    """A span of time in words, all of it: ``5 minutes``, ``1 hour 2 minutes``, ``1.5 seconds``."""
    if milliseconds < _SECOND:
        return count(milliseconds, "millisecond")
    parts, left = [], milliseconds
    for unit, noun in ((_DAY, "day"), (_HOUR, "hour"), (_MINUTE, "minute")):
        if left >= unit:
            parts.append(count(left // unit, noun))
            left %= unit
    if left:
        seconds = f"{left / _SECOND:.3f}".rstrip("0").rstrip(".")
        parts.append(f"{seconds} second{'' if seconds == '1' else 's'}")
    return " ".join(parts)


def age(then: int | None, now: int) -> str:
    """How long ago, in at most 6 characters: ``now``, ``3m``, ``6d``, ``12 Oct``, ``Oct'25``.

    Days are those of the local calendar: ``1d`` is yesterday, whatever the time of day.
    """
    if then is None:
        return ""
    span = now - then
    if span < _MINUTE:
        return "now"
    if span < _HOUR:
        return f"{span // _MINUTE}m"
    day, today = time.localtime(then / 1_000), time.localtime(now / 1_000)
    if span < 7 * _DAY:  # a date of ours could not tell every year
        days = (date(*today[:3]) - date(*day[:3])).days
        if days < 7:
            return f"{days}d" if days else f"{span // _HOUR}h"
    month = _MONTHS[day.tm_mon - 1]
    if day.tm_year == today.tm_year or span < 300 * _DAY:
        return f"{day.tm_mday} {month}"
    return f"{month}'{day.tm_year % 100:02d}"


def day_name(day: str, now: int) -> str:
    """An ISO date as people say it: ``Today``, ``Yesterday``, ``Wed 18 Nov``, ``18 Nov 2025``."""
    try:
        then = date.fromisoformat(day)
    except ValueError:
        return day
    today = date.fromtimestamp(now / 1_000)
    if (today - then).days in (0, 1):
        return ("Today", "Yesterday")[(today - then).days]
    said = f"{then.day} {_MONTHS[then.month - 1]}"
    return f"{_DAYS[then.weekday()]} {said}" if then.year == today.year else f"{said} {then.year}"


def clock(milliseconds: int | None) -> str:
    """Local time of day, ``14:05:09``; empty if unknown."""
    if milliseconds is None:
        return ""
    return time.strftime("%H:%M:%S", time.localtime(milliseconds / 1_000))


def moment(milliseconds: int | None) -> str:
    """Local date and time, ``2026-11-20 14:05``; empty if unknown."""
    if milliseconds is None:
        return ""
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(milliseconds / 1_000))


def size(count: int) -> str:
    """Bytes in at most 8 characters: ``512 B``, ``1.2 kB``, ``34.5 MB``."""
    if count < 1_000:
        return f"{count} B"
    value = float(count)
    for unit in ("kB", "MB", "GB", "TB"):
        value /= 1_000
        if value < 999.5 or unit == "TB":
            break
    return f"{value:.1f} {unit}" if value < 99.95 else f"{value:.0f} {unit}"


def count(number: int, noun: str, plural: str = "") -> str:
    """``1 session``, ``1,234 sessions``."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def percent(done: int, total: int) -> int:
    """Whole percents, 100 only when all is done; 0 where the total is not known."""
    if total <= 0:
        return 0
    return 100 if done >= total else max(0, min(99, done * 100 // total))


def bar(done: int, total: int, width: int) -> str:
    """A progress bar of ``width`` characters: ``▰▰▱▱``."""
    filled = percent(done, total) * width // 100
    return "▰" * filled + "▱" * (width - filled)


def sparkline(values: Sequence[float]) -> str:
    """One block per value, scaled to the largest; nothing happened is a blank baseline ``·``."""
    top = max(values, default=0.0)
    if top <= 0:
        return "·" * len(values)
    last = len(_BLOCKS) - 1
    return "".join(
        _BLOCKS[min(last, int(value / top * last + 0.5))] if value > 0 else "·" for value in values
    )


def channel(name: str) -> str:
    """A channel within a sentence: ``the wire``, ``telemetry``."""
    return "the wire" if name == "wire" else name


def project_name(folder: str) -> str:
    """The last part of a project's folder, the name people use for it; empty if unknown."""
    return folder.replace("\\", "/").rstrip("/").rpartition("/")[2] or folder


def home_path(path: str) -> str:
    """``path`` with the user's home folder written ``~``."""
    user = os.path.expanduser("~")  # noqa: PTH111  a string in, a string out
    if user != "/" and (path == user or path.startswith(user + os.sep)):
        return "~" + path[len(user) :]
    return path

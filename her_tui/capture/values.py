"""Safe access to what was captured: everything may be missing or of another type than expected."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

Json = dict[str, Any]


def text_or(value: object, default: str = "") -> str:
    """``value`` if it is text, else ``default``."""
    return value if isinstance(value, str) else default


def dict_or_empty(value: object) -> Json:
    """``value`` if it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def count_or_zero(value: object) -> int:
    """``value`` if it is a sane count, else 0."""
    return value if type(value) is int and 0 <= value < 1 << 53 else 0


_hours: dict[str, int] = {}


def milliseconds(stamp: object) -> int | None:
    """Milliseconds since the epoch of an ISO 8601 ``stamp``; None if it is none.

    The client writes ``2026-11-20T09:21:59.515Z``; only the hour costs a calendar, once.
    """
    if type(stamp) is not str:
        return None
    usual = len(stamp) == 24 and stamp[23] == "Z" and stamp[19] == "."
    if usual and (hour := _hours.get(stamp[:13])) is not None:
        try:
            return hour + int(stamp[14:16]) * 60_000 + int(stamp[17:19]) * 1_000 + int(stamp[20:23])
        except ValueError:
            return None
    try:
        moment = datetime.fromisoformat(stamp)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        whole = round(moment.timestamp() * 1000)
    except (ValueError, OverflowError):
        return None
    if usual:
        if len(_hours) > 10_000:
            _hours.clear()
        _hours[stamp[:13]] = whole - whole % 3_600_000
    return whole


def list_or_empty(value: object) -> list[Any]:
    """``value`` if it is a list, else an empty one."""
    return value if isinstance(value, list) else []

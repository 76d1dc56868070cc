"""The title row of a timeline bar without a deck: where the playhead is."""

from __future__ import annotations

from her_tui import units
from her_tui.analysis.timeline import Timeline


def title(timeline: Timeline, position: int, width: int) -> str:
    """Where the playhead is, in as many words as ``width`` has room for."""
    begun, now = timeline.times[0], timeline.times[position]
    turn = timeline.turn_at(position)
    turns = len(timeline.prompts)
    where = f"turn {turn:,}/{turns:,}" if turn else "before the first prompt"
    clock = units.clock(now)
    elapsed = f"+{units.stopwatch(now - begun)}"
    total = f" of {units.duration(timeline.times[-1] - begun)}"
    event = f"event {position + 1:,}/{len(timeline):,}"
    variants = (
        f"{where} · {clock} · {elapsed}{total} · {event}",
        f"{where} · {clock} · {elapsed}{total}",
        f"{where} · {clock} · {elapsed}",
        f"{where} · {clock}",
    )
    return next((text for text in variants if len(text) <= width), where)

"""Where the playhead is, and where each way of seeking takes it. No widget, no clock.

Every function is a bisect or a scan over the timeline's arrays; none reads the library.
"""

from __future__ import annotations

from enum import StrEnum

from her_tui.analysis.timeline import Timeline, is_error


class Seek(StrEnum):
    """A way to move the playhead."""

    START = "start"
    END = "end"
    NEXT_EVENT = "next_event"
    PREVIOUS_EVENT = "previous_event"
    NEXT_PROMPT = "next_prompt"
    PREVIOUS_PROMPT = "previous_prompt"
    NEXT_ERROR = "next_error"
    PREVIOUS_ERROR = "previous_error"


def seek(timeline: Timeline, position: int, how: Seek) -> int:
    """The position that ``how`` leads to; the same position where there is nothing further."""
    match how:
        case Seek.START:
            return 0
        case Seek.END:
            return timeline.clamp(len(timeline) - 1)
        case Seek.NEXT_EVENT:
            return timeline.clamp(position + 1)
        case Seek.PREVIOUS_EVENT:
            return timeline.clamp(position - 1)
        case Seek.NEXT_PROMPT:
            return timeline.prompt_after(position)
        case Seek.PREVIOUS_PROMPT:
            return timeline.prompt_before(position)
        case Seek.NEXT_ERROR:
            return error_from(timeline, position, 1)
        case Seek.PREVIOUS_ERROR:
            return error_from(timeline, position, -1)


def error_from(timeline: Timeline, position: int, step: int) -> int:
    """The nearest error after (``step`` 1) or before (-1) ``position``, or ``position`` itself."""
    probe = position + step
    while 0 <= probe < len(timeline):
        if is_error(timeline, probe):
            return probe
        probe += step
    return position


def opening_position(timeline: Timeline, remembered: int | None, live: bool) -> int:
    """Where to start: where it was left, the end of a session that still runs, else what was asked
    first."""
    if remembered is not None:
        return timeline.clamp(remembered)
    if live:
        return timeline.clamp(len(timeline) - 1)
    return timeline.prompts[0] if timeline.prompts else 0


def position_after_reload(old: Timeline, position: int, new: Timeline) -> int:
    """``position`` of ``old`` in ``new``, which holds more events: the same event, but the end
    stays the end."""
    if not old.ids or position >= len(old) - 1:
        return new.clamp(len(new) - 1)
    event = old.ids[position]
    if position < len(new) and new.ids[position] == event:
        return position
    found = new.find_event(event)
    return new.clamp(position) if found is None else found

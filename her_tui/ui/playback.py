"""Where the playhead is, and where each way of seeking takes it. No widget, no clock.

Every function is a bisect or a scan over the timeline's arrays; none reads the library.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from enum import StrEnum

from her_tui.analysis.axis import Axis, at_share
from her_tui.analysis.regrowth import Shift, same_moment
from her_tui.analysis.timeline import Timeline, is_error
from her_tui.events.model import BLOCKS


class Seek(StrEnum):
    """A way to move the playhead."""

    START = "start"
    END = "end"
    NEXT_EVENT = "next_event"
    PREVIOUS_EVENT = "previous_event"
    NEXT_PROMPT = "next_prompt"
    PREVIOUS_PROMPT = "previous_prompt"
    NEXT_BLOCK = "next_block"
    """A block of a response: thinking, text or the start of an action."""
    PREVIOUS_BLOCK = "previous_block"
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
        case Seek.NEXT_BLOCK:
            return _nearest(timeline, position, 1, is_block)
        case Seek.PREVIOUS_BLOCK:
            return _nearest(timeline, position, -1, is_block)
        case Seek.NEXT_ERROR:
            return _nearest(timeline, position, 1, is_error)
        case Seek.PREVIOUS_ERROR:
            return _nearest(timeline, position, -1, is_error)


def is_block(timeline: Timeline, position: int) -> bool:
    """Whether the event at ``position`` is a block of a response."""
    return timeline.kinds[position] in BLOCKS


def _nearest(
    timeline: Timeline, position: int, step: int, wanted: Callable[[Timeline, int], bool]
) -> int:
    """The nearest ``wanted`` position after (``step`` 1) or before (-1) ``position``, or
    ``position`` itself."""
    probe = position + step
    while 0 <= probe < len(timeline):
        if wanted(timeline, probe):
            return probe
        probe += step
    return position


def tenth(timeline: Timeline, number: int, axis: Axis | None = None) -> int:
    """The first event of the ``number``-th tenth of the session, from 0, by its clock; idle
    stretches folded as on the ``axis`` of the bar, which is laid if it is not given. Never the end:
    nine tenths are not the whole."""
    times = timeline.times
    before_end = bisect_left(times, times[-1]) - 1 if times else 0
    return max(0, min(at_share(times, number / 10, axis), before_end))


def opening_position(timeline: Timeline, remembered: int | None, live: bool) -> int:
    """Where to start: where it was left, the end of a session that still runs, else what was asked
    first."""
    if remembered is not None:
        return timeline.clamp(remembered)
    if live:
        return timeline.clamp(len(timeline) - 1)
    return timeline.prompts[0] if timeline.prompts else 0


def position_after_reload(old: Timeline, position: int, new: Timeline, follow: bool = True) -> int:
    """``position`` of ``old`` in ``new``, which holds more events, or the same made anew: the same
    event, but who is to ``follow`` and was at the end stays at the end."""
    if not old.ids or (follow and position >= len(old) - 1):
        return new.clamp(len(new) - 1)
    found = Shift(old, new).at(position)
    return same_moment(old, position, new) if found is None else found

"""What marks and kinds of actions look like, and what they are called; one table each.

Glyphs are one cell wide and in every font; they tell things apart where there are no colours.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from her_tui.analysis.density import Lane, MarkLanes
from her_tui.analysis.marks import MarkKind
from her_tui.ui.renderers.line import Span, Spans


class Sign(NamedTuple):
    """One kind of thing."""

    glyph: str
    role: str
    noun: str
    plural: str = ""
    """Where it is not the noun with an s."""


SIGNS: Mapping[MarkKind, Sign] = {
    MarkKind.BOOKMARK: Sign("▼", "bookmark", "bookmark"),
    MarkKind.ERROR: Sign("✗", "error", "error"),
    MarkKind.CORRECTION: Sign("!", "correction", "correction"),
    MarkKind.INTERRUPT: Sign("■", "error", "interrupt"),
    MarkKind.REWIND: Sign("«", "correction", "rewind"),
    MarkKind.COMMIT: Sign("◆", "commit", "commit"),
    MarkKind.COMPACTION: Sign("⌄", "mark", "compaction"),
    MarkKind.WAIT: Sign("?", "waiting", "wait for you", "waits for you"),
    MarkKind.GAP: Sign("╌", "warning", "gap in the record", "gaps in the record"),
}

ACTIONS: Mapping[Lane, Sign] = {
    Lane.EDITS: Sign("e", "edit", "edit"),
    Lane.COMMANDS: Sign("$", "command", "command"),
    Lane.READS: Sign("r", "read", "read"),
    Lane.SEARCHES: Sign("/", "search", "search", "searches"),
    Lane.WEB: Sign("w", "web", "web request"),
    Lane.SUBAGENTS: Sign("@", "agent", "subagent launched", "subagents launched"),
    Lane.OTHER: Sign("+", "other", "other action"),
}

#: What the legend counts, in this order: where there is little room, the first ones are there.
_LEGEND = (
    MarkKind.ERROR, MarkKind.CORRECTION, MarkKind.BOOKMARK, MarkKind.COMMIT, MarkKind.REWIND,
    MarkKind.INTERRUPT, MarkKind.COMPACTION, MarkKind.WAIT, MarkKind.GAP,
)  # fmt: skip


def legend(marks: MarkLanes, scale: float, room: int = 200) -> Spans:
    """How many marks the session has, with their glyphs, and how far the bar is zoomed; the last
    ones are left out where they need more than ``room`` cells."""
    times = f"{scale:,.0f}" if scale >= 100 else f"{scale:.3g}"
    zoomed = [Span(f" ×{times} ", "zoom")] if scale > 1.01 else []
    room -= sum(len(span.text) for span in zoomed)
    spans: list[Span] = []
    for kind in _LEGEND:
        if number := marks.count(kind):
            text = f" {SIGNS[kind].glyph} {number:,} "
            if len(text) > room:
                break
            room -= len(text)
            spans.append(Span(text, SIGNS[kind].role))
    return (*spans, *zoomed)

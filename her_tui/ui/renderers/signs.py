"""What marks and kinds of actions look like, and what they are called; one table each.

Glyphs are one cell wide and in every font; they tell things apart where there are no colours.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from her_tui.analysis.density import Lane, MarkLanes
from her_tui.analysis.marks import Mark, MarkKind
from her_tui.plaintext import one_line
from her_tui.queries.glimpses import Glimpse
from her_tui.ui.renderers.line import Span, Spans
from her_tui.ui.text import cut


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

#: What the row and the panel of the state begin with; a mark looks there as on the timeline.
UNDER_WAY = Sign("▸", "action", "under way")
WAITING = Sign(SIGNS[MarkKind.WAIT].glyph, "waiting", "waits for you")
LAST_COMMIT = Sign(SIGNS[MarkKind.COMMIT].glyph, "commit", "last commit")
ERRORS = Sign(SIGNS[MarkKind.ERROR].glyph, "error", "errors so far")

#: Of a session in the list.
LIVE = Sign("●", "live", "goes on now")
ONLY_HERE = Sign("†", "only-here", "only here: the client deleted its file")

#: How the deck stands. Half blocks: every font has them, and they look like what they mean.
PAUSED = Sign("▌▌", "title", "paused")
PLAYING = Sign("▶", "playing", "playing")

#: What was asked, and what is not shown as long as it was.
PROMPT = Sign("▎", "prompt", "prompt")
IDLE = Sign("┊", "idle", "idle stretch, folded")
WAITED = Sign("┄", "waiting", "waited for you")
PLAYHEAD = Sign("▲", "playhead", "playhead")
LOOP = Sign("A═B", "loop", "stretch that is looped")


def meanings() -> list[tuple[str, list[tuple[str, str]]]]:
    """All signs with what they mean, part of the screen by part: heading, [(sign, meaning)]."""
    state = (UNDER_WAY, WAITING, ERRORS, LAST_COMMIT)
    timeline = (PROMPT, *SIGNS.values(), WAITED, IDLE, PLAYHEAD, LOOP)
    return [
        ("Signs in the list", [
            *_told((LIVE, ONLY_HERE)),
            ("▸ ▾", "has subagents, folded or unfolded"),
            ("✗3", "errors"),
            ("$1.20+", "at least: something in it has no known price"),
            ("left 3d", "the client deletes its file in so many days; Her keeps it"),
        ]),
        ("Signs in the row of the state", [
            ("▰▰▱", "how full the context window is"),
            *_told(state),
        ]),
        ("Signs on the deck and the timeline", [
            *_told((PLAYING, PAUSED)),
            (f"{LIVE.glyph} live", "shows the end of a session that goes on"),
            *_told(timeline),
            ("×8", "how far the timeline is zoomed in"),
        ]),
        ("Actions on the timeline, without colours", _told(ACTIONS.values())),
        ("Signs in the files", [
            ("··▃··", "where in the session its edits lie"),
            ("▰▰▱", "lines added and removed, the more the longer"),
        ]),
        ("Signs in a comparison", [
            ("=  ~", "turns that are the same, or alike"),
            ("≠", "where the two part"),
            ("<  >", "only in A, only in B"),
        ]),
    ]  # fmt: skip


def _told(signs: Iterable[Sign]) -> list[tuple[str, str]]:
    return [(sign.glyph, sign.noun) for sign in signs]


#: What the legend counts, in this order: where there is little room, the first ones are there.
_LEGEND = (
    MarkKind.ERROR, MarkKind.CORRECTION, MarkKind.BOOKMARK, MarkKind.COMMIT, MarkKind.REWIND,
    MarkKind.INTERRUPT, MarkKind.COMPACTION, MarkKind.WAIT, MarkKind.GAP,
)  # fmt: skip
#: Cells of what is said of a mark.
_SAID = 80


def landed(mark: Mark, glimpse: Glimpse) -> str:
    """What the playhead is on: ``! correction: Forget Redis``, of a bookmark its note."""
    sign = SIGNS[mark.kind]
    said = cut(one_line(mark.note or glimpse.text), _SAID)
    return f"{sign.glyph} {sign.noun}: {said}" if said else f"{sign.glyph} {sign.noun}"


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

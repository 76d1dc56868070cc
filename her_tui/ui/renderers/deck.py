"""The title row of the timeline: where the deck is, how fast it goes, and what it leaves out.

Each part is whole or not there; the more useful ones are there first. Glyphs are one cell wide.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import NamedTuple

from her_tui import units
from her_tui.analysis.tape import Idle
from her_tui.analysis.timeline import Timeline
from her_tui.ui.player import DeckStatus
from her_tui.ui.renderers import signs
from her_tui.ui.renderers.line import Line, Span, Spans

LIVE = f"{signs.LIVE.glyph} live"

#: A narrower row is drawn without what is held at its right end.
TAIL_LEAST = 48

_IDLE = {Idle.SKIP: ("skipping", "skipped"), Idle.SHORTEN: ("shortening", "shortened")}
_BETWEEN = Span(" · ", "dim")
_DAY = 86_400_000


class _Part(NamedTuple):
    """One thing to be told."""

    weight: int
    """The lower the sooner it is there."""
    role: str
    forms: Sequence[str]
    """The longest first."""


#: Before which weight the marks at the right end are there.
_LEGEND = 10


def title(
    deck: DeckStatus,
    timeline: Timeline,
    position: int,
    now: int,
    width: int,
    legend: Spans = (),
) -> Line:
    """The row for a bar of ``width`` cells; ``legend`` is put at its right end, as many spans of it
    as there is room for."""
    parts = [part for part in _parts(deck, timeline, position, now) if part.forms[0]]
    room = width - 1
    shown: dict[int, str] = {}
    tail: list[Span] = []

    def taken() -> int:
        texts = sum(len(text) for text in shown.values())
        end = sum(len(span.text) for span in tail)
        return texts + len(_BETWEEN.text) * max(0, len(shown) - 1) + (end + 2 if end else 0)

    def fits(at: int, text: str) -> bool:
        gap = len(_BETWEEN.text) if shown and at not in shown else 0
        return taken() - len(shown.get(at, "")) + len(text) + gap <= room

    order = sorted(range(len(parts)), key=lambda at: parts[at].weight)
    for at in order:
        if parts[at].weight < _LEGEND and fits(at, parts[at].forms[-1]):
            shown[at] = parts[at].forms[-1]
    for at in [at for at in order if at in shown]:
        shown[at] = next(text for text in parts[at].forms if fits(at, text))
    for span in legend if width >= TAIL_LEAST else ():
        if taken() + len(span.text) + (0 if tail else 2) <= room:
            tail.append(span)
    for at in order:
        if at not in shown and fits(at, parts[at].forms[0]):
            shown[at] = parts[at].forms[0]
    spans: list[Span] = [Span(" ")]
    for at in sorted(shown):
        spans += [_BETWEEN] if len(spans) > 1 else []
        spans.append(Span(shown[at], parts[at].role))
    return Line(tuple(spans), tail=tuple(tail), wrap=False)


def _parts(deck: DeckStatus, timeline: Timeline, position: int, now: int) -> list[_Part]:
    """What there is to tell, in the order in which it stands."""
    return [
        _state(deck, timeline, now),
        _Part(1, "title", _elapsed(deck)),
        _Part(3, "title", _turn(timeline, position)),
        _Part(2, "speed", (units.speed(deck.speed),)),
        _Part(5, "loop", _loop(deck)),
        _Part(4, "skipped", _idle(deck)),
        _Part(11, "dim", (f"event {position + 1:,}/{len(timeline):,}",)),
    ]


def _state(deck: DeckStatus, timeline: Timeline, now: int) -> _Part:
    """Whether it plays, and the time of day: the one thing that is always there."""
    live = deck.live and deck.following
    sign = LIVE if live else (signs.PLAYING if deck.playing else signs.PAUSED).glyph
    role = "live" if live else "playing" if deck.playing else "title"
    clock = units.clock(now)
    forms = [f"{sign:<2} {clock}"]
    times = timeline.times
    if len(times) and _day(times[0]) != _day(times[-1]):
        forms.insert(0, f"{sign:<2} {_day(now)} {clock}")
    return _Part(0, role, forms)


def _day(moment: int) -> str:
    """A day of the calendar, ``24 Nov``."""
    day = time.localtime(moment / 1000)
    return f"{day.tm_mday} {time.strftime('%b', day)}"


def _elapsed(deck: DeckStatus) -> Sequence[str]:
    """How far it is, and how far it goes."""
    done, whole = units.stopwatch(deck.elapsed), units.stopwatch(deck.total)
    forms = [f"{done} / {whole}", f"{done}/{whole}"]
    if deck.total >= _DAY:
        forms.append(f"{units.duration(deck.elapsed)}/{units.duration(deck.total)}")
    return forms


def _turn(timeline: Timeline, position: int) -> Sequence[str]:
    turn = timeline.turn_at(position)
    if not turn:
        return ("before the first prompt", "turn 0")
    return (f"turn {turn:,}/{len(timeline.prompts):,}", f"turn {turn:,}")


def _idle(deck: DeckStatus) -> Sequence[str]:
    """What is done with idle stretches, and how much that left out up to here."""
    if deck.idle is Idle.REAL:
        return ("real time",)
    doing, done = _IDLE[deck.idle]
    if deck.gap:
        return (f"{doing} {units.duration(deck.gap)}",)
    if deck.skipped >= 1_000:
        return (f"{done} {units.duration(deck.skipped // 1_000 * 1_000)}",)
    return (f"idle {done}",)


def _loop(deck: DeckStatus) -> Sequence[str]:
    if deck.loop is None:
        return ("",)
    return ("loop A–",) if deck.loop[1] is None else ("loop A–B",)

"""Two sessions on one clock: lanes, axis and playheads of a comparison; pure functions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from her_tui import units
from her_tui.analysis import steps as stepping
from her_tui.analysis.axis import Axis, column_of, lay_axis
from her_tui.analysis.compare import Comparison, Side
from her_tui.analysis.density import bars, counts
from her_tui.events.model import Flag
from her_tui.ui.renderers.compare import sides
from her_tui.ui.renderers.signs import PLAYHEAD
from her_tui.ui.text import cells
from her_tui.ui.widgets.session_line import Piece

#: Cells of a label on the axis, with what must be free around it.
_LABEL_ROOM = 12

_ERROR = int(Flag.ERROR)


@dataclass(frozen=True, slots=True)
class Dial:
    """What the clocks are drawn from, gathered once: a session may have 100,000 events."""

    times: Sequence[int]
    """Of the events of both sides, on the one clock."""
    axis: Axis
    prompts: tuple[Sequence[int], Sequence[int]]
    """When they were, on each side; so with errors."""
    errors: tuple[Sequence[int], Sequence[int]]
    parting: tuple[Sequence[int], Sequence[int]]
    """When they part, if they do."""


def dial(result: Comparison) -> Dial:
    """What the clocks of a comparison are drawn from."""
    times = stepping.both_clocks(result)
    marked = [_marked(side) for side in sides(result)]
    (prompts, errors), (others, more) = marked
    divergence = result.divergence
    parting: tuple[Sequence[int], Sequence[int]] = (), ()
    if divergence is not None:
        left = stepping.time_of(result.left, divergence.left)
        parting = (left,), (stepping.time_of(result.right, divergence.right),)
    return Dial(times, lay_axis(times), (prompts, others), (errors, more), parting)


def _marked(side: Side) -> tuple[list[int], list[int]]:
    """The times of the prompts and of the errors of a side."""
    line = side.timeline
    prompts: list[int] = []
    errors: list[int] = []
    opening = frozenset(line.prompts)
    for position, time in zip(side.positions, side.clock, strict=True):
        if position in opening:
            prompts.append(time)
        elif line.flags[position] & _ERROR:
            errors.append(time)
    return prompts, errors


def clock_lane(result: Comparison, dial: Dial, index: int, edges: Sequence[float]) -> list[Piece]:
    """How much happened on a side in each column: bars, with prompts, errors, and where
    they part in them."""
    side = sides(result)[index]
    glyphs = list(bars(counts(side.clock, edges)))
    roles = ["response"] * len(glyphs)
    for times, glyph, role in (
        (dial.prompts[index], "▎", "prompt"),
        (dial.errors[index], "✗", "error"),
        (dial.parting[index], "≠", "lock"),
    ):
        for column, number in enumerate(counts(times, edges)):
            if number:
                glyphs[column], roles[column] = glyph, role
    ended = column_of(edges, stepping.length(side))
    for column in range((ended or 0) + 1, len(glyphs)):
        glyphs[column], roles[column] = "·", "faint"
    return _grouped(glyphs, roles)


def clock_axis(axis: Axis, edges: Sequence[float]) -> list[Piece]:
    """The time since both began, where there is room, and how long idle stretches were."""
    width = len(edges) - 1
    text = [" "] * width
    roles = ["dim"] * width
    for gap in axis.gaps:
        column = column_of(edges, (gap.start + gap.end) / 2)
        _put(text, roles, column, f"┊{units.duration_short(gap.length)}", "gap")
    step = max(_LABEL_ROOM, width // 8)
    last = ""
    for column in range(0, width, step):
        label = units.stopwatch(int(edges[column]))
        if label != last:
            _put(text, roles, column, label, "dim")
        last = label
    return _grouped(text, roles)


def _put(text: list[str], roles: list[str], column: int | None, label: str, role: str) -> None:
    if column is None or column + len(label) > len(text):
        return
    free = text[max(0, column - 1) : column + len(label) + 1]
    if any(each != " " for each in free):
        return
    text[column : column + len(label)] = label
    roles[column : column + len(label)] = [role] * len(label)


def _grouped(text: Sequence[str], roles: Sequence[str]) -> list[Piece]:
    """Characters and their roles as pieces."""
    pieces: list[Piece] = []
    for glyph, role in zip(text, roles, strict=True):
        if pieces and pieces[-1][1] == role:
            pieces[-1] = (pieces[-1][0] + glyph, role)
        else:
            pieces.append((glyph, role))
    return pieces


def clocks_title(
    result: Comparison, times: tuple[int, int], active: int, locked: bool, playing: str, width: int
) -> list[Piece]:
    """Where both playheads are."""
    pieces: list[Piece] = []
    for index, (letter, side) in enumerate(zip("AB", sides(result), strict=True)):
        turn = stepping.turn_at(side, times[index])
        numbers = f"turn {side.turns[turn].number}" if turn is not None else "no turn"
        here = index == active
        pieces += [
            (f" {PLAYHEAD.glyph if here else ' '}{letter} ", ("left", "right")[index]),
            (units.stopwatch(times[index]), "playhead" if here else "number"),
            (f"/{units.stopwatch(stepping.length(side))}", "dim"),
            (f" {numbers} ", "text" if here else "dim"),
        ]
    tied = "⇄ locked" if locked else "∥ free"
    right: list[Piece] = [(f"{playing} ", "playing" if playing else "dim"), (f"{tied} ", "lock")]
    used = sum(cells(text) for text, _ in (*pieces, *right))
    return [*pieces, (" " * max(1, width - used), "dim"), *right]

"""A comparison as plain values, with stable names."""

from __future__ import annotations

from her_tui.analysis.alignment import Pair
from her_tui.analysis.compare import Comparison, Side, TurnFacts
from her_tui.analysis.figures import Figures
from her_tui.cli.describe import Json, timestamp
from her_tui.queries.comparison import Compared, Point


def compared(found: Compared) -> Json:
    """All of it; ``delta`` is what the right has more than the left."""
    result = found.result
    return {
        "left": side(result.left),
        "right": side(result.right),
        "delta": figures(result.right.figures - result.left.figures),
        "identical": result.same,
        "shared_events": result.shared,
        "divergence": _divergence(found),
        "ends": _ends(found),
        "turns": [pair(result, each) for each in result.pairs],
    }


def side(value: Side) -> Json:
    """One of the two; ``left_out`` is what its other branches come to alone."""
    times = value.timeline.times
    return {
        "reference": value.label,
        "session_id": value.session_id,
        "title": value.title,
        "branch": value.branch.number,
        "branches": value.branches,
        "started": timestamp(times[value.positions[0]] or None) if value.positions else None,
        "ended": timestamp(times[value.positions[-1]] or None) if value.positions else None,
        **figures(value.figures),
        "left_out": figures(value.rest) if value.branches > 1 else None,
    }


def figures(value: Figures) -> Json:
    """What something comes to."""
    return {
        "turns": value.turns,
        "prompts": value.prompts,
        "responses": value.responses,
        "actions": value.actions,
        "errors": value.errors,
        "corrections": value.corrections,
        "tokens": {
            "input": value.input,
            "output": value.output,
            "cache_creation": value.cache_creation,
            "cache_read": value.cache_read,
        },
        "cost_usd": value.cost,
        "responses_unpriced": value.unpriced,
        "duration_ms": value.duration_ms,
        "active_ms": value.active_ms,
        "edits": value.edits,
        "files_changed": value.file_count,
        "files": sorted(value.files),
        "lines_added": value.added,
        "lines_removed": value.removed,
        "commits": value.commits,
        "models": sorted(value.models),
    }


def _divergence(found: Compared) -> Json | None:
    divergence = found.result.divergence
    if divergence is None or found.parting is None:
        return None
    left, right = found.parting
    return {"what": divergence.what, "left": point(left), "right": point(right)}


def _ends(found: Compared) -> Json | None:
    result = found.result
    if not result.ends:
        return None
    ended = result.left if result.ends == "left" else result.right
    return {
        "side": result.ends,
        "reference": ended.label,
        "record": found.ending.record if found.ending else 0,
        "line": found.ending.line if found.ending else 0,
        "next": point(found.going_on) if found.going_on else None,
    }


def point(value: Point) -> Json:
    """One event."""
    return {
        "event": value.position + 1,
        "uuid": value.uuid or None,
        "turn": value.turn,
        "time": timestamp(value.time or None),
        "elapsed_ms": value.elapsed,
        "kind": value.kind.name.lower(),
        "name": value.name or None,
        "status": value.status or None,
        "text": value.text,
    }


def pair(result: Comparison, value: Pair) -> Json:
    """Two turns that correspond to each other, or one without a partner."""
    left = result.left.turns[value.left] if value.left is not None else None
    right = result.right.turns[value.right] if value.right is not None else None
    delta = result.delta(value)
    return {
        "mark": mark(value),
        "likeness": round(value.likeness, 4),
        "left": _turn(left),
        "right": _turn(right),
        "delta": figures(delta) if delta else None,
    }


def mark(value: Pair) -> str:
    """``same``, ``like``, ``left`` or ``right`` (there only)."""
    if value.right is None:
        return "left"
    if value.left is None:
        return "right"
    return "same" if value.same else "like"


def _turn(value: TurnFacts | None) -> Json | None:
    if value is None:
        return None
    return {"number": value.number, "prompt": value.prompt, **figures(value.figures)}

"""The lines above the panels: what is shown, in a few words. Pure functions."""

from __future__ import annotations

from her_tui import units
from her_tui.events.model import PromptKind
from her_tui.queries.turns import Item, Turn
from her_tui.ui.renderers.line import safe

_HOW = {PromptKind.QUEUED.value: "queued", PromptKind.MIXED.value: "typed meanwhile"}


def prompt_title(turn: Turn, turns: int, said: str = "") -> str:
    """``turn 7/23 · 14:02:31 · 2 images · ★ #auth``; ``said`` is what the user says of it."""
    parts = [f"turn {turn.number:,}/{turns:,}" if turn.number else "before the first prompt"]
    if turn.prompt is not None:
        parts.append(units.clock(turn.prompt.time))
        if how := _HOW.get(turn.prompt.detail):
            parts.append(how)
        if turn.prompt.images:
            parts.append(units.count(len(turn.prompt.images), "image"))
    if said:
        parts.append(said)
    return " · ".join(parts)


def response_title(turn: Turn) -> str:
    """``opus-4-5 · 12.3k tokens · $0.41 · 2m 10s · 1 error``."""
    parts = [short_model(turn.model)] if turn.model else []
    if turn.tokens.total:
        parts.append(f"{units.compact(turn.tokens.total)} tokens")
    if turn.cost is not None:
        parts.append(units.money(turn.cost, turn.unpriced))
    if turn.duration_ms:
        parts.append(units.duration(turn.duration_ms))
    if turn.errors:
        parts.append(units.count(turn.errors, "error"))
    return " · ".join(parts)


def short_model(model: str) -> str:
    """A model's name without its maker and its date."""
    name = safe(model, 60).rpartition("/")[2].removeprefix("claude-")
    head, _, date = name.rpartition("-")
    return head if head and date.isdigit() and len(date) == 8 else name


def action_title(item: Item | None, here: bool) -> str:
    """``14:02:31 · 2.3s``, and that it lies before the playhead if so."""
    if item is None or item.action is None:
        return ""
    parts = [units.clock(item.time)]
    if item.action.duration_ms is not None:
        parts.append(units.duration(item.action.duration_ms))
    if not here:
        parts.append("before the playhead")
    return " · ".join(parts)


def found_title(here: int, count: int, text: str) -> str:
    """``3/17 “reducer”``, or that there is none."""
    wanted = safe(text, 24)
    return f"{here:,}/{count:,} “{wanted}”" if count else f"no “{wanted}” in this turn"

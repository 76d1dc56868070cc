"""A comparison in words and figures, as screen and commands tell it. Captured text is not made safe
here: what shows it does that."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from her_tui import units
from her_tui.analysis.alignment import Pair
from her_tui.analysis.compare import Comparison, Side
from her_tui.analysis.figures import Figures

MINUS = "\N{MINUS SIGN}"

#: How much of a session's id tells it from the others.
_ID = 8

#: Below the first, costs are told with more digits; below the second they are nothing (dollars).
_CENT, _LEAST_COST = 0.01, 0.00005


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the summary."""

    label: str
    left: str
    right: str
    delta: str
    """What the right has more; empty where they are equal."""


def _plain(number: int) -> str:
    return f"{number:,}"


_COUNTED: tuple[tuple[str, str, Callable[[int], str]], ...] = (
    ("turns", "turns", _plain),
    ("prompts", "prompts", _plain),
    ("responses", "responses", _plain),
    ("actions", "actions", _plain),
    ("errors", "errors", _plain),
    ("corrections", "corrections", _plain),
    ("tokens", "tokens", units.compact),
    ("  input", "input", units.compact),
    ("  output", "output", units.compact),
    ("  cache written", "cache_creation", units.compact),
    ("  cache read", "cache_read", units.compact),
)

_TIMED = (("duration", "duration_ms"), ("active", "active_ms"))


def summary(left: Side, right: Side) -> list[Row]:
    """Both sides and what the right has more, row by row."""
    one, other = left.figures, right.figures
    rows = [
        _row(label, getattr(one, name), getattr(other, name), form)
        for label, name, form in _COUNTED
    ]
    rows.append(
        Row(
            "cost",
            units.money(one.cost, one.unpriced),
            units.money(other.cost, other.unpriced),
            cost_delta(other - one),
        )
    )
    rows += [
        _row(label, getattr(one, name), getattr(other, name), units.duration)
        for label, name in _TIMED
    ]
    rows.append(_row("files changed", one.file_count, other.file_count, _plain))
    rows.append(Row("lines", lines(one), lines(other), _lines_delta(one, other)))
    rows.append(_row("commits", one.commits, other.commits, _plain))
    models = ", ".join(sorted(one.models)), ", ".join(sorted(other.models))
    rows.append(Row("models", *models, "" if models[0] == models[1] else "≠"))
    return rows


def _row(label: str, left: int, right: int, form: Callable[[int], str]) -> Row:
    return Row(label, form(left), form(right), signed(right - left, form))


def signed(number: int, form: Callable[[int], str] = _plain) -> str:
    """``+3``, ``−1.2k``; empty for nothing."""
    if not number:
        return ""
    return ("+" if number > 0 else MINUS) + form(abs(number))


def lines(figures: Figures) -> str:
    """``+12 −3``: lines added and removed."""
    return f"+{figures.added:,} {MINUS}{figures.removed:,}"


def _lines_delta(one: Figures, other: Figures) -> str:
    return signed((other.added - other.removed) - (one.added - one.removed))


def cost_delta(more: Figures) -> str:
    """``+$0.12``, ``−$0.0031``; empty where it is nothing, or not known."""
    if more.cost is None or abs(more.cost) < _LEAST_COST:
        return ""
    size = abs(more.cost)
    shown = units.money(size) if size >= _CENT else f"${size:.4f}"
    return ("+" if more.cost > 0 else MINUS) + shown


def deltas(more: Figures) -> list[str]:
    """What a turn of the right has more than its partner, in a few words; nothing equal is told."""
    said = (
        (signed(more.tokens, units.compact), " tokens"),
        (cost_delta(more), ""),
        (signed(more.active_ms, units.duration), ""),
        (signed(more.errors), " error" if abs(more.errors) == 1 else " errors"),
        (signed(more.file_count), " file" if abs(more.file_count) == 1 else " files"),
    )
    return [f"{number}{noun}" for number, noun in said if number]


def name(side: Side) -> str:
    """``6c0a282a`` or ``6c0a282a#branch=1``."""
    session, marked, branch = side.label.partition("#")
    return session[:_ID] + marked + branch


def names(result: Comparison) -> tuple[str, str]:
    """What the two are called: their ids if these tell them apart, else A and B."""
    left, right = name(result.left), name(result.right)
    return (left, right) if left != right else ("A", "B")


def verdict(result: Comparison, record: int = 0, line: int = 0) -> str:
    """In a sentence what comes of it; ``record`` and ``line``: where in the other one ends."""
    left, right = names(result)
    if result.divergence is not None:
        after = units.count(result.shared, "event")
        shared = f"after {after} that both have" if result.shared else "at the very first event"
        return f"They part {shared}: {result.divergence.what}"
    if not result.ends:
        return "They say the same from start to end" if result.shared else "Nothing is said in them"
    ended, other = (left, right) if result.ends == "left" else (right, left)
    if not record:
        if result.shared:
            after = f"after {units.count(result.shared, 'event')} that both have"
            return f"{ended} ends {after}, and {other} goes on; they do not diverge"
        return f"Nothing is said in {ended}"
    where = f" (line {line:,} of its file)" if line else ""
    return f"{ended} ends at record {record:,} of {other}{where}; they do not diverge"


def branch_name(side: Side) -> str:
    """``f7ffc93e · branch 2 of 2``; of a session that was never rewound its id alone."""
    short = side.session_id[:_ID]
    if side.branches == 1:
        return short
    return f"{short} · branch {side.branch.number} of {side.branches}"


def branch_notes(side: Side) -> str:
    """What of a session the comparison leaves out, so that its figures are others than those of the
    whole session; empty if it leaves nothing out."""
    if side.branches == 1:
        return ""
    rest = side.rest
    spent = f"{units.compact(rest.tokens)} tokens"
    if rest.cost is not None:
        spent = units.money(rest.cost, rest.unpriced)
    told = f"without {units.count(rest.turns, 'turn')}, {spent}"
    if side.branch.left_at is None:
        rewinds = "a rewind" if side.branches == 2 else "rewinds"
        return f"{branch_name(side)}; {told} left by {rewinds}"
    return f"{branch_name(side)}, which a rewind left; {told} of what goes on"


def notes(result: Comparison) -> list[str]:
    """`branch_notes` of both sides; of two branches of one session, which is which."""
    left, right = result.left, result.right
    if left.session != right.session:
        return [note for note in map(branch_notes, (left, right)) if note]
    if left.branch == right.branch:
        return [branch_notes(left)] if left.branches > 1 else []
    told = (
        f"{letter} {'goes on' if side.branch.left_at is None else 'a rewind left'}"
        for letter, side in (("A", left), ("B", right))
    )
    return [f"Two branches of {left.session_id[:_ID]}: {', '.join(told)}; the list counts both"]


def mark(result: Comparison, pair: Pair) -> str:
    """One sign for how two turns are to each other: ``=`` same, ``~`` alike, ``<`` and ``>`` only
    left or right, ``≠`` where they part first."""
    if parts_in(result, pair):
        return "≠"
    if pair.right is None:
        return "<"
    if pair.left is None:
        return ">"
    return "=" if pair.same else "~"


def parts_in(result: Comparison, pair: Pair) -> bool:
    """Whether the two part first in this turn, or in one of these."""
    return any(
        turn is not None and turn == parted
        for turn, parted in zip((pair.left, pair.right), result.parted, strict=True)
    )

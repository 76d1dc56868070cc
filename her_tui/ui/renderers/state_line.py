"""The state of a session in one row: as much as fits, what matters most first. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from her_tui import units
from her_tui.analysis.state import Context, Pending, State
from her_tui.events.model import ActionKind
from her_tui.ui.renderers.actions import seen_from, short_name
from her_tui.ui.renderers.line import safe
from her_tui.ui.renderers.signs import ERRORS, LAST_COMMIT, UNDER_WAY, WAITING
from her_tui.ui.renderers.titles import short_model
from her_tui.ui.text import cells, cut

Piece = tuple[str, str]
"""Text and its role."""

#: Cells of the bar that shows how full the context is.
_BAR = 10
#: From this share of the window on, in percent, the bar warns, and then alarms.
_FULL, _BRIM = 80, 92
#: Cells of what a thing is called at most: a command, the subject of a commit.
_NAME = 40
_SHORT_NAME = 18
#: Cells kept for what stands at the right, so that the left does not jump when an action starts.
_RIGHT_LEAST, _RIGHT_MOST = 24, 60
#: Blanks between two fields.
_GAP = "   "

#: Permission modes in words. In the usual one, ``default``, the client asks: it is not said.
MODES = {
    "default": "",
    "acceptEdits": "accepts edits",
    "plan": "plan mode",
    "bypassPermissions": "asks nobody",
    "dontAsk": "does not ask",
    "auto": "auto mode",
}
_COMMIT = f"{LAST_COMMIT.glyph} "
_WAITS_FOR_YOU = f"{WAITING.glyph} {WAITING.noun}"
_BOLD_MODES = {"bypassPermissions", "dontAsk"}

Form = tuple[Piece, ...]


class Field(NamedTuple):
    """Something to say, in several lengths."""

    rank: int
    """Importance, 1 first; where there is too little room the last go."""
    forms: tuple[Form, ...]
    """The longest first."""
    usual: int = 0
    """Which of them is wanted before less important fields get any room."""


def state_pieces(
    state: State | None,
    now: int,
    width: int,
    base: str = "",
    *,
    known: bool = True,
    late: bool = False,
) -> list[Piece]:
    """``state`` at the time ``now`` (milliseconds since the epoch) in ``width`` cells, paths as
    seen from the folder ``base``. None: there is none, or (not ``known``) it is still being read.
    It says of when it is if it is ``late``: of an event before the one at ``now``.

    What stands at the left grows and stays; at the right is what goes on, and what was last.
    """
    if state is None:
        return [] if known else [(" reading the state …", "faint")]
    room = width - 2
    kept = min(_RIGHT_MOST, max(_RIGHT_LEAST, room * 3 // 10))
    left = _fitting(list(_left(state)), room - kept - len(_GAP))
    told = [_as_of(state)] if late else []
    right = _fitting([*told, *_right(state, now, base)], room - width_of(left) - len(_GAP))
    gap = room - width_of(left) - width_of(right)
    return [(" ", "dim"), *left, (" " * max(0, gap), "dim"), *right, (" ", "dim")]


def width_of(pieces: Sequence[Piece]) -> int:
    """Cells that ``pieces`` take."""
    return sum(cells(text) for text, _ in pieces)


def _fitting(fields: Sequence[Field], room: int) -> list[Piece]:
    """Of ``fields`` as many as fit by rank, each in its usual form or a shorter one; then in longer
    ones as long as there is room, by rank again. Each stays in its place."""
    ranked = sorted(range(len(fields)), key=lambda at: fields[at].rank)
    chosen: dict[int, Form] = {}
    left = room
    for at in ranked:
        gap = len(_GAP) if chosen else 0
        form = _longest(fields[at].forms[fields[at].usual :], left - gap)
        if form is not None:
            chosen[at] = form
            left -= width_of(form) + gap
    for at in ranked:
        if at in chosen:
            left += width_of(chosen[at])
            chosen[at] = _longest(fields[at].forms, left) or chosen[at]
            left -= width_of(chosen[at])
    row: list[Piece] = []
    for at in sorted(chosen):
        row += [(_GAP, "dim"), *chosen[at]] if row else chosen[at]
    return row


def _longest(forms: Sequence[Form], room: int) -> Form | None:
    """The longest that fits."""
    return next((form for form in forms if width_of(form) <= room), None)


# What stands at the left, steady in its place


def _left(state: State) -> Iterator[Field]:
    fill = tuple(_context(state.context))
    yield Field(2, fill, min(2, len(fill) - 1))
    spent = state.spent
    cost = 0.0 if spent.cost is None and not spent.total else spent.cost
    yield Field(3, (((units.money(cost, spent.unpriced), "cost"),),))
    if spent.total:
        total = units.compact(spent.total)
        yield Field(7, (((total, "number"), (" tokens", "dim")), ((f"{total} tok", "number"),)))
    if state.model:
        model = short_model(state.model)
        yield Field(4, (((cut(model, 24), "model"),), ((cut(model, 12), "model"),)))
    if said := mode_name(state.mode):
        role = "warning" if state.mode in _BOLD_MODES else "mode"
        yield Field(8, (((cut(said, 20), role),),))
    if state.files:
        yield Field(5, tuple(_files(state)), 1)
    if state.todo:
        done = sum(todo.status == "completed" for todo in state.todo)
        yield Field(6, (((f"{done}/{len(state.todo)}", "number"), (" tasks", "dim")),))


def mode_name(mode: str) -> str:
    """A permission mode in words; nothing for the usual one and where none was recorded."""
    return MODES.get(mode, mode)


def fill_role(context: Context) -> str:
    """How alarming the fill of the context window is: ``fill``, ``warning`` or ``error``."""
    share = context.tokens * 100 // context.window if context.window else 0
    return "error" if share >= _BRIM else "warning" if share >= _FULL else "fill"


def _context(context: Context) -> Iterator[Form]:
    tokens = units.compact(context.tokens)
    if not context.window:
        yield (("context ", "dim"), (tokens, "number"))
        yield (("ctx ", "dim"), (tokens, "number"))
        return
    role = fill_role(context)
    sizes: Form = ((f" {tokens}", "number"), (f"/{window_name(context.window)}", "dim"))
    share: Piece = (f" {min(999, context.tokens * 100 // context.window)}%", role)
    filled, empty = gauge(context.tokens, context.window, _BAR)
    bar: Form = ((filled, role), (empty, "faint"))
    yield (("context ", "dim"), *bar, *sizes, share)
    yield (*bar, *sizes, share)
    yield (*bar, *sizes)
    filled, empty = gauge(context.tokens, context.window, _BAR // 2)
    yield ((filled, role), (empty, "faint"), share)


def gauge(part: int, whole: int, width: int) -> tuple[str, str]:
    """The filled and the empty part of a bar of ``width`` cells; what is not nothing is seen."""
    filled = min(width, (part * width * 2 + whole) // (2 * whole)) if whole > 0 else 0
    filled = max(filled, 1 if part > 0 else 0)
    return "▰" * filled, "▱" * (width - filled)


def window_name(tokens: int) -> str:
    """The size of a context window: ``200k``, ``1M``."""
    return units.compact(tokens).replace(".0", "")


def _files(state: State) -> Iterator[Form]:
    added = sum(file.added for file in state.files.values())
    removed = sum(file.removed for file in state.files.values())
    sums: Form = ((f"+{units.compact(added)}", "added"), (f" −{units.compact(removed)}", "removed"))
    count = len(state.files)
    yield ((f"{count:,}", "number"), (" file " if count == 1 else " files ", "dim"), *sums)
    yield sums


# What stands at the right, as long as it lasts


def _as_of(state: State) -> Field:
    """Of when it is."""
    time = units.clock(state.time)
    return Field(2, ((("as of ", "dim"), (time, "number")), ((time, "number"),)))


def _right(state: State, now: int, base: str) -> Iterator[Field]:
    if state.errors:
        many = f" {units.count(state.errors, 'error')}"
        few = f" {state.errors:,}"
        yield Field(
            9, (((ERRORS.glyph, "error"), (many, "dim")), ((ERRORS.glyph, "error"), (few, "dim")))
        )
    if state.commit is not None:
        sha = safe(state.commit.sha, 40)[:7]
        subject = state.commit.subject
        yield Field(10, (
            ((_COMMIT, "commit"), (sha, "commit"), (f" {cut(subject, _NAME)}", "dim")),
            ((_COMMIT, "commit"), (sha, "commit"), (f" {cut(subject, _SHORT_NAME)}", "dim")),
            ((_COMMIT, "commit"), (sha or cut(subject, 7), "commit")),
        ), 2)  # fmt: skip
    wait = waiting(state, now)
    if wait is not None:
        yield Field(1, tuple(_waiting(wait, now, base)), 1)
    elif state.pending:
        yield Field(1, tuple(_under_way(state, now, base)), 1)


def waiting(state: State, now: int) -> Pending | None:
    """What waits for the human at ``now``; None if nothing does."""
    return next((each for each in state.pending if now < each.asked_until), None)


def leading(state: State) -> Pending:
    """Of what is under way the one to tell: the last that was started, on the main thread if
    anything is under way there."""
    own = [each for each in state.pending if not each.agent]
    return (own or state.pending)[-1]


def elapsed(milliseconds: int) -> str:
    """How long something takes already, in whole seconds: ``0s``, ``12s``, ``3m 20s``."""
    return units.duration(max(0, milliseconds) // 1_000 * 1_000) if milliseconds >= 1_000 else "0s"


def target_name(one: Pending, base: str, width: int) -> str:
    """What ``one`` works on in ``width`` cells: the end of a path, as seen from ``base``, and the
    start of all else."""
    if one.kind not in (ActionKind.EDIT, ActionKind.READ):
        return cut(one.target, width)
    path = safe(seen_from(one.target, base), 1_000)
    if cells(path) <= width:
        return path
    name = path.rpartition("/")[2]
    if cells(name) > width - 2:
        return cut(name, width)
    while cells(path) > width - 1:
        path = path[1:]
    return f"…{path}"


def _waiting(wait: Pending, now: int, base: str) -> Iterator[Form]:
    since: Piece = (f" {elapsed(now - wait.since)}", "dim")
    name = cut(short_name(wait.name), 12)
    for size in (_NAME, _SHORT_NAME, 12):
        said: Piece = (f" {name} {target_name(wait, base, size)}".rstrip(), "number")
        yield ((_WAITS_FOR_YOU, "waiting"), said, since)
    yield ((_WAITS_FOR_YOU, "waiting"), since)
    yield ((f"{WAITING.glyph} waits", "waiting"),)


def _under_way(state: State, now: int, base: str) -> Iterator[Form]:
    one = leading(state)
    since = f" {elapsed(now - one.since)}"
    more = f" +{len(state.pending) - 1}" if len(state.pending) > 1 else ""
    head: Form = ((f"{UNDER_WAY.glyph} ", "action"), (cut(short_name(one.name), 12), "action"))
    tail: Form = ((since, "dim"), (more, "dim"))
    if len(state.agents) > 1:
        agents: Piece = (f"  {len(state.agents)} agents", "dim")
        yield (*head, (f" {target_name(one, base, _NAME)}", "number"), *tail, agents)
    for size in (_NAME, _SHORT_NAME, 13, 8):
        target: Form = ((f" {target_name(one, base, size)}", "number"),) if one.target else ()
        yield (*head, *target, *tail)

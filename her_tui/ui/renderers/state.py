"""The state of a session as rows, and where on the timeline each row comes from. Pure."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from her_tui import units
from her_tui.analysis.state import PARTS, Pending, State
from her_tui.ui.renderers.actions import seen_from, short_name
from her_tui.ui.renderers.fields import TODO_SIGNS
from her_tui.ui.renderers.line import BLANK, Block, Line, Span, Spans, line, safe
from her_tui.ui.renderers.signs import ERRORS, LAST_COMMIT, UNDER_WAY, WAITING
from her_tui.ui.renderers.state_line import (
    elapsed,
    fill_role,
    gauge,
    mode_name,
    target_name,
    window_name,
)
from her_tui.ui.renderers.titles import short_model

_BAR = 24
_PART_BAR = 10
#: Files that are told, the last changed first; all are in the panel of files.
_FILES = 8
#: Cells of the names of facts and parts.
_NAME = 18
_FILL = {"fill": "mark", "warning": "warning", "error": "error"}


class ErrorWords(NamedTuple):
    """What is known of an error."""

    position: int
    what: str
    """What went wrong: the action, the request."""
    text: str
    """Its first words, as captured."""


@dataclass(frozen=True, slots=True)
class StateView:
    """A state as rows, and the positions they come from."""

    rows: tuple[Block, ...]
    places: tuple[int | None, ...]
    """Per row: the position on the timeline that Enter leads to; None: there is none."""


class _Row(NamedTuple):
    key: Hashable
    lines: tuple[Line, ...]
    place: int | None = None
    lead: int = 0


def lay_out(
    state: State, now: int, times: Sequence[int], base: str, error: ErrorWords | None = None
) -> StateView:
    """The rows of ``state`` at the time ``now`` (milliseconds since the epoch), where ``times`` are
    those of all positions; paths as seen from the folder ``base``. ``error`` says more of the last
    error, once it was read."""
    rows = [
        *_context(state),
        *_spent(state),
        *_under_way(state, now, base),
        *_tasks(state),
        *_files(state, base),
        *_last(state, now, times, error),
    ]
    return StateView(
        tuple(Block(row.key, row.lines, row.lead) for row in rows),
        tuple(row.place for row in rows),
    )


def title(state: State, now: int) -> str:
    """``as of 14:02:31 · turn 7``."""
    turn = f"turn {state.turn}" if state.turn else "before the first prompt"
    return f"as of {units.clock(now)} · {turn}"


def _section(key: str, name: str, *more: Span) -> _Row:
    spans = [Span(name, "label"), *([Span("  "), *more] if more else ())]
    return _Row(("section", key), (BLANK, Line(tuple(spans), wrap=False)), lead=1)


def _fact(key: Hashable, name: str, said: Spans, place: int | None = None) -> _Row:
    spans = (Span(f"  {name:<{_NAME}}", "dim"), *said)
    return _Row(key, (Line(spans, wrap=False),), place)


def _context(state: State) -> Iterator[_Row]:
    """How full the context is, and of what."""
    context = state.context
    size = Span(f"{units.compact(context.tokens)} tokens", "strong")
    if not context.window:
        yield _section("context", "context", size)
    else:
        of = Span(f" of {window_name(context.window)}", "dim")
        yield _section("context", "context", size, of)
        role = _FILL[fill_role(context)]
        filled, empty = gauge(context.tokens, context.window, _BAR)
        share = f" {context.tokens * 100 // context.window}%"
        spans = (Span("  "), Span(filled, role), Span(empty, "rail-past"))
        yield _Row(("fill",), (Line((*spans, Span(share, role)), wrap=False),))
    whole = max(1, context.tokens)
    for name in sorted(context.parts, key=_order):
        tokens = context.parts[name]
        if tokens > 0:
            filled, empty = gauge(tokens, whole, _PART_BAR)
            size = Span(f" {units.compact(tokens):>6}")
            said = (Span(filled, "mark"), Span(empty, "rail-past"), size)
            yield _fact(("part", name), safe(name, _NAME), said)


def _order(part: str) -> int:
    return PARTS.index(part) if part in PARTS else len(PARTS)


def _spent(state: State) -> Iterator[_Row]:
    """Tokens by kind, money, and who spends them."""
    spent = state.spent
    cost = 0.0 if spent.cost is None and not spent.total else spent.cost
    more = Span(f" · {units.compact(spent.total)} tokens", "dim")
    yield _section("spent", "spent", Span(units.money(cost, spent.unpriced), "inline"), more)
    for name, tokens in (
        ("sent", spent.input),
        ("written to cache", spent.cache_creation),
        ("read from cache", spent.cache_read),
        ("received", spent.output),
    ):
        if tokens:
            yield _fact(("tokens", name), name, (Span(f"{units.compact(tokens):>6}"),))
    if spent.unpriced:
        said = units.count(spent.unpriced, "response")
        yield _fact(("unpriced",), "unpriced", (Span(said, "warning"),))
    if state.model:
        yield _fact(("model",), "model", (Span(short_model(state.model), "heading"),))
    if state.mode:
        yield _fact(("mode",), "mode", (Span(safe(mode_name(state.mode) or "asks you", 40)),))


def _under_way(state: State, now: int, base: str) -> Iterator[_Row]:
    """What was started and has not ended, what waits for the human, and who is at work."""
    if not state.pending and not state.agents:
        return
    agents = Span(units.count(len(state.agents), "subagent"), "agent")
    yield _section("pending", "under way", *((agents,) if state.agents else ()))
    names = {each.subagent: each.target for each in state.pending if each.subagent}
    for each in state.pending:
        yield _Row(("pending", each.action), (_pending(each, now, base, names),), each.position)
    launched = {each.subagent for each in state.pending}
    for agent in state.agents:
        if agent not in launched:
            yield _Row(("agent", agent), (line("  ◉ a subagent is at work", "agent", wrap=False),))


def _pending(each: Pending, now: int, base: str, names: dict[int, str]) -> Line:
    waits = now < each.asked_until
    glyph = f"{WAITING.glyph} " if waits else "◉ " if each.subagent else f"{UNDER_WAY.glyph} "
    role = "warning" if waits else "agent" if each.subagent else "action"
    name = safe(short_name(each.name), 24)
    head = (Span(f"  {glyph}", role), Span(f"{name} ", f"{role} strong"))
    after: list[Span] = []
    if each.agent and (of := names.get(each.agent)):
        after.append(Span(f"  ┊ {safe(of, 30)}", "agent"))
    if waits:
        after.append(Span("  waits for you", "warning strong"))
    since = Span(elapsed(now - each.since), "dim")
    target = Span(target_name(each, base, 300))
    return Line((*head, target), after=tuple(after), tail=(since,), wrap=False)


def _tasks(state: State) -> Iterator[_Row]:
    """The agent's task list."""
    if not state.todo:
        return
    done = sum(todo.status == "completed" for todo in state.todo)
    yield _section("tasks", "tasks", Span(f"{done}/{len(state.todo)}", "strong"))
    for number, todo in enumerate(state.todo):
        glyph, role = TODO_SIGNS.get(todo.status, TODO_SIGNS["pending"])
        prefix = (Span("  "), Span(f"{glyph} ", role or "bullet"))
        text = Line((Span(safe(todo.text, 1_000), role),), prefix=prefix)
        yield _Row(("task", number), (text,))


def _files(state: State, base: str) -> Iterator[_Row]:
    """The files that were changed, the last first."""
    if not state.files:
        return
    files = sorted(state.files.values(), key=lambda file: -file.position)
    added, removed = sum(file.added for file in files), sum(file.removed for file in files)
    count = Span(units.count(len(files), "file") + "  ", "strong")
    yield _section("files", "changed", count, *_sums(added, removed))
    for file in files[:_FILES]:
        name = Span(f"  {safe(seen_from(file.path, base), 300)}", "edit")
        after = (Span("  "), *_sums(file.added, file.removed))
        edits = Span(units.count(file.edits, "edit"), "dim")
        text = Line((name,), after=after, tail=(edits,), wrap=False)
        yield _Row(("file", file.path), (text,), file.position)
    if len(files) > _FILES:
        left = units.count(len(files) - _FILES, "more file")
        yield _Row(("files",), (line(f"  … {left} in the panel of files", "more", wrap=False),))


def _sums(added: int, removed: int) -> Spans:
    return (Span(f"+{added:,}", "added"), Span(f" −{removed:,}", "removed"))


def _last(state: State, now: int, times: Sequence[int], error: ErrorWords | None) -> Iterator[_Row]:
    """The last commit and the last error."""
    commit = state.commit
    if commit is not None:
        yield _section("commit", "last commit")
        spans = (
            Span(f"  {LAST_COMMIT.glyph} ", "commit"),
            Span(f"{safe(commit.sha, 40)[:10]} ", "commit strong"),
            Span(safe(commit.subject, 300)),
        )
        text = Line(spans, tail=_ago(now - times[commit.position]), wrap=False)
        yield _Row(("commit", commit.position), (text,), commit.position)
    if state.error is not None:
        many = (Span(f"of {state.errors:,}", "dim"),) if state.errors > 1 else ()
        yield _section("error", "last error", *many)
        known = error if error is not None and error.position == state.error else None
        lines = tuple(_error(known, _ago(now - times[state.error])))
        yield _Row(("error", state.error, known is None), lines, state.error)


def _ago(milliseconds: int) -> Spans:
    return (Span(f"{elapsed(milliseconds)} ago", "dim"),)


def _error(known: ErrorWords | None, ago: Spans) -> Iterator[Line]:
    what = safe(known.what, 200) if known is not None else "…"
    yield Line(
        (Span(f"  {ERRORS.glyph} ", "error"), Span(what, "error strong")), tail=ago, wrap=False
    )
    if known is not None and known.text:
        yield Line((Span(safe(known.text, 300), "error-text"),), prefix=(Span("    "),))

"""Side requests as lines, and answers that are on their way. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from her_tui import units
from her_tui.events.requests import Channel
from her_tui.queries.live import InFlight
from her_tui.queries.responses import ResponseRow
from her_tui.ui.renderers.line import BLANK, Block, Line, Span, plain, prefixed, safe
from her_tui.ui.renderers.prose import prose
from her_tui.ui.renderers.timing import seconds
from her_tui.ui.renderers.titles import short_model

#: What side requests are for, in words.
_PURPOSES = {
    "title": "a name for the session",
    "classifier": "may this action run?",
    "compact": "a summary of the context",
    "count": "how large is the context?",
    "other": "something else",
}


def side_title(rows: Sequence[ResponseRow]) -> str:
    """``3 requests · 1.2k tokens · $0.02``."""
    if not rows:
        return ""
    costs = [row.cost_usd for row in rows if row.cost_usd is not None]
    tokens = sum(row.tokens.total for row in rows if row.tokens is not None)
    return " · ".join((
        units.count(len(rows), "request"),
        f"{units.compact(tokens)} tokens",
        units.money(sum(costs) if costs else None),
    ))  # fmt: skip


def side_lines(rows: Sequence[ResponseRow]) -> Iterator[Line]:
    """The side requests, the latest first, and what their kinds mean."""
    yield BLANK
    for row in reversed(rows):
        yield _side(row)
    yield BLANK
    for kind in sorted({row.kind for row in rows}):
        if said := _PURPOSES.get(kind):
            yield Line((Span(f"{kind:<11}", "dim"), Span(said, "dim")), wrap=False)


def _side(row: ResponseRow) -> Line:
    failed = row.last is not None and row.last.failed
    parts = [short_model(row.model)]
    if row.tokens is not None and row.tokens.total:
        parts.append(f"{units.compact(row.tokens.total)} tokens")
    if row.cost_usd is not None and row.kind != "count":
        parts.append(units.money(row.cost_usd))
    if failed and row.last is not None:
        parts.append(safe(row.last.error, 80) or f"status {row.status}")
    took = (Span(seconds(row.duration_ms), "dim"),) if row.duration_ms is not None else ()
    return Line(
        (
            Span(units.clock(row.started), "dim"),
            Span(f"  {safe(row.kind, 12):<11}", "error" if failed else "agent"),
            Span(" · ".join(part for part in parts if part)),
        ),
        tail=took,
        wrap=False,
    )


def arriving(waits: Sequence[InFlight]) -> tuple[Block, ...]:
    """Answers on their way, one block each, for the end of the flow."""
    return tuple(
        Block(("arriving", wait.attempt.id), (BLANK, *_arriving(wait)), lead=1) for wait in waits
    )


def _arriving(wait: InFlight) -> Iterator[Line]:
    model = short_model(wait.attempt.model) or "the API"
    elapsed = f"{wait.elapsed_ms / 1_000:.1f} s"
    if wait.text:
        what, role = f"{model} is answering", "heading"
    elif wait.thinking:
        what, role = f"{model} is thinking", "thinking"
    else:
        what, role = f"waiting for {model}", "warning"
    who = f"{safe(wait.agent, 60)}: " if wait.agent else ""
    glyph = "●" if wait.text or wait.thinking else "◌"
    told = "" if wait.attempt.channels & Channel.WIRE else "  its text is not seen without --wire"
    head = Line(
        (Span(f"{glyph} ", role), Span(f"{who}{what} … {elapsed}", role), Span(told, "dim")),
        wrap=False,
    )
    body = prose(wait.text) if wait.text else plain(wait.thinking.lstrip("\n"), "thinking")
    said = [head, *body]
    yield from prefixed(said, (Span("┊ ", "agent"),)) if wait.agent else said

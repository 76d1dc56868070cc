"""A request as lines: how large each part of the context is, and what in it is new. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from her_tui import units
from her_tui.queries.contexts import Context, Section
from her_tui.ui.renderers.fields import OUTPUT_LIMIT, more_lines
from her_tui.ui.renderers.line import BLANK, Block, Line, Span, line, plain, prefixed, safe
from her_tui.ui.renderers.titles import short_model

if TYPE_CHECKING:
    from her_tui.capture.api.blocks import ContextBlock

#: So many blocks in a row that were sent before become one row.
_RUN = 3
_BAR = 10
_PREVIEW = 200
#: What blocks of messages are called.
_KINDS = {
    "text": "", "tool_use": "calls", "tool_result": "result", "thinking": "thinks",
    "image": "image",
}  # fmt: skip
_ROLES = {"user": "prompt", "assistant": "heading", "system": "label"}


@dataclass(frozen=True, slots=True)
class Unfolded:
    """What the user wants to see of a context in full."""

    everything: bool = False
    turned: frozenset[object] = field(default_factory=frozenset)
    """Keys of rows whose state is the opposite of what ``everything`` says."""

    def is_open(self, key: object) -> bool:
        """Whether the row ``key`` is open."""
        return self.everything != (key in self.turned)

    def turn(self, key: object) -> Unfolded:
        """The same with the row ``key`` the other way round."""
        return Unfolded(self.everything, self.turned ^ {key})


@dataclass(frozen=True, slots=True)
class ContextView:
    """A context as rows, and which block of it a row is."""

    rows: tuple[Block, ...]
    blocks: tuple[int | None, ...]
    """Per row: the place of its block in the context; None for all other rows."""
    new: tuple[int, ...]
    """The rows that are new."""


def lay_out(context: Context, unfolded: Unfolded) -> ContextView:
    """The rows of ``context``."""
    rows: list[Block] = [Block(("sum", context.attempt.id), tuple(_sums(context)))]
    blocks: list[int | None] = [None]
    new: list[int] = []
    section = ""
    for run in _runs(context):
        head = context.blocks[run.start]
        lead = _heading(head.section) if head.section != section else []
        section = head.section
        if len(run) >= _RUN and run.start not in context.new:
            key = ("run", section, run.start)
            opened = unfolded.is_open(key)
            row = _run_row(context, run, opened)
            rows.append(Block(key, (*lead, row), lead=len(lead)))
            blocks.append(None)
            lead = []
            run = run if opened else range(0)
        for place in run:
            if place in context.new:
                new.append(len(rows))
            lines = _block_lines(context, place, unfolded.is_open(("block", place)))
            rows.append(Block(("block", place), (*lead, *lines), lead=len(lead)))
            blocks.append(place)
            lead = []
    return ContextView(tuple(rows), tuple(blocks), tuple(new))


def foldable(view: ContextView, row: int | None) -> bool:
    """Whether Enter does anything at ``row``."""
    return row is not None and 0 < row < len(view.rows)


def title(context: Context) -> str:
    """``14:02:31 · opus-5-5 · 45.2k tokens · 3 new``."""
    parts = [units.clock(context.attempt.started), short_model(context.attempt.model)]
    if context.blocks:
        parts.append(f"{units.compact(context.tokens)} tokens")
    if context.before is not None:
        parts.append(f"{len(context.new):,} new")
    return " · ".join(part for part in parts if part)


def _runs(context: Context) -> Iterator[range]:
    """Blocks that are all new or all old and in one section."""
    start = 0
    for place in range(1, len(context.blocks) + 1):
        if place < len(context.blocks):
            same = context.blocks[place].section == context.blocks[start].section
            if same and (place in context.new) == (start in context.new):
                continue
        yield range(start, place)
        start = place


def _sums(context: Context) -> Iterator[Line]:
    """How large the parts are."""
    told = context.attempt.tokens
    size = units.size(context.attempt.request_bytes or 0)
    exact = told is not None and bool(told.context)
    tokens = f"{'' if exact else '≈ '}{units.compact(context.tokens)} tokens"
    parts = [units.count(len(context.blocks), "block"), size, tokens]
    if told is not None and told.cache_read:
        parts.append(f"{units.compact(told.cache_read)} cached")
    yield line(" · ".join(parts), "strong", wrap=False)
    sections = context.sections()
    for section in sections.values():
        yield _section_line(section, max(1, context.chars), context.before is not None)
    if context.before is None:
        yield line("no request before it to compare with", "dim", wrap=False)


def _section_line(section: Section, whole: int, compared: bool) -> Line:
    share = units.bar(section.chars, whole, _BAR)
    new = f"  {section.new:,} new" if compared and section.new else ""
    return Line(
        (
            Span(f"{section.name:<9}", "label"),
            Span(share, "mark"),
            Span(f" {units.compact(section.tokens):>6} ", ""),
            Span(f"{units.count(section.blocks, 'block'):>11}", "dim"),
            Span(new, "added"),
        ),
        wrap=False,
    )


def _heading(section: str) -> list[Line]:
    return [BLANK, line(section, "label", wrap=False)]


def _run_row(context: Context, run: range, opened: bool) -> Line:
    """A run of blocks that were sent before."""
    chars = sum(context.blocks[place].chars for place in run)
    noun = "tool" if context.blocks[run.start].section == "tools" else "block"
    known = " as before" if context.before is not None else ""
    glyph = "▾ " if opened else "▸ "
    return Line(
        (Span(glyph, "dim"), Span(f"{units.count(len(run), noun)}{known}", "dim")),
        tail=(Span(units.compact(chars), "dim"),),
        wrap=False,
    )


def _block_lines(context: Context, place: int, opened: bool) -> Iterator[Line]:
    block = context.blocks[place]
    new = context.before is not None and place in context.new
    head = (Span("+ " if new else "· ", "added strong" if new else "dim"), *_name(block))
    said = () if opened else (Span("  " + safe(block.preview, _PREVIEW), "" if new else "dim"),)
    yield Line((*head, *said), tail=(Span(units.compact(block.chars), "dim"),), wrap=False)
    if opened:
        yield from prefixed(_whole(block), (Span("  "),))


def _name(block: ContextBlock) -> tuple[Span, ...]:
    if block.section == "tools":
        return (Span(safe(block.name, 60) or "tool", "action"),)
    if block.section != "messages":
        return (Span(safe(block.kind, 30), "label"),)
    kind = _KINDS.get(block.kind, safe(block.kind, 30))
    who = Span(safe(block.role, 20), _ROLES.get(block.role, ""))
    name = safe(block.name, 40) if block.kind == "tool_use" else ""  # of a result it is an id
    what = " ".join(part for part in (kind, name) if part)
    return (who, Span(f" {what}", "action")) if what else (who,)


def _whole(block: ContextBlock) -> Iterator[Line]:
    """What a block says in full."""
    lines = plain(block.text)
    yield from lines[:OUTPUT_LIMIT] or [line("(empty)", "dim")]
    if len(lines) > OUTPUT_LIMIT:
        yield more_lines(len(lines) - OUTPUT_LIMIT)

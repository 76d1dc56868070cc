"""One thing of a turn as lines, folded to one row or open."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from her_tui import units
from her_tui.events.model import EventKind
from her_tui.queries.turns import ActionDetail, ActionLine, Item
from her_tui.ui.renderers.actions import renderer_for
from her_tui.ui.renderers.fields import image_lines, more_lines
from her_tui.ui.renderers.line import Line, Span, Spans, join, line, plain, prefixed, safe
from her_tui.ui.renderers.prose import prose

#: Lines of an injected text that are drawn when it is open.
_NOTE_LIMIT = 400

#: Kinds that are a note on one row: glyph, role, and what they are called.
_NOTES: dict[EventKind, tuple[str, str, str]] = {
    EventKind.COMMAND: ("›", "prompt", ""),
    EventKind.SHELL: ("!", "prompt", ""),
    EventKind.PROMPT: ("›", "prompt", ""),
    EventKind.INTERRUPT: ("■", "error", "you stopped the agent"),
    EventKind.QUEUE: ("→", "dim", ""),
    EventKind.TASK: ("◉", "agent", "task"),
    EventKind.INJECTED: ("·", "dim", ""),
    EventKind.BLOCK: ("·", "dim", "block"),
    EventKind.API_ERROR: ("✗", "error", "API error"),
    EventKind.RETRY: ("↻", "warning", "retried"),
    EventKind.NOTICE: ("·", "dim", ""),
    EventKind.GAP: ("╌", "warning", "not recorded"),
    EventKind.TOOL_RESULT: ("↳", "dim", "result of an action that was not recorded"),
}
#: What the harness says of itself, in words; what is not here is at least written as words.
_HARNESS = {
    "turn_duration": "turn took",
    "stop_hook_summary": "hooks at the end of the turn",
    "away_summary": "while you were away",
    "bridge_status": "remote control",
    "local_command": "command",
    "memory_saved": "saved to memory",
    "enqueue": "waits in the queue",
    "dequeue": "taken from the queue",
    "remove": "left the queue",
    "popAll": "the queue was emptied",
    "meta": "instructions",
    "skill_listing": "list of skills",
    "compact-summary": "summary of what was compacted",
    "local-command-stdout": "output",
    "local-command-stderr": "output",
    "local-command-caveat": "caveat",
    "bash-stdout": "output",
    "bash-stderr": "output",
    "hook_success": "hook",
    "hook_system_message": "hook",
    "hook_additional_context": "hook",
    "task_reminder": "reminder of the tasks",
    "todo_reminder": "reminder of the tasks",
}
_OF_THE_HARNESS = {EventKind.NOTICE, EventKind.INJECTED, EventKind.QUEUE}
_WAITING = (line("reading …", "dim", wrap=False),)
#: Kinds whose detail only repeats what the glyph says.
_SILENT = {EventKind.PROMPT, EventKind.SHELL, EventKind.INTERRUPT}


def foldable(item: Item) -> bool:
    """Whether opening ``item`` shows more than its one row."""
    if item.kind is EventKind.TEXT or item.kind is EventKind.COMPACTION:
        return item.kind is EventKind.COMPACTION and bool(item.text)
    return item.action is not None or bool(item.text) or bool(item.images)


def worth_a_row(item: Item) -> bool:
    """Whether ``item`` says anything; much of what the harness notes is for itself."""
    return item.kind not in _OF_THE_HARNESS or bool(item.text or item.images) or item.error


def open_at_first(item: Item) -> bool:
    """Whether ``item`` is open until the user folds it."""
    return item.kind is EventKind.TEXT


def item_lines(
    item: Item, opened: bool, inside: Sequence[Line] | None, took: int | None, base: str
) -> list[Line]:
    """``item`` as lines.

    ``inside`` is what an opened action shows, None until that is read; ``took`` is the time since
    what came before, for thinking; paths are as seen from the folder ``base``.
    """
    if item.kind is EventKind.TEXT:
        return _text_lines(item)
    body: list[Line] = []
    if opened:
        lines = _note_lines(item) if item.action is None else inside or _WAITING
        body = list(prefixed(lines, (Span("  "),)))
    return [_summary(item, opened, took, base), *body]


def action_lines(detail: ActionDetail) -> Iterator[Line]:
    """An action opened."""
    yield from renderer_for(detail.line).lines(detail)


def action_summary(action: ActionLine, base: str) -> Line:
    """The one row of an action, without its time."""
    spans, after = renderer_for(action).summary(action, base)
    return Line(spans, after=after, wrap=False)


def _text_lines(item: Item) -> list[Line]:
    cut = bool(item.untold and item.detail)
    lines = prose(item.text, "error" if item.error else "dim" if cut else "")
    if item.untold:
        how, role = ("✂ cut off", "warning") if cut else ("· not in the transcript", "dim")
        lines.insert(0, line(f"{how} · kept from {units.channel(item.untold)}", role, wrap=False))
    if item.chars > len(item.text):
        lines.append(_cut_short(item))
    lines.extend(image_lines(item.images))
    return lines or [line("(empty text)", "dim")]


def _note_lines(item: Item) -> Iterator[Line]:
    """The whole text of anything that is neither response nor action."""
    if item.kind in (EventKind.THINKING, EventKind.TASK):
        yield from prose(item.text, "thinking" if item.kind is EventKind.THINKING else "")
    else:
        lines = plain(item.text, "dim")
        yield from lines[:_NOTE_LIMIT]
        if len(lines) > _NOTE_LIMIT:
            yield more_lines(len(lines) - _NOTE_LIMIT)
    if item.chars > len(item.text):
        yield _cut_short(item)
    yield from image_lines(item.images)


def _cut_short(item: Item) -> Line:
    left = units.count(item.chars - len(item.text), "more character")
    return line(f"… {left} in the library", "more", wrap=False)


def _summary(item: Item, opened: bool, took: int | None, base: str) -> Line:
    """The one row of an item."""
    clock = (Span(units.clock(item.time), "dim"),)
    if item.kind is EventKind.COMPACTION:
        how = f" ({safe(item.detail, 20)})" if item.detail else ""
        said = (Span("⌄ ", "mark"), Span(f"the context was compacted{how}", "mark strong"))
        return Line(said, tail=clock, wrap=False)
    if item.kind is EventKind.THINKING:
        return Line(_thinking(item, opened, took), tail=clock, wrap=False)
    if item.action is not None:
        spent = (Span(units.duration(item.action.duration_ms), "dim"),)
        tail = join((spent if spent[0].text else (), clock))
        return replace(action_summary(item.action, base), tail=tail)
    return Line(_note(item, opened), tail=clock, wrap=False)


def _thinking(item: Item, opened: bool, took: int | None) -> Spans:
    """How long and how much was thought, and how it began."""
    spent = f" for {units.duration(took)}" if took and took >= 1_000 else ""
    if not item.text:
        return (Span(f"∴ thought{spent}", "thinking"), Span("  its text was not kept", "dim"))
    head = Span(f"∴ thought{spent} ({units.count(item.chars, 'character')})", "thinking")
    return (head,) if opened else (head, Span("  " + safe(item.text, 200), "dim"))


def _note(item: Item, opened: bool) -> Spans:
    glyph, role, name = _NOTES.get(item.kind, ("·", "dim", item.kind.name.lower()))
    detail = "" if item.kind in _SILENT else safe(item.detail, 60)
    if item.kind in _OF_THE_HARNESS:
        name, detail = _HARNESS.get(detail) or re.sub("[-_]+", " ", detail), ""
    role = "error" if item.error else role
    text = "" if opened else safe(item.text, 300)
    if text.startswith(detail):
        detail = ""
    loud = "" if role == "dim" else " strong"
    title = " ".join(part for part in (name, detail) if part)
    head = (Span(f"{glyph} ", role), Span(title, role + loud))
    said = (Span(text, role if role in ("prompt", "error") else "dim"),) if text else ()
    return join((head, said)) if title else (head[0], *said)

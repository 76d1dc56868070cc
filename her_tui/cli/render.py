"""A session as text to read, or as a Markdown document. Captured text is made safe on the way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from her_tui import units
from her_tui.cli.describe import started
from her_tui.events.model import EventKind, Status
from her_tui.plaintext import one_line, sanitise
from her_tui.queries.annotations import Annotation
from her_tui.queries.sessions import SessionRow
from her_tui.queries.turns import ActionLine, Item, Turn

_TARGET_LIMIT = 100


@dataclass(frozen=True, slots=True)
class Style:
    """How the parts of a session are set."""

    markdown: bool

    def action(self, line: ActionLine, agent: str) -> str:
        """One action as a line."""
        facts = " ".join(_facts(line))
        target = one_line(line.target, _TARGET_LIMIT)
        name, who = one_line(line.name), f"{one_line(agent)}: " if agent else ""
        if self.markdown:
            shown = f" {_code(target)}" if target else ""
            return f"- {who}**{name}**{shown}{' · ' + facts if facts else ''}"
        mark = "✓" if line.status is Status.OK else "✗" if _is_bad(line) else "…"
        return f"  {mark} {who}{name:<8} {target}{'  ' + facts if facts else ''}".rstrip()


TEXT = Style(markdown=False)
MARKDOWN = Style(markdown=True)


def session(row: SessionRow, turns: Iterable[Turn], style: Style) -> Iterator[str]:
    """The session, part by part; each part ends where an empty line should follow."""
    yield f"# {one_line(row.title) or row.session_id}\n"
    yield " · ".join(filter(None, _headline(row))) + "\n"
    yield from (f"{part}\n" for part in _said(Annotation(row.starred, row.tags, row.note)))
    for turn in turns:
        yield f"## {turn.number} · {' · '.join(filter(None, _turn_facts(turn)))}\n"
        yield from (f"{part}\n" for part in _said(turn.annotation))
        if turn.prompt:
            yield _quote(_text(turn.prompt)) + "\n"
        yield from _items(turn, style)


def annotation(said: Annotation) -> str:
    """What the user says: a line of star and tags, then the note; empty for nothing."""
    return "\n".join(_said(said))


def _said(said: Annotation) -> list[str]:
    marks = ["★"] * said.starred + [f"#{one_line(tag)}" for tag in said.tags]
    return list(filter(None, (" ".join(marks), sanitise(said.note))))


def _headline(row: SessionRow) -> tuple[str, ...]:
    return (
        one_line(units.project_name(row.project)),
        one_line(row.branch),
        one_line(row.model),
        units.moment(row.started),
        units.duration(row.duration_ms),
        units.count(row.prompts, "prompt"),
        units.compact(row.tokens.total) + " tokens",
        units.money(row.cost, row.unpriced),
    )


def _turn_facts(turn: Turn) -> tuple[str, ...]:
    errors = units.count(turn.errors, "error") if turn.errors else ""
    return (
        units.clock(started(turn)),
        units.duration(turn.duration_ms),
        units.money(turn.cost, turn.unpriced),
        errors,
    )


def _items(turn: Turn, style: Style) -> Iterator[str]:
    """What happened after the prompt; actions in a row form one list."""
    actions: list[str] = []
    for item in turn.items:
        if item.action:
            actions.append(style.action(item.action, item.agent))
            continue
        told = _told(item)
        if not told:
            continue
        if actions:
            yield "\n".join(actions) + "\n"
            actions = []
        yield told + "\n"
    if actions:
        yield "\n".join(actions) + "\n"


def _told(item: Item) -> str:
    """What an item that is no action says; empty if it is not for reading."""
    if item.kind is EventKind.TEXT and not item.agent:
        return _text(item)
    if item.kind is EventKind.COMPACTION:
        return "*The conversation was compacted here.*"
    if item.kind is EventKind.INTERRUPT:
        return "*Interrupted.*"
    if item.kind in (EventKind.API_ERROR, EventKind.RETRY, EventKind.GAP):
        what = one_line(item.text or item.detail)
        return f"*{item.kind.name.replace('_', ' ').capitalize()}: {what}*"
    if item.kind in (EventKind.PROMPT, EventKind.COMMAND, EventKind.SHELL) and not item.agent:
        return _quote(_text(item) or one_line(item.detail))
    return ""


def _text(item: Item) -> str:
    """The item's text, ready to print; images and what was cut are named."""
    text = sanitise(item.text).strip()
    if item.untold:
        how = (item.detail or "not in the transcript").capitalize()
        text = f"*{how}; kept from {units.channel(item.untold)}:*\n\n{text}"
    if item.images:
        text += f"\n\n[{units.count(len(item.images), 'image')}]"
    if item.chars > len(item.text):
        text += f"\n\n[{item.chars - len(item.text):,} more characters]"
    return text


def _facts(line: ActionLine) -> Iterator[str]:
    if line.added is not None or line.removed is not None:
        yield f"+{line.added or 0} −{line.removed or 0}"
    if line.status is not Status.OK:
        yield str(line.status)
    if line.duration_ms is not None:
        yield units.duration(line.duration_ms)
    if line.sha:
        yield f"{line.sha} {one_line(line.subject)}".rstrip()


def _is_bad(line: ActionLine) -> bool:
    return line.status not in (Status.OK, Status.PENDING)


def _quote(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in text.split("\n"))


def _code(text: str) -> str:
    """``text`` as inline code, whatever backticks are in it."""
    fence = "`"
    while fence in text:
        fence += "`"
    edge = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{edge}{text}{edge}{fence}"

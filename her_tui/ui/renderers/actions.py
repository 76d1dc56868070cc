"""How each kind of action looks: as one line of the flow, and opened.

`RENDERERS` is the registry: the first renderer that supports an action draws it, and the last one
supports them all.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from her_tui.analysis.marks import MarkKind
from her_tui.events.model import ActionKind, Status
from her_tui.queries.turns import ActionDetail, ActionLine
from her_tui.ui.renderers.code import code_lines
from her_tui.ui.renderers.diff import diff_lines
from her_tui.ui.renderers.fields import (
    field_lines,
    image_lines,
    input_text,
    label,
    output_lines,
    read_lines,
    todo_lines,
)
from her_tui.ui.renderers.line import BLANK, Line, Span, Spans, join, line, safe
from her_tui.ui.renderers.prose import prose
from her_tui.ui.renderers.signs import SIGNS
from her_tui.units import home_path

#: Cells of the column in which actions say what they are.
_NAME_WIDTH = 6
#: A longer command is shown again in full when opened; a shorter one stands in the row above.
_SHORT_COMMAND = 50

_OUTCOMES = {
    Status.PENDING: (Span("… no result", "dim"),),
    Status.FAILED: (Span("✗ ", "error"), Span("failed", "error strong")),
    Status.INVALID: (Span("✗ ", "error"), Span("refused, invalid call", "error strong")),
    Status.REJECTED: (Span("✗ ", "error"), Span("rejected by you", "error strong")),
    Status.CANCELLED: (Span("cancelled", "dim"),),
}
_SHORT_NAMES = {
    "multiedit": "edit",
    "notebookedit": "edit",
    "webfetch": "fetch",
    "websearch": "search",
    "toolsearch": "search",
    "todowrite": "todo",
    "task": "agent",
    "bashoutput": "output",
    "killshell": "kill",
}


class ActionRenderer(Protocol):
    """Draws one kind of action."""

    def supports(self, action: ActionLine) -> bool:
        """Whether this renderer draws ``action``."""

    def summary(self, action: ActionLine, base: str) -> tuple[Spans, Spans]:
        """What the action was, and how it ended; paths as seen from the folder ``base``."""

    def lines(self, detail: ActionDetail) -> Iterator[Line]:
        """What went in and what came out."""


def head(glyph: str, name: str, role: str, target: str) -> Spans:
    """The start every summary has: glyph, name in its column, target."""
    shown = safe(name, 24).ljust(_NAME_WIDTH)
    return (
        Span(f"{glyph} ", role),
        Span(f"{shown} ", f"{role} strong"),
        Span(safe(target), "target"),
    )


def seen_from(path: str, base: str) -> str:
    """``path`` without the folder ``base`` it is in, or with ``~`` for the user's own folder."""
    inside = base.rstrip("/") + "/"
    if len(inside) > 1 and path.startswith(inside):
        return path[len(inside) :]
    return "." if path == base else home_path(path)


def short_name(name: str) -> str:
    """A tool's name as the flow says it."""
    return _SHORT_NAMES.get(name.lower(), name.lower())


def outcome(action: ActionLine) -> Spans:
    """How the action ended; nothing if all went well."""
    if action.doing:
        return (Span(f"… {action.doing}", "warning"),)
    return _OUTCOMES.get(action.status, ())


def trailing(*groups: Sequence[Span]) -> Spans:
    """What follows a target, two blanks before each group."""
    return join(((Span(""),), *groups))


class Plain:
    """Any action: its input field by field, then its output."""

    glyph = "▸"
    role = "action"
    kind: ActionKind | None = None

    def supports(self, action: ActionLine) -> bool:
        """Whether the action is of this renderer's kind."""
        return self.kind is None or action.kind is self.kind

    def summary(self, action: ActionLine, base: str) -> tuple[Spans, Spans]:
        """Glyph, name and target; outcome."""
        name, target = self.title(action)
        return head(self.glyph, name, self.role, seen_from(target, base)), self.ending(action)

    def ending(self, action: ActionLine) -> Spans:
        """What stands after the target."""
        return trailing(outcome(action))

    def title(self, action: ActionLine) -> tuple[str, str]:
        """What the action is called, and on what it acts."""
        return short_name(action.name), action.target

    def lines(self, detail: ActionDetail) -> Iterator[Line]:
        """Input, then output."""
        yield from field_lines(detail.input)
        yield from output_lines(detail)


class Edit(Plain):
    """A change to a file: its diff."""

    glyph, role, kind = "✎", "edit", ActionKind.EDIT

    def ending(self, action: ActionLine) -> Spans:
        """How many lines came and went."""
        sums = []
        if action.added:
            sums.append(Span(f"+{action.added:,}", "added"))
        if action.removed:
            sums += [Span(" ")] * bool(sums) + [Span(f"−{action.removed:,}", "removed")]
        return trailing(sums, outcome(action))

    def lines(self, detail: ActionDetail) -> Iterator[Line]:
        """The diff; where none is known, the call's own input."""
        failed = detail.line.status is not Status.OK
        if detail.patch is None:
            yield from field_lines(detail.input)
        else:
            if detail.patch.created:
                yield line("new file", "dim", wrap=False)
            yield from diff_lines(detail.patch)
        if failed or detail.patch is None:
            yield from output_lines(detail)


class Command(Plain):
    """A shell command: the command as typed, then what it printed."""

    glyph, kind = "$", ActionKind.COMMAND

    def lines(self, detail: ActionDetail) -> Iterator[Line]:
        """The command highlighted, its stated purpose, its output with both ends shown."""
        purpose = detail.input.get("description")
        if isinstance(purpose, str) and purpose:
            yield line(safe(purpose), "dim")
        command = input_text(detail.input, "command") or detail.line.target
        if "\n" in command or len(command) > _SHORT_COMMAND:
            yield from code_lines(command, "bash")
        others = {"command", "description"}
        yield from field_lines({k: v for k, v in detail.input.items() if k not in others})
        yield from output_lines(detail, ends=True)


class Commit(Command):
    """A command that made a commit."""

    glyph, role = SIGNS[MarkKind.COMMIT].glyph, "commit"

    def supports(self, action: ActionLine) -> bool:
        """Whether a commit came of it."""
        return bool(action.sha)

    def title(self, action: ActionLine) -> tuple[str, str]:
        """Short sha and subject."""
        return f"commit {safe(action.sha, 12)}", action.subject or action.target


class Read(Plain):
    """A file that was read: its text, numbered as it was."""

    glyph, kind = "▤", ActionKind.READ

    def lines(self, detail: ActionDetail) -> Iterator[Line]:
        """The text in the colours of its language."""
        path = input_text(detail.input, "file_path") or detail.line.target
        others = {k: v for k, v in detail.input.items() if k not in {"file_path", "path"}}
        yield from field_lines(others)
        if detail.line.status is Status.OK and detail.output:
            yield from read_lines(detail.output, path)
            yield from image_lines(detail.images)
        else:
            yield from output_lines(detail)


class Search(Plain):
    """A search in files."""

    glyph, kind = "⌕", ActionKind.SEARCH


class Web(Plain):
    """A page or a web search."""

    glyph, kind = "↗", ActionKind.WEB

    def lines(self, detail: ActionDetail) -> Iterator[Line]:
        """What was asked, and the answer as prose."""
        yield from field_lines(detail.input)
        yield from _answer(detail)


class Mcp(Plain):
    """A tool of an MCP server, recorded as ``mcp__server__tool``."""

    glyph, kind = "◇", ActionKind.MCP

    def title(self, action: ActionLine) -> tuple[str, str]:
        """Server, then tool and target."""
        server, _, tool = action.name.removeprefix("mcp__").partition("__")
        return server or action.name, f"{tool} {action.target}".strip()


class Subagent(Plain):
    """A task given to a subagent: the task, then its answer."""

    glyph, role, kind = "◉", "agent", ActionKind.SUBAGENT

    def lines(self, detail: ActionDetail) -> Iterator[Line]:
        """Task and answer as prose."""
        task = input_text(detail.input, "prompt")
        others = {k: v for k, v in detail.input.items() if k != "prompt"}
        yield from field_lines(others)
        if task:
            yield label("task")
            yield from prose(task)
        yield from _answer(detail)


class Todo(Plain):
    """The agent's list of what is to be done."""

    glyph, kind = "☑", ActionKind.TODO

    def lines(self, detail: ActionDetail) -> Iterator[Line]:
        """The list with its marks."""
        found = list(todo_lines(detail.input))
        yield from found or field_lines(detail.input)
        if not found or detail.line.status is not Status.OK:
            yield from output_lines(detail)


def _answer(detail: ActionDetail) -> Iterator[Line]:
    """The output as prose, or as it is if the action failed."""
    if detail.line.status is not Status.OK or not detail.output:
        yield from output_lines(detail)
        return
    yield BLANK
    yield label("answer")
    yield from prose(detail.output)
    yield from image_lines(detail.images)


RENDERERS: tuple[ActionRenderer, ...] = (
    Commit(),
    Edit(),
    Command(),
    Read(),
    Search(),
    Web(),
    Mcp(),
    Subagent(),
    Todo(),
    Plain(),
)


def renderer_for(action: ActionLine) -> ActionRenderer:
    """The renderer that draws ``action``."""
    return next(renderer for renderer in RENDERERS if renderer.supports(action))

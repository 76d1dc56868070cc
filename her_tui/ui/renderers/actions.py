"""How each kind of action looks: as one line of the flow, and opened.

`RENDERERS` is the registry: the first renderer that supports an action draws it, and the last one
supports them all.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

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

#: Cells of the column in which actions say what they are.
_NAME_WIDTH = 6

_OUTCOMES = {
    Status.PENDING: Span("… no result", "dim"),
    Status.FAILED: Span("✗ failed", "error"),
    Status.INVALID: Span("✗ refused: invalid call", "error"),
    Status.REJECTED: Span("⊘ rejected by you", "error"),
    Status.CANCELLED: Span("⊘ cancelled", "dim"),
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

    def summary(self, action: ActionLine) -> Spans:
        """What the action was and how it ended, for one row."""

    def lines(self, detail: ActionDetail) -> Iterator[Line]:
        """What went in and what came out."""


def head(glyph: str, name: str, role: str, target: str) -> Spans:
    """The start every summary has: glyph, name in its column, target."""
    shown = safe(name, 24).ljust(_NAME_WIDTH)
    return (Span(f"{glyph} {shown} ", role), Span(safe(target), "target"))


def short_name(name: str) -> str:
    """A tool's name as the flow says it."""
    return _SHORT_NAMES.get(name.lower(), name.lower())


def outcome(action: ActionLine) -> Spans:
    """How the action ended; nothing if all went well."""
    found = _OUTCOMES.get(action.status)
    return (found,) if found else ()


class Plain:
    """Any action: its input field by field, then its output."""

    glyph = "▸"
    role = "action"
    kind: ActionKind | None = None

    def supports(self, action: ActionLine) -> bool:
        """Whether the action is of this renderer's kind."""
        return self.kind is None or action.kind is self.kind

    def summary(self, action: ActionLine) -> Spans:
        """Glyph, name, target, outcome."""
        name, target = self.title(action)
        return join((head(self.glyph, name, self.role, target), outcome(action)))

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

    def summary(self, action: ActionLine) -> Spans:
        """The path, and how many lines came and went."""
        sums = []
        if action.added is not None:
            sums.append(Span(f"+{action.added:,}", "added"))
        if action.removed is not None:
            sums += [Span(" ")] * bool(sums) + [Span(f"−{action.removed:,}", "removed")]
        name, target = self.title(action)
        return join((head(self.glyph, name, self.role, target), sums, outcome(action)))

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

    glyph, role, kind = "$", "command", ActionKind.COMMAND

    def lines(self, detail: ActionDetail) -> Iterator[Line]:
        """The command highlighted, its stated purpose, its output with both ends shown."""
        purpose = detail.input.get("description")
        if isinstance(purpose, str) and purpose:
            yield line(safe(purpose), "dim")
        command = input_text(detail.input, "command") or detail.line.target
        yield from code_lines(command, "bash")
        others = {"command", "description"}
        yield from field_lines({k: v for k, v in detail.input.items() if k not in others})
        yield from output_lines(detail, ends=True)


class Commit(Command):
    """A command that made a commit."""

    glyph, role = "◆", "commit"

    def supports(self, action: ActionLine) -> bool:
        """Whether a commit came of it."""
        return bool(action.sha)

    def summary(self, action: ActionLine) -> Spans:
        """Short sha and subject."""
        sha = Span(f"{self.glyph} commit {safe(action.sha, 12)} ", self.role)
        subject = Span(safe(action.subject or action.target), "target")
        return join(((sha, subject), outcome(action)))


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

    glyph, kind = "⧉", ActionKind.MCP

    def title(self, action: ActionLine) -> tuple[str, str]:
        """Server, then tool and target."""
        server, _, tool = action.name.removeprefix("mcp__").partition("__")
        return server or action.name, f"{tool} {action.target}".strip()


class Subagent(Plain):
    """A task given to a subagent: the task, then its answer."""

    glyph, role, kind = "⊚", "agent", ActionKind.SUBAGENT

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

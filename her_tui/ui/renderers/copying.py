"""What an item offers to copy or to open elsewhere: its original text, not what is drawn."""

from __future__ import annotations

import json
from collections.abc import Iterator

from her_tui.events.content import Patch
from her_tui.events.model import ActionKind, EventKind
from her_tui.queries.turns import ActionDetail, Item
from her_tui.ui.renderers.fields import input_text

_LABELS = {
    EventKind.TEXT: "message",
    EventKind.PROMPT: "prompt",
    EventKind.COMMAND: "command",
    EventKind.THINKING: "thinking",
    EventKind.TASK: "task",
}


def copies(item: Item, detail: ActionDetail | None) -> Iterator[tuple[str, str]]:
    """Labelled texts, the most wanted first; none empty."""
    for label, text in _candidates(item, detail):
        if text:
            yield label, text


def _candidates(item: Item, detail: ActionDetail | None) -> Iterator[tuple[str, str]]:
    if detail is None:
        yield _LABELS.get(item.kind, "text"), item.text
        return
    yield "command", input_text(detail.input, "command")
    if detail.patch is not None:
        yield "diff", unified(detail.patch)
    yield "path", file_of(item)
    yield "output", detail.output
    yield "error output", detail.stderr
    yield "commit", detail.line.sha
    yield "input", as_json(detail)


def file_of(item: Item) -> str:
    """The file an action reads or edits; empty if it does neither."""
    action = item.action
    return action.target if action and action.kind in _FILES else ""


_FILES = (ActionKind.EDIT, ActionKind.READ)


def unified(patch: Patch) -> str:
    """``patch`` as a unified diff that ``git apply`` reads, where its lines are known."""
    path = patch.path.lstrip("/")
    parts = [f"--- {'/dev/null' if patch.created else 'a/' + path}", f"+++ b/{path}"]
    for hunk in patch.hunks:
        old = sum(not line.startswith(("+", "\\")) for line in hunk.lines)
        new = sum(not line.startswith(("-", "\\")) for line in hunk.lines)
        parts.append(f"@@ -{hunk.old_start},{old} +{hunk.new_start},{new} @@")
        parts.extend(hunk.lines)
    return "\n".join(parts) + "\n"


def as_json(detail: ActionDetail) -> str:
    """The call's input as JSON."""
    try:
        return json.dumps(dict(detail.input), ensure_ascii=False, indent=2, default=str)
    except (ValueError, RecursionError):
        return ""


def whole(item: Item, detail: ActionDetail | None) -> tuple[str, str]:
    """All of an item for the pager: its text, and the ending of a file that would hold it."""
    if detail is None:
        return item.text, ".md" if item.kind in _LABELS else ".txt"
    if detail.patch is not None and not detail.stderr:
        return unified(detail.patch), ".diff"
    command = input_text(detail.input, "command")
    head = f"$ {command}" if command else f"{detail.line.name} {as_json(detail)}"
    parts = [head, detail.output, detail.stderr]
    return "\n\n".join(part for part in parts if part), ".txt"

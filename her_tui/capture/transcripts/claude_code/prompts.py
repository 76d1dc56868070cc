"""What a user record, a queued attachment or a queue operation says, and who said it.

The client writes much into user records that no human typed. The rules follow the order in which
they must be asked; each was seen in real transcripts.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from her_tui.capture.transcripts.claude_code.records import Json, dict_or_empty, text_or
from her_tui.capture.transcripts.claude_code.texts import block_text, has_image
from her_tui.events.model import EventKind, PromptKind


class Said(NamedTuple):
    """What one text is on the timeline."""

    kind: EventKind
    detail: str
    text: str
    """The text as shown: without what the editor put around it, without tags."""


#: What the event of a note to the agent's memory has as its detail.
MEMORY = "#"
#: So of the note that the client alone carries out the command right behind it.
CAVEAT = "local-command-caveat"

#: Tags at the start of a text no human typed. The detail of the event is the tag's name.
_INJECTED_TAGS = frozenset(
    {
        "agent-message",
        "background-task",
        "bash-stderr",
        "bash-stdout",
        "channel",
        "ci-monitor-event",
        "cross-session-message",
        "goal",
        "ide_diagnostics",
        "ide_opened_file",
        "ide_selection",
        CAVEAT,
        "local-command-stderr",
        "local-command-stdout",
        "mcp-polling-update",
        "mcp-resource-update",
        "new-diagnostics",
        "scheduled-task",
        "session-start-hook",
        "system-reminder",
        "task-notification",
        "teammate-message",
        "tick",
        "user-prompt-submit-hook",
    }
)

_TAG = re.compile(r"<([a-z][\w-]*)[\s>/]")
_EDITOR = re.compile(r"\s*<(ide_\w+)>.*?</\1>\s*", re.DOTALL)
_NAME = re.compile(r"<command-name>\s*(.*?)\s*</command-name>", re.DOTALL)
_MESSAGE = re.compile(r"<command-message>\s*(\S+)", re.DOTALL)
_ARGUMENTS = re.compile(r"<command-args>(.*?)</command-args>", re.DOTALL)
_SHELL = re.compile(r"<bash-input>(.*?)(?:</bash-input>|\Z)", re.DOTALL)
_MEMORY = re.compile(r"<user-memory-input>(.*?)(?:</user-memory-input>|\Z)", re.DOTALL)

_PLAN = "Implement the following plan:\n"
_SUMMARY = "This session is being continued from a previous conv"
_INTERRUPT = "[Request interrupted by user"
_CAVEAT = "Caveat: The messages below"
_NOTIFICATION = "[SYSTEM NOTIFICATION"


def typed_text(content: object) -> str:
    """The text of ``content`` without what an editor or the harness put beside what was typed."""
    if isinstance(content, str):
        return _without_editor(content) if content.startswith("<ide_") else content
    if not isinstance(content, list):
        return ""
    parts = [
        _typed_part(part)
        for block in content
        if isinstance(block, dict)
        and block.get("type") == "text"
        and isinstance(part := block.get("text"), str)
    ]
    return "\n".join(part for part in parts if part)


def _typed_part(part: str) -> str:
    """What of one text block was typed: nothing of a reminder, all that follows editor context."""
    if part.startswith(("<system-reminder>", "<new-diagnostics>")):
        return ""
    if part.startswith("<ide_"):
        rest = _without_editor(part)
        return "" if rest.startswith("<ide_") else rest
    return part


def _without_editor(text: str) -> str:
    """``text`` behind the elements an editor put at its start."""
    while found := _EDITOR.match(text):
        text = text[found.end() :]
    return text


def of_user_record(record: Json, content: object, subagent: bool) -> Said | None:
    """What a user ``record`` without tool results says; None if nothing.

    In a ``subagent`` what would be a prompt is the task its parent gave it.
    """
    text = typed_text(content)
    return _by_mark(record, content, text) or _by_text(record, content, text, subagent)


def _by_mark(record: Json, content: object, text: str) -> Said | None:
    """What the ``record``'s own marks say it is."""
    if record.get("isCompactSummary") or text.startswith(_SUMMARY):
        return Said(EventKind.INJECTED, "compact-summary", block_text(content))
    if record.get("isMeta"):
        tag = CAVEAT if text.startswith(_CAVEAT) else _tag_of(text)
        return Said(EventKind.INJECTED, tag or "meta", block_text(content))
    if record.get("isVisibleInTranscriptOnly"):
        return Said(EventKind.INJECTED, "transcript-only", block_text(content))
    origin = dict_or_empty(record.get("origin")).get("kind")
    if origin is not None and origin != "human":
        return Said(EventKind.INJECTED, text_or(origin, "other"), block_text(content))
    return None


def _by_text(record: Json, content: object, text: str, subagent: bool) -> Said | None:
    """What the ``text`` of an unmarked user record says it is."""
    special = of_special_text(text)
    if special is not None:
        return special
    if "planContent" in record or text.startswith(_PLAN):
        return Said(EventKind.INJECTED, "plan", text)
    if text.strip() or has_image(content):
        if subagent:
            return Said(EventKind.TASK, "", text)
        return Said(EventKind.PROMPT, PromptKind.PLAIN.value, text)
    whole = block_text(content)
    if whole.strip():
        return Said(EventKind.INJECTED, _tag_of(whole) or "reminder", whole)
    return None


def of_special_text(text: str) -> Said | None:
    """What ``text`` is if its start tells: a command, an interrupt, an injection; else None."""
    start = text.lstrip()[:64] if text[:1].isspace() else text[:64]
    if start.startswith("<"):
        return _of_tagged(text, start)
    if start.startswith("["):
        if start.startswith(_INTERRUPT):
            return Said(EventKind.INTERRUPT, "", text)
        if start.startswith(_NOTIFICATION):
            return Said(EventKind.INJECTED, "system-notification", text)
    elif start.startswith(_CAVEAT):
        return Said(EventKind.INJECTED, CAVEAT, text)
    return None


def _of_tagged(text: str, start: str) -> Said | None:
    found = _TAG.match(start)
    tag = found[1] if found else ""
    if tag in ("command-name", "command-message"):
        name, shown = _command(text)
        return Said(EventKind.COMMAND, name, shown)
    if tag == "bash-input" and (shell := _SHELL.search(text)):
        return Said(EventKind.SHELL, "", shell[1])
    if tag == "user-memory-input" and (memory := _MEMORY.search(text)):
        return Said(EventKind.COMMAND, MEMORY, memory[1])
    if tag in _INJECTED_TAGS:
        return Said(EventKind.INJECTED, tag, text)
    return None


def _command(text: str) -> tuple[str, str]:
    """The name of a slash command, and the line that was typed."""
    named = _NAME.search(text) or _MESSAGE.search(text)
    name = named[1] if named else ""
    if name and not name.startswith("/"):
        name = "/" + name
    arguments = _ARGUMENTS.search(text)
    typed = arguments[1].strip() if arguments else ""
    return name, f"{name} {typed}" if typed else name


def _tag_of(text: str) -> str:
    """The name of the tag ``text`` starts with, or an empty text."""
    found = _TAG.match(text.lstrip()[:64])
    return found[1] if found else ""


def beside_results(record: Json, content: object, subagent: bool) -> Said | None:
    """What was typed while a tool ran and came in the record of its result (client 2.1.19 to
    2.1.33); None if nothing."""
    if record.get("isMeta") or record.get("isCompactSummary"):
        return None
    text = typed_text(content)
    if not text.strip():
        return None
    special = of_special_text(text)
    if special is not None:
        return special
    if subagent:
        return Said(EventKind.TASK, "", text)
    return Said(EventKind.PROMPT, PromptKind.MIXED.value, text)


def of_queued(attachment: Json, subagent: bool) -> Said:
    """What a ``queued_command`` attachment delivers: a prompt typed while the agent was busy, or
    the report of a background task."""
    prompt = attachment.get("prompt")
    text = block_text(prompt)
    mode = attachment.get("commandMode")
    origin = dict_or_empty(attachment.get("origin")).get("kind")
    by_human = (
        mode in (None, "prompt")
        and origin in (None, "human")
        and not attachment.get("isMeta")
        and not text.lstrip().startswith("<")
        and bool(text.strip() or has_image(prompt))
    )
    if not by_human:
        detail = text_or(origin) or _tag_of(text) or text_or(mode) or "queued_command"
        return Said(EventKind.INJECTED, detail, text)
    if subagent:
        return Said(EventKind.TASK, "", text)
    return Said(EventKind.PROMPT, PromptKind.QUEUED.value, text)


def looks_typed(content: object, text: str) -> bool:
    """A queued ``text`` a human may have typed as a prompt: no tag, no command, no structure."""
    start = text.lstrip()[:64]
    if not start or start.startswith(("<", "/", "!", _NOTIFICATION, _INTERRUPT)):
        return False
    return not (isinstance(content, str) and start.startswith(('{"', '[{"')))

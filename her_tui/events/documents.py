"""What can be searched for: every event with a text of its own is one document."""

from __future__ import annotations

from enum import IntEnum

from her_tui.events.model import EventKind

#: How every index of words makes words of a text: the tokenizer of FTS5, and its settings.
TOKENIZER = "porter unicode61 remove_diacritics 2"


class DocumentKind(IntEnum):
    """What a document is. The numbers are stored in the indexes: never change or reuse one."""

    PROMPT = 1
    """What the human typed, a slash command with arguments among it."""
    RESPONSE = 2
    """A text block of a response."""
    THINKING = 3
    ACTION = 4
    """What went into a tool: command, path, pattern, old and new text."""
    OUTPUT = 5
    """What came out of one."""
    COMMIT = 6
    """The subject of a commit, at the outcome of the action that made it."""
    TASK = 7
    """The task a subagent was given."""
    COMMAND = 8
    """A slash command without arguments, or a shell command of the human's own."""


#: What kind of document an event is, where its kind alone tells.
KIND_OF = {
    EventKind.PROMPT: DocumentKind.PROMPT,
    EventKind.TEXT: DocumentKind.RESPONSE,
    EventKind.THINKING: DocumentKind.THINKING,
    EventKind.TOOL_USE: DocumentKind.ACTION,
    EventKind.TOOL_RESULT: DocumentKind.OUTPUT,
    EventKind.TASK: DocumentKind.TASK,
    EventKind.SHELL: DocumentKind.COMMAND,
    EventKind.COMMAND: DocumentKind.COMMAND,
}

#: What can be found by meaning. The rest is found by words alone: it is code and paths, or repeats.
WITH_MEANING = frozenset({DocumentKind.PROMPT, DocumentKind.RESPONSE, DocumentKind.COMMIT})

"""What a line of a Claude Code transcript can be: the table of known types, and safe access.

Everything a record holds may be missing or of another type than expected; the helpers passed on
from `her_tui.capture.values` give a plain default instead.
"""

from __future__ import annotations

from her_tui.capture.values import Json as Json
from her_tui.capture.values import count_or_zero as count_or_zero
from her_tui.capture.values import dict_or_empty as dict_or_empty
from her_tui.capture.values import milliseconds as milliseconds
from her_tui.capture.values import text_or as text_or

#: Types with no place on the timeline: state the client appends again and again, and (client
#: ≥ 2.1.283) the log of requests it sent.
SILENT_TYPES = frozenset(
    {
        "agent-name",
        "agent-setting",
        "api-request",
        "api-request-blob",
        "api-request-shape",
        "atis-latch",
        "bridge-session",
        "content-replacement",
        "continued-in",
        "cost-state",
        "fork-context-ref",
        "frame-link",
        "mode",
        "pr-link",
        "relocated",
        "tag",
        "teleported-from",
        "tools-used",
        "worktree-state",
    }
)

#: Types written without a session id, and the key each always has.
_WITHOUT_SESSION = {
    "summary": "leafUuid",
    "file-history-snapshot": "messageId",
    "file-history-delta": "messageId",
    "api-request-shape": "shapeHash",
    "api-request-blob": "hash",
}


def is_record(value: Json) -> bool:
    """``value`` is a record of its own, not an object nested in one.

    Messages nested in ``progress`` records have a uuid and a timestamp too, but neither a session
    nor a parent.
    """
    kind = value.get("type")
    if not isinstance(kind, str):
        return False
    return (
        "sessionId" in value
        or ("uuid" in value and "parentUuid" in value)
        or (kind in _WITHOUT_SESSION and _WITHOUT_SESSION[kind] in value)
    )


def is_history(value: Json) -> bool:
    """``value`` is a line of the client's prompt history."""
    return "display" in value

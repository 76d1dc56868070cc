"""What a request is for, told from the little that marks it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from her_tui.capture.values import dict_or_empty, list_or_empty, text_or
from her_tui.events.requests import RequestKind

AGENT_HEADER = "x-claude-code-agent-id"
SESSION_HEADER = "x-claude-code-session-id"

_SUBAGENT = "cc_is_subagent=true"

#: In the instructions of requests without tools.
_TITLE = ("naming a coding session", "new conversation topic", "sentence-case title")
_CLASSIFIER = "You are a security monitor"

#: In the last turn of a request to sum the conversation up.
_SUMMARY_TAGS = ("<analysis>", "<summary>")
_SUMMARY_WORDS = ("CRITICAL", "detailed summary")

#: How the client calls its purposes: (start of the word, kind), first match counts.
_SOURCES = (
    ("repl_main_thread", RequestKind.MAIN),
    ("sdk", RequestKind.MAIN),
    ("agent:", RequestKind.SUBAGENT),
    ("compact", RequestKind.COMPACT),
    ("generate_session_title", RequestKind.TITLE),
    ("count_tokens", RequestKind.COUNT),
)


def is_count(path: str) -> bool:
    """``path`` asks how many tokens a context has."""
    return _plain(path).endswith("/count_tokens")


def is_messages(path: str) -> bool:
    """``path`` is the Messages API's, whatever stands before it."""
    return _plain(path).endswith("/v1/messages") or is_count(path)


def is_openai(path: str) -> bool:
    """``path`` is that of an API like OpenAI's."""
    return _plain(path).endswith(("/responses", "/chat/completions"))


def _plain(path: str) -> str:
    return path.partition("?")[0].rstrip("/")


def kind_of(
    path: str,
    headers: Mapping[str, str],
    body: Mapping[str, Any],
    query_source: str | None = None,
) -> RequestKind:
    """The purpose of the request of ``body`` to ``path``. The client's own word for it
    (``query_source``, telemetry only) counts before what the body looks like."""
    if is_count(path):
        return RequestKind.COUNT
    marked = marked_kind(headers, body)
    if query_source:
        return kind_of_source(query_source) or marked or RequestKind.OTHER
    if marked:
        return marked
    main = list_or_empty(body.get("tools")) or body.get("stream") is True
    return RequestKind.MAIN if main else RequestKind.OTHER


def kind_of_source(query_source: str) -> RequestKind | None:
    """The kind that the client's word for a purpose means; None if the word is not known."""
    for start, kind in _SOURCES:
        if query_source.startswith(start):
            return kind
    if "title" in query_source:
        return RequestKind.TITLE
    if "classifier" in query_source or query_source.startswith("auto_mode"):
        return RequestKind.CLASSIFIER
    return None


def marked_kind(headers: Mapping[str, str], body: Mapping[str, Any]) -> RequestKind | None:
    """The kind, if something marks the request as other than main; None if nothing does."""
    if _asks_for_summary(body):
        return RequestKind.COMPACT
    instructions = _instructions(body)
    if headers.get(AGENT_HEADER) or any(_SUBAGENT in text[:400] for text in instructions[:1]):
        return RequestKind.SUBAGENT
    if list_or_empty(body.get("tools")):
        return None
    if any(text.lstrip().startswith(_CLASSIFIER) for text in instructions):
        return RequestKind.CLASSIFIER
    if any(mark in text for text in instructions for mark in _TITLE):
        return RequestKind.TITLE
    return None


def _instructions(body: Mapping[str, Any]) -> list[str]:
    system = body.get("system")
    if isinstance(system, str):
        return [system]
    return [text_or(dict_or_empty(block).get("text")) for block in list_or_empty(system)]


def _asks_for_summary(body: Mapping[str, Any]) -> bool:
    for message in reversed(list_or_empty(body.get("messages"))):
        turn = dict_or_empty(message)
        if turn.get("role") == "user":
            text = _last_text(turn.get("content"))
            tagged = all(tag in text for tag in _SUMMARY_TAGS)
            return tagged and any(word in text for word in _SUMMARY_WORDS)
        if turn.get("role") != "system":
            break
    return False


def _last_text(content: object) -> str:
    if isinstance(content, str):
        return content
    blocks = list_or_empty(content)
    return text_or(dict_or_empty(blocks[-1]).get("text")) if blocks else ""

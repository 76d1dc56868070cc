"""Assistant records: responses with their usage, and the blocks they are made of.

The client writes one record per content block (0.2: one per response) and repeats the response's
ids on each.
"""

from __future__ import annotations

from her_tui.capture.transcripts.claude_code.actions import take_use
from her_tui.capture.transcripts.claude_code.records import (
    Json,
    dict_or_empty,
    milliseconds,
    text_or,
)
from her_tui.capture.transcripts.claude_code.texts import block_text
from her_tui.capture.transcripts.claude_code.timeline import Timeline
from her_tui.capture.transcripts.claude_code.tools import target_of
from her_tui.capture.transcripts.claude_code.usage import fold_usage
from her_tui.events.model import EventKind, Flag

#: The model of messages the client wrote itself.
SYNTHETIC = "<synthetic>"

_ERROR = int(Flag.ERROR)


def take_assistant(timeline: Timeline, record: Json) -> None:
    """Put an assistant ``record`` on the timeline and fold it into its response."""
    message = record["message"]
    model = text_or(message.get("model"))
    if model == SYNTHETIC or record.get("isApiErrorMessage"):
        _take_synthetic(timeline, record, message)
        return
    key = _fold(timeline, record, message, model, timeline.uuid, timeline.ts, timeline.agent)
    if timeline.agent is not None and "attributionAgent" in record:  # seen since client 2.1.328
        timeline.subagent(timeline.agent, text_or(record["attributionAgent"]), "", None)
    content = message.get("content")
    if type(content) is not list:
        content = [{"type": "text", "text": content}] if content else []
    add = timeline.add
    for index, block in enumerate(content):
        kind = block.get("type")
        if kind == "tool_use":
            take_use(timeline, block, index, key)
        elif kind == "text":
            add(EventKind.TEXT, index, text_or(block.get("text")), response=key)
        elif kind == "thinking":
            add(EventKind.THINKING, index, text_or(block.get("thinking")), response=key)
        elif kind == "redacted_thinking":
            add(EventKind.THINKING, index, "", "redacted", response=key)
        else:
            add(EventKind.BLOCK, index, other_block_text(block), text_or(kind), response=key)


def other_block_text(block: Json) -> str:
    """What is worth showing of a block that is neither text nor a tool call."""
    name = text_or(block.get("name"))
    arguments = block.get("input")
    if name and type(arguments) is dict:
        return f"{name}: {target_of(name, arguments)}"
    return block_text(block.get("content")) or name


def take_progress(timeline: Timeline, record: Json) -> None:
    """Keep the usage in a progress ``record`` of a subagent: the only trace of what subagents
    without a file of their own have spent (client 2.1.1 to 2.1.81)."""
    data = dict_or_empty(record.get("data"))
    if data.get("type") != "agent_progress":
        return
    agent = text_or(data.get("agentId")) or None
    if agent:
        launch = text_or(record.get("parentToolUseID"))
        arguments = timeline.awaiting.get(launch, ("", {}))[1]
        timeline.subagent(
            agent,
            text_or(arguments.get("subagent_type")),
            text_or(arguments.get("description")),
            launch or None,
        )
    nested = dict_or_empty(data.get("message"))
    message = dict_or_empty(nested.get("message"))
    model = text_or(message.get("model"))
    if type(message.get("usage")) is not dict or model == SYNTHETIC:
        return
    ts = milliseconds(nested.get("timestamp"))
    uuid = text_or(nested.get("uuid")) or timeline.uuid
    _fold(timeline, nested, message, model, uuid, timeline.ts if ts is None else ts, agent)


def _fold(
    timeline: Timeline,
    record: Json,
    message: Json,
    model: str,
    uuid: str | None,
    ts: int | None,
    agent: str | None,
) -> tuple[str, str] | None:
    """Fold one record into its response; its key, or None if nothing identifies it."""
    message_id = message.get("id")
    if type(message_id) is str:
        request = record.get("requestId")
        key = (message_id, request if type(request) is str else "")
    elif uuid is not None:
        key = (uuid, "")
    else:
        return None
    response = timeline.response(key, agent, model)
    if ts is not None:
        if response.started is None or ts < response.started:
            response.started = ts
        if response.ended is None or ts > response.ended:
            response.ended = ts
    stop = message.get("stop_reason")
    if type(stop) is str:
        response.stop_reason = stop
    effort = record.get("effort") or record.get("perTurnEffort")
    if type(effort) is str:
        response.effort = effort
    usage = message.get("usage")
    if type(usage) is dict:
        fold_usage(response, usage)
    return key


def _take_synthetic(timeline: Timeline, record: Json, message: Json) -> None:
    """Put what the client wrote in the model's place on the timeline: mostly an error."""
    text = block_text(message.get("content"))
    if text.startswith("No response requested"):
        timeline.add(EventKind.NOTICE, 0, text, "no-response")
    else:
        timeline.add(EventKind.API_ERROR, 0, text, error_class(record), _ERROR)


def error_class(record: Json) -> str:
    """The class or the status of the API error in ``record``; empty if it names none."""
    error = record.get("error")
    if isinstance(error, str) and error != "unknown":
        return error
    kind = record.get("apiErrorType")
    if isinstance(kind, str):
        return kind
    status = record.get("apiErrorStatus")
    return str(status) if isinstance(status, int) else text_or(error)

"""What the commands print as JSON: the read models as plain values, with stable names."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from her_tui.events.model import EventKind
from her_tui.events.requests import Channel
from her_tui.queries.annotations import Annotation
from her_tui.queries.requests import AttemptRow
from her_tui.queries.responses import ResponseRow
from her_tui.queries.sessions import SessionRow
from her_tui.queries.stats import Stats
from her_tui.queries.tokens import Tokens
from her_tui.queries.turns import ActionLine, Turn

Json = dict[str, object]
Arrivals = Sequence[tuple[int, float]]
"""(bytes there were, milliseconds since the start) at each arrival."""


def timestamp(ms: int | None) -> str | None:
    """ISO 8601, UTC, with milliseconds; None if not known."""
    if ms is None:
        return None
    moment = datetime.fromtimestamp(ms // 1000, UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{ms % 1000:03d}Z"


def tokens(sums: Tokens) -> Json:
    """Tokens by kind."""
    return {
        "input": sums.input,
        "output": sums.output,
        "cache_creation": sums.cache_creation,
        "cache_read": sums.cache_read,
    }


def session(row: SessionRow) -> Json:
    """One session."""
    return {
        "session_id": row.session_id,
        "agent": row.agent,
        "project": row.project,
        "title": row.title,
        "started": timestamp(row.started),
        "ended": timestamp(row.ended),
        "duration_ms": row.duration_ms,
        "prompts": row.prompts,
        "turns": row.turns,
        "responses": row.responses,
        "actions": row.actions,
        "edits": row.edits,
        "commits": row.commits,
        "errors": row.errors,
        "subagents": row.subagents,
        "tokens": tokens(row.tokens),
        "cost_usd": row.cost,
        "responses_unpriced": row.unpriced,
        "source": str(row.origin),
        "days_left": row.days_left,
        "damaged": row.damaged,
        "cwd": row.cwd,
        "branch": row.branch,
        "model": row.model,
        "path": row.path,
        "parent": row.forked_from or None,
        **annotation(Annotation(row.starred, row.tags, row.note)),
    }


def turn(value: Turn) -> Json:
    """One turn of a session."""
    return {
        "number": value.number,
        "prompt": value.prompt.text if value.prompt else None,
        "started": timestamp(started(value)),
        "ended": timestamp(ended(value)),
        "responses": [
            item.text
            for item in value.items
            if item.kind is EventKind.TEXT and not item.agent and item.text and not item.untold
        ],
        "actions": [action(item.action) for item in value.items if item.action and not item.agent],
        "tokens": tokens(value.tokens),
        "cost_usd": value.cost,
        "errors": value.errors,
        **annotation(value.annotation),
    }


def annotation(said: Annotation) -> Json:
    """What the user says of a session or a prompt."""
    return {"starred": said.starred, "tags": list(said.tags), "note": said.note or None}


def started(value: Turn) -> int | None:
    """When a turn began."""
    first = value.prompt or next(iter(value.items), None)
    return first.time if first else None


def ended(value: Turn) -> int | None:
    """When the last thing of a turn happened."""
    last = value.items[-1] if value.items else value.prompt
    return last.time if last else None


def action(line: ActionLine) -> Json:
    """One action."""
    return {
        "kind": str(line.kind),
        "name": line.name,
        "target": line.target,
        "ok": str(line.status) == "ok",
        "status": str(line.status),
        "duration_ms": line.duration_ms,
        "permission": line.permission or None,
        "sha": line.sha or None,
        "agent_id": line.agent_id or None,
    }


def response(row: ResponseRow) -> Json:
    """One response of the API, whichever channels saw it; null is what none of them tells."""
    return {
        "message_id": row.message_id,
        "request_id": row.request_id,
        "agent_id": row.agent_id,
        "kind": row.kind,
        "model": row.model or None,
        "started": timestamp(row.started),
        "ttft_ms": row.ttft_ms,
        "duration_ms": row.duration_ms,
        "status": row.status,
        "outcome": row.outcome or None,
        "attempts": len(row.attempts) or None,
        "attempt_list": [attempt(each) for each in row.attempts],
        "stop_reason": row.stop_reason,
        "tokens": tokens(row.tokens) if row.tokens else None,
        "cost_usd": row.cost_usd,
        "channels": channels(row.channels),
        "missing": dict(row.missing),
    }


def attempt(row: AttemptRow) -> Json:
    """One attempt on the API."""
    return {
        "id": row.id,
        "request_id": row.request_id,
        "message_id": row.message_id,
        "kind": row.kind or None,
        "model": row.model or None,
        "started": timestamp(row.started),
        "ttft_ms": row.ttft_ms,
        "duration_ms": row.duration_ms,
        "status": row.status,
        "outcome": row.outcome,
        "error": row.error or None,
        "streamed": row.streamed,
        "stop_reason": row.stop_reason,
        "tokens": tokens(row.tokens) if row.tokens else None,
        "cost_usd": row.cost_usd,
        "request_bytes": row.request_bytes,
        "response_bytes": row.response_bytes,
        "channels": channels(row.channels),
        "missing": dict(row.missing),
    }


def channels(seen: Channel) -> list[str]:
    """The names of the channels that saw something."""
    return [channel.name.lower() for channel in Channel if seen & channel and channel.name]


def exchange(row: AttemptRow, sent: bytes | None, got: bytes | None, arrivals: Arrivals) -> Json:
    """One attempt with all that was sent and received. Bytes that are no UTF-8 become lone
    surrogates, so that every byte can be had back."""
    return {
        **attempt(row),
        "request_body": None if sent is None else sent.decode("utf-8", "surrogateescape"),
        "response_body": None if got is None else got.decode("utf-8", "surrogateescape"),
        "chunks": [[size, round(ms, 3)] for size, ms in arrivals],
    }


def stats(value: Stats) -> Json:
    """Totals of a library, or of a part of it."""
    return {
        "sessions": value.sessions,
        "prompts": value.prompts,
        "prompts_by_kind": dict(value.prompts_by_kind),
        "prompts_queue_only": value.prompts_queue_only,
        "responses": value.responses,
        "actions": value.actions,
        "actions_by_name": dict(value.actions_by_name),
        "action_errors": value.action_errors,
        "commits": value.commits,
        "tokens": tokens(value.tokens),
        "responses_output_unknown": value.responses_output_unknown,
        "cost_usd": value.cost,
        "responses_unpriced": value.unpriced,
        "first": timestamp(value.first),
        "last": timestamp(value.last),
        "files": value.files,
        "records": value.records,
        "records_unknown": value.records_unknown,
        "lines_damaged": value.lines_damaged,
    }

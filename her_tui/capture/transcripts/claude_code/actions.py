"""Tool calls and their results: the two halves of an action."""

from __future__ import annotations

from her_tui.capture.transcripts.claude_code.commits import reported_commit, runs_commit
from her_tui.capture.transcripts.claude_code.patches import called_changes, recorded_changes
from her_tui.capture.transcripts.claude_code.records import Json, count_or_zero, text_or
from her_tui.capture.transcripts.claude_code.texts import block_text, has_image
from her_tui.capture.transcripts.claude_code.timeline import Timeline
from her_tui.capture.transcripts.claude_code.tools import (
    LAUNCHERS,
    SHELLS,
    input_chars,
    kind_of,
    target_of,
)
from her_tui.events.model import PREVIEW, Action, ActionKind, EventKind, Flag, Status
from her_tui.plaintext import one_line

_EDIT = int(Flag.EDIT)
_PLAN = int(Flag.PLAN)
_ERROR = int(Flag.ERROR)
_IMAGE = int(Flag.IMAGE)
_COMMIT = int(Flag.COMMIT)

#: How the client words a refusal by the human, since 1.0.
_REFUSALS = (
    "doesn't want to proceed with this tool use",
    "doesn't want to take this action",
)
#: What stands before the words that the human gave with a refusal.
_INSTEAD = ("the user said:", "provided the following reason for the rejection:")
_SIBLING = "Sibling tool call errored"
_INVALID = "<tool_use_error>"

#: The block of what a result tells beside its content.
_BESIDE = -2

#: Where in an error its wording is looked for; a command's own output follows later.
_WORDING = 2000


def take_use(timeline: Timeline, block: Json, index: int, response: tuple[str, str] | None) -> None:
    """Start an action: a ``tool_use`` block at ``index`` of a response's record."""
    name = text_or(block.get("name"))
    arguments = block.get("input")
    if type(arguments) is not dict:
        arguments = {}
    kind = kind_of(name)
    target = one_line(target_of(name, arguments), PREVIEW)
    flags = 0
    tool_use_id = text_or(block.get("id"))
    if kind is ActionKind.EDIT:
        flags = _EDIT
        timeline.awaiting[tool_use_id] = (name, arguments)
    elif name == "ExitPlanMode":
        flags = _PLAN
    if tool_use_id:
        action = timeline.action(tool_use_id)
        action.response = response
        action.name = name
        action.kind = kind
        action.target = target
        action.started = timeline.ts
        action.commits = name in SHELLS and runs_commit(text_or(arguments.get("command")))
        if name in LAUNCHERS:
            timeline.awaiting[tool_use_id] = (name, arguments)
    timeline.add(
        EventKind.TOOL_USE,
        index,
        target,
        name,
        flags,
        tool_use_id or None,
        response,
        chars=input_chars(arguments),
    )


def take_result(timeline: Timeline, record: Json, block: Json, index: int, alone: bool) -> None:
    """End an action: a ``tool_result`` block at ``index`` of a user ``record``; ``alone`` if the
    record holds no other, so that its ``toolUseResult`` belongs to it."""
    content = block.get("content")
    text = content if type(content) is str else block_text(content)
    outcome = record.get("toolUseResult") if alone else None
    status = status_of(record, block, text)
    flags = 0 if status is Status.OK else _ERROR
    if type(content) is list and has_image(content):
        flags |= _IMAGE
    tool_use_id = text_or(block.get("tool_use_id"))
    if tool_use_id:
        action = timeline.action(tool_use_id)
        action.ended = timeline.ts
        action.status = status
        action.output_chars = len(text)
        if alone:
            action.permission = _permission(record)
        if type(outcome) is dict:
            _take_outcome(timeline, action, outcome)
        _take_changes(timeline, action, outcome)
        if action.sha is None and (action.commits or action.name is None):
            _take_commit(action, text, outcome)
        if action.commits and action.sha:
            flags |= _COMMIT
    timeline.add(EventKind.TOOL_RESULT, index, text, status.value, flags, tool_use_id or None)
    if type(outcome) is dict and "staleReadFileStateHint" in outcome:
        timeline.add(EventKind.SNAPSHOT, _BESIDE, "", "changed", action=tool_use_id or None)


def status_of(record: Json, block: Json, text: str) -> Status:
    """How the action ended whose result is ``block``."""
    if block.get("is_error") is not True:
        return Status.OK
    wording = text[:_WORDING]
    if any(refusal in wording for refusal in _REFUSALS):
        return Status.REJECTED
    if _SIBLING in wording:
        return Status.CANCELLED
    if wording.lstrip().startswith(_INVALID):
        return Status.INVALID
    decision = record.get("permissionDecision")  # client ≥ 2.1.308
    if isinstance(decision, dict) and decision.get("decision") == "reject":
        by_rule = decision.get("source") == "config"
        return Status.INVALID if by_rule else Status.REJECTED
    return Status.FAILED


def correction(text: str) -> str:
    """What the human said instead, in the outcome ``text`` of an action they refused; empty if they
    said nothing."""
    wording = text[:_WORDING]
    for instead in _INSTEAD:
        if instead in wording:
            return text.partition(instead)[2].strip()
    refused = any(refusal in wording for refusal in _REFUSALS)
    return "" if refused else text.strip()


def _permission(record: Json) -> str | None:
    """Who let the action run, or did not, as telemetry says it too."""
    told = record.get("permissionDecision")
    if not isinstance(told, dict):
        return None
    decision, source = text_or(told.get("decision")), text_or(told.get("source"))
    return f"{decision}:{source}" if decision and source else None


def _take_outcome(timeline: Timeline, action: Action, outcome: Json) -> None:
    """Take over what the structured ``outcome`` of a result tells beside its text."""
    get = outcome.get
    duration = get("durationMs") or get("totalDurationMs")
    if type(duration) is int:
        action.duration_ms = count_or_zero(duration)
    elif isinstance(seconds := get("durationSeconds"), (int, float)):
        action.duration_ms = round(seconds * 1000)
    operation = get("gitOperation")  # client ≥ 2.1.2xx
    if type(operation) is dict and type(commit := operation.get("commit")) is dict:
        action.commits = True
        action.sha = text_or(commit.get("sha")) or None
        reported = reported_commit(text_or(get("stdout")))
        action.subject = reported[1] if reported else None
    agent = get("agentId")
    if type(agent) is str and agent:
        action.subagent = agent
        arguments = timeline.awaiting.pop(action.tool_use_id, ("", {}))[1]
        timeline.subagent(
            agent,
            text_or(get("agentType")) or text_or(arguments.get("subagent_type")),
            text_or(get("description")) or text_or(arguments.get("description")),
            action.tool_use_id,
        )


def _take_changes(timeline: Timeline, action: Action, outcome: object) -> None:
    """Count the lines an edit changed; an edit that failed changed none."""
    called = timeline.awaiting.pop(action.tool_use_id, None)
    changes = recorded_changes(outcome) if type(outcome) is dict else None
    if changes is None and called is not None and action.kind is ActionKind.EDIT:
        changes = called_changes(*called) if action.status is Status.OK else None
    if changes is not None:
        action.added, action.removed = changes


def _take_commit(action: Action, text: str, outcome: object) -> None:
    """Find the commit the output of a command reports."""
    found = reported_commit(text)
    if found is None and type(outcome) is dict:
        found = reported_commit(text_or(outcome.get("stdout")))
    if found is not None:
        action.sha, action.subject = found

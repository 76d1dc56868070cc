"""One read of a transcript: every record told apart by its type and put on the timeline."""

from __future__ import annotations

from collections.abc import Callable

from her_tui.capture.lines import Lines
from her_tui.capture.transcripts.claude_code import prompts, session
from her_tui.capture.transcripts.claude_code.actions import take_result
from her_tui.capture.transcripts.claude_code.bulk import BULKY_TYPES, WORTH, repeated_spans
from her_tui.capture.transcripts.claude_code.notes import attachment_text, of_system, queued_text
from her_tui.capture.transcripts.claude_code.records import (
    SILENT_TYPES,
    Json,
    dict_or_empty,
    is_history,
    is_record,
    text_or,
)
from her_tui.capture.transcripts.claude_code.responses import take_assistant, take_progress
from her_tui.capture.transcripts.claude_code.texts import digest, has_image
from her_tui.capture.transcripts.claude_code.timeline import MARKED_COPY, Timeline
from her_tui.events.model import EventKind, Facts, Flag, Title
from her_tui.events.turns import ASKS

_IMAGE = int(Flag.IMAGE)
_LOCAL = int(Flag.LOCAL)
_PLAN = int(Flag.PLAN)

#: The block of what a record tells beside its content.
_BEFORE = -1

#: Characters of a permission mode's name.
_MODE = 40

_ODD = (TypeError, AttributeError, KeyError, ValueError, IndexError, RecursionError)


def read_transcript(data: bytes, base: int, final: bool, file_agent: str | None) -> Facts:
    """The facts in ``data``, the bytes of a transcript from offset ``base`` on."""
    timeline = Timeline(file_agent)
    facts = timeline.facts
    lines = Lines(data, final, is_record)
    for at, size, record in lines:
        facts.records += 1
        kept = len(facts.events)
        try:
            kind = record.get("type")
            if size >= WORTH and kind in BULKY_TYPES:
                spans = repeated_spans(data[at : at + size], record)
                facts.bulk += [(at + start, length) for start, length in spans]
            if not timeline.open(record, base + at, size):
                continue
            session.take_envelope(timeline, record)
            handler = _HANDLERS.get(kind)
            if handler is not None:
                handler(timeline, record)
            elif kind not in SILENT_TYPES:
                name = text_or(kind)
                facts.unknown[name] = facts.unknown.get(name, 0) + 1
            if timeline.flags & MARKED_COPY:
                session.take_origin(facts.session, record)
        except _ODD:
            # A known type of unknown shape is no more known than an unknown type.
            del facts.events[kept:]
            name = text_or(record.get("type"))
            facts.unknown[name] = facts.unknown.get(name, 0) + 1
    facts.damaged = lines.damaged
    facts.consumed = lines.consumed
    facts.session_ids = list(timeline.session_ids)
    facts.session.subagents = list(timeline.subagents.values())
    return facts


def read_history(data: bytes, final: bool) -> Facts:
    """The client's prompt history: whose each line is, and which pasted texts it mentions. Its
    prompts themselves are in the transcripts too."""
    facts = Facts()
    lines = Lines(data, final, is_history)
    for at, size, record in lines:
        facts.records += 1
        facts.places.append((at, size, text_or(record.get("project"))))
        for pasted in dict_or_empty(record.get("pastedContents")).values():
            name = text_or(dict_or_empty(pasted).get("contentHash"))
            if name:
                facts.mentions.append((text_or(record.get("sessionId")), f"{name}.txt"))
    facts.damaged, facts.consumed = lines.damaged, lines.consumed
    return facts


def _take_user(timeline: Timeline, record: Json) -> None:
    content = record["message"].get("content")
    if type(content) is list:
        results = [
            index
            for index, block in enumerate(content)
            if type(block) is dict and block.get("type") == "tool_result"
        ]
        if results:
            alone = len(results) == 1
            for index in results:
                take_result(timeline, record, content[index], index, alone)
            if len(results) < len(content):
                beside = prompts.beside_results(record, content, timeline.agent is not None)
                mode = text_or(record.get("permissionMode"))
                _add_said(timeline, beside, content, results[-1] + 1, mode)
            return
    said = prompts.of_user_record(record, content, timeline.agent is not None)
    _add_said(timeline, said, content, 0, text_or(record.get("permissionMode")))


def _add_said(
    timeline: Timeline,
    said: prompts.Said | None,
    content: object,
    block: int,
    mode: str = "",
    local: bool = False,
) -> None:
    """Put what was ``said`` on the timeline; the first prompt names its session. A prompt was sent
    in the permission ``mode``, if that is known. What is ``local`` the agent is not asked."""
    if said is None:
        return
    kind, detail, text = said
    flags = _IMAGE if type(content) is list and has_image(content) else 0
    sum8 = 0
    if kind is EventKind.PROMPT:
        sum8 = digest(text)
        if mode and timeline.agent is None:
            timeline.add(EventKind.MODE, _BEFORE, "", mode[:_MODE])
        if timeline.agent is None and Title.FIRST_PROMPT not in timeline.facts.session.titles:
            session.take_title(timeline.facts.session, Title.FIRST_PROMPT, text)
    elif kind is EventKind.COMMAND:
        sum8 = digest(text)
    elif detail == "plan":
        flags |= _PLAN
    if (local and kind in ASKS) or detail in (prompts.MEMORY, prompts.CAVEAT):
        flags |= _LOCAL
    timeline.add(kind, block, text, detail, flags, digest=sum8)


def _take_attachment(timeline: Timeline, record: Json) -> None:
    attachment = dict_or_empty(record.get("attachment"))
    kind = text_or(attachment.get("type"), "attachment")
    if kind == "queued_command":
        said = prompts.of_queued(attachment, timeline.agent is not None)
        _add_said(timeline, said, attachment.get("prompt"), 0)
    else:
        timeline.add(EventKind.INJECTED, 0, attachment_text(record, attachment), kind)


def _take_system(timeline: Timeline, record: Json) -> None:
    _add_said(timeline, of_system(record), None, 0, local=True)


def _take_queue_operation(timeline: Timeline, record: Json) -> None:
    operation = text_or(record.get("operation"))
    text = queued_text(record)
    typed = operation == "enqueue" and prompts.looks_typed(record.get("content"), text)
    # These records have no uuid: what and when identifies them where a file is written anew.
    timeline.uuid = f"queue {record.get('timestamp')} {operation} {digest(text)}"
    timeline.add(EventKind.QUEUE, 0, text, operation, digest=digest(text) if typed else 0)


def _take_permission_mode(timeline: Timeline, record: Json) -> None:
    mode = text_or(record.get("permissionMode"))[:_MODE]
    if mode and timeline.agent is None:
        # These records have neither uuid nor time: where it stands identifies one.
        timeline.uuid = f"mode {timeline.at} {mode}"
        timeline.add(EventKind.MODE, 0, "", mode)


def _take_snapshot(timeline: Timeline, record: Json) -> None:
    """A note of the client on the files whose originals it keeps, if there are any."""
    taken = dict_or_empty(record.get("snapshot"))
    if timeline.agent is None and (taken.get("trackedFileBackups") or "backup" in record):
        detail = text_or(record.get("type")).removeprefix("file-history-")
        sum8 = digest(repr(record))
        # These records have no uuid: what they say identifies them where a file is written anew.
        timeline.uuid = f"{detail} {sum8}"
        timeline.add(EventKind.SNAPSHOT, 0, "", detail)


_HANDLERS: dict[object, Callable[[Timeline, Json], None]] = {
    "ai-title": session.take_ai_title,
    "assistant": take_assistant,
    "attachment": _take_attachment,
    "custom-title": session.take_custom_title,
    "file-history-delta": _take_snapshot,
    "file-history-snapshot": _take_snapshot,
    "last-prompt": session.take_last_prompt,
    "permission-mode": _take_permission_mode,
    "progress": take_progress,
    "queue-operation": _take_queue_operation,
    "summary": session.take_summary,
    "system": _take_system,
    "user": _take_user,
}

"""The full content of one event, made on demand from its raw record."""

from __future__ import annotations

from her_tui.capture.lines import load
from her_tui.capture.transcripts.claude_code import file_records, prompts
from her_tui.capture.transcripts.claude_code.notes import attachment_text, of_system, queued_text
from her_tui.capture.transcripts.claude_code.patches import called_patch, recorded_patch
from her_tui.capture.transcripts.claude_code.records import Json, dict_or_empty, text_or
from her_tui.capture.transcripts.claude_code.responses import other_block_text
from her_tui.capture.transcripts.claude_code.texts import block_text, images_of
from her_tui.capture.transcripts.claude_code.tools import kind_of
from her_tui.events.content import Content
from her_tui.events.model import ActionKind, EventKind

_OF_RESPONSE = frozenset({EventKind.THINKING, EventKind.TEXT, EventKind.TOOL_USE, EventKind.BLOCK})

#: What acts on one file each.
_OF_FILES = frozenset({ActionKind.EDIT, ActionKind.READ})


def content_of(raw: bytes, kind: EventKind, index: int) -> Content:
    """The content of the event of ``kind`` at block ``index`` of the ``raw`` record; empty where
    the record holds none."""
    record = load(raw)
    if record is None or kind is EventKind.MODE:
        return Content()
    type_ = record.get("type")
    if kind is EventKind.SNAPSHOT:
        if type_ == "user":
            return Content(changed=file_records.changed_by_command(record))
        return Content(snapshot=file_records.snapshot_of(record))
    if type_ == "attachment":
        return _of_attachment(record)
    if type_ == "system":
        return Content(of_system(record).text)
    if type_ == "queue-operation":
        return Content(queued_text(record), images=images_of(record.get("content")))
    content = dict_or_empty(record.get("message")).get("content")
    if kind is EventKind.TOOL_RESULT or kind in _OF_RESPONSE:
        block = _block(content, index)
        if kind is EventKind.TOOL_RESULT:
            return _of_result(record, content, block)
        return _of_response(record, block, kind)
    if type_ == "assistant":
        return Content(block_text(content))
    return _of_user(record, content)


def _block(content: object, index: int) -> Json:
    if isinstance(content, list):
        return dict_or_empty(content[index]) if 0 <= index < len(content) else {}
    return {"type": "text", "text": content}


def _of_response(record: Json, block: Json, kind: EventKind) -> Content:
    """The content of one block of a response."""
    if kind is EventKind.TEXT:
        return Content(text_or(block.get("text")))
    if kind is EventKind.THINKING:
        return Content(text_or(block.get("thinking")))
    name = text_or(block.get("name"))
    arguments = dict_or_empty(block.get("input"))
    if kind is EventKind.BLOCK:
        return Content(other_block_text(block), name, arguments or None)
    action = kind_of(name)
    patch = called_patch(name, arguments) if action is ActionKind.EDIT else None
    seen = None
    if action in _OF_FILES:
        seen = file_records.of_call(name, arguments, text_or(record.get("cwd")))
    return Content(name=name, input=arguments, patch=patch, file=seen)


def _of_result(record: Json, content: object, block: Json) -> Content:
    """The content of one tool result, with what the client kept beside it."""
    printed = block.get("content")
    text = block_text(printed)
    outcome: Json = {}
    if isinstance(content, list) and _results(content) == 1:
        outcome = dict_or_empty(record.get("toolUseResult"))
    return Content(
        text,
        patch=recorded_patch(outcome),
        images=images_of(printed),
        stderr=text_or(outcome.get("stderr")),
        file=file_records.of_outcome(record, outcome, text, block.get("is_error") is True),
    )


def _results(content: list[object]) -> int:
    return sum(isinstance(block, dict) and block.get("type") == "tool_result" for block in content)


def _of_user(record: Json, content: object) -> Content:
    """What a user record says."""
    if isinstance(content, list) and _results(content):
        said = prompts.beside_results(record, content, subagent=False)
    else:
        said = prompts.of_user_record(record, content, subagent=False)
    return Content(said.text if said else "", images=images_of(content))


def _of_attachment(record: Json) -> Content:
    """What an attachment delivers."""
    attachment = dict_or_empty(record.get("attachment"))
    if attachment.get("type") == "queued_command":
        prompt = attachment.get("prompt")
        return Content(prompts.of_queued(attachment, False).text, images=images_of(prompt))
    seen = file_records.of_notice(record, attachment)
    return Content(attachment_text(record, attachment), file=seen)

"""The full content of one event, made on demand from its raw record."""

from __future__ import annotations

from her_tui.capture.lines import load
from her_tui.capture.transcripts.claude_code import prompts
from her_tui.capture.transcripts.claude_code.notes import attachment_text, of_system, queued_text
from her_tui.capture.transcripts.claude_code.patches import called_patch, recorded_patch
from her_tui.capture.transcripts.claude_code.records import Json, dict_or_empty, text_or
from her_tui.capture.transcripts.claude_code.responses import other_block_text
from her_tui.capture.transcripts.claude_code.texts import block_text, images_of
from her_tui.capture.transcripts.claude_code.tools import kind_of
from her_tui.events.content import Content, Patch
from her_tui.events.model import ActionKind, EventKind

_OF_RESPONSE = frozenset({EventKind.THINKING, EventKind.TEXT, EventKind.TOOL_USE, EventKind.BLOCK})


def content_of(raw: bytes, kind: EventKind, index: int) -> Content:
    """The content of the event of ``kind`` at block ``index`` of the ``raw`` record; empty where
    the record holds none."""
    record = load(raw)
    if record is None or kind is EventKind.MODE:
        return Content()
    type_ = record.get("type")
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
        return _of_response(block, kind)
    if type_ == "assistant":
        return Content(block_text(content))
    return _of_user(record, content)


def _block(content: object, index: int) -> Json:
    if isinstance(content, list):
        return dict_or_empty(content[index]) if 0 <= index < len(content) else {}
    return {"type": "text", "text": content}


def _of_response(block: Json, kind: EventKind) -> Content:
    """The content of one block of a response."""
    if kind is EventKind.TEXT:
        return Content(text_or(block.get("text")))
    if kind is EventKind.THINKING:
        return Content(text_or(block.get("thinking")))
    name = text_or(block.get("name"))
    arguments = dict_or_empty(block.get("input"))
    if kind is EventKind.BLOCK:
        return Content(other_block_text(block), name, arguments or None)
    patch = called_patch(name, arguments) if kind_of(name) is ActionKind.EDIT else None
    return Content(name=name, input=arguments, patch=patch)


def _of_result(record: Json, content: object, block: Json) -> Content:
    """The content of one tool result, with what the client kept beside it."""
    printed = block.get("content")
    patch: Patch | None = None
    stderr = ""
    if isinstance(content, list) and _results(content) == 1:
        outcome = dict_or_empty(record.get("toolUseResult"))
        patch = recorded_patch(outcome)
        stderr = text_or(outcome.get("stderr"))
    return Content(block_text(printed), patch=patch, images=images_of(printed), stderr=stderr)


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
    return Content(attachment_text(record, attachment))

"""Answers of APIs like OpenAI's, Responses and Chat Completions, folded into an `Answer`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from her_tui.capture.api.parts import AnswerBlock
from her_tui.capture.values import Json, dict_or_empty, list_or_empty, text_or

if TYPE_CHECKING:
    from her_tui.capture.api.answer import Answer

#: What Responses says of an answer that is over.
_OVER = ("completed", "incomplete", "failed")


def take_event(answer: Answer, kind: str, event: Json) -> None:
    """Fold an event of a stream into ``answer``; one of other APIs says nothing."""
    if kind.startswith("response."):
        take_message(answer, dict_or_empty(event.get("response")))
        item = dict_or_empty(event.get("item"))
        if kind == "response.output_item.added" and item.get("type") == "function_call":
            answer.blocks.append(_item(item))
        if kind.endswith(".delta") and isinstance(piece := event.get("delta"), str):
            _add(answer, "tool_use" if "arguments" in kind else "text", piece)
    elif event.get("object") == "chat.completion.chunk":
        take_message(answer, event)
        delta = dict_or_empty(_choice(event).get("delta"))
        if isinstance(piece := delta.get("content"), str):
            _add(answer, "text", piece)


def take_message(answer: Answer, message: Json) -> None:
    """Fold into ``answer`` what a message says beside its content."""
    answer.take_message(message)
    if isinstance(message.get("error"), dict):
        answer.take_error(message)
    if (status := text_or(message.get("status"))) in _OVER:
        answer.stop_reason, answer.complete = status, True
    if reason := text_or(_choice(message).get("finish_reason")):
        answer.stop_reason, answer.complete = reason, True


def blocks_of(message: Json) -> list[AnswerBlock]:
    """The content of a message that was not streamed."""
    blocks = [_item(dict_or_empty(item)) for item in list_or_empty(message.get("output"))]
    said = text_or(dict_or_empty(_choice(message).get("message")).get("content"))
    if said:
        blocks.append(AnswerBlock("text", done=True, pieces=[said]))
    return blocks


def _choice(message: Json) -> Json:
    choices = list_or_empty(message.get("choices"))
    return dict_or_empty(choices[0]) if choices else {}


def _add(answer: Answer, kind: str, piece: str) -> None:
    if not answer.blocks or answer.blocks[-1].kind != kind:
        answer.blocks.append(AnswerBlock(kind))
    answer.blocks[-1].pieces.append(piece)


def _item(item: Json) -> AnswerBlock:
    if item.get("type") == "function_call":
        name, call = text_or(item.get("name")), text_or(item.get("call_id"))
        return AnswerBlock("tool_use", name, call, True, [text_or(item.get("arguments"))])
    parts = [dict_or_empty(part) for part in list_or_empty(item.get("content"))]
    kind = "text" if item.get("type") == "message" else text_or(item.get("type"))
    return AnswerBlock(kind, done=True, pieces=[text_or(part.get("text")) for part in parts])

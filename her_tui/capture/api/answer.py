"""The answer to a request, folded from its events or read from its JSON, cut ones included."""

from __future__ import annotations

from dataclasses import dataclass, field

from her_tui.capture.api import openai
from her_tui.capture.api.body import dumped
from her_tui.capture.api.parts import AnswerBlock as AnswerBlock
from her_tui.capture.api.sse import SseReader
from her_tui.capture.api.usage import overlaid, tokens_of
from her_tui.capture.lines import load
from her_tui.capture.values import Json, dict_or_empty, list_or_empty, text_or
from her_tui.events.requests import Tokens

_REDACTED = "<REDACTED>"

#: Keys of a block, or of a piece of one, that hold its text.
_TEXTS = ("text", "thinking", "partial_json", "content")

#: A stream that names more blocks than this is none of an API's.
_MOST_BLOCKS = 10_000


@dataclass(slots=True)
class Answer:
    """What an answer says so far."""

    message_id: str | None = None
    model: str | None = None
    stop_reason: str | None = None
    usage: Json = field(default_factory=dict)
    """As the API reported it, the last word on each."""
    error: str = ""
    """``type: message`` of an error, in the stream or instead of an answer."""
    request_id: str | None = None
    """The API's id of the request, where an error names it."""
    blocks: list[AnswerBlock] = field(default_factory=list)
    complete: bool = False
    """The message ended in the way messages end."""
    redacted: bool = False
    """The client left the thinking out."""

    @property
    def tokens(self) -> Tokens | None:
        """None: no usage was reported."""
        return tokens_of(self.usage)

    @property
    def text(self) -> str:
        """What the human would read: the text blocks, one after another."""
        return "\n".join(block.text for block in self.blocks if block.kind == "text")

    def take(self, event: Json) -> None:
        """Fold in the data of one event of a stream."""
        kind = text_or(event.get("type"))
        if kind == "content_block_delta":
            self._more(event)
        elif kind == "content_block_start":
            self._start(event)
        elif kind == "content_block_stop":
            if block := self._block(event.get("index")):
                block.done = True
        elif kind == "message_start":
            self.take_message(dict_or_empty(event.get("message")))
        elif kind == "message_delta":
            self.take_message(event)
            self.take_message(dict_or_empty(event.get("delta")))
        elif kind == "message_stop":
            self.complete = True
        elif kind == "error" and "response" not in event:
            self.take_error(event)
        elif kind != "ping":
            openai.take_event(self, kind, event)

    def take_whole(self, message: Json) -> None:
        """Fold in the JSON of an answer that was not streamed."""
        if message.get("error") is not None:
            self.take_error(message)
            return
        self.take_message(message)
        if "input_tokens" in message:  # the answer to a count
            self.usage = overlaid(self.usage, {"input_tokens": message["input_tokens"]})
            self.complete = True
        for value in list_or_empty(message.get("content")):
            self.blocks.append(_whole_block(dict_or_empty(value)))
        openai.take_message(self, message)
        self.blocks += openai.blocks_of(message)
        self.redacted = self.redacted or any(
            block.kind == "thinking" and block.text == _REDACTED for block in self.blocks
        )
        self.complete = self.complete or self.stop_reason is not None

    def take_error(self, message: Json) -> None:
        """Fold in an error, as an event or as the whole answer."""
        error = message.get("error")
        inside = dict_or_empty(error)
        words = (text_or(inside.get(key)) for key in ("type", "message"))
        said = ": ".join(word for word in words if word) or text_or(error)
        self.error = said or text_or(message.get("message")) or "error"
        self.request_id = text_or(message.get("request_id")) or self.request_id

    def take_message(self, message: Json) -> None:
        """Fold in what a message, or a change of one, says beside its content."""
        self.message_id = text_or(message.get("id")) or self.message_id
        self.model = text_or(message.get("model")) or self.model
        self.stop_reason = text_or(message.get("stop_reason")) or self.stop_reason
        self.usage = overlaid(self.usage, message.get("usage"))

    def _start(self, event: Json) -> None:
        index = event.get("index")
        block = _whole_block(dict_or_empty(event.get("content_block")))
        block.done = False
        if block.kind.endswith("tool_use"):
            block.pieces.clear()  # an empty object stands for the input that is to come
        if type(index) is int and 0 <= index < _MOST_BLOCKS:
            while len(self.blocks) <= index:
                self.blocks.append(AnswerBlock(""))
            self.blocks[index] = block

    def _more(self, event: Json) -> None:
        block = self._block(event.get("index"))
        delta = dict_or_empty(event.get("delta"))
        for key in _TEXTS:
            if block and isinstance(piece := delta.get(key), str):
                block.pieces.append(piece)

    def _block(self, index: object) -> AnswerBlock | None:
        if type(index) is not int or not 0 <= index < len(self.blocks):
            return None
        return self.blocks[index]


def _whole_block(block: Json) -> AnswerBlock:
    texts = [text for key in _TEXTS if isinstance(text := block.get(key), str)]
    if not texts and "input" in block:
        texts = [dumped(block["input"]).decode()]
    return AnswerBlock(
        text_or(block.get("type")),
        text_or(block.get("name")),
        text_or(block.get("id")),
        done=True,
        pieces=texts[:1],
    )


def answer_of(body: bytes) -> Answer:
    """The answer in a stored response ``body``: Server-Sent Events, or JSON from the API or as
    telemetry writes it."""
    answer = Answer()
    if body.lstrip()[:1] == b"{":
        whole = load(body)
        if whole is not None:
            answer.take_whole(whole)
        return answer
    reader = SseReader()
    for event in [*reader.feed(body), *reader.close()]:
        answer.take(event.data)
    answer.complete = answer.complete or reader.ended
    return answer

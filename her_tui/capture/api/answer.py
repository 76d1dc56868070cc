"""The answer to a request, folded from its events or read from its JSON, cut ones included."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from her_tui.events.requests import Tokens


@dataclass(slots=True)
class AnswerBlock:
    """One content block, as far as it came."""

    kind: str
    """``text``, ``thinking``, ``tool_use`` …"""
    name: str = ""
    """Of a tool call: the tool's name."""
    id: str = ""
    """Of a tool call: its id."""
    text: str = ""
    """Text or thinking; of a tool call its input as JSON, which may be cut."""
    done: bool = False
    """It came whole."""


@dataclass(slots=True)
class Answer:
    """What an answer says so far."""

    message_id: str | None = None
    model: str | None = None
    stop_reason: str | None = None
    tokens: Tokens | None = None
    """None: no usage was reported."""
    error: str = ""
    """``type: message`` of an error, in the stream or instead of an answer."""
    request_id: str | None = None
    """The API's id of the request, where an error names it."""
    blocks: list[AnswerBlock] = field(default_factory=list)
    complete: bool = False
    """The message ended in the way messages end."""
    redacted: bool = False
    """The client left the thinking out."""

    def take(self, event: dict[str, Any]) -> None:
        """Fold in the data of one event of a stream."""
        raise NotImplementedError

    def take_whole(self, message: dict[str, Any]) -> None:
        """Fold in the JSON of an answer that was not streamed."""
        raise NotImplementedError

    @property
    def text(self) -> str:
        """What the human would read: the text blocks, one after another."""
        raise NotImplementedError


def answer_of(body: bytes) -> Answer:
    """The answer in a stored response ``body``: Server-Sent Events, or JSON from the API or as
    telemetry writes it."""
    raise NotImplementedError

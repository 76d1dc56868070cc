"""The parts an answer is made of."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class AnswerBlock:
    """One content block, as far as it came."""

    kind: str
    """``text``, ``thinking``, ``tool_use`` …"""
    name: str = ""
    """Of a tool call: the tool's name."""
    id: str = ""
    """Of a tool call: its id."""
    done: bool = False
    """It came whole."""
    pieces: list[str] = field(default_factory=list)
    """Its text in the pieces it came in."""

    @property
    def text(self) -> str:
        """Text or thinking; of a tool call its input as JSON, which may be cut."""
        return "".join(self.pieces)

"""An answer that is coming in, piece by piece: what of it stands is made once. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from her_tui.queries.turns import Item
from her_tui.ui.renderers.calling import call_line
from her_tui.ui.renderers.line import BLANK, Block, Line, line, plain
from her_tui.ui.renderers.prose import prose

Piece = tuple[str, str]
"""A block's kind (``thinking``, ``text`` or ``tool_use``) and its text so far."""

#: Items at the end of the flow that may be what is still shown as coming in.
_LAST = 12


class Streaming:
    """The blocks of what is coming in; paragraphs that are complete stay the same blocks."""

    def __init__(self) -> None:
        self.pieces: Sequence[Piece] = ()
        self._standing: dict[tuple[int, int, int], Block] = {}

    def show(self, pieces: Sequence[Piece]) -> bool:
        """Show ``pieces`` from now on; whether they are others than before."""
        if tuple(pieces) == tuple(self.pieces):
            return False
        if not continues(self.pieces, pieces):
            self._standing.clear()
        self.pieces = tuple(pieces)
        return True

    def blocks(self, items: Sequence[Item], base: str = "") -> tuple[Block, ...]:
        """What is coming in, without what is among ``items``, the end of the flow, already; paths
        as seen from the folder ``base``."""
        told = [item.text for item in items[-_LAST:] if item.text]
        made: list[Block] = []
        for number, (kind, text) in enumerate(self.pieces):
            if kind == "tool_use":
                made.append(Block(("streaming", number), (call_line(text, base),)))
            elif text and not any(each.startswith(text.rstrip()) for each in told):
                made += self._paragraphs(number, kind, text)
        return tuple(made)

    def _paragraphs(self, number: int, kind: str, text: str) -> list[Block]:
        """One block per paragraph: only the last is made anew."""
        made: list[Block] = []
        start = 0
        for end in (*paragraphs(text), len(text)):
            key = (number, start, end)
            block = self._standing.get(key)
            if block is None and text[start:end].strip():
                block = _paragraph(key, kind, text[start:end], first=not made)
                if end < len(text):
                    self._standing[key] = block
            if block is not None:
                made.append(block)
            start = end
        return made


def continues(before: Sequence[Piece], pieces: Sequence[Piece]) -> bool:
    """Whether ``pieces`` are those ``before``, further on."""
    return len(before) <= len(pieces) and all(
        old[0] == new[0] and new[1].startswith(old[1])
        for old, new in zip(before, pieces, strict=False)
    )


def paragraphs(text: str) -> list[int]:
    """Where the paragraphs of ``text`` end that are complete: after an empty line that is in no
    fenced code."""
    ends: list[int] = []
    at = text.find("\n\n")
    fences = start = 0
    while at >= 0:
        fences += text.count("```", start, at)
        start = at
        if not fences % 2:
            ends.append(at + 2)
        at = text.find("\n\n", at + 2)
    return ends


def _paragraph(key: tuple[int, int, int], kind: str, text: str, *, first: bool) -> Block:
    thinking = kind == "thinking"
    lines: list[Line] = plain(text.lstrip("\n"), "thinking") if thinking else prose(text)
    if thinking and first:
        lines.insert(0, line("∴ thinking …", "thinking", wrap=False))
    return Block(("streaming", *key[:2]), (BLANK, *lines), lead=1)

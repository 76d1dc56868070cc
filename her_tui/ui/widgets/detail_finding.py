"""Where the searched text is in the turn on screen, and at which place one is. No widget."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from her_tui.ui.renderers.as_of import Cut
from her_tui.ui.renderers.finding import Match, matches_in, pattern_of
from her_tui.ui.renderers.flow import Flow, Folding, Hit, Opened
from her_tui.ui.renderers.line import Block

#: The block number that stands for the prompt.
PROMPT = -1


class Finder:
    """The places of one text in one turn."""

    def __init__(self) -> None:
        self.text = ""
        self.pattern: re.Pattern[str] | None = None
        self.hits: list[Hit] = []
        self.here: Hit | None = None
        self.inside: frozenset[int] = frozenset()
        """Actions that were not read for the screen, but are known to hold the text."""

    def look_for(self, text: str) -> None:
        """Search for ``text`` from now on; nothing if it is empty."""
        self.text = text
        self.pattern = pattern_of(text)
        self.hits = []
        self.here = None
        self.inside = frozenset()

    def search(
        self,
        prompt: Sequence[Block],
        flow: Flow | None,
        folding: Folding,
        details: Mapping[int, Opened],
        cut: Cut | None = None,
    ) -> None:
        """Find all places anew, in what ``cut`` leaves of the turn; the one we are at stays, or
        becomes the first in its block."""
        self.hits = []
        if self.pattern is None:
            self.here = None
            return
        for block in prompt:
            self.hits += [Hit(PROMPT, match) for match in matches_in(block.lines, self.pattern)]
        if flow is not None:
            self.hits += flow.hits(self.pattern, folding, details, self.inside, cut)
        if self.here is not None and self.here not in self.hits:
            block_here = self.here.block
            self.here = next((hit for hit in self.hits if hit.block == block_here), None)

    def step(self, step: int, cursor: int | None) -> Hit | None:
        """The next place in the direction of ``step``, around the end; the first one is looked for
        from block ``cursor`` on."""
        if not self.hits:
            self.here = None
        elif self.here is None:
            start = PROMPT if cursor is None else cursor
            self.here = next((hit for hit in self.hits if hit.block >= start), self.hits[0])
        else:
            at = self.hits.index(self.here)
            self.here = self.hits[(at + step) % len(self.hits)]
        return self.here

    @property
    def number(self) -> int:
        """Which of the places we are at, from 1; 0: none."""
        return self.hits.index(self.here) + 1 if self.here in self.hits else 0

    def marks(self, prompt: bool) -> dict[int, list[Match]]:
        """What to mark, by block of the prompt's or of the flow's view."""
        found: dict[int, list[Match]] = {}
        for block, match in self.hits:
            if match is not None and (block == PROMPT) is prompt:
                found.setdefault(max(block, 0), []).append(match)
        return found

    def mark_here(self, prompt: bool) -> tuple[int, Match] | None:
        """The mark we are at, if it is in that view."""
        if self.here is None or self.here.match is None:
            return None
        return (max(self.here.block, 0), self.here.match) if prompt is self.in_prompt else None

    @property
    def in_prompt(self) -> bool:
        """Whether the place we are at is in the prompt."""
        return self.here is not None and self.here.block == PROMPT

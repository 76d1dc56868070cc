"""What opens a turn. Whoever counts turns asks here: the timeline, and the rows of turns."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from her_tui.events.model import BLOCKS, EventKind, Flag

#: What the human types beside prompts: the agent answers it, or the client alone does.
ASKS = frozenset((EventKind.COMMAND, EventKind.SHELL))

#: What the agent answers with; an error of the API stands in its place.
ANSWERS = BLOCKS | {EventKind.API_ERROR}


def _any_of(kinds: Collection[EventKind]) -> re.Pattern[bytes]:
    """Finds kinds of events in many, faster than a loop does."""
    return re.compile(b"[" + re.escape(bytes(kinds)) + b"]")


_DECIDES = _any_of((EventKind.PROMPT, EventKind.INTERRUPT, EventKind.INJECTED, *ASKS))
_ANSWERS = _any_of(ANSWERS)
_LOCAL = int(Flag.LOCAL)


def openings(kinds: bytes, flags: Sequence[int], agents: Sequence[int]) -> list[int]:
    """The positions of the events that open a turn, of a timeline with these kinds, flags and row
    ids of subagents (0 on the main thread).

    A prompt opens one. So does a slash command or a shell command that the agent answers: before
    the human says something else or stops the agent, something of an answer follows on the main
    thread. What the client does by itself (``/clear``, ``/model``, ``/compact``) opens none,
    whatever follows: it is recorded as such, or right behind a note that says so (`Flag.LOCAL`;
    seen with every client from 1.0.60 to 2.1.328). That it printed something tells nothing:
    ``/plan mend it`` does, and is answered.

    What comes later takes none away, and opens none before the last.
    """
    found: list[int] = []
    asked = noted = -1
    for match in _DECIDES.finditer(kinds):
        at = match.start()
        kind = kinds[at]
        if agents[at]:
            continue
        if kind == EventKind.INJECTED:
            if flags[at] & _LOCAL:
                noted = at
            continue
        behind = noted >= 0 and not _answered(kinds, agents, noted, at)
        noted = -1
        if kind in ASKS and (behind or flags[at] & _LOCAL):
            continue
        if asked >= 0 and _answered(kinds, agents, asked, at):
            found.append(asked)
        asked = at if kind in ASKS else -1
        if kind == EventKind.PROMPT:
            found.append(at)
    if asked >= 0 and _answered(kinds, agents, asked, len(kinds)):
        found.append(asked)
    return found


def _answered(kinds: bytes, agents: Sequence[int], after: int, until: int) -> bool:
    """Whether the agent says something between two positions."""
    return any(not agents[match.start()] for match in _ANSWERS.finditer(kinds, after + 1, until))

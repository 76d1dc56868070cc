"""What opens a turn. Whoever counts turns asks here: the timeline, and the rows of turns."""

from __future__ import annotations

from collections.abc import Iterable

from her_tui.events.model import EventKind, Flag

#: What the human types that the agent may answer, or the client alone.
ASKS = frozenset((EventKind.COMMAND, EventKind.SHELL))

#: What the agent answers with; an error of the API stands in its place.
ANSWERS = frozenset(
    (
        EventKind.THINKING,
        EventKind.TEXT,
        EventKind.TOOL_USE,
        EventKind.BLOCK,
        EventKind.API_ERROR,
    )
)

#: Kinds that decide nothing, and most of what there is.
_SILENT = frozenset(EventKind) - {
    EventKind.PROMPT,
    EventKind.INTERRUPT,
    EventKind.INJECTED,
    *ASKS,
    *ANSWERS,
}

_LOCAL = int(Flag.LOCAL)


def openings(events: Iterable[tuple[int, int, int]]) -> list[int]:
    """Which of ``events`` open a turn, by their indices. They come in the order of the timeline, as
    (`EventKind`, `Flag` bits, row id of the subagent or 0).

    A prompt opens one. So does a slash command or a shell command that the agent answers: before
    the human says something else or stops the agent, something of an answer follows on the main
    thread. What the client does by itself (``/clear``, ``/model``, ``/compact``) opens none,
    whatever follows: it is recorded as such, or right behind a note that says so (`Flag.LOCAL`;
    seen with every client from 1.0.60 to 2.1.328). That it printed something tells nothing:
    ``/plan mend it`` does, and is answered.
    """
    found: list[int] = []
    asked: int | None = None
    local = False
    for at, (kind, flags, agent) in enumerate(events):
        if agent or kind in _SILENT:
            continue
        if kind == EventKind.INJECTED:
            local = local or bool(flags & _LOCAL)
            continue
        if kind in ASKS:
            if not local and not flags & _LOCAL:
                asked = at
        else:
            if kind == EventKind.PROMPT:
                found.append(at)
            elif asked is not None and kind in ANSWERS:
                found.append(asked)
            asked = None
        local = False
    return found

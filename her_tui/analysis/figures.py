"""What a session, a branch or a turn comes to, in numbers that can be added and taken away."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from math import fsum

from her_tui.analysis.timeline import Timeline
from her_tui.events.model import EventKind

#: Longer than this nothing is under way any more, whatever was recorded: the machine slept, or the
#: client was closed (milliseconds).
LONGEST_MS = 900_000

#: What the human does. The time before it was theirs.
_HUMAN = frozenset((EventKind.PROMPT, EventKind.COMMAND, EventKind.SHELL))


@dataclass(frozen=True, slots=True)
class Figures:
    """The numbers. Of two that were taken from each other they may be negative."""

    turns: int = 0
    prompts: int = 0
    responses: int = 0
    """Of the conversation; side requests are in tokens and cost alone."""
    actions: int = 0
    errors: int = 0
    corrections: int = 0
    """How often the human put the agent right, as far as that can be told."""
    input: int = 0
    output: int = 0
    cache_creation: int = 0
    cache_read: int = 0
    cost: float | None = None
    """US dollars; None where nothing could be priced."""
    unpriced: int = 0
    """Responses of unknown price, whose cost is missing."""
    duration_ms: int = 0
    """From the first event to the last."""
    active_ms: int = 0
    """The same without the time that passed before the human said something, and without what is
    longer than `LONGEST_MS` of any other pause."""
    added: int = 0
    """Lines, by edits."""
    removed: int = 0
    edits: int = 0
    commits: int = 0
    files: frozenset[str] = frozenset()
    """Paths that were changed."""
    models: frozenset[str] = frozenset()
    """That answered on the main thread."""
    file_count: int = 0

    @property
    def tokens(self) -> int:
        """Tokens of all kinds."""
        return self.input + self.output + self.cache_creation + self.cache_read

    def __sub__(self, other: Figures) -> Figures:
        """How much more this is; a cost is told only where both are known. The sets are those that
        only this has."""
        values: dict[str, object] = {
            name: getattr(self, name) - getattr(other, name) for name in _NUMBERS
        }
        if self.cost is not None and other.cost is not None:
            values["cost"] = self.cost - other.cost
        for name in ("files", "models"):
            values[name] = getattr(self, name) - getattr(other, name)
        return Figures(**values)  # type: ignore[arg-type]


_NUMBERS = tuple(
    field.name for field in fields(Figures) if field.name not in ("cost", "files", "models")
)


def total(parts: Iterable[Figures]) -> Figures:
    """All of ``parts`` together; files that several changed are counted once."""
    every = list(parts)
    costs = [each.cost for each in every if each.cost is not None]
    files = frozenset(path for each in every for path in each.files)
    values: dict[str, object] = {
        name: sum(getattr(each, name) for each in every) for name in _NUMBERS
    }
    values |= {
        "cost": fsum(costs) if costs else None,
        "files": files,
        "file_count": len(files),
        "models": frozenset(model for each in every for model in each.models),
    }
    return Figures(**values)  # type: ignore[arg-type]


def active(timeline: Timeline, positions: Sequence[int], clock: Sequence[int]) -> int:
    """How much of the time between the events at ``positions`` was not the human's, by their
    ``clock``; a pause counts as `LONGEST_MS` at most."""
    spent = 0
    for index in range(1, len(positions)):
        position = positions[index]
        if timeline.kinds[position] in _HUMAN and not timeline.agents[position]:
            continue
        spent += min(LONGEST_MS, clock[index] - clock[index - 1])
    return spent

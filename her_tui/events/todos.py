"""What one call of a tool changes in the agent's task list."""

from __future__ import annotations

from typing import NamedTuple


class TodoEntry(NamedTuple):
    """One entry of a task list, or what is new of it."""

    key: str
    """What tells it from others; of a list given as a whole, its number."""
    text: str | None
    """None: as before."""
    status: str | None
    """``pending``, ``in_progress`` or ``completed``; None: as before (at first: ``pending``)."""
    removed: bool = False


class TodoChange(NamedTuple):
    """A new list, or changes of single entries."""

    entries: tuple[TodoEntry, ...]
    whole: bool
    """The list is ``entries`` and nothing else from now on."""

"""The text of a file as of any moment, rebuilt from what was recorded of its edits.

Nothing is guessed: a text is told only if every step to it is recorded, else the reason why not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from her_tui.events.content import FileSeen, Patch


class Why(StrEnum):
    """Why a text cannot be rebuilt."""

    NO_ORIGINAL = "no original was recorded"
    DOES_NOT_FIT = "the edit does not fit what was there"
    ONLY_A_PATCH = "only a patch was recorded"
    """(helper: refine the reasons to what is really met)"""


@dataclass(frozen=True, slots=True)
class Revision:
    """One moment at which something is known of a file."""

    position: int
    """Where on the timeline: of an edit, its outcome."""
    event: int
    """Row id of that event."""
    action: int
    """Row id of the action; 0: a backup of the client's."""
    edit: bool
    """It changed the file; else the file was only seen."""
    seen: FileSeen
    """What call and result together say."""
    patch: Patch | None = None


@dataclass(frozen=True, slots=True)
class Text:
    """The text of a file as of a revision."""

    text: str | None
    """None: there is no such file, or it cannot be rebuilt."""
    why: str = ""
    """Why it cannot be rebuilt; empty if it could, or there was no file."""
    outside: bool = False
    """It differs from what the edits before it would have left: something else changed it."""


def rebuild(revisions: Sequence[Revision]) -> list[Text]:
    """The text after each of the ``revisions`` of one file, which come in order of position."""
    raise NotImplementedError

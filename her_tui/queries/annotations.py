"""What the user says of sessions and prompts: stars, tags and notes."""

from __future__ import annotations

from dataclasses import dataclass

from her_tui.queries.library import Library


@dataclass(frozen=True, slots=True)
class Annotation:
    """What is said of one session or prompt."""

    starred: bool = False
    tags: tuple[str, ...] = ()
    note: str = ""

    def __bool__(self) -> bool:
        return bool(self.starred or self.tags or self.note)


def of_session(library: Library, agent: str, session_id: str) -> dict[bytes, Annotation]:
    """What is said of a session (key ``b""``) and of its prompts (by `Event.key`)."""
    return {}


def all_tags(library: Library) -> tuple[str, ...]:
    """Every tag in use, in order of the alphabet."""
    raise NotImplementedError

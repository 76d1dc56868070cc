"""A moment of a session as a person writes it: a time, an offset, a turn, an event, a record."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class At:
    """A time of day (of the session's first day that has it), or a time and a day."""

    text: str
    """``14:03``, ``14:03:20``, ``2026-11-20T14:03:20Z`` …"""


@dataclass(frozen=True, slots=True)
class Offset:
    """So long after the session began; negative: before its end."""

    ms: int


@dataclass(frozen=True, slots=True)
class TurnNumber:
    """The prompt of this turn."""

    number: int


@dataclass(frozen=True, slots=True)
class EventNumber:
    """The event of this number on the timeline, from 1."""

    number: int


@dataclass(frozen=True, slots=True)
class Identity:
    """The record with this uuid, or whose uuid starts so; or a tool-use id."""

    text: str


Moment = At | Offset | TurnNumber | EventNumber | Identity


def parse(text: str) -> Moment:
    """``12`` or ``turn=12``: a turn; ``+1h2m``, ``+90``, ``+1:02:03``, ``-30s``: an offset;
    ``#345`` or ``event=345``: an event; a time; else a record. Raises `UsageError`."""
    raise NotImplementedError


def split_reference(text: str) -> tuple[str, Moment | None]:
    """``SESSION@T``, ``SESSION#turn=12``, ``SESSION#event=UUID`` or ``SESSION`` taken apart. Raises
    `UsageError`."""
    raise NotImplementedError

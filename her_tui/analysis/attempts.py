"""Which attempts on the API belong to one response."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypeVar


class AttemptLike(Protocol):
    """What grouping needs to know of an attempt."""

    @property
    def agent(self) -> str | int | None: ...
    @property
    def kind(self) -> str | None: ...
    @property
    def conversation(self) -> bytes: ...
    @property
    def request_id(self) -> str | None: ...
    @property
    def message_id(self) -> str | None: ...
    @property
    def started(self) -> int | None: ...
    @property
    def outcome(self) -> str: ...
    @property
    def streamed(self) -> bool | None: ...


A = TypeVar("A", bound=AttemptLike)


def group(attempts: Sequence[A]) -> list[list[A]]:
    """``attempts`` of one session as groups, each the attempts at one response in order of start;
    groups in order of their first. The same groups whatever order the attempts come in.

    An attempt continues the one before it if it sent the same conversation for the same agent and
    purpose, and that one did not end well.
    """
    raise NotImplementedError

"""Which attempts on the API belong to one response."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
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

#: The outcome after which the client does not try again (`events.requests.Outcome`), and the kind
#: that is asked many times of one conversation (`RequestKind`); text here, since rows hold text.
_WELL, _COUNT = "ok", "count"


def group(attempts: Sequence[A]) -> list[list[A]]:
    """``attempts`` of one session as groups, each the attempts at one response in order of start;
    groups in order of their first. The same groups whatever order the attempts come in.

    An attempt continues the one before it if it sent the same conversation for the same agent and
    purpose, and that one did not end well. Retries send the very same; a fallback asks for no
    stream; variants after a status of 400 differ in what is no conversation.
    """
    groups: list[list[A]] = []
    latest: dict[Hashable, list[A]] = {}
    for attempt in sorted(attempts, key=_order):
        if not attempt.conversation or attempt.kind == _COUNT:
            groups.append([attempt])
            continue
        purpose = (attempt.agent or None, attempt.kind, attempt.conversation)
        before = latest.get(purpose)
        if before is not None and _may_follow(before[-1], attempt):
            before.append(attempt)
        else:
            latest[purpose] = [attempt]
            groups.append(latest[purpose])
    return groups


def _may_follow(before: AttemptLike, attempt: AttemptLike) -> bool:
    """``attempt`` may be another try at what ``before`` did not get."""
    return before.outcome != _WELL and attempt.started is not None


def _order(attempt: AttemptLike) -> tuple[bool, int, bool, str, str, str, str]:
    """Order of start; of one moment, what ended well comes last, since nothing is tried after it;
    beside that anything that is the attempt's own, so that the order they come in does not matter.
    """
    return (
        attempt.started is None,
        attempt.started or 0,
        attempt.outcome == _WELL,
        attempt.request_id or "",
        attempt.message_id or "",
        str(attempt.outcome),
        f"{attempt.agent} {attempt.kind} {attempt.streamed} {attempt.conversation.hex()}",
    )

"""Attempts at one response are found together."""

from __future__ import annotations

from dataclasses import dataclass, replace
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from her_tui.analysis.attempts import group
from her_tui.events.requests import Outcome, RequestKind


@dataclass(frozen=True)
class _Attempt:
    started: int | None
    outcome: str = Outcome.OK
    conversation: bytes = b"c"
    agent: int = 0
    kind: str = RequestKind.MAIN
    request_id: str | None = None
    message_id: str | None = None
    streamed: bool | None = True


def _times(groups: list[list[_Attempt]]) -> list[list[int | None]]:
    return [[attempt.started for attempt in one] for one in groups]


def test_retries_until_it_works_are_one() -> None:
    attempts = [
        _Attempt(1, Outcome.ERROR),
        _Attempt(2, Outcome.UPSTREAM),
        _Attempt(3, Outcome.LOST),
        _Attempt(4),
        _Attempt(5),
    ]
    assert _times(group(attempts)) == [[1, 2, 3, 4], [5]]


def test_a_fallback_without_a_stream_belongs_to_the_stream_that_failed() -> None:
    attempts = [_Attempt(1, Outcome.ERROR), _Attempt(2, streamed=False)]
    assert _times(group(attempts)) == [[1, 2]]


def test_one_on_its_way_after_a_failure_belongs_to_it() -> None:
    assert _times(group([_Attempt(1, Outcome.CLIENT), _Attempt(2, Outcome.PENDING)])) == [[1, 2]]


def test_agents_purposes_and_conversations_are_kept_apart() -> None:
    failed = _Attempt(1, Outcome.ERROR)
    others = [
        replace(failed, started=2, agent=7),
        replace(failed, started=3, kind=RequestKind.COMPACT),
        replace(failed, started=4, conversation=b"d"),
    ]
    assert _times(group([failed, *others, _Attempt(5)])) == [[1, 5], [2], [3], [4]]


def test_what_has_no_conversation_or_is_asked_often_stands_alone() -> None:
    blank = _Attempt(1, Outcome.ERROR, b"")
    count = _Attempt(3, Outcome.ERROR, kind=RequestKind.COUNT)
    attempts = [blank, replace(blank, started=2), count, replace(count, started=4)]
    assert _times(group(attempts)) == [[1], [2], [3], [4]]


def test_one_without_a_start_is_not_guessed_at() -> None:
    assert _times(group([_Attempt(None), _Attempt(1, Outcome.ERROR)])) == [[1], [None]]


_attempts = st.lists(
    st.builds(
        _Attempt,
        started=st.none() | st.integers(0, 6),
        outcome=st.sampled_from(list(Outcome)),
        conversation=st.sampled_from((b"", b"c", b"d")),
        agent=st.integers(0, 1),
        kind=st.sampled_from((RequestKind.MAIN, RequestKind.COUNT)),
        request_id=st.sampled_from((None, "r1", "r2")),
        streamed=st.booleans(),
    ),
    max_size=9,
)


@given(_attempts, st.randoms())
def test_the_order_they_come_in_does_not_matter(attempts: list[_Attempt], random: Random) -> None:
    groups = group(attempts)
    shuffled = list(attempts)
    random.shuffle(shuffled)
    assert group(shuffled) == groups


@given(_attempts)
def test_every_attempt_is_in_one_group_in_order(attempts: list[_Attempt]) -> None:
    groups = group(attempts)
    flat = [attempt for one in groups for attempt in one]
    assert sorted(map(repr, flat)) == sorted(map(repr, attempts))
    for one in groups:
        starts = [attempt.started or 0 for attempt in one]
        assert starts == sorted(starts)
        assert all(attempt.outcome != Outcome.OK for attempt in one[:-1])
        assert len({(attempt.agent, attempt.conversation) for attempt in one}) == 1

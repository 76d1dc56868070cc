"""What opens a turn."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from her_tui.events.model import HIDDEN, Flag
from her_tui.events.model import EventKind as K
from her_tui.events.turns import ANSWERS, ASKS, openings

LOCAL = int(Flag.LOCAL)
CAVEAT = (K.INJECTED, LOCAL)


def opened(*events: K | tuple[K, int] | tuple[K, int, int]) -> list[int]:
    """Which of ``events`` open a turn: a kind, with flags, with a subagent."""
    told = [event if isinstance(event, tuple) else (event,) for event in events]
    return laid([(int(each[0]), *each[1:], *(0, 0))[:3] for each in told])


def laid(events: Sequence[tuple[int, ...]]) -> list[int]:
    """The same of (kind, flags, subagent)."""
    kinds, flags, agents = ([event[part] for event in events] for part in range(3))
    return openings(bytes(kinds), flags, agents)


@pytest.mark.parametrize("answer", sorted(ANSWERS))
@pytest.mark.parametrize("asked", sorted(ASKS))
def test_what_is_answered_opens_one(asked: K, answer: K) -> None:
    assert opened(asked, answer) == [0]
    assert opened(K.PROMPT, K.TEXT, asked, K.INJECTED, K.RETRY, answer, answer) == [0, 2]


@pytest.mark.parametrize(
    "after",
    [
        pytest.param((), id="nothing"),
        pytest.param((K.INJECTED, K.NOTICE, K.COMPACTION, K.GAP), id="what the harness notes"),
        pytest.param((K.TOOL_RESULT,), id="the outcome of what was under way"),
        pytest.param(((K.TEXT, 0, 7), (K.TOOL_USE, 0, 7)), id="what a subagent says"),
    ],
)
def test_what_is_not_answered_opens_none(after: tuple[K | tuple[K, int, int], ...]) -> None:
    assert opened(K.COMMAND, *after) == []
    assert opened(K.PROMPT, K.TEXT, K.COMMAND, *after) == [0]


def test_another_word_of_the_human_ends_the_wait() -> None:
    assert opened(K.COMMAND, K.PROMPT, K.TEXT) == [1]
    assert opened(K.COMMAND, K.COMMAND, K.TEXT) == [1]
    assert opened(K.COMMAND, K.INTERRUPT, K.TEXT) == []
    assert opened(K.COMMAND, K.TEXT, K.INTERRUPT) == [0]


def test_what_the_client_does_by_itself_opens_none_and_ends_no_wait() -> None:
    assert opened((K.COMMAND, LOCAL), K.TEXT) == []
    assert opened(CAVEAT, K.COMMAND, K.INJECTED, K.TEXT) == []
    assert opened(K.COMMAND, CAVEAT, K.COMMAND, K.TEXT) == [0]
    assert opened(K.COMMAND, (K.COMMAND, LOCAL), K.TEXT) == [0]
    assert opened(CAVEAT, K.SHELL, K.COMMAND, K.TEXT) == [2], "the note is of one command"
    assert opened(CAVEAT, K.TEXT, K.COMMAND, K.TEXT) == [2], "the one right behind it"
    assert opened(CAVEAT, (K.TEXT, 0, 7), K.COMMAND, K.TEXT) == []


def test_a_subagent_opens_none() -> None:
    assert opened((K.PROMPT, 0, 7), (K.COMMAND, 0, 7), (K.TEXT, 0, 7)) == []
    assert opened(K.COMMAND, (K.PROMPT, 0, 7), K.TEXT) == [0]


_events = st.lists(
    st.tuples(
        st.sampled_from([int(kind) for kind in K if kind not in HIDDEN]),
        st.sampled_from((0, LOCAL, int(Flag.ERROR))),
        st.sampled_from((0, 0, 0, 7)),
    ),
    max_size=40,
)


@given(_events, st.data())
def test_it_is_what_was_typed_in_order_and_all_prompts_are_in_it(
    events: list[tuple[int, int, int]], data: st.DataObject
) -> None:
    found = laid(events)
    assert found == sorted(set(found))
    assert all(events[at][0] in (K.PROMPT, *ASKS) and not events[at][2] for at in found)
    prompts = [at for at, (kind, _, agent) in enumerate(events) if kind == K.PROMPT and not agent]
    assert set(prompts) <= set(found)
    cut = data.draw(st.integers(0, len(events)))
    known = laid(events[:cut])
    assert known == found[: len(known)], "what comes later closes no turn, and opens none before"

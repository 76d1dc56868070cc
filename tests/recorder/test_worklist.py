"""The order in which things are encoded."""

from __future__ import annotations

from collections.abc import Iterable

from her_tui.queries.candidates import Candidate
from her_tui.recorder.worklist import Arrivals, Worklist


def came(candidates: Iterable[Candidate]) -> Arrivals:
    """These came."""
    arrivals = Arrivals()
    arrivals.note(candidates, 5000)
    return arrivals


def test_the_newest_first_and_responses_last() -> None:
    todo = Worklist()
    todo.add(
        came([Candidate(1, 10, False, 5), Candidate(2, 30, True, 5), Candidate(3, 20, True, 5)])
    )
    todo.add(came([Candidate(4, 0, True, 5), Candidate(5, 0, False, 5)]))
    assert len(todo) == 5
    assert todo.take(2) == [4, 2], "what comes later is taken first, whenever it was"
    assert todo.take(9) == [3]
    assert todo.take(9) == [5, 1]
    assert todo.take(9) == []


def test_what_was_not_done_comes_next() -> None:
    todo = Worklist()
    todo.add(came(Candidate(number, number, number > 5, 5) for number in range(1, 9)))
    assert todo.take(3) == [8, 7, 6]
    todo.put_back([7, 6])
    assert todo.take(3) == [7, 6]
    assert todo.take(3) == [5, 4, 3]
    todo.put_back([4, 3])
    todo.add(came([Candidate(9, 9, True, 5)]))
    assert [todo.take(2), todo.take(9)] == [[9], [4, 3, 2, 1]]


def test_an_event_takes_eight_bytes() -> None:
    todo = Worklist()
    arrivals = came(Candidate(number, -number, number % 2 == 0, 10**6) for number in range(1000))
    assert len(arrivals) == 1000
    todo.add(arrivals)
    assert sum(len(lane) * lane.itemsize for lane in (todo._first, todo._later)) == 8000


def test_when_the_reference_is_worth_its_start() -> None:
    assert not Arrivals().many
    texts = [Candidate(number, 0, False, 1000) for number in range(4000)]
    assert not came(texts[:3000]).many
    assert came(texts).many
    assert not came([Candidate(1, 0, True, 10**9)]).many, "no more than is encoded counts"

"""How full the context window was; `test_bookkeeping` holds it to the states of any session."""

from __future__ import annotations

from her_tui.analysis.filling import Answer, Row, fill_steps, windows_of
from her_tui.analysis.timeline import lay_out
from her_tui.events.model import EventKind

K = EventKind


def answer(number: int, tokens: int, *, own: bool = True, model: str = "m") -> Row:
    """A response."""
    return tuple(Answer(number, own, model, None, tokens, 0, 0, 0, None, 0))


def test_a_compaction_empties_it_until_the_next_response() -> None:
    kinds = (K.PROMPT, K.TEXT, K.COMPACTION, K.INJECTED, K.TEXT, K.TEXT, K.COMPACTION)
    agents = (0, 0, 0, 0, 0, 5, 5)
    line = lay_out(
        1,
        [
            (at, 0, at, int(kind), 0, agent)
            for at, (kind, agent) in enumerate(zip(kinds, agents, strict=True))
        ],
    )
    answers = [answer(1, 70), answer(2, 30), answer(3, 900, own=False), answer(4, 0)]
    filled = fill_steps(line, answers, {1: 1, 2: 4, 3: 5, 4: 5}, [3], {"m": 100}.get)
    assert filled == ([1, 2, 4], [70, 0, 30], [100, 100, 100])


def test_what_held_more_than_its_window_is_a_longer_one() -> None:
    answers = [answer(1, 150_000), answer(2, 300_000), answer(3, 10, model="other")]
    known = {"m": 200_000, "other": 200_000}
    assert windows_of(answers, known.get) == {"m": 1_000_000, "other": 200_000}
    assert windows_of([answer(1, 2_000_000)], known.get) == {"m": 200_000}

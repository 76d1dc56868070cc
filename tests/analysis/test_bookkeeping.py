"""What is recorded of a session, and where in its ledger it counts."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from math import isclose
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from her_tui.analysis.bookkeeping import Call, Recorded, Said, lay_steps
from her_tui.analysis.filling import Answer, fill_steps
from her_tui.analysis.ledger import Ledger, replayed
from her_tui.analysis.state import FOREVER, State, Todo
from her_tui.analysis.timeline import Timeline, lay_out
from her_tui.events.model import FAILED, ActionKind, EventKind, Status
from her_tui.events.todos import TodoChange, TodoEntry

K = EventKind
_MODEL = "model-1"


def call(number: int, **values: Any) -> Call:
    """An action that went well."""
    plain: dict[str, Any] = {
        "name": "Bash",
        "kind": "command",
        "target": "make",
        "status": "ok",
        "agent": 0,
    }
    known: dict[str, Any] = {**dict.fromkeys(Call._fields), **plain, "id": number, **values}
    return Call(**known)


def answer(number: int, **values: Any) -> Answer:
    """A response of the session's own thread."""
    plain: dict[str, Any] = {"own": True, "model": _MODEL, "time": None, "cost": 0.5, "unpriced": 0}
    tokens = dict.fromkeys(("input", "output", "cache_creation", "cache_read"), 10)
    return Answer(**({"id": number} | plain | tokens | values))


class Session:
    """Events a second apart, from 1,000 ms on; their row ids are 1, 2, …"""

    def __init__(self) -> None:
        self.rows: list[tuple[int, int, int, int, int, int]] = []
        self.said: list[Said] = []
        self.calls: list[Call] = []
        self.answers: list[Answer] = []
        self.launched: dict[int, int] = {}
        self.todos: dict[int, TodoChange] = {}
        self.modes: list[tuple[int, str]] = []
        self.live = False
        self.files: dict[int, tuple[str, str]] = {}

    def add(
        self,
        kind: EventKind,
        chars: int = 0,
        response: int | None = None,
        action: int | None = None,
        agent: int = 0,
        anew: bool = False,
    ) -> int:
        """One event; its position."""
        event = len(self.rows) + 1
        self.rows.append((event, 0, 1_000 * event, kind, 0, agent))
        self.said.append((event, chars, response, action, int(anew)))
        return event - 1

    def ledger(self, window: int | None = 200) -> Ledger:
        """Its ledger; the model's ``window`` is told."""
        timeline = lay_out(1, self.rows)
        return Ledger(timeline, lay_steps(timeline, self.recorded(window)))

    def recorded(self, window: int | None = 200) -> Recorded:
        """What is recorded of it."""
        return Recorded(
            said=self.said,
            answers=self.answers,
            calls=self.calls,
            launched=self.launched,
            files=self.files,
            todos=self.todos,
            modes=self.modes,
            window=lambda model: window,
            live=self.live,
        )


def test_a_response_counts_at_its_last_event() -> None:
    session = Session()
    session.add(K.PROMPT, 35)
    session.add(K.THINKING, 7, response=1)
    session.add(K.TEXT, 14, response=1)
    session.answers.append(answer(1))
    ledger = session.ledger()
    assert [ledger.at(place).spent.total for place in range(3)] == [0, 0, 40]
    assert [ledger.at(place).model for place in range(3)] == ["", _MODEL, _MODEL]
    context = ledger.at(2).context
    assert (context.tokens, context.window) == (40, 200)
    assert context.parts == {
        "system and tools": 24,
        "prompts": 10,
        "thinking": 2,
        "responses": 4,
    }


def test_what_has_no_event_counts_by_its_time() -> None:
    session = Session()
    for _ in range(4):
        session.add(K.PROMPT)
    session.answers += [
        answer(1, own=False, time=2_500),
        answer(2, own=False, time=None),
        answer(3, own=False, time=1, cost=None, unpriced=1),
        answer(4, own=False, time=10**9),
    ]
    session.calls.append(call(5, status="failed", time=3_000))
    ledger = session.ledger()
    assert [ledger.at(place).spent.output for place in range(4)] == [10, 20, 20, 40]
    assert [ledger.at(place).spent.unpriced for place in range(4)] == [1, 1, 1, 1]
    assert [ledger.at(place).spent.cost for place in range(4)] == [None, 0.5, 0.5, 1.5]
    assert [ledger.at(place).errors for place in range(4)] == [0, 0, 1, 1]


def test_an_action_from_its_call_to_its_outcome() -> None:
    session = Session()
    session.add(K.PROMPT)
    for action in (1, 2):
        session.add(K.TOOL_USE, response=1, action=action)
    for action in (2, 1):
        session.add(K.TOOL_RESULT, action=action)
    session.calls += [
        call(1, kind="edit", name="Edit", target="a.py", added=3, removed=1),
        call(2, sha="abc1234", subject="Mend it"),
    ]
    ledger = session.ledger()
    under_way = [[each.action for each in ledger.at(place).pending] for place in range(5)]
    assert under_way == [[], [1], [1, 2], [1], []]
    assert ledger.at(2).pending[0].since == 2_000
    assert (ledger.at(3).commit, ledger.at(2).commit) != (None, None)
    assert ledger.at(2).commit is None
    changed = ledger.at(4).files["a.py"]
    assert (changed.added, changed.removed, changed.edits, changed.position) == (3, 1, 1, 4)
    assert not ledger.at(3).files


@pytest.mark.parametrize("status", [*FAILED, None, Status.PENDING])
def test_an_edit_that_did_not_end_well_changes_nothing(status: Status | None) -> None:
    session = Session()
    session.add(K.TOOL_USE, response=1, action=1)
    session.add(K.TOOL_RESULT, action=1)
    session.calls.append(call(1, kind="edit", target="a.py", added=3, status=status))
    state = session.ledger().at(1)
    assert not state.files
    assert state.errors == (status in FAILED)
    assert state.error == (1 if status in FAILED else None)


def test_a_path_that_was_cut_off_is_told_beside() -> None:
    session = Session()
    session.add(K.TOOL_RESULT, action=9)
    session.calls.append(call(9, kind="edit", target="lon…"))
    session.files[9] = "long.py", "/long.py"
    assert list(session.ledger().at(0).files) == ["long.py"]


def test_a_file_is_one_however_its_path_is_written() -> None:
    """It is shown as the first edit was given it, also if that was recorded later."""
    session = Session()
    for action, path in ((2, "a.py"), (3, "./a.py"), (1, "/w/a.py"), (4, "/w/b.py")):
        session.add(K.TOOL_RESULT, action=action)
        session.calls.append(call(action, kind="edit", target=path, added=1, removed=2))
        session.files[action] = path, "/w/b.py" if action == 4 else "/w/a.py"
    session.calls.sort()
    ledger = session.ledger()
    files = ledger.at(3).files
    assert list(files) == ["a.py", "/w/b.py"]
    assert (files["a.py"].edits, files["a.py"].added, files["a.py"].removed) == (3, 3, 6)
    assert [edit.path for edit in ledger.edits] == ["a.py", "a.py", "a.py", "/w/b.py"]


def test_a_call_that_launched_a_subagent() -> None:
    session = Session()
    session.add(K.TOOL_USE, response=1, action=1)
    session.add(K.TOOL_RESULT, action=1)
    session.calls.append(call(1, kind="subagent", name="Agent"))
    session.launched[1] = 8
    ledger = session.ledger()
    assert [ledger.at(place).agents for place in range(2)] == [(8,), ()]
    assert ledger.at(0).pending[0].subagent == 8


def test_errors_of_the_api_count_too() -> None:
    session = Session()
    session.add(K.PROMPT)
    session.add(K.RETRY)
    session.add(K.API_ERROR, agent=9)
    session.add(K.API_ERROR)
    ledger = session.ledger()
    assert [ledger.at(place).errors for place in range(4)] == [0, 0, 1, 2]
    assert ledger.at(3).error == 3


@pytest.mark.parametrize(
    ("kind", "response", "over"),
    [
        (K.PROMPT, None, True),
        (K.INTERRUPT, None, True),
        (K.TEXT, 2, True),
        (K.TOOL_USE, 1, False),
        (K.NOTICE, None, False),
        (K.INJECTED, None, False),
    ],
)
def test_a_call_without_an_outcome_is_over_when_its_thread_goes_on(
    kind: EventKind, response: int | None, over: bool
) -> None:
    session = Session()
    session.add(K.TOOL_USE, response=1, action=1)
    session.add(K.TEXT, response=3, agent=9)  # another thread
    session.add(kind, response=response)
    session.calls.append(call(1, response=1, status=None))
    ledger = session.ledger()
    assert len(ledger.at(1).pending) == 1
    assert len(ledger.at(2).pending) == (0 if over else 1)


@pytest.mark.parametrize(
    ("values", "until"),
    [
        ({"permission": "accept:user_temporary", "duration": 400}, 2_600),
        ({"permission": "accept:config", "duration": 400}, 0),
        ({"permission": "reject:user_reject", "status": "rejected"}, 3_000),
        ({"name": "AskUserQuestion", "kind": "other"}, 3_000),
        ({}, 0),
    ],
)
def test_waits_for_the_human(values: Mapping[str, Any], until: int) -> None:
    session = Session()
    session.add(K.PROMPT)
    session.add(K.TOOL_USE, response=1, action=1)
    session.add(K.TOOL_RESULT, action=1)
    session.calls.append(call(1, **values))
    (pending,) = session.ledger().at(1).pending
    assert pending.asked_until == until


def test_a_question_without_an_answer_waits_for_ever() -> None:
    session = Session()
    session.add(K.TOOL_USE, response=1, action=1)
    session.calls.append(call(1, name="ExitPlanMode", status=None))
    assert session.ledger().at(0).pending[0].asked_until == FOREVER


def test_the_context_begins_anew_with_the_summary() -> None:
    session = Session()
    session.add(K.PROMPT, 3500)
    session.add(K.TEXT, 3500, response=1)
    session.add(K.COMPACTION, 20)
    session.add(K.INJECTED, 35, anew=True)
    session.add(K.TEXT, 7, response=2)
    session.add(K.COMPACTION, agent=9)  # of a subagent's context
    session.answers += [answer(1, cache_read=9_000), answer(2)]
    ledger = session.ledger()
    tokens = [ledger.at(place).context.tokens for place in range(6)]
    assert tokens == [0, 9_030, 0, 0, 40, 40]
    assert ledger.at(4).context.parts == {
        "system and tools": 28,
        "injected": 10,
        "responses": 2,
    }


def test_more_in_it_than_fits_is_a_longer_window() -> None:
    session = Session()
    session.add(K.TEXT, response=1)
    session.add(K.TEXT, response=2)
    session.answers += [answer(1), answer(2, cache_read=250_000)]
    assert session.ledger(200_000).at(0).context.window == 1_000_000
    assert session.ledger(None).at(0).context.window is None
    session.answers.append(answer(3, cache_read=2_000_000))  # longer than any we know of
    assert session.ledger(200_000).at(0).context.window == 200_000


def test_the_model_of_the_own_thread() -> None:
    session = Session()
    for number, agent in ((1, 0), (2, 9), (3, 0)):
        session.add(K.TEXT, response=number, agent=agent)
    session.answers += [
        answer(1),
        answer(2, own=False, model="small"),
        answer(3, model="model-2"),
    ]
    ledger = session.ledger()
    assert [ledger.at(place).model for place in range(3)] == [_MODEL, _MODEL, "model-2"]


def test_permission_modes() -> None:
    session = Session()
    for _ in range(3):
        session.add(K.PROMPT)
    session.modes += [(0, "default"), (2, "plan")]
    ledger = session.ledger()
    assert [ledger.at(place).mode for place in range(3)] == ["default", "default", "plan"]


def test_the_task_list() -> None:
    session = Session()
    changes = (
        TodoChange((TodoEntry("0", "a", "pending"), TodoEntry("1", "b", "completed")), True),
        TodoChange((TodoEntry("7", "c", "pending"),), False),
        TodoChange((TodoEntry("0", None, "in_progress"), TodoEntry("9", None, None)), False),
        TodoChange((TodoEntry("1", None, "deleted", removed=True),), False),
        TodoChange((TodoEntry("0", "z", "pending"),), True),
    )
    for action, change in enumerate(changes, 1):
        session.add(K.TOOL_USE, action=action)
        session.add(K.TOOL_RESULT, action=action)
        session.calls.append(call(action, kind="todo"))
        session.todos[action] = change
    ledger = session.ledger()
    a, b, c = Todo("a", "pending"), Todo("b", "completed"), Todo("c", "pending")
    doing, odd = Todo("a", "in_progress"), Todo("", "pending")
    assert [ledger.at(2 * at + 1).todo for at in range(5)] == [
        (a, b),
        (a, b, c),
        (doing, b, c, odd),
        (doing, c, odd),
        (Todo("z", "pending"),),
    ]
    assert ledger.at(2).todo == (a, b)  # not before it ended


def test_subagents_are_at_work_from_their_first_event_to_their_last() -> None:
    session = Session()
    for agent in (0, 5, 6, 6, 5, 7, 0):
        session.add(K.TEXT, agent=agent)
    ledger = session.ledger()
    assert [ledger.at(at).agents for at in range(7)] == [(), (5,), (5, 6), (5,), (), (), ()]


def _background(*kinds: EventKind, live: bool = True) -> list[tuple[int, ...]]:
    """The subagents at work from the launch of one in the background on, which does ``kinds``."""
    session = Session()
    session.live = live
    session.add(K.TOOL_USE, response=1, action=1)
    session.add(K.TOOL_RESULT, action=1)
    session.calls.append(call(1, kind="subagent", name="Agent"))
    session.launched[1] = 8
    opened = 2
    for kind in kinds:
        action = opened if kind in (K.TOOL_USE, K.TOOL_RESULT) else None
        said = 2 if kind in (K.TOOL_USE, K.TEXT) else None
        session.add(kind, response=said, action=action, agent=8)
        if kind is K.TOOL_USE:
            session.calls.append(call(opened, agent=8, response=2))
        opened += kind is K.TOOL_RESULT
    session.add(K.TEXT)
    ledger = session.ledger()
    return [ledger.at(at).agents for at in range(len(session.rows))]


@pytest.mark.parametrize(
    "kinds",
    [
        (K.TASK,),
        (K.TASK, K.THINKING),
        (K.TASK, K.TEXT, K.TOOL_USE),
        (K.TASK, K.TOOL_USE, K.TEXT),
        (K.TASK, K.TOOL_USE, K.TOOL_RESULT, K.NOTICE),
    ],
)
def test_a_subagent_in_the_background_is_at_work_until_its_last_word(
    kinds: tuple[EventKind, ...],
) -> None:
    assert _background(*kinds) == [(8,), (), *[(8,)] * len(kinds), (8,)]
    done = (*kinds, K.TOOL_RESULT, K.TEXT) if K.TOOL_USE in kinds else (*kinds, K.TEXT)
    assert _background(*done) == [(8,), (), *[(8,)] * (len(done) - 1), (), ()]
    assert _background(*kinds, live=False)[-1] == ()


def test_a_subagent_is_at_work_while_what_launched_it_has_no_outcome() -> None:
    session = Session()
    session.add(K.TOOL_USE, response=1, action=1)
    for kind in (K.TASK, K.TEXT):
        session.add(kind, agent=8)
    session.calls.append(call(1, kind="subagent", name="Agent", status="pending"))
    session.launched[1] = 8
    assert session.ledger().at(2).agents == (8,)
    session.add(K.PROMPT)
    assert [session.ledger().at(at).agents for at in (1, 2, 3)] == [(8,), (8,), ()]


def test_whose_launch_has_its_outcome_is_done_whatever_it_left_open() -> None:
    session = Session()
    session.live = True
    session.add(K.TOOL_USE, response=1, action=1)
    session.add(K.TASK, agent=8)
    session.add(K.TOOL_USE, response=2, action=2, agent=8)
    session.add(K.TOOL_RESULT, action=1)
    session.calls += [call(1, kind="subagent", name="Agent"), call(2, agent=8)]
    session.launched[1] = 8
    assert [session.ledger().at(at).agents for at in range(4)] == [(8,), (8,), (8,), ()]


def test_an_empty_session() -> None:
    assert len(lay_steps(lay_out(1, []), Session().recorded())) == 0


_KINDS = st.sampled_from(
    [K.PROMPT, K.THINKING, K.TEXT, K.TOOL_USE, K.TOOL_RESULT, K.COMPACTION, K.API_ERROR, K.NOTICE]
)
_SOME = st.none() | st.integers(0, 6)
_STATUS = st.sampled_from([*(status.value for status in Status), None])


@st.composite
def _sessions(draw: st.DrawFn) -> tuple[Timeline, Recorded]:
    """Sessions of any shape: outcomes before calls, of nothing, twice; clocks that go back."""
    rows, said = [], []
    for event in range(1, draw(st.integers(1, 40)) + 1):
        moment = draw(st.none() | st.integers(0, 50))
        agent = draw(st.sampled_from([0, 0, 0, 8, 9]))
        rows.append((event, draw(st.integers(0, 2)), moment, draw(_KINDS), 0, agent))
        length = draw(st.integers(0, 500))
        said.append((event, length, draw(_SOME), draw(_SOME), draw(st.integers(0, 1))))
    rows.sort(key=lambda row: row[1])
    time = st.none() | st.integers(-5, 60)
    answers = [
        answer(
            number,
            own=draw(st.booleans()),
            time=draw(time),
            output=draw(st.integers(0, 300_000)),
            cost=draw(st.none() | st.floats(0, 10)),
            unpriced=draw(st.integers(0, 1)),
        )
        for number in range(draw(st.integers(0, 7)))
    ]
    calls = [
        call(
            number,
            kind=draw(st.sampled_from(["edit", "command", "todo", None])),
            target=draw(st.sampled_from(["a", "b", None])),
            status=draw(_STATUS),
            time=draw(time),
            added=draw(_SOME),
            removed=draw(_SOME),
            response=draw(_SOME),
            sha=draw(st.sampled_from([None, "abc"])),
            permission=draw(st.sampled_from([None, "accept:user_temporary"])),
        )
        for number in range(draw(st.integers(0, 7)))
    ]
    todos = {
        number: TodoChange((TodoEntry("1", "x", None),), draw(st.booleans()))
        for number in draw(st.sets(st.integers(0, 6)))
    }
    launched = dict.fromkeys(draw(st.sets(st.integers(0, 6))), 8)
    live = draw(st.booleans())
    recorded = Recorded(said, answers, calls, launched, {}, todos, [], lambda model: 200_000, live)
    return lay_out(1, rows), recorded


@settings(max_examples=100, deadline=None)
@given(session=_sessions(), spacing=st.integers(1, 20), data=st.data())
def test_any_session_has_one_state_at_each_position(
    session: tuple[Timeline, Recorded], spacing: int, data: st.DataObject
) -> None:
    timeline, recorded = session
    steps = lay_steps(timeline, recorded)
    ledger = Ledger(timeline, steps, spacing)
    wanted = [replayed(timeline, steps, at) for at in range(len(timeline))]
    for at in data.draw(st.permutations(range(len(timeline)))):
        state = ledger.at(at)
        assert state == wanted[at]
        assert sum(state.context.parts.values()) == state.context.tokens
        assert state.error is None or state.error <= at
        assert all(each.position <= at for each in state.pending)
    _check_the_end(wanted[-1], recorded, timeline)
    _check_the_chart(wanted, recorded, timeline)


def _check_the_chart(states: list[State], recorded: Recorded, timeline: Timeline) -> None:
    """It draws the context as full as the states say it is."""
    places = {event: position for position, event in enumerate(timeline.ids)}
    last: dict[int, int] = {}
    for event, _, response, *_ in recorded.said:
        if response is not None:
            last[response] = max(places[event], last.get(response, 0))
    summaries = [places[event] for event, *_, anew in recorded.said if anew]
    fill = fill_steps(timeline, recorded.answers, last, summaries, recorded.window)
    assert fill.positions == sorted(fill.positions)
    for position, state in enumerate(states):
        at = bisect_right(fill.positions, position) - 1
        told = (fill.tokens[at], fill.windows[at]) if at >= 0 else (0, None)
        assert told == (state.context.tokens, state.context.window)


def _check_the_end(state: State, recorded: Recorded, timeline: Timeline) -> None:
    """All there is was counted once."""
    answers = [Answer._make(row) for row in recorded.answers]
    calls = [Call._make(row) for row in recorded.calls]
    assert state.spent.output == sum(each.output for each in answers)
    costs = [each.cost for each in answers if each.cost is not None]
    assert (state.spent.cost is None) == (not costs)
    assert isclose(state.spent.cost or 0, sum(costs), abs_tol=1e-9)
    assert state.spent.unpriced == sum(each.unpriced for each in answers)
    failed = sum(each.status in FAILED for each in calls)
    assert state.errors == failed + timeline.kinds.count(K.API_ERROR)
    edits = [each for each in calls if each.kind == ActionKind.EDIT and each.status == Status.OK]
    edits = [each for each in edits if each.target]
    assert sum(file.edits for file in state.files.values()) == len(edits)
    assert sum(file.added for file in state.files.values()) == sum(e.added or 0 for e in edits)

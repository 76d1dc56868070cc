"""One small transcript per era of the client: each is read without a remainder."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

import pytest

from her_tui.capture.adapter import Role
from her_tui.events.model import HIDDEN, EventKind, Facts, Flag, PromptKind, Status, Title
from tests.capture.transcripts.claude_code.claude_records import FIXTURES, MAIN, adapter

K = EventKind


class Era(NamedTuple):
    """What a fixture must give."""

    version: str
    records: int
    responses: int
    output: int
    """Output tokens; in 2.1.26 the client never wrote the final value."""
    actions: int
    failed: int
    points: dict[EventKind, int]
    """Events beside the blocks of responses, results, what the harness injected, and what is on no
    timeline but waits in the queue."""


ERAS = {
    "client-0.2": Era("0.2.125", 13, 6, 1926, 6, 2, {K.PROMPT: 1}),
    "client-1.0.24": Era("1.0.24", 37, 15, 4815, 14, 3, {K.PROMPT: 1, K.TASK: 1}),
    "client-1.0.60-compaction": Era(
        "1.0.60", 17, 5, 1605, 1, 1, {K.PROMPT: 1, K.TASK: 1, K.COMMAND: 1}
    ),
    "client-2.0.30": Era("2.0.30", 21, 8, 2568, 7, 1, {K.PROMPT: 1, K.QUEUE: 2}),
    "client-2.1.26-progress": Era(
        "2.1.26", 35, 5, 5, 4, 2, {K.PROMPT: 1, K.COMMAND: 1, K.INTERRUPT: 1}
    ),
    "client-2.1.69": Era("2.1.69", 13, 3, 323, 3, 1, {K.PROMPT: 1, K.QUEUE: 2}),
    "client-2.1.96": Era("2.1.96", 13, 3, 643, 3, 1, {K.PROMPT: 1, K.QUEUE: 2}),
    "client-2.1.142": Era("2.1.142", 18, 4, 1284, 2, 0, {K.PROMPT: 1, K.QUEUE: 2}),
    "client-2.1.251": Era("2.1.251", 21, 5, 1605, 2, 0, {K.PROMPT: 1, K.QUEUE: 4}),
    "client-2.1.308": Era("2.1.308", 29, 6, 1926, 4, 1, {K.PROMPT: 1, K.QUEUE: 4}),
    "client-2.1.328-branch": Era(
        "2.1.328", 35, 4, 1284, 0, 0, {K.PROMPT: 4, K.COMMAND: 1, K.NOTICE: 8}
    ),
    "client-2.1.328-compaction": Era(
        "2.1.328",
        54,
        5,
        1605,
        1,
        0,
        {K.PROMPT: 2, K.COMMAND: 3, K.NOTICE: 4, K.COMPACTION: 1},
    ),
    "client-2.1.328-errors": Era(
        "2.1.328", 34, 2, 642, 0, 0, {K.PROMPT: 3, K.QUEUE: 6, K.RETRY: 3, K.API_ERROR: 1}
    ),
    "client-2.1.328-plan": Era("2.1.328", 2, 0, 0, 0, 0, {K.PROMPT: 1}),
    "client-2.1.328-queued": Era(
        "2.1.328",
        51,
        5,
        1285,
        3,
        0,
        {K.PROMPT: 2, K.QUEUE: 8, K.SHELL: 1, K.INTERRUPT: 1, K.COMMAND: 1, K.NOTICE: 2},
    ),
    "client-2.1.328-subagent": Era("2.1.328", 8, 2, 642, 1, 0, {K.TASK: 1}),
}

_IN_RESPONSES = {K.THINKING, K.TEXT, K.TOOL_USE, K.TOOL_RESULT, K.INJECTED}
_BESIDE = _IN_RESPONSES | (HIDDEN - {K.QUEUE})

#: Permission modes, in order; older clients noted none.
MODES = {
    "client-2.1.26-progress": ["acceptEdits"],
    "client-2.1.69": ["default"],
    "client-2.1.96": ["default"],
    "client-2.1.142": ["default"],
    "client-2.1.251": ["default"],
    "client-2.1.308": ["default"],
    "client-2.1.328-branch": ["acceptEdits"] * 4,
    "client-2.1.328-compaction": ["auto"] * 4,
    "client-2.1.328-errors": ["default"] * 3,
    "client-2.1.328-plan": ["acceptEdits"],
    "client-2.1.328-queued": ["acceptEdits"] * 2,
}


def _facts(name: str) -> Facts:
    of_agent = MAIN._replace(role=Role.SUBAGENT, agent_id="a1")
    found = of_agent if name.endswith("-subagent") else MAIN
    return adapter.read(found, (FIXTURES / f"{name}.jsonl").read_bytes(), 0, True)


def test_every_fixture_is_expected() -> None:
    assert {file.stem for file in FIXTURES.glob("client-*.jsonl")} == set(ERAS)


@pytest.mark.parametrize("name", ERAS)
def test_era(name: str) -> None:
    facts, era = _facts(name), ERAS[name]
    assert facts.session.version == era.version
    assert (facts.records, facts.damaged, facts.unknown) == (era.records, 0, {})
    assert len(facts.responses) == era.responses
    assert sum(response.output for response in facts.responses.values()) == era.output
    statuses = Counter(action.status for action in facts.actions.values())
    assert (len(facts.actions), statuses[Status.FAILED]) == (era.actions, era.failed)
    kinds = Counter(event.kind for event in facts.events if event.kind not in _BESIDE)
    assert kinds == era.points
    assert all(event.ts is not None for event in facts.events if event.kind not in HIDDEN)
    modes = [event.detail for event in facts.events if event.kind is K.MODE]
    assert modes == MODES.get(name, [])
    assert {event.response for event in facts.events if event.kind is K.TEXT} <= set(
        facts.responses
    )


def test_sidechains_inside_the_main_file_are_a_subagent() -> None:
    facts = _facts("client-1.0.24")
    assert Counter(event.agent for event in facts.events if event.agent)["sidechain"] > 5
    assert {response.agent for response in facts.responses.values()} == {None, "sidechain"}


def test_an_old_compaction_is_a_command_and_a_summary() -> None:
    facts = _facts("client-1.0.60-compaction")
    assert [event.detail for event in facts.events if event.kind is K.INJECTED] == [
        "compact-summary",
        "local-command-caveat",
        "local-command-stdout",
    ]
    assert len(facts.summaries) == 3


def test_a_subagent_is_named_by_its_launch() -> None:
    for name, agent in (("client-2.0.30", "0f0d113f"), ("client-2.1.26-progress", "af71ec6")):
        (info,) = _facts(name).session.subagents
        assert info[:3] == (agent, "general-purpose", "Check things")
        assert info.tool_use_id in _facts(name).actions


def test_a_subagent_names_its_type_in_its_own_file() -> None:
    agent = "a4931c487f55a66a2"
    facts = _facts("client-2.1.328-subagent")
    assert facts.session.subagents == [(agent, "general-purpose", "", None, None)]
    assert {event.agent for event in facts.events} == {agent}


def test_spend_of_a_subagent_without_a_file() -> None:
    responses = _facts("client-2.1.26-progress").responses.values()
    assert [response.agent for response in responses].count("af71ec6") == 1


def test_prompts_typed_while_the_agent_was_busy() -> None:
    events = _facts("client-2.1.328-queued").events
    prompts = [event for event in events if event.kind is K.PROMPT]
    assert {event.detail for event in prompts} == {PromptKind.QUEUED}
    enqueued = {e.digest for e in events if e.kind is K.QUEUE and e.detail == "enqueue"}
    assert {event.digest for event in prompts} == enqueued - {0}


def test_an_interrupted_response_stays_unfinished() -> None:
    responses = _facts("client-2.1.328-queued").responses.values()
    assert [response.output for response in responses if response.stop_reason is None] == [1]


def test_a_branch_marks_what_it_copied() -> None:
    facts = _facts("client-2.1.328-branch")
    prompts = [event for event in facts.events if event.kind is K.PROMPT]
    assert [bool(event.flags & Flag.MARKED_COPY) for event in prompts] == [True, True, False, False]
    assert facts.session.forked_from == "42c08a82-dcab-43c6-bcf9-cbafd14dc87a"
    assert sum(response.marked_copy for response in facts.responses.values()) == 2


def test_a_compaction_and_titles() -> None:
    facts = _facts("client-2.1.328-compaction")
    assert [event.detail for event in facts.events if event.kind is K.COMPACTION] == ["manual"]
    assert facts.session.titles[Title.CUSTOM] == "my-session"
    assert facts.session.titles[Title.AI] == "A title for the session"


def test_errors_and_retries() -> None:
    details = [
        (event.kind, event.detail)
        for event in _facts("client-2.1.328-errors").events
        if event.kind in (K.RETRY, K.API_ERROR)
    ]
    assert details == [
        (K.RETRY, "529"),
        (K.RETRY, "529"),
        (K.RETRY, "ECONNRESET"),
        (K.API_ERROR, "invalid_request_error"),
    ]


def test_a_plan_hand_off_is_no_prompt() -> None:
    plan, mode, prompt = _facts("client-2.1.328-plan").events
    assert (mode.kind, mode.uuid, mode.block) == (K.MODE, prompt.uuid, -1)
    assert (plan.kind, plan.detail, bool(plan.flags & Flag.PLAN)) == (K.INJECTED, "plan", True)
    assert prompt.preview == "and keep it small"

"""Which user records are prompts, and what the others are."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from her_tui.capture.adapter import Role
from her_tui.events.model import EventKind, Flag, Title
from tests.capture.transcripts.claude_code.claude_records import (
    MAIN,
    assistant,
    only,
    read,
    record,
    result,
    text,
    use,
    user,
)

K = EventKind
IMAGE = {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "QUJD"}}


@pytest.mark.parametrize(
    ("content", "marks", "kind", "detail", "preview"),
    [
        pytest.param("fix it", {}, K.PROMPT, "plain", "fix it", id="typed"),
        pytest.param([text("fix it")], {}, K.PROMPT, "plain", "fix it", id="typed, as block"),
        pytest.param("fix", {"origin": {"kind": "human"}}, K.PROMPT, "plain", "fix", id="human"),
        pytest.param([IMAGE], {}, K.PROMPT, "plain", "", id="an image alone"),
        pytest.param("<b>bold</b>?", {}, K.PROMPT, "plain", "<b>bold</b>?", id="unknown tag"),
        pytest.param(
            [text("<ide_opened_file>a.py</ide_opened_file>"), text("fix it")],
            {},
            K.PROMPT,
            "plain",
            "fix it",
            id="beside editor context",
        ),
        pytest.param(
            "<ide_selection>x = 1</ide_selection>\nfix it",
            {},
            K.PROMPT,
            "plain",
            "fix it",
            id="behind editor context",
        ),
        pytest.param(
            "<ide_opened_file>a.py</ide_opened_file>",
            {},
            K.INJECTED,
            "ide_opened_file",
            "<ide_opened_file>a.py</ide_opened_file>",
            id="editor context alone",
        ),
        pytest.param("x", {"isMeta": True}, K.INJECTED, "meta", "x", id="skill body"),
        pytest.param(
            "x", {"isCompactSummary": True}, K.INJECTED, "compact-summary", "x", id="summary"
        ),
        pytest.param(
            "This session is being continued from a previous conversation",
            {},
            K.INJECTED,
            "compact-summary",
            "This session is being continued from a previous conversation",
            id="unmarked summary",
        ),
        pytest.param(
            "x",
            {"isVisibleInTranscriptOnly": True},
            K.INJECTED,
            "transcript-only",
            "x",
            id="for the transcript only",
        ),
        pytest.param("x", {"origin": {"kind": "peer"}}, K.INJECTED, "peer", "x", id="peer"),
        pytest.param(
            "<task-notification>done</task-notification>",
            {},
            K.INJECTED,
            "task-notification",
            "<task-notification>done</task-notification>",
            id="unmarked notification",
        ),
        pytest.param(
            "<system-reminder>be kind</system-reminder>",
            {"origin": {"kind": "human"}},
            K.INJECTED,
            "system-reminder",
            "<system-reminder>be kind</system-reminder>",
            id="reminder that claims to be human",
        ),
        pytest.param(
            "Implement the following plan:\n\n1. x",
            {},
            K.INJECTED,
            "plan",
            "Implement the following plan: 1. x",
            id="plan hand-off",
        ),
        pytest.param(
            "go", {"planContent": "1. x"}, K.INJECTED, "plan", "go", id="marked plan hand-off"
        ),
        pytest.param(
            "<command-name>/compact</command-name>\n  <command-message>compact</command-message>"
            "\n  <command-args></command-args>",
            {},
            K.COMMAND,
            "/compact",
            "/compact",
            id="command",
        ),
        pytest.param(
            "<command-message>greet is running…</command-message>\n"
            "<command-name>/greet</command-name>\n<command-args>world</command-args>",
            {},
            K.COMMAND,
            "/greet",
            "/greet world",
            id="custom command",
        ),
        pytest.param("<bash-input>git st</bash-input>", {}, K.SHELL, "", "git st", id="shell"),
        pytest.param(
            "<bash-stdout>ok</bash-stdout><bash-stderr></bash-stderr>",
            {},
            K.INJECTED,
            "bash-stdout",
            "<bash-stdout>ok</bash-stdout><bash-stderr></bash-stderr>",
            id="shell output",
        ),
        pytest.param(
            "<user-memory-input>use tabs</user-memory-input>",
            {},
            K.COMMAND,
            "#",
            "use tabs",
            id="memory",
        ),
        pytest.param(
            [text("[Request interrupted by user for tool use]")],
            {},
            K.INTERRUPT,
            "",
            "[Request interrupted by user for tool use]",
            id="interrupt",
        ),
        pytest.param(
            "Caveat: The messages below were generated by the user",
            {},
            K.INJECTED,
            "local-command-caveat",
            "Caveat: The messages below were generated by the user",
            id="old caveat",
        ),
    ],
)
def test_user_records(
    content: object, marks: dict[str, Any], kind: EventKind, detail: str, preview: str
) -> None:
    event = only(user(content, **marks))
    assert (event.kind, event.detail, event.preview) == (kind, detail, preview)


def test_an_empty_record_is_no_event() -> None:
    assert read(user(""), user([])).events == []


def test_a_prompt_with_an_image_says_so() -> None:
    assert only(user([text("look"), IMAGE])).flags & Flag.IMAGE


def test_a_plan_hand_off_says_so() -> None:
    assert only(user("Implement the following plan:\nx")).flags & Flag.PLAN


def test_text_beside_a_result_is_a_prompt() -> None:
    facts = read(user([result("ok"), text("and use tabs")]))
    assert [(event.kind, event.detail, event.block) for event in facts.events] == [
        (K.TOOL_RESULT, "ok", 0),
        (K.PROMPT, "mixed", 1),
    ]
    assert facts.events[1].preview == "and use tabs"


@pytest.mark.parametrize(
    ("block", "kinds"),
    [
        (text("<system-reminder>x</system-reminder>"), [K.TOOL_RESULT]),
        (text("[Request interrupted by user]"), [K.TOOL_RESULT, K.INTERRUPT]),
        ({"type": "image"}, [K.TOOL_RESULT]),
    ],
)
def test_machine_text_beside_a_result_is_none(
    block: dict[str, Any], kinds: list[EventKind]
) -> None:
    assert [event.kind for event in read(user([result("ok"), block])).events] == kinds


@pytest.mark.parametrize(
    ("attachment", "kind", "detail"),
    [
        ({"prompt": "wait", "commandMode": "prompt"}, K.PROMPT, "queued"),
        ({"prompt": "wait", "origin": {"kind": "human"}}, K.PROMPT, "queued"),
        ({"prompt": [text("wait")]}, K.PROMPT, "queued"),
        ({"prompt": "<task-notification>x"}, K.INJECTED, "task-notification"),
        ({"prompt": "x", "commandMode": "task-notification"}, K.INJECTED, "task-notification"),
        ({"prompt": "x", "origin": {"kind": "peer"}}, K.INJECTED, "peer"),
    ],
)
def test_queued_attachments(attachment: dict[str, Any], kind: EventKind, detail: str) -> None:
    event = only(record("attachment", attachment={"type": "queued_command", **attachment}))
    assert (event.kind, event.detail) == (kind, detail)


@pytest.mark.parametrize(
    ("content", "recognisable"),
    [
        ("fix it", True),
        ([text("fix it")], True),
        ("/compact", False),
        ("<task-notification>x</task-notification>", False),
        ('[{"type":"text"}]', False),
        ("", False),
    ],
)
def test_what_is_queued_is_recognised_when_delivered(content: object, recognisable: bool) -> None:
    queued = record("queue-operation", operation="enqueue", content=content)
    del queued["uuid"], queued["parentUuid"]
    queue, prompt = read(queued, user(" fix  it\n")).events
    assert (queue.kind, queue.detail, queue.uuid) == (K.QUEUE, "enqueue", None)
    assert (queue.digest == prompt.digest) == recognisable
    assert bool(queue.digest) == recognisable


@pytest.mark.parametrize("operation", ["dequeue", "remove", "popAll"])
def test_other_queue_operations_have_no_digest(operation: str) -> None:
    event = only(record("queue-operation", operation=operation, content="fix it"))
    assert (event.kind, event.detail, event.digest) == (K.QUEUE, operation, 0)


def test_in_a_subagent_nothing_is_a_prompt() -> None:
    of_agent = replace(MAIN, role=Role.SUBAGENT, agent_id="a1b2")
    for event, agent in (
        (only(user("look around"), found=of_agent), "a1b2"),
        (only(user("look around", agentId="c3d4"), found=of_agent), "c3d4"),
        (only(user("look around", isSidechain=True)), "sidechain"),
        (only(user("look around", isSidechain=True, agentId="c3d4")), "c3d4"),
    ):
        assert (event.kind, event.agent) == (K.TASK, agent)


def test_the_first_prompt_names_the_session() -> None:
    facts = read(user("skill", isMeta=True), user("fix\nit"), user("and that"))
    assert facts.session.titles == {Title.FIRST_PROMPT: "fix it"}


def test_a_copy_says_what_it_was_copied_from() -> None:
    origin = {"sessionId": "older", "messageUuid": "original"}
    facts = read(
        user("fix it", forkedFrom=origin, uuid="copy"),
        assistant(use("Bash", command="ls"), parentUuid="copy", requestSessionId="older"),
    )
    prompt, call = facts.events
    assert (prompt.uuid, call.parent) == ("original", "original")
    assert all(event.flags & Flag.MARKED_COPY for event in facts.events)
    assert facts.responses[("msg_1", "req_1")].marked_copy
    assert facts.actions["toolu_1"].marked_copy
    assert facts.session.forked_from == "older"


def test_the_first_of_equal_records_wins() -> None:
    facts = read(user("one", uuid="same"), user("two", uuid="same"))
    assert [event.preview for event in facts.events] == ["one"]
    assert facts.records == 2

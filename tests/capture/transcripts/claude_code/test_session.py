"""What is said of a session as a whole, by its records and the files beside it."""

from __future__ import annotations

import pytest

from her_tui.capture.adapter import Found, Role
from her_tui.capture.transcripts.claude_code.records import milliseconds
from her_tui.events.model import EventKind, SubagentInfo, Title
from tests.capture.transcripts.claude_code.claude_records import (
    SESSION,
    adapter,
    assistant,
    encode,
    only,
    read,
    record,
    text,
    user,
)


def test_where_when_and_which_version() -> None:
    facts = read(
        user("a", cwd="/first", gitBranch="one", entrypoint="cli"),
        user("b", cwd="/second", version="2.1.400", timestamp="2026-11-20T10:00:00.000Z"),
        user("c", gitBranch="HEAD", version="2.1.400", timestamp="2026-11-20T08:00:00.000Z"),
    )
    session = facts.session
    assert (session.cwd, session.branch, session.entrypoint) == ("/first", "main", "cli")
    assert session.version == "2.1.400"
    assert session.first_ts == milliseconds("2026-11-20T08:00:00.000Z")
    assert session.last_ts == milliseconds("2026-11-20T10:00:00.000Z")
    assert facts.session_ids == [SESSION]


def test_several_sessions_in_one_file() -> None:
    assert read(user("a"), user("b", sessionId="x"), user("c")).session_ids == [SESSION, "x"]


def test_titles_keep_the_last_of_each_origin() -> None:
    facts = read(
        {"type": "custom-title", "customTitle": "old", "sessionId": SESSION},
        {"type": "custom-title", "customTitle": "new\nname", "sessionId": SESSION},
        {"type": "ai-title", "aiTitle": "by model", "sessionId": SESSION},
        {"type": "last-prompt", "lastPrompt": "bye", "sessionId": SESSION},
        {"type": "last-prompt", "lastPrompt": None, "sessionId": SESSION},
        {"type": "agent-name", "agentName": "no title", "sessionId": SESSION},
        {"type": "summary", "summary": "of another", "leafUuid": "u9"},
    )
    assert facts.session.titles == {
        Title.CUSTOM: "new name",
        Title.AI: "by model",
        Title.LAST_PROMPT: "bye",
    }
    assert facts.summaries == [("u9", "of another")]
    assert (facts.events, facts.unknown) == ([], {})


def test_unknown_types_are_counted() -> None:
    facts = read(record("brand-new"), record("brand-new"), {"no": "type"}, user("a"))
    assert facts.unknown == {"brand-new": 2, "": 1}
    assert (facts.records, len(facts.events)) == (4, 1)


def test_a_known_type_of_unknown_shape_is_unknown() -> None:
    odd = record("assistant", message={"content": [text("x"), 7], "id": "m"})
    facts = read(odd, record("user", message=None), user("a"))
    assert facts.unknown == {"assistant": 1, "user": 1}
    assert len(facts.events) == 1


@pytest.mark.parametrize(
    ("more", "kind", "detail", "preview"),
    [
        (
            {
                "subtype": "compact_boundary",
                "content": "Conversation compacted",
                "compactMetadata": {"trigger": "manual"},
            },
            EventKind.COMPACTION,
            "manual",
            "Conversation compacted",
        ),
        ({"subtype": "compact_boundary"}, EventKind.COMPACTION, "auto", ""),
        (
            {"subtype": "api_error", "error": {"status": 529, "formatted": "Overloaded"}},
            EventKind.RETRY,
            "529",
            "Overloaded",
        ),
        (
            {
                "subtype": "api_error",
                "error": {"message": "dropped", "connection": {"code": "ECONNRESET"}},
            },
            EventKind.RETRY,
            "ECONNRESET",
            "dropped",
        ),
        (
            {"subtype": "local_command", "content": "<command-name>/branch</command-name>"},
            EventKind.COMMAND,
            "/branch",
            "/branch",
        ),
        (
            {"subtype": "local_command", "content": "<local-command-stdout>x"},
            EventKind.INJECTED,
            "local-command-stdout",
            "<local-command-stdout>x",
        ),
        (
            {"subtype": "turn_duration", "durationMs": 12_340},
            EventKind.NOTICE,
            "turn_duration",
            "12.3 s",
        ),
        (
            {"subtype": "away_summary", "content": "meanwhile"},
            EventKind.NOTICE,
            "away_summary",
            "meanwhile",
        ),
    ],
)
def test_system_records(
    more: dict[str, object], kind: EventKind, detail: str, preview: str
) -> None:
    event = only(record("system", **more))
    assert (event.kind, event.detail, event.preview) == (kind, detail, preview)


def test_attachments_are_injected() -> None:
    event = only(record("attachment", attachment={"type": "todo_reminder", "content": "x y"}))
    assert (event.kind, event.detail, event.preview) == (EventKind.INJECTED, "todo_reminder", "x y")


META = Found("agent-a1.meta.json", Role.KEPT, SESSION, "a1", "meta", "agent-a1.meta.json")


def test_a_description_of_a_subagent() -> None:
    data = b'{"agentType":"Explore","description":"Look","toolUseId":"toolu_1","spawnDepth":1}'
    facts = adapter.read(META, data, 0, True)
    assert facts.session.subagents == [SubagentInfo("a1", "Explore", "Look", "toolu_1", None)]
    assert (facts.consumed, facts.damaged) == (len(data), 0)
    assert adapter.read(META, data[:30], 0, True).damaged == 1


def test_history_is_counted_only() -> None:
    history = Found("history.jsonl", Role.HISTORY, None)
    facts = adapter.read(history, encode({"display": "/cost"}, {"display": "x"}), 0, True)
    assert (facts.records, facts.events) == (2, [])


def test_other_files_hold_no_facts() -> None:
    plan = Found("p.md", Role.KEPT, None, None, "plan", "p.md")
    assert adapter.read(plan, b"# plan", 0, True).consumed == 6


@pytest.mark.parametrize(
    ("stamp", "ms"),
    [
        ("1970-01-01T00:00:00.000Z", 0),
        ("2026-11-20T09:21:59.515Z", 1_795_166_519_515),
        ("2026-11-20T09:59:59.999Z", 1_795_168_799_999),
        ("2026-11-20T10:21:59.515+01:00", 1_795_166_519_515),
        ("2026-11-20T09:21:59Z", 1_795_166_519_000),
        ("2026-11-20T09:21:59.515", 1_795_166_519_515),
        ("2026-11-20T09:xx:59.515Z", None),
        ("yesterday", None),
        ("", None),
        (None, None),
        (1_795_166_519_515, None),
    ],
)
def test_times(stamp: object, ms: int | None) -> None:
    assert milliseconds(stamp) == ms
    assert milliseconds(stamp) == ms, "the hour is remembered now"


def test_a_record_without_a_time_is_kept() -> None:
    facts = read(assistant(text("x"), timestamp="soon"))
    assert (facts.events[0].ts, facts.session.first_ts) == (None, None)
    assert facts.responses[("msg_1", "req_1")].started is None

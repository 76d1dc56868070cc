"""``her-tui show --at``: how things stood."""

from __future__ import annotations

from pathlib import Path

import pytest

from her_tui.queries import timeline
from her_tui.queries.library import Library
from tests.cli.conftest import Run

HERO = "f27ac6ac"

KEYS = {
    "session_id", "at", "event", "event_at", "kind", "position", "event_number", "turn",
    "context_tokens", "context_window", "context_parts", "tokens", "cost_usd",
    "responses_unpriced", "files", "todo", "model", "mode", "last_commit", "pending", "agents",
    "last_error", "errors",
}  # fmt: skip


def test_the_end_of_a_session_is_what_its_row_says(her: Run) -> None:
    session = her("show", HERO, "--json").json
    state = her("show", HERO, "--at", "-0", "--json").json
    assert set(state) == KEYS
    assert state["tokens"] == session["tokens"]
    assert state["cost_usd"] == pytest.approx(session["cost_usd"])
    assert (state["errors"], state["model"]) == (session["errors"], session["model"])
    assert state["turn"] == session["turns"][-1]["number"]
    assert state["last_commit"] == {"sha": "a1071f1", "subject": "Release 2.14.1"}
    assert [todo["status"] for todo in state["todo"]] == ["completed"] * 5
    assert state["todo"][0]["text"] == "Write a test with two workers"
    assert {"added": 17, "removed": 6}.items() <= state["files"][1].items()
    assert state["files"][1]["path"].endswith("auth/oauth.py")
    assert sum(state["context_parts"].values()) == state["context_tokens"]
    assert (state["pending"], state["agents"]) == ([], [])
    assert state["last_error"]["text"]


def test_whatever_names_a_moment_leads_to_it(her: Run) -> None:
    state = her("show", HERO, "--at", "#20", "--json").json
    assert (state["position"], state["event_number"], state["turn"]) == (19, 20, 3)
    for moment in (state["event"], state["event"][:18], state["at"]):
        again = her("show", HERO, "--at", moment, "--json").json
        assert again["position"] == 19
    prompt = her("show", HERO, "--at", "3", "--json").json
    assert (prompt["kind"], prompt["turn"]) == ("prompt", 3)
    assert prompt["position"] < 19
    later = her("show", HERO, "--at", "+2m", "--json").json
    assert later["event_at"] <= later["at"]


def test_what_is_under_way(her: Run) -> None:
    seen = [her("show", HERO, "--at", f"#{n + 1}", "--json").json["pending"] for n in range(4, 10)]
    pending = next(each for each in seen if each)[0]
    assert set(pending) == {
        "kind",
        "name",
        "target",
        "since",
        "waiting_for_permission",
        "agent_id",
    }
    assert pending["since"]
    assert pending["agent_id"] is None


def test_as_text(her: Run) -> None:
    out = her("show", HERO, "--at", "-0").out
    assert out.startswith("# Sign-in loops back to the login page\nas of 20")
    assert "turn 12 · event 123 of 123" in out
    assert "Tasks      5 of 5 done" in out
    assert "Commit     a1071f1 Release 2.14.1" in out
    before = her("show", HERO, "--at", "1").out
    assert "Context    not known yet" in before
    assert "Tasks" not in before


def test_every_session_can_be_told(her: Run, demo_home: Path) -> None:
    """Nothing in the demo breaks the telling, subagents among it."""
    library = Library.open(demo_home)
    for name, parent in library.rows("SELECT session_id, parent FROM session ORDER BY id"):
        row = library.rows("SELECT id FROM session WHERE session_id = ?", (name,))[0][0]
        events = len(timeline.load(library, row))
        if events and (parent or events < 60):
            told = her("show", name, "--at", f"#{events // 2 + 1}")
            assert told.out.splitlines()[0].startswith("# ")


@pytest.mark.parametrize(
    ("arguments", "code", "title", "way_out"),
    [
        (("--at", "12", "--markdown"), 2, "--markdown the whole session", "--json"),
        (("--at", "12", "--jsonl"), 2, "--jsonl the whole session", "--json"),
        (("--at", "12", "--requests"), 2, "--requests the whole session", "--json"),
        (("--at", "zz"), 2, "“zz” is no moment", "Write a turn (12), a time (14:03), an offset"),
        (("--at", "99"), 1, "has no turn 99", "numbered from 1 to 12"),
        (("--at", "1999-01-01"), 1, "had not begun at", "It lasts from"),
    ],
)
def test_what_cannot_be_told(
    her: Run, arguments: tuple[str, ...], code: int, title: str, way_out: str
) -> None:
    told = her("show", HERO, *arguments)
    assert told.code == code
    assert title in told.err
    assert way_out in told.err

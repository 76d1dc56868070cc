"""``her-tui sessions``."""

from __future__ import annotations

import re

from tests.cli.conftest import Run

KEYS = {
    "session_id",
    "agent",
    "project",
    "title",
    "started",
    "ended",
    "duration_ms",
    "prompts",
    "turns",
    "responses",
    "actions",
    "commits",
    "errors",
    "subagents",
    "tokens",
    "cost_usd",
    "source",
    "days_left",
    "damaged",
    "cwd",
    "branch",
    "model",
    "path",
    "parent",
}


def test_json(her: Run) -> None:
    listed = her("sessions", "--json").json
    assert len(listed) >= 45
    for session in listed:
        assert set(session) >= KEYS
        assert set(session["tokens"]) == {"input", "output", "cache_creation", "cache_read"}
        assert session["source"] in ("live", "file", "only-here")
    dated = [session for session in listed if session["started"]]
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", s["started"]) for s in dated)
    assert any(session["cost_usd"] is None and session["responses"] for session in listed)
    assert sum(session["source"] == "only-here" for session in listed) >= 3
    assert any(session["parent"] for session in listed)


def test_subagents_are_part_of_their_session(her: Run) -> None:
    listed = her("sessions", "--json").json
    assert len({session["session_id"] for session in listed}) == len(listed)
    assert sum(session["subagents"] for session in listed) == 3


def test_latest_first_and_limited(her: Run) -> None:
    listed = her("sessions", "--json", "--limit", "5").json
    assert len(listed) == 5
    ended = [session["ended"] for session in listed]
    assert ended == sorted(ended, reverse=True)


def test_one_project_by_name_or_folder(her: Run) -> None:
    by_name = her("sessions", "--json", "--project", "brine").json
    by_folder = her("sessions", "--json", "--project", "/home/mira/code/brine/").json
    assert by_name == by_folder
    assert len(by_name) == 7


def test_a_table_of_aligned_columns(her: Run) -> None:
    heading, *lines = her("sessions").out.splitlines()
    assert heading.split()[:4] == ["SESSION", "LAST", "PROJECT", "TITLE"]
    start = heading.index("TITLE")
    assert all(line[start - 1] in " " for line in lines if line[start:])
    assert any("only here" in line for line in lines)


def test_a_query_leaves_out_what_does_not_fit(her: Run) -> None:
    everything = {session["session_id"] for session in her("sessions", "--json").json}
    errors = her("sessions", "is:error", "project:brine", "--json").json
    assert errors
    assert all(s["errors"] and s["project"].endswith("/brine") for s in errors)
    assert her("sessions", "is:error project:brine", "--json").json == errors
    both = [her("sessions", "--json", query).json for query in ("is:error", "NOT is:error")]
    assert sum(map(len, both)) == len(everything)
    (hero,) = her("sessions", "--json", "Sign-in", "loops", "--limit", "3").json
    assert hero["title"] == "Sign-in loops back to the login page"
    assert her("sessions", "--json", "--", "-project:brine", "is:error").code == 0


def test_a_query_that_cannot_be_names_the_place(her: Run) -> None:
    ran = her("sessions", "brine", "latency:>x")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("her-tui: At character 7: latency: takes a span of time")
    assert "For example latency:>30s" in ran.err


def test_how_a_query_was_understood_is_told_beside_the_answer(her: Run) -> None:
    ran = her("sessions", "--json", "is:correction")
    assert len(ran.json) == len(her("sessions", "--json").json)
    assert "later version" in ran.err
    ran = her("sessions", "--json", "projct:brine")
    assert ran.json == []
    assert "did you mean “project:”" in ran.err


def test_a_query_that_finds_nothing_says_so(her: Run) -> None:
    ran = her("sessions", "zyzzyvaxq")
    assert (ran.code, ran.out) == (0, "")
    assert "Nothing was found." in ran.err
    assert her("sessions", "zyzzyvaxq", "--json").json == []

"""``her-tui bookmark``."""

from __future__ import annotations

from pathlib import Path

import pytest

from her_tui.queries.library import Library
from her_tui.recorder.annotate import Subject, annotating
from tests.cli.conftest import NOW, Run

HERO = "f27ac6ac"


@pytest.mark.usefixtures("own_home")
def test_a_moment_is_bookmarked_listed_and_taken_away(her: Run) -> None:
    ran = her("bookmark", HERO)
    assert (ran.code, ran.out) == (0, "")
    assert "no bookmark" in ran.err
    ran = her("bookmark", f"{HERO}@3")
    assert (ran.code, ran.out) == (0, "")
    assert ran.err.startswith("Bookmarked 09:52:00, turn 3, prompt: First a test")
    ran = her("bookmark", f"{HERO}#turn=9", "--note", "Look here")
    assert ran.err.startswith("Bookmarked ")
    ran = her("bookmark", f"{HERO}#turn=9")
    assert ran.err.startswith("The bookmark is there: ")

    heading, first, second = her("bookmark", HERO, "--list").out.splitlines()
    assert heading.split() == ["TIME", "TURN", "EVENT", "WHAT", "NOTE", "TEXT"]
    assert first.split()[:5] == ["2026-11-20", "09:52:00", "3", "#18", "prompt"]
    assert "Look here" in second

    assert her("bookmark", f"{HERO}#turn=9", "--note", "").code == 0
    assert "Look here" not in her("bookmark", HERO).out
    assert her("bookmark", f"{HERO}@3", "--remove").err == "The bookmark is gone.\n"
    assert len(her("bookmark", HERO).out.splitlines()) == 2
    assert her("bookmark", f"{HERO}@3", "--remove").code == 1


@pytest.mark.usefixtures("own_home")
def test_json(her: Run) -> None:
    told = her("bookmark", f"{HERO}@3", "--note", "\x1b[31mred", "--json")
    assert told.out.isascii()
    one = told.json
    assert one["turn"] == 3
    assert one["what"] == "prompt"
    assert one["note"] == "\x1b[31mred"
    assert one["link"].endswith("#turn=3")
    whole = her("bookmark", HERO, "--json").json
    assert {key: one[key] for key in ("session_id", "agent")} == {
        key: whole[key] for key in ("session_id", "agent")
    }
    assert whole["bookmarks"] == [
        {key: value for key, value in one.items() if key not in ("session_id", "agent")}
    ]
    again = her("bookmark", f"{HERO}@{one['event']}", "--json").json
    assert again == one, "its uuid names the same moment, and the note stays"


@pytest.mark.usefixtures("own_home")
def test_is_bookmarked_and_doctor_know(her: Run) -> None:
    her("bookmark", f"{HERO}@3")
    assert "1 bookmark of yours" in her("doctor").out
    found = her("search", "is:bookmarked workers", "--json")
    assert found.code == 0
    assert {hit["session"][:8] for hit in found.json} == {HERO}


def test_a_subagent_has_bookmarks_on_its_own_events(her: Run, own_home: Path) -> None:
    found = Library.open(own_home).rows(
        "SELECT session_id FROM session WHERE parent IS NOT NULL AND session_id LIKE ?",
        (f"{HERO}%",),
    )
    subagent = found[0][0][:-4]
    link = her("bookmark", f"{subagent}@+0", "--note", "Its task", "--json").json["link"]
    assert "/" in link
    assert "Its task" in her("bookmark", subagent).out
    assert "Its task" in her("bookmark", HERO).out, "and its session knows them"
    assert her("bookmark", link, "--remove").code == 0
    assert her("bookmark", f"{HERO}/zzzz").code == 1


@pytest.mark.usefixtures("own_home")
@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ([], 2),
        (["nobody@3"], 1),
        ([f"{HERO}@"], 2),
        ([f"{HERO}@999"], 1),
        ([f"{HERO}@!!"], 2),
        ([HERO, "--note", "x"], 2),
        ([HERO, "--remove"], 2),
        ([f"{HERO}@3", "--note", "x" * 30_000], 2),
    ],
)
def test_what_cannot_be_is_said_and_changes_nothing(
    her: Run, arguments: list[str], code: int
) -> None:
    ran = her("bookmark", *arguments)
    assert ran.code == code
    assert ran.err
    assert her("bookmark", HERO, "--json").json["bookmarks"] == []


@pytest.mark.usefixtures("own_home")
def test_what_was_written_is_made_safe_where_it_is_printed(her: Run) -> None:
    her("bookmark", f"{HERO}@3", "--note", "\x1b]0;title\x07 red\x1b[31m\nnext")
    out = her("bookmark", HERO).out
    assert "red" in out
    assert "\x1b" not in out
    assert len(out.splitlines()) == 2


@pytest.mark.usefixtures("own_home")
def test_words_behind_the_moment_are_its_note(her: Run) -> None:
    assert her("bookmark", f"{HERO}@3", "look", "here", "--json").json["note"] == "look here"
    for more in (["--note", "x"], ["--remove"], ["--list"]):
        ran = her("bookmark", f"{HERO}@3", "other", *more)
        assert ran.code == 2
        assert "'other'" in ran.err
    (only,) = her("bookmark", HERO, "--json").json["bookmarks"]
    assert only["note"] == "look here"


def test_all_bookmarks_the_newest_first(
    her: Run, own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert her("bookmark", "--list").err.startswith("There is no bookmark yet")
    (other,) = Library.open(own_home).rows(
        "SELECT session_id FROM session WHERE parent IS NULL AND prompts > 1"
        " AND session_id NOT LIKE ? LIMIT 1",
        (f"{HERO}%",),
    )[0]
    for minute, (session, words) in enumerate([(HERO, ["first"]), (other, []), (HERO, ["last"])]):
        monkeypatch.setenv("HER_NOW", str(NOW + 60_000 * minute))
        assert her("bookmark", f"{session}@{minute + 1 if minute < 2 else 5}", *words).code == 0
    told = her("bookmark", "--list", "--json")
    assert told.out.isascii()
    marks = told.json["bookmarks"]
    assert [(each["session_id"][:8], each["note"]) for each in marks] == [
        (HERO, "last"),
        (other[:8], None),
        (HERO, "first"),
    ]
    assert all(each["link"].startswith(each["session_id"]) for each in marks)
    heading, *lines = her("bookmark", "--list").out.splitlines()
    assert heading.split() == ["SESSION", "TIME", "WORDS", "LINK"]
    assert "last" in lines[0]
    assert her("bookmark").code == 2


def test_a_bookmark_of_a_session_that_is_gone_is_listed(her: Run, own_home: Path) -> None:
    with annotating(own_home) as annotations:
        annotations.bookmark(Subject("claude_code", "gone-session", b"key"), 0, NOW, "mine")
    (only,) = her("bookmark", "--list", "--json").json["bookmarks"]
    assert (only["session_id"], only["note"], only["link"]) == ("gone-session", "mine", None)
    assert "no longer in the library" in her("bookmark", "--list").out

"""``her-tui annotate``, and where else what it writes is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from her_tui.recorder.ingest import import_roots
from her_tui.store.own import NAME
from tests.cli.conftest import Run
from tests.support.claude import ANSWERED, Script, add_commands, session_id

HERO = "f27ac6ac"


@pytest.mark.usefixtures("own_home")
def test_star_tag_and_note(her: Run) -> None:
    assert her("annotate", HERO).out.splitlines()[1] == "Nothing is said of it as a whole."
    ran = her("annotate", HERO, "--star", "--tag", "Keep", "--tag", "#oauth", "--note", "How to")
    assert (ran.code, ran.out) == (0, "")
    assert ran.err == "★ #keep #oauth\nHow to\n"
    her("annotate", f"{HERO}#2", "--star", "--tag", "best")

    shown = her("annotate", HERO).out.splitlines()
    assert shown[1:3] == ["★ #keep #oauth", "How to"]
    assert shown[-1].split()[:3] == ["2", "★", "#best"]
    assert her("annotate", f"{HERO}#2").out == "★ #best\n"
    assert her("annotate", f"{HERO}#3").out == "Nothing is said of it.\n"

    her("annotate", HERO, "--unstar", "--untag", "oauth", "--note", "")
    assert her("annotate", HERO).out.splitlines()[1] == "#keep"


@pytest.mark.usefixtures("own_home")
def test_json(her: Run) -> None:
    nothing = {"starred": False, "tags": [], "note": None}
    told = her("annotate", f"{HERO}#1", "--tag", "first", "--json").json
    assert told.pop("session_id").startswith(HERO)
    assert told == {"agent": "claude-code", "prompt": 1, **nothing, "tags": ["first"]}
    whole = her("annotate", HERO, "--star", "--json").json
    assert (whole["prompt"], whole["starred"]) == (None, True)
    [prompt] = whole["prompts"]
    assert prompt.pop("text")
    assert prompt == {"prompt": 1, **nothing, "tags": ["first"]}


@pytest.mark.usefixtures("own_home")
def test_the_list_and_the_session_tell_of_it(her: Run) -> None:
    her("annotate", HERO, "--star", "--tag", "keep", "--note", "Read\nagain")
    her("annotate", f"{HERO}#2", "--star", "--note", "This one")
    table = {line[:8]: line for line in her("sessions").out.splitlines()}
    assert "★ " in table[HERO]
    assert sum("★" in line for line in table.values()) == 1
    rows = {row["session_id"][:8]: row for row in her("sessions", "--json").json}
    assert (rows[HERO]["starred"], rows[HERO]["tags"]) == (True, ["keep"])
    assert rows[HERO]["note"] == "Read\nagain"

    shown = her("show", HERO, "--json").json
    assert (shown["starred"], shown["note"]) == (True, "Read\nagain")
    said = [(turn["starred"], turn["note"]) for turn in shown["turns"]]
    assert said[:3] == [(False, None), (True, "This one"), (False, None)]
    for form in ((), ("--markdown",)):
        text = her("show", HERO, *form).out
        head, second = text.split("\n## 1 ")[0], text.split("\n## 2 ")[1].split("\n## 3 ")[0]
        assert head.endswith("\n\n★ #keep\n\nRead\nagain\n")
        assert "\n\n★\n\nThis one\n\n> " in second


@pytest.mark.usefixtures("own_home")
@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ([], 2),
        (["nobody"], 1),
        ([f"{HERO}#0"], 2),
        ([f"{HERO}#two"], 2),
        ([f"{HERO}#"], 2),
        ([f"{HERO}#999"], 1),
        ([HERO, "--tag", "fine", "--tag", "not a tag"], 2),
        ([HERO, "--note", "x" * 30_000], 2),
        (["--restore"], 2),
    ],
)
def test_what_cannot_be_changes_nothing(her: Run, arguments: list[str], code: int) -> None:
    ran = her("annotate", *arguments)
    assert ran.code == code
    assert len(ran.err.splitlines()) == 2, "what is wrong, and the way out"
    assert her("annotate", HERO).out.splitlines()[1:] == ["Nothing is said of it as a whole."]


@pytest.mark.usefixtures("own_home")
def test_what_was_written_is_made_safe_where_it_is_printed(her: Run) -> None:
    her("annotate", f"{HERO}#1", "--note", "\x1b]0;title\x07 red\x1b[31m")
    printed = her("annotate", HERO).out + her("annotate", f"{HERO}#1").out + her("show", HERO).out
    assert "red" in printed
    assert "\x1b" not in printed
    assert "\x07" not in printed


def test_a_damaged_file_is_said_and_put_right(her: Run, own_home: Path) -> None:
    her("annotate", HERO, "--star", "--note", "Mine")
    (own_home / NAME).write_bytes(b"nonsense" * 1000)
    for arguments in ((HERO,), (HERO, "--star")):
        ran = her("annotate", *arguments)
        assert ran.code == 1
        assert "--restore" in ran.err
    for arguments in (("sessions",), ("show", HERO)):
        ran = her(*arguments)
        assert ran.code == 0
        assert "★" not in ran.out
        assert "--restore" in ran.err
    assert "--restore" in her("doctor").out
    ran = her("annotate", "--restore")
    assert (ran.code, ran.err) == (
        0,
        "The copy is back; the damaged file is kept as notes.damaged1.db.\n",
    )
    assert her("annotate", HERO).out.splitlines()[1:] == ["★", "Mine"]
    assert "1 star, 0 tags, 1 note, 0 bookmarks of yours" in her("doctor").out


def test_a_command_that_was_answered_is_annotated_like_a_prompt(
    her: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HER_HOME", str(tmp_path / "commands"))
    script = add_commands(Script(session_id(1)))
    script.write(tmp_path / "claude")
    import_roots(tmp_path / "commands", [tmp_path / "claude"])
    her("annotate", f"{script.session}#1", "--star")
    her("annotate", f"{script.session}#3", "--tag", "plans")
    told = her("annotate", script.session, "--json").json
    assert [(each["prompt"], each["text"]) for each in told["prompts"]] == [
        (1, ANSWERED[0]),
        (3, ANSWERED[2]),
    ]
    assert her("annotate", script.session).out.splitlines()[-1].split() == [
        "3", "#plans", "/plan", "another", "parser",
    ]  # fmt: skip
    shown = her("show", script.session, "--json").json["turns"]
    assert [turn["prompt"] for turn in shown if turn["number"]] == list(ANSWERED)
    assert [turn["starred"] for turn in shown if turn["number"]] == [True] + [False] * 4
    assert her("annotate", f"{script.session}#6", "--star").code
    text = her("show", script.session).out
    assert f"> {ANSWERED[0]}\n" in text

"""``her-tui restore``."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click
import pytest

from her_tui.recorder.ingest import import_roots
from tests.cli.conftest import Run
from tests.support import edits
from tests.support.claude import Script, session_id

ID = session_id(1)
A = f"{edits.HERE}/a.py"


@pytest.fixture(autouse=True)
def _library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A session that edits some files."""
    script = Script(ID, 1)
    script.prompt("Change some files")
    edits.write(script, A, "one\ntwo\n")
    script.prompt("And on")
    edits.edit(script, A, "two", "\x1b[31mthree", "one\ntwo\n")
    edits.edit(script, f"{edits.HERE}/b.py", "one", "two")
    edits.write(script, f"{edits.HERE}/sub/b.py", "other\n")
    edits.edit(script, f"{edits.HERE}/old.py", "one", "two", "one\n")
    edits.command(script, "make")
    script.write(tmp_path / "client")
    home = tmp_path / "library"
    import_roots(home, [tmp_path / "client"])
    monkeypatch.setenv("HER_HOME", str(home))


def test_it_is_printed(her: Run) -> None:
    ran = her("restore", f"{ID}@2", "a.py")
    assert (ran.code, ran.out, ran.err) == (0, "one\ntwo\n", "")
    assert her("restore", ID, A, "--to", "-").out == "one\n\x1b[31mthree\n"


def test_a_terminal_is_not_driven_by_it(her: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    assert her("restore", ID, A).out == "one\n␛[31mthree\n"


def test_as_of_moments(her: Run, tmp_path: Path) -> None:
    file = tmp_path / "out.py"
    ran = her("restore", f"{ID}@2", "a.py", "--to", str(file))
    assert (ran.code, ran.out) == (0, "")
    assert ran.err == f"Wrote {file}.\n"
    assert file.read_bytes() == b"one\ntwo\n"
    ran = her("restore", ID, A, "--to", str(file))
    assert ran.code == 1
    assert "exists" in ran.err
    assert file.read_bytes() == b"one\ntwo\n"
    assert "say --force" in ran.err
    ran = her("restore", ID, A, "--to", str(file), "--force")
    assert f"what was there is in {file}.her-backup-1." in ran.err
    assert "1 command ran after" in ran.err
    assert file.read_bytes() == b"one\n\x1b[31mthree\n"


def test_what_was_not_recorded_is_said(her: Run, tmp_path: Path) -> None:
    ran = her("restore", ID, "old.py", "--to", str(tmp_path / "x"))
    assert "How it was encoded and how its lines ended was not recorded" in ran.err
    ran = her("restore", ID, f"{edits.HERE}/b.py", "--to", str(tmp_path / "y"))
    assert ran.code == 1
    assert "cannot be rebuilt as of then: what was in it before was not recorded" in ran.err
    assert not (tmp_path / "y").exists()
    ran = her("restore", f"{ID}#event=1", "a.py", "--to", str(tmp_path / "y"))
    assert "There was no file" in ran.err
    assert f"her-tui restore {ID} {A} --list shows when there was." in ran.err
    assert her("restore", ID, A, "--list").code == 0, "the way out leads out"


def test_before_its_first_edit_a_file_is_what_that_found(her: Run, tmp_path: Path) -> None:
    her("restore", f"{ID}@1", "old.py", "--to", str(tmp_path / "x"))
    assert (tmp_path / "x").read_text() == "one\n"


@pytest.mark.parametrize("there", [True, False])
def test_where_a_link_leads_is_written_only_if_asked(
    her: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, there: bool
) -> None:
    (tmp_path / "secret").mkdir()
    target, link = tmp_path / "secret" / "target.py", tmp_path / "out.py"
    link.symlink_to(target)
    if there:
        target.write_text("mine\n")
    ran = her("restore", f"{ID}@2", "a.py", "--to", str(link))
    assert ran.code == 1
    assert "is a link to ~/secret/target.py" in ran.err
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
    asked = []

    def confirm(question: str, **_: object) -> None:
        asked.append(question)
        if len(asked) == 1:
            raise click.Abort

    monkeypatch.setattr(click, "confirm", confirm)
    her("restore", f"{ID}@2", "a.py", "--to", str(link))
    assert target.exists() == there
    ran = her("restore", f"{ID}@2", "a.py", "--to", str(link))
    assert asked == [f"{'Replace' if there else 'Make'} ~/secret/target.py?"] * 2
    assert ("a copy of what is there will be kept" in ran.err) == there
    assert ran.code == 0
    assert link.is_symlink()
    assert target.read_text() == "one\ntwo\n"


def test_a_user_that_is_not_there(
    her: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    ran = her("restore", f"{ID}@2", "a.py", "--to", "~nobody-of-this-name/x")
    assert ran.code == 1
    assert "~nobody-of-this-name/x cannot be written: No such file or directory" in ran.err


def test_a_device_is_no_file(her: Run) -> None:
    ran = her("restore", f"{ID}@2", "a.py", "--to", os.devnull, "--yes")
    assert ran.code == 2
    assert "is a device, a pipe or a socket, and no file" in ran.err
    assert not Path(os.devnull).is_file()


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        ([ID], 2, "Which file?"),
        ([ID, "b.py"], 2, "More than one file ends with 'b.py'"),
        ([ID, "nope.py"], 1, "touched no file 'nope.py'"),
        ([ID, "a.py", "--diff", "99"], 1, "no turn 99"),
        ([ID, "b.py", "--to", "/"], 2, "More than one"),
        ([ID, "a.py", "--to", "/"], 2, "/ is a folder"),
    ],
)
def test_what_cannot_be(her: Run, arguments: list[str], code: int, words: str) -> None:
    ran = her("restore", *arguments)
    assert ran.code == code
    assert words in ran.err


def test_differences(her: Run) -> None:
    assert her("restore", ID, "a.py", "--diff", "2").out.splitlines() == [
        f"--- {A}\t#4 2026-11-01 09:00",
        f"+++ {A}\t#14 2026-11-01 09:00",
        "@@ -1,2 +1,2 @@",
        " one",
        "-two",
        "+\x1b[31mthree",
    ]
    assert her("restore", f"{ID}@2", "a.py", "--diff", "2").out == ""
    assert her("restore", f"{ID}@2", "a.py", "--diff", "#1").out.splitlines()[2:] == [
        "@@ -0,0 +1,2 @@",
        "+one",
        "+two",
    ]


def test_lists(her: Run) -> None:
    heading, *files = her("restore", ID, "--list").out.splitlines()
    assert heading.split() == ["FILE", "EDITS", "READS", "+", "−"]
    assert files[0].split() == [A, "2", "0", "3", "1"]
    heading, *revisions = her("restore", ID, "a.py", "--list").out.splitlines()
    assert [line.split()[2:] for line in revisions] == [["edit", "2", "lines"]] * 2
    told = her("restore", ID, "--list", "--json").json
    assert [each["path"] for each in told["files"]][:2] == [A, f"{edits.HERE}/b.py"]
    told = her("restore", ID, f"{edits.HERE}/b.py", "--list", "--json").json
    assert told["path"] == f"{edits.HERE}/b.py"
    (revision,) = told["revisions"]
    assert revision["rebuilt"] is False
    assert revision["why"] == "what was in it before was not recorded"


def test_lists_are_as_of_then(her: Run) -> None:
    files = her("restore", f"{ID}@-0", "--list", "--json").json["files"]
    assert files == her("restore", ID, "--list", "--json").json["files"]
    assert len(files) == 4
    (first,) = her("restore", f"{ID}@2", "--list", "--json").json["files"]
    assert (first["path"], first["edits"]) == (A, 1)
    assert her("restore", f"{ID}@#1", "--list").err == "This session touched no file by then.\n"
    known = her("restore", f"{ID}@2", A, "--list", "--json").json["revisions"]
    assert len(known) < len(her("restore", ID, A, "--list", "--json").json["revisions"])


def test_one_word_replaces_everywhere(her: Run, tmp_path: Path) -> None:
    file = tmp_path / "out.py"
    for command in ("restore", "cast"):
        told = her(command, "--help").out
        assert "--force" in told
        assert "--yes" not in told
    for word in ("--force", "--yes"):
        file.write_text("x")
        assert her("restore", ID, A, "--to", str(file), word).code == 0

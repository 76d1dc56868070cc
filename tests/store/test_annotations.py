"""Stars, tags and notes: the only data of Her's that cannot be made again."""

from __future__ import annotations

import os
import random
import signal
import stat
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from peewee import SqliteDatabase

from her_tui.capture.agents import ADAPTERS
from her_tui.errors import HerError, LibraryBusy, LibraryTooNew, LibraryUnusable, UsageError
from her_tui.queries import sessions
from her_tui.queries.annotations import Annotation, of_session
from her_tui.queries.library import Library
from her_tui.recorder.annotate import annotating
from her_tui.recorder.deletion import delete
from her_tui.recorder.ingest import import_roots
from her_tui.recorder.rebuild import rebuild
from her_tui.store import annotations as notes
from her_tui.store.annotations import Annotations, Subject, restore, tag_name
from her_tui.store.locks import FileLock
from her_tui.store.own import COPY_NAME, NAME
from her_tui.store.writer import Writer
from tests.support.claude import Script, busy_session, session_id

AGENT = "claude-code"
WHOLE = Subject(AGENT, session_id(1))
PROMPT = Subject(AGENT, session_id(1), b"\x01" * 16)
SECRET = "what nobody may find any more"


@pytest.fixture
def recorded(home: Path, tmp_path: Path) -> Path:
    """A folder of transcripts, of which a library was made."""
    claude = tmp_path / "claude"
    busy_session(1).write(claude)
    import_roots(home, [claude])
    return claude


def said(home: Path, subject: Subject = WHOLE) -> Annotation:
    """What is said of ``subject``, as a reader sees it."""
    with closing(Library.open(home)) as library:
        assert library.own_problem is None
        about = of_session(library, subject.agent, subject.session_id)
        return about.get(subject.key, Annotation())


def say(home: Path, note: str = SECRET) -> None:
    """Say something of a session and of a prompt."""
    with annotating(home) as own:
        own.star(WHOLE, True)
        own.note(WHOLE, note)
        own.tag(PROMPT, "keep")


def found_in(home: Path, text: str) -> list[str]:
    """The files below ``home`` that have ``text`` in them."""
    files = (file for file in home.rglob("*") if file.is_file())
    return [file.name for file in files if text.encode() in file.read_bytes()]


@pytest.mark.usefixtures("recorded")
def test_what_is_said_is_there_and_can_be_taken_back(home: Path) -> None:
    with annotating(home) as own:
        own.star(WHOLE, True)
        own.star(WHOLE, True)
        for tag in ("#Later", "oauth", "later"):
            own.tag(WHOLE, tag)
        own.note(WHOLE, "First")
        own.note(WHOLE, "  Second\n")
        own.tag(PROMPT, "best")
    assert said(home) == Annotation(True, ("later", "oauth"), "Second")
    assert said(home, PROMPT) == Annotation(False, ("best",), "")
    assert said(home, WHOLE._replace(agent="another")) == Annotation()

    with annotating(home) as own:
        own.star(WHOLE, False)
        own.tag(WHOLE, "LATER", present=False)
        own.note(WHOLE, " ")
    assert said(home) == Annotation(False, ("oauth",), "")


def test_files_are_private(home: Path) -> None:
    say(home)
    for file in home.iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600, file
    (home / NAME).chmod(0o644)
    say(home)
    assert stat.S_IMODE((home / NAME).stat().st_mode) == 0o600


@pytest.mark.parametrize("tag", ["", "#", "two words", "a\tb", "x" * 65, "bell\a", 'quote"', "a,b"])
def test_a_tag_is_a_word(home: Path, tag: str) -> None:
    with annotating(home) as own, pytest.raises(UsageError):
        own.tag(WHOLE, tag)


def test_words_of_every_language_are_tags() -> None:
    assert [tag_name(tag) for tag in ("Größe", "#日本語", "v1.2/next-up_x")] == [
        "größe",
        "日本語",
        "v1.2/next-up_x",
    ]


@pytest.mark.usefixtures("recorded")
def test_notes_of_any_text(home: Path) -> None:
    with annotating(home) as own:
        own.note(WHOLE, "a\0b \udcff 🙂 \x1b[31m")
        with pytest.raises(UsageError):
            own.note(WHOLE, "x" * 20_001)
    assert said(home).note == "ab ? 🙂 \x1b[31m"


@pytest.mark.usefixtures("recorded")
def test_a_reader_learns_of_it(home: Path) -> None:
    with closing(Library.open(home)) as library:
        before = library.version()
        assert library.version() == before
        say(home)
        after = library.version()
        assert after != before
        with annotating(home):
            pass
        assert library.version() == after, "looking changes nothing"


def test_it_survives_what_the_library_goes_through(home: Path, recorded: Path) -> None:
    with closing(Library.open(home)) as library:
        row = sessions.find(library, session_id(1))
        key = library.rows("SELECT key FROM event WHERE kind = 1 ORDER BY id LIMIT 1")[0][0]
    prompt = WHOLE._replace(key=bytes(key))
    with annotating(home) as own:
        own.star(prompt, True)
        own.note(WHOLE, "Kept")
    writer = Writer(home)
    with writer.transaction():
        rebuild(writer, ADAPTERS[0], row.id)
        writer.refresh()
    writer.close()
    assert (said(home, prompt).starred, said(home).note) == (True, "Kept")

    for file in home.glob("library.db*"):
        file.unlink()
    import_roots(home, [recorded])
    assert (said(home, prompt).starred, said(home).note) == (True, "Kept")
    with closing(Library.open(home)) as library:
        assert library.rows("SELECT 1 FROM event WHERE key = ? AND kind = 1", (key,)) == [(1,)]


def test_a_deleted_session_takes_it_along(home: Path, recorded: Path) -> None:
    busy_session(2).write(recorded)
    import_roots(home, [recorded])
    other = Subject(AGENT, session_id(2))
    say(home)
    with annotating(home) as own:
        own.note(other, "Stays")
        own.star(Subject(AGENT, f"{session_id(1)}/a1", b"k"), True)
    with closing(Library.open(home)) as library:
        assert library.rows("SELECT count(*) FROM own.star") == [(2,)]  # and looks on
        delete(home, sessions.find(library, session_id(1)).id)
        for table in ("star", "tag"):
            assert library.rows(f"SELECT count(*) FROM own.{table}") == [(0,)]
    assert found_in(home, SECRET) == []
    assert said(home, other).note == "Stays"


def test_while_a_reader_is_in_the_way_a_deletion_goes_on_later(
    home: Path, recorded: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notes, "_READER_MS", 0)
    say(home)
    with closing(Library.open(home)) as library:
        reading: Any = library._reader._database.connection()  # type: ignore[no-untyped-call]
        reading.execute("BEGIN")
        reading.execute("SELECT * FROM own.note").fetchall()
        delete(home, sessions.find(Library.open(home), session_id(1)).id)
        pending = "SELECT count(*) FROM setting WHERE name GLOB 'forget-own:*'"
        assert Library.open(home).rows(pending) == [(1,)]
        reading.execute("COMMIT")
    import_roots(home, [recorded])
    assert Library.open(home).rows(pending) == [(0,)]
    assert found_in(home, SECRET) == []


def test_an_excluded_project_takes_it_along(home: Path, tmp_path: Path) -> None:
    script = Script(session_id(1), 1, cwd="/private/diary")
    script.prompt("Dear diary")
    script.records.insert(0, {"type": "last-prompt", "lastPrompt": "Dear", "sessionId": "x"})
    file = script.write(tmp_path)
    file.write_bytes(script.lines()[0] + b"\n")
    import_roots(home, [tmp_path], exclude=["/private"])
    say(home)
    file.write_bytes(script.bytes())
    import_roots(home, [tmp_path], exclude=["/private"])
    assert found_in(home, SECRET) == []


# Faults

_TAGS = (
    "import sys; from pathlib import Path; from her_tui.recorder.annotate import *\n"
    "who, count = sys.argv[2], int(sys.argv[3])\n"
    "for number in range(count):\n"
    "    with annotating(Path(sys.argv[1])) as own:\n"
    f"        own.tag(Subject({AGENT!r}, {session_id(1)!r}), f'{{who}}-{{number}}')\n"
    "    print(number, flush=True)\n"
)


def tagging(home: Path, who: str, count: int) -> subprocess.Popen[str]:
    """A process that puts ``count`` tags on the session, and says each that is there."""
    command = [sys.executable, "-c", _TAGS, str(home), who, str(count)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


@pytest.mark.fault
@pytest.mark.usefixtures("recorded")
def test_two_processes_at_once(home: Path) -> None:
    processes = [tagging(home, who, 25) for who in ("one", "two", "three")]
    for process in processes:
        process.communicate()
        assert process.returncode == 0
    wanted = {f"{who}-{number}" for who in ("one", "two", "three") for number in range(25)}
    assert set(said(home).tags) == wanted
    restored = copied_tags(home)
    assert restored == wanted


def copied_tags(home: Path) -> set[str]:
    """The tags in the copy."""
    (home / NAME).unlink()
    for suffix in ("-wal", "-shm"):
        Path(f"{home / NAME}{suffix}").unlink(missing_ok=True)
    restore(home)
    return set(said(home).tags)


@pytest.mark.fault
@pytest.mark.usefixtures("recorded")
def test_killed_in_between_what_was_said_to_be_there_is_there(home: Path) -> None:
    rng = random.Random(5)
    acknowledged: set[str] = set()
    for kill in range(8):
        with tagging(home, f"run{kill}", 1000) as process:
            assert process.stdout is not None
            process.stdout.readline()
            time.sleep(rng.uniform(0.0, 0.1))
            process.send_signal(signal.SIGKILL)
            rest = process.stdout.read().split()
        acknowledged |= {f"run{kill}-{number}" for number in range(len(rest) + 1)}
        assert acknowledged <= set(said(home).tags)
    with annotating(home) as own:
        own.star(WHOLE, True)
    assert acknowledged <= copied_tags(home)


def test_another_that_writes_without_end_is_not_waited_for_without_end(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    say(home)
    monkeypatch.setattr(notes, "_PATIENCE_SECONDS", 0.1)
    with FileLock(home / "notes.lock"), pytest.raises(LibraryBusy):
        Annotations(home)


def spoil(file: Path, how: str) -> None:
    """Damage a file."""
    if how == "gone":
        file.unlink()
    elif how == "emptied":
        file.write_bytes(b"")
    elif how == "overwritten":
        file.write_bytes(b"This is no database. " * 500)
    else:
        with file.open("r+b") as stream:
            stream.seek(4096)
            stream.write(os.urandom(file.stat().st_size - 4096))


@pytest.mark.usefixtures("recorded")
@pytest.mark.parametrize("how", ["gone", "emptied", "overwritten", "pages"])
def test_a_damaged_file_is_said_left_alone_and_restored_when_asked(home: Path, how: str) -> None:
    say(home)
    with closing(Library.open(home)) as library:
        known = sessions.find(library, session_id(1))
    spoil(home / NAME, how)
    spoilt = (home / NAME).read_bytes() if how != "gone" else b""

    with pytest.raises(HerError) as caught:
        Annotations(home)
    assert NAME in caught.value.title
    assert "--restore" in caught.value.hint
    with closing(Library.open(home)) as library:  # the library is read all the same
        row = sessions.find(library, session_id(1))
        assert (row.title, row.prompts, row.note) == (known.title, known.prompts, "")
        assert of_session(library, AGENT, session_id(1)) == {}
        assert library.own_problem is not None
        assert "--restore" in library.own_problem.hint
    if how != "gone":
        assert (home / NAME).read_bytes() == spoilt

    aside = restore(home)
    assert said(home).note == SECRET
    assert said(home, PROMPT).tags == ("keep",)
    if how != "gone":
        assert aside.read_bytes() == spoilt
    with pytest.raises(UsageError):
        restore(home)


@pytest.mark.usefixtures("recorded")
def test_damage_found_while_reading_does_not_take_the_library_along(home: Path) -> None:
    with annotating(home) as own:
        for number in range(400):
            own.tag(Subject(AGENT, session_id(1), number.to_bytes(16)), f"tag-{number}")
    with closing(Library.open(home)) as library:
        assert len(of_session(library, AGENT, session_id(1))) == 400
    file = home / NAME
    with file.open("r+b") as stream:
        stream.seek(6 * 4096)
        stream.write(b"\xff" * (file.stat().st_size - 6 * 4096))
    with closing(Library.open(home)) as library:
        assert of_session(library, AGENT, session_id(1)) == {}
        assert library.own_problem is not None
        assert sessions.find(library, session_id(1)).prompts == 3


def test_a_deletion_does_not_wait_for_a_damaged_file(home: Path, recorded: Path) -> None:
    say(home)
    spoil(home / NAME, "overwritten")
    delete(home, sessions.find(Library.open(home), session_id(1)).id)
    assert import_roots(home, [recorded]).sessions == 0
    restore(home)
    import_roots(home, [recorded])
    assert said(home) == Annotation()
    assert found_in(home, SECRET) == []


def test_a_file_put_aside_goes_with_a_session_that_is_in_it(home: Path, recorded: Path) -> None:
    say(home)
    spoil(home / NAME, "gone")
    data = (home / COPY_NAME).read_bytes()
    (home / NAME).write_bytes(data[:4096] + b"\xff" * 64 + data[4160:])
    aside = restore(home)
    delete(home, sessions.find(Library.open(home), session_id(1)).id)
    assert found_in(home, SECRET) == []
    assert not aside.exists() or session_id(1).encode() not in aside.read_bytes()


def killed(home: Path, code: str) -> None:
    """A process does ``code`` with ``notes`` and ``home``, and is killed as it puts a file that is
    whole in its place."""
    script = f"""
import os, signal
from pathlib import Path
from her_tui.store import annotations as notes
home = Path({os.fspath(home)!r})
Path.replace = lambda *names: os.kill(os.getpid(), signal.SIGKILL)
{code}
"""
    ended = subprocess.run([sys.executable, "-c", script], timeout=30, check=False)
    assert ended.returncode == -signal.SIGKILL


@pytest.mark.parametrize("left", [f"{NAME}.new", f"{COPY_NAME}.new"])
def test_what_one_left_who_was_killed_goes_with_a_session(
    home: Path, recorded: Path, left: str
) -> None:
    say(home)
    if left == f"{NAME}.new":
        spoil(home / NAME, "gone")
        killed(home, "notes.restore(home)")
        (home / COPY_NAME).rename(home / NAME)
    else:
        killed(home, "notes.Annotations(home)._copy()")
    assert left in found_in(home, SECRET)
    delete(home, sessions.find(Library.open(home), session_id(1)).id)
    assert found_in(home, SECRET) == []
    assert list(home.glob("notes*.new*")) == []
    assert import_roots(home, [recorded]).sessions == 0


@pytest.mark.usefixtures("recorded")
def test_where_nothing_can_be_written_the_library_is_read(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for file in home.glob("notes*"):
        file.unlink()
    (home / "notes.lock").mkdir()  # what opening it meets is what a read-only folder gives
    with closing(Library.open(home)) as library:
        assert sessions.find(library, session_id(1)).starred is False
        assert of_session(library, AGENT, session_id(1)) == {}
        assert library.own_problem is None
    with pytest.raises(LibraryUnusable):
        Annotations(home)


def test_a_file_of_a_newer_her_or_of_another_program_is_left_alone(home: Path) -> None:
    say(home)
    with closing(Annotations(home)) as own:
        own._database.pragma("user_version", 99)
    with pytest.raises(LibraryTooNew):
        Annotations(home)
    with closing(SqliteDatabase(str(home / NAME))) as database:
        database.pragma("application_id", 7)
    with pytest.raises(LibraryUnusable):
        Annotations(home)


def test_a_full_disk_is_said(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    say(home)
    with closing(Annotations(home)) as own:
        own._database.pragma("max_page_count", 1)
        with pytest.raises(LibraryUnusable, match="full"):
            own.note(WHOLE, "x" * 15_000)
    assert found_in(home, SECRET) != []

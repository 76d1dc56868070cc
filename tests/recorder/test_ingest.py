"""Importing: exact, once, in any order."""

from __future__ import annotations

import json
import os
import shutil
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from her_tui.errors import NotFound
from her_tui.events.model import EventKind, Flag
from her_tui.paths import INDEX_NAME
from her_tui.queries import sessions, stats
from her_tui.queries.library import Library
from her_tui.queries.sessions import Origin
from her_tui.recorder import scan
from her_tui.recorder.deletion import delete
from her_tui.recorder.ingest import import_roots
from her_tui.store import database
from her_tui.store.word_reader import WordReader
from tests.support.claude import Script, busy_session, session_id
from tests.support.library import contents


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A client's folder with four sessions."""
    for number in range(4):
        busy_session(number).write(tmp_path / "claude")
    return tmp_path / "claude"


def test_an_import_counts_what_is_there(home: Path, root: Path) -> None:
    result = import_roots(home, [root])

    assert (result.files, result.sessions, result.records) == (4, 4, 4 * 3 * 8)
    told = stats.totals(Library.open(home))
    assert (told.sessions, told.prompts, told.responses) == (4, 12, 48)
    assert told.actions_by_name == {"Bash": 24, "Read": 12}
    assert (told.action_errors, told.commits) == (12, 12)
    assert told.tokens.output == 4 * (9 * 20 + 50 + 51 + 52)
    assert told.cost is not None
    assert told.unpriced == 0


def test_a_second_import_parses_nothing(home: Path, root: Path) -> None:
    import_roots(home, [root])
    before = contents(home)

    again = import_roots(home, [root])

    assert (again.files, again.records) == (0, 0)
    assert contents(home) == before


def test_the_order_of_files_does_not_matter(
    home: Path, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    busy_session(0).fork(session_id(9), 14).write(root)
    busy_session(1, turns=2).fork(session_id(8), 9).write(root)
    import_roots(home, [root])

    monkeypatch.setattr(scan, "_newest_first", lambda work: work.reverse())
    import_roots(tmp_path / "other", [root])

    assert contents(home) == contents(tmp_path / "other")


def test_a_copied_history_is_counted_once(home: Path, root: Path) -> None:
    alone = busy_session(0)
    fork = alone.fork(session_id(9), 16)
    fork.prompt("Now something else")
    fork.write(root)
    import_roots(home, [root])

    library = Library.open(home)
    row = sessions.find(library, session_id(9))
    assert (row.prompts, row.responses) == (3, 8)
    told = stats.totals(library)
    assert (told.prompts, told.responses, told.actions) == (13, 48, 36)


def test_a_copied_command_of_the_human_belongs_to_one_session(home: Path, tmp_path: Path) -> None:
    alone = Script(session_id(0))
    alone.prompt("<command-name>/review</command-name><command-args>the okapi</command-args>")
    alone.prompt("<bash-input>ls okapi</bash-input>")
    alone.write(tmp_path)
    alone.fork(session_id(9), 2).write(tmp_path)
    import_roots(home, [tmp_path])

    library = Library.open(home)
    found = library.rows(
        "SELECT s.session_id, e.flags FROM event e JOIN session s ON s.id = e.session"
        f" WHERE e.kind IN ({EventKind.COMMAND:d}, {EventKind.SHELL:d}) ORDER BY 1"
    )
    assert found == [(session_id(0), 0)] * 2 + [(session_id(9), Flag.COPIED)] * 2


def test_a_copy_cut_off_inside_a_response_does_not_hide_its_tokens(
    home: Path, tmp_path: Path
) -> None:
    whole = Script(session_id(5), 5)
    whole.prompt("Hello")
    text, thought = {"type": "text", "text": "Hi"}, {"type": "thinking", "thinking": "Hm"}
    whole.response(thought, text, output=900)
    whole.records[1]["message"]["usage"] = {"input_tokens": 3, "output_tokens": 1}
    whole.records[1]["message"]["stop_reason"] = None
    whole.write(tmp_path)
    whole.fork(session_id(1), 2).write(tmp_path)

    import_roots(home, [tmp_path])

    assert stats.totals(Library.open(home)).tokens.output == 900


def test_a_torn_last_line_is_damage_until_the_rest_arrives(home: Path, tmp_path: Path) -> None:
    script = busy_session(1)
    whole = script.bytes()
    file = script.write(tmp_path)
    file.write_bytes(whole[:-40])
    import_roots(home, [tmp_path])
    assert stats.totals(Library.open(home)).lines_damaged == 1
    assert contents(home)[script.session]["bytes"] == whole[:-40]

    file.write_bytes(whole)
    import_roots(home, [tmp_path])

    assert stats.totals(Library.open(home)).lines_damaged == 0
    assert contents(home)[script.session]["bytes"] == whole


def test_a_session_outlives_its_file(home: Path, root: Path) -> None:
    import_roots(home, [root])
    before = stats.totals(Library.open(home))
    next(root.rglob(f"{session_id(2)}.jsonl")).unlink()

    import_roots(home, [root])

    library = Library.open(home)
    assert sessions.find(library, session_id(2)).origin is Origin.ONLY_HERE
    assert stats.totals(library) == before


def test_a_moved_file_is_not_read_again(home: Path, root: Path) -> None:
    import_roots(home, [root])
    before = contents(home)
    file = next(root.rglob(f"{session_id(2)}.jsonl"))
    other = root / "projects" / "-src-elsewhere"
    other.mkdir()
    file.rename(other / file.name)

    result = import_roots(home, [root])

    assert result.records == 0
    assert contents(home) == before
    assert sessions.find(Library.open(home), session_id(2)).path == str(other / file.name)


def test_a_rewritten_file_keeps_what_it_no_longer_holds(home: Path, tmp_path: Path) -> None:
    script = busy_session(3)
    file = script.write(tmp_path)
    import_roots(home, [tmp_path])
    file.write_bytes(b"".join(line + b"\n" for line in script.lines()[:10]))

    import_roots(home, [tmp_path])

    row = sessions.find(Library.open(home), script.session)
    assert (row.prompts, row.responses) == (3, 12)

    file.write_bytes(script.bytes())
    import_roots(home, [tmp_path])
    import_roots(tmp_path / "fresh", [tmp_path])
    assert contents(home) == contents(tmp_path / "fresh")


def test_a_deleted_session_does_not_come_back(home: Path, root: Path) -> None:
    secret = "xylographically"
    script = busy_session(7)
    script.prompt(f"The word is {secret}")
    script.call("Bash", f"echo {secret}", command=f"echo {secret}")
    script.say(f"You said {secret}.")
    script.write(root)
    import_roots(home, [root])
    before = stats.totals(Library.open(home))

    library = Library.open(home)
    delete(home, sessions.find(library, script.session).id)

    with pytest.raises(NotFound):
        sessions.find(library, script.session)
    assert [file.name for file in home.iterdir() if secret.encode() in file.read_bytes()] == []
    script.say("And on it goes")
    script.write(root)
    assert import_roots(home, [root]).sessions == 0
    assert stats.totals(library).sessions == before.sessions - 1


def test_deleting_a_session_leaves_its_facts_to_those_who_copied_them(
    home: Path, tmp_path: Path
) -> None:
    script = busy_session(1)
    script.write(tmp_path)
    fork = script.fork(session_id(9), len(script.records))
    fork.write(tmp_path)
    import_roots(home, [tmp_path])
    before = stats.totals(Library.open(home))

    delete(home, sessions.find(Library.open(home), script.session).id)

    after = contents(home)
    assert after["totals"].responses == before.responses
    assert after["totals"].prompts == before.prompts
    assert after["totals"].cost == pytest.approx(before.cost)
    assert after[fork.session]["bytes"] == fork.bytes()


def test_excluded_projects_are_not_recorded(home: Path, root: Path) -> None:
    Script(session_id(30), 30, cwd="/private/diary").write(root)
    private = Script(session_id(31), 31, cwd="/private/diary")
    private.prompt("Dear diary")
    private.write(root)

    import_roots(home, [root], exclude=["/private"])

    with pytest.raises(NotFound):
        sessions.find(Library.open(home), private.session)
    assert [file.name for file in home.iterdir() if b"Dear diary" in file.read_bytes()] == []


def test_an_unreadable_file_is_named_and_the_rest_is_read(
    home: Path, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = next(root.rglob(f"{session_id(2)}.jsonl"))
    opened = Path.open

    def refuse(path: Path, *arguments: Any, **options: Any) -> Any:
        if path == file:  # permissions alone would not stop root
            raise PermissionError(13, "Permission denied", str(path))
        return opened(path, *arguments, **options)

    monkeypatch.setattr(Path, "open", refuse)
    result = import_roots(home, [root])
    assert result.sessions == 3
    assert str(file) in result.unreadable[0]


def test_words_that_cannot_be_indexed_can_wait(home: Path, root: Path) -> None:
    home.mkdir(mode=0o700)
    (home / INDEX_NAME).mkdir()  # permissions alone would not stop root
    result = import_roots(home, [root])
    assert result.unindexed is not None
    assert INDEX_NAME in result.unindexed.title
    assert result.sessions == stats.totals(Library.open(home)).sessions == 4

    (home / INDEX_NAME).rmdir()
    again = import_roots(home, [root])
    assert (again.unindexed, again.files) == (None, 0)
    with closing(WordReader(home)) as reader:
        assert len(reader.newest('"parser"')) > 4


def test_a_missing_folder_is_said(home: Path, tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="no file or folder"):
        import_roots(home, [tmp_path / "nowhere"])


def test_originals_are_kept_with_their_session(home: Path, root: Path) -> None:
    folder = root / "file-history" / session_id(1)
    folder.mkdir(parents=True)
    (folder / "0123456789abcdef@v1").write_text("before the edit\n")

    import_roots(home, [root])
    shutil.rmtree(root / "file-history")
    import_roots(home, [root])

    rows = Library.open(home).rows("SELECT session_id, kind, size FROM kept")
    assert rows == [(session_id(1), "file-history", 16)]


def test_plans_and_pastes_go_to_the_session_that_speaks_of_them(home: Path, root: Path) -> None:
    script = busy_session(7)
    for record in script.records:
        record["slug"] = "quiet-river"
    script.write(root)
    (root / "plans").mkdir()
    (root / "plans" / "quiet-river.md").write_text("# The plan\n")
    (root / "plans" / "of-nobody.md").write_text("# Another\n")
    (root / "paste-cache").mkdir()
    (root / "paste-cache" / "0a1b2c3d.txt").write_text("a long log\n")
    line = {
        "display": "Why? [Pasted text #1]",
        "pastedContents": {"1": {"id": 1, "type": "text", "contentHash": "0a1b2c3d"}},
        "timestamp": 1793000000000,
        "project": "/src/demo",
        "sessionId": session_id(2),
    }
    (root / "history.jsonl").write_text(json.dumps(line) + "\n")

    import_roots(home, [root])

    library = Library.open(home)
    rows = library.rows("SELECT kind, session_id FROM kept ORDER BY kind")
    assert rows == [("paste", session_id(2)), ("plan", script.session)]

    delete(home, sessions.find(library, session_id(2)).id)
    assert library.rows("SELECT kind FROM kept") == [("plan",)]
    assert [file.name for file in home.iterdir() if b"0a1b2c3d" in file.read_bytes()] == []


def test_the_history_of_excluded_projects_is_not_kept(home: Path, root: Path) -> None:
    lines = [
        {"display": "Dear diary", "project": "/private/diary", "sessionId": session_id(31)},
        {"display": "Mend it", "project": "/src/demo", "sessionId": session_id(1)},
    ]
    (root / "history.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))

    import_roots(home, [root], exclude=["/private"])

    library = Library.open(home)
    source = library.rows("SELECT id FROM source WHERE role = 'history'")[0][0]
    held = b"".join(library.stream(source))
    assert b"Dear diary" not in held
    assert b"Mend it" in held


def test_originals_of_a_session_that_is_not_recorded_are_not_kept(home: Path, root: Path) -> None:
    private = Script(session_id(31), 31, cwd="/private/diary")
    private.prompt("Dear diary")
    private.write(root)
    folder = root / "file-history" / private.session
    folder.mkdir(parents=True)
    (folder / "0123456789abcdef@v1").write_text("my secret\n")

    import_roots(home, [root], exclude=["/private"])

    assert Library.open(home).rows("SELECT count(*) FROM kept") == [(0,)]


def test_private_files(home: Path, root: Path) -> None:
    import_roots(home, [root])
    assert home.stat().st_mode & 0o777 == 0o700
    assert {file.name: file.stat().st_mode & 0o777 for file in home.iterdir()} == {
        file.name: 0o600 for file in home.iterdir()
    }


def test_prompt_bulk_is_stored_once(home: Path, tmp_path: Path) -> None:
    prompt = "You are a careful engineer. " * 4000 + os.urandom(3000).hex()
    for number in range(5):
        script = busy_session(number)
        script.records[0] = {
            **script.records[0],
            "type": "attachment",
            "attachment": {"type": "prompt_snapshot", "systemPrompt": [prompt]},
        }
        file = script.write(tmp_path)
        # The client writes no blanks between a record's parts.
        lines = [json.dumps(record, separators=(",", ":")) for record in script.records]
        file.write_text("\n".join(lines) + "\n")
    import_roots(home, [tmp_path])

    library = Library.open(home)
    assert library.rows("SELECT count(*) FROM blob") == [(1,)]
    for number in range(5):
        told = contents(home)[session_id(number)]["bytes"]
        assert told == next(tmp_path.rglob(f"{session_id(number)}.jsonl")).read_bytes()


def test_deleting_what_is_deleted_already_is_said(home: Path, root: Path) -> None:
    import_roots(home, [root])
    newest = Library.open(home).rows("SELECT max(id) FROM session")[0][0]
    delete(home, newest)
    busy_session(20).write(root)
    import_roots(home, [root])

    with pytest.raises(NotFound):
        delete(home, newest)

    assert sessions.find(Library.open(home), session_id(20)).prompts == 3


def test_the_prompt_history_does_not_bring_a_deleted_session_back(home: Path, root: Path) -> None:
    history = root / "history.jsonl"
    line = json.dumps({"display": "secret", "sessionId": session_id(1)}) + "\n"
    other = json.dumps({"display": "hello", "sessionId": session_id(2)}) + "\n"
    history.write_text(line + other + line[:-1])
    import_roots(home, [root])

    delete(home, sessions.find(Library.open(home), session_id(1)).id)
    for content in (line + other + line, line + other + line[:-3], other + line):
        history.write_text(content)
        import_roots(home, [root])
        library = Library.open(home)
        rows = library.rows("SELECT id FROM source WHERE role = 'history'")
        kept = b"".join(b"".join(library.stream(row[0])) for row in rows)
        assert b"secret" not in kept
        assert b"hello" in kept


def test_a_deletion_that_a_reader_held_up_is_finished_later(
    home: Path, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(database._WRITER_PRAGMAS, "busy_timeout", 100)
    import_roots(home, [root])
    reading = database.Reader(home)
    reading.rows("BEGIN")
    reading.rows("SELECT count(*) FROM event")
    delete(home, sessions.find(Library.open(home), session_id(1)).id)
    pending = "SELECT count(*) FROM setting WHERE name GLOB 'forget-words*'"
    assert Library.open(home).rows(pending) == [(1,)]
    reading.rows("COMMIT")

    import_roots(home, [root])

    assert Library.open(home).rows(pending) == [(0,)]


def test_of_a_kept_file_only_the_present_content_is_kept(home: Path, root: Path) -> None:
    script = busy_session(7)
    script.records[0]["slug"] = "plan"
    script.write(root)
    plans = root / "plans"
    plans.mkdir()
    for content in ("one", "one and two", "three"):
        (plans / "plan.md").write_text(content)
        import_roots(home, [root])
    assert Library.open(home).rows("SELECT count(*), sum(size) FROM blob") == [(1, 5)]


def test_times_past_the_calendar(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = busy_session(1)
    for record in script.records:
        record["timestamp"] = "9999-12-31T23:59:59.000Z"
    script.write(tmp_path)
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "Asia/Tokyo")
        time.tzset()
        import_roots(home, [tmp_path])
    time.tzset()
    assert stats.totals(Library.open(home)).prompts == 3

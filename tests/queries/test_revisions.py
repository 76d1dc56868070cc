"""The history of a file, read from the records of a session."""

from __future__ import annotations

from pathlib import Path

import pytest

from her_tui.analysis.rebuild import Why
from her_tui.analysis.timeline import Timeline
from her_tui.queries import sessions, timeline
from her_tui.queries.library import Library
from her_tui.queries.revisions import FileHistory, every, found_in, history
from her_tui.recorder.ingest import import_roots
from tests.support import edits
from tests.support.claude import Script, session_id

A = f"{edits.HERE}/a.py"


@pytest.fixture
def script() -> Script:
    """A session that has begun."""
    script = Script(session_id(1), 1)
    script.prompt("Change some files")
    return script


class House:
    """A home, and where the client's files are."""

    def __init__(self, home: Path, root: Path) -> None:
        self.home, self.root = home, root

    def read(self, script: Script) -> tuple[Library, Timeline]:
        """The library with the session in it, and its timeline."""
        script.write(self.root)
        import_roots(self.home, [self.root])
        library = Library.open(self.home)
        return library, timeline.load(library, sessions.find(library, script.session).id)

    def keep(self, script: Script, name: str, data: bytes) -> None:
        """A copy that the client made of a file."""
        folder = self.root / "file-history" / script.session
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)


@pytest.fixture
def house(home: Path, tmp_path: Path) -> House:
    return House(home, tmp_path)


def _texts(found: FileHistory) -> list[str | None]:
    return [text.text for text in found.texts]


def test_a_file_from_its_creation_on(house: House, script: Script) -> None:
    edits.write(script, A, "one\ntwo\n")
    edits.edit(script, A, "two", "three", "one\ntwo\n")
    edits.read(script, A, "one\nthree\n")
    edits.edit(script, A, "one", "zero")
    library, laid = house.read(script)
    found = history(library, laid, A)
    assert _texts(found) == ["one\ntwo\n", "one\nthree\n", "one\nthree\n", "zero\nthree\n"]
    assert all(text.exact for text in found.texts)
    assert found.start.text is None
    assert not found.start.why
    first = found.revisions[0].position
    assert found.at(first - 1) is None
    assert found.at(first) == found.texts[0]
    assert found.at(found.revisions[1].position - 1) == found.texts[0]
    assert found.at(len(laid)) == found.texts[-1]
    assert laid.ids[first] == found.revisions[0].event


def test_what_failed_changed_nothing(house: House, script: Script) -> None:
    edits.write(script, A, "one\n")
    script.call("Edit", "no", error=True, file_path=A, old_string="one", new_string="two")
    script.call("Read", "File does not exist.", error=True, file_path=A)
    library, laid = house.read(script)
    found = history(library, laid, A)
    assert _texts(found) == ["one\n", None]
    assert found.texts[1].outside
    assert not found.texts[1].why


def test_an_outcome_that_was_not_recorded(house: House, script: Script) -> None:
    edits.write(script, A, "one\n")
    edits.edit(script, A, "one", "two", "one\n")
    del script.records[-1]
    edits.edit(script, A, "t", "T", "two\n")
    library, laid = house.read(script)
    found = history(library, laid, A)
    assert [text.why for text in found.texts] == ["", Why.UNFINISHED, ""]
    assert found.texts[2].text == "Two\n"


def test_without_a_structured_outcome_the_call_tells(house: House, script: Script) -> None:
    script.call("Write", "ok", file_path=A, content="one\ntwo\n")
    script.call("Edit", "ok", file_path=A, old_string="two", new_string="three")
    library, laid = house.read(script)
    found = history(library, laid, A)
    assert _texts(found) == ["one\ntwo\n", "one\nthree\n"]
    assert not found.texts[1].exact


def test_an_outcome_whose_call_was_lost(house: House, script: Script) -> None:
    edits.write(script, A, "one\n")
    edits.edit(script, A, "one", "two", "one\n")
    del script.records[-2]
    library, laid = house.read(script)
    assert _texts(history(library, laid, A)) == ["one\n", "two\n"]


@pytest.mark.parametrize("path", [A, "a.py", "./a.py", "/src/./demo/a.py"])
def test_however_its_path_is_written(house: House, script: Script, path: str) -> None:
    edits.write(script, A, "one\n")
    edits.edit(script, "a.py", "one", "two", "one\n")
    edits.write(script, f"{edits.HERE}/b/a.py", "another\n")
    library, laid = house.read(script)
    found = history(library, laid, path)
    assert (found.path, _texts(found)) == (A, ["one\n", "two\n"])


def test_windows(house: House) -> None:
    script = Script(session_id(1), 1, cwd="D:\\src")
    script.prompt("Change it")
    edits.write(script, "D:\\src\\a.py", "one\n")
    edits.edit(script, "d:/SRC/a.py", "one", "two", "one\n")
    script.cwd = "/"  # for the name of its folder
    library, laid = house.read(script)
    assert _texts(history(library, laid, "D:\\src\\a.py")) == ["one\n", "two\n"]


def test_long_paths_are_found_by_what_the_library_keeps_of_them(
    house: House, script: Script
) -> None:
    path = f"/src/{'d' * 250}/a.py"
    edits.write(script, path, "one\n")
    library, laid = house.read(script)
    target = library.rows("SELECT target FROM action")[0][0]
    assert target.endswith("…")
    assert _texts(history(library, laid, target)) == ["one\n"]
    assert _texts(history(library, laid, path)) == ["one\n"]


def test_what_commands_changed_is_not_known(house: House, script: Script) -> None:
    edits.write(script, A, "one\n")
    edits.command(script, "make")
    edits.command(script, "sed -i s/one/two/ a.py", "a.py")
    edits.edit(script, A, "two", "three", "two\n")
    edits.command(script, "make")
    library, laid = house.read(script)
    found = history(library, laid, A)
    assert [text.why for text in found.texts] == ["", Why.CHANGED, ""]
    assert found.texts[2].text == "three\n"
    assert found.unseen(found.revisions[1].position - 1) == 1
    assert found.unseen(found.revisions[2].position) == 0
    assert found.unseen(len(laid) - 1) == 1
    assert found.unseen(0) == 0


def test_a_notice_that_it_changed(house: House, script: Script) -> None:
    edits.write(script, A, "one\n")
    for snippet in ("1\tone", "1\ttwo"):
        told = {"type": "edited_text_file", "filename": A, "snippet": snippet}
        script.add("attachment", attachment=told)
    library, laid = house.read(script)
    found = history(library, laid, A)
    assert [text.why for text in found.texts] == ["", "", Why.CHANGED]


def test_backups_tell_the_bytes(house: House, script: Script) -> None:
    house.keep(script, "abc@v1", b"one\r\ntwo\r\n")
    house.keep(script, "abc@v2", b"one\r\n2\r\n3\r\n")
    identity = script.call("Edit", "ok", file_path=A, old_string="two", new_string="2")
    del script.records[-1]
    edits.snapshot(script, {"a.py": "abc@v1"}, whole=False)
    block = {"type": "tool_result", "tool_use_id": identity, "content": "ok"}
    outcome = {"filePath": A, "oldString": "two", "newString": "2", "originalFile": None}
    script.add("user", message={"role": "user", "content": [block]}, toolUseResult=outcome)
    script.prompt("Go on")
    edits.snapshot(script, {"a.py": "abc@v2"})
    script.prompt("And on")
    edits.snapshot(script, {"a.py": "abc@v2"}, made=2)
    library, laid = house.read(script)
    found = history(library, laid, A)
    assert [revision.edit for revision in found.revisions] == [False, True, False, False]
    assert _texts(found) == ["one\r\ntwo\r\n", "one\r\n2\r\n", *["one\r\n2\r\n3\r\n"] * 2]
    assert [text.outside for text in found.texts] == [False, False, True, False]
    assert all(text.exact for text in found.texts)
    positions = [revision.position for revision in found.revisions]
    assert positions == sorted(positions)


def test_a_backup_that_is_not_kept_tells_nothing(house: House, script: Script) -> None:
    edits.write(script, A, "one\n")
    script.prompt("Go on")
    edits.snapshot(script, {"a.py": "abc@v2", "b.py": None})
    library, laid = house.read(script)
    assert _texts(history(library, laid, A)) == ["one\n"]
    found = history(library, laid, f"{edits.HERE}/b.py")
    assert [(text.text, text.why) for text in found.texts] == [(None, "")]


def test_a_backup_that_is_no_text(house: House, script: Script) -> None:
    house.keep(script, "abc@v2", b"\xff\xfe")
    edits.write(script, A, "one\n")
    script.prompt("Go on")
    edits.snapshot(script, {"a.py": "abc@v2"})
    library, laid = house.read(script)
    assert history(library, laid, A).texts[-1].why == Why.CHANGED


def test_a_backup_out_of_order_is_left_out(house: House, script: Script) -> None:
    house.keep(script, "abc@v1", b"old\n")
    edits.write(script, A, "one\n")
    edits.snapshot(script, {"a.py": "abc@v1"})
    early = "2026-11-01T08:00:00.000Z"
    script.records[-1]["snapshot"]["timestamp"] = early
    library, laid = house.read(script)
    assert _texts(history(library, laid, A)) == ["one\n"]


def _subagent(script: Script) -> Script:
    """A subagent that edits the file two seconds after it was made."""
    agent = Script(script.session, 1)
    agent.records = [{"uuid": None} for _ in script.records]
    edits.edit(agent, A, "one", "two", "one\n")
    agent.records = agent.records[len(script.records) :]
    for record in agent.records:
        record |= {"isSidechain": True, "agentId": "abc", "uuid": f"9{record['uuid'][1:]}"}
        record["parentUuid"] = None
    return agent


def test_subagents_edit_the_same_files(house: House, script: Script) -> None:
    edits.write(script, A, "one\n")
    agent = _subagent(script)
    for _ in range(4):
        script.say("Waiting.")
    edits.edit(script, A, "two", "three", "two\n")
    folder = script.write(house.root).with_suffix("") / "subagents"
    folder.mkdir(parents=True)
    (folder / "agent-abc.jsonl").write_bytes(agent.bytes())
    library, laid = house.read(script)
    found = history(library, laid, A)
    assert _texts(found) == ["one\n", "two\n", "three\n"]
    assert not any(text.outside for text in found.texts)

    (child,) = library.rows("SELECT id FROM session WHERE parent IS NOT NULL")
    part = timeline.load(library, child[0])
    own = history(library, part, A)
    assert _texts(own) == _texts(found)
    assert [each.position for each in own.revisions] == [-1, len(part) - 1, len(part) - 1]
    assert own.at(0) == own.texts[0]


def test_every_file(house: House, script: Script) -> None:
    edits.write(script, A, "one\n")
    edits.read(script, f"{edits.HERE}/b.py", "b\n")
    edits.edit(script, "a.py", "one", "two", "one\n")
    library, laid = house.read(script)
    found = list(every(library, laid))
    assert [(each.path, len(each.revisions)) for each in found] == [
        (A, 2),
        (f"{edits.HERE}/b.py", 1),
    ]


def test_an_unknown_file(house: House, script: Script) -> None:
    library, laid = house.read(script)
    found = history(library, laid, "/nowhere.py")
    assert (found.path, found.revisions, found.at(0)) == ("/nowhere.py", (), None)
    assert found.start.why == Why.NO_ORIGINAL


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("a.py", ["/src/a.py", "/src/b/a.py"]),
        ("b/a.py", ["/src/b/a.py"]),
        ("./b/a.py", ["/src/b/a.py"]),
        ("/src/a.py", ["/src/a.py"]),
        ("y/a.py", []),
        ("c.txt", ["D:\\x\\c.txt"]),
        ("x/c.txt", ["D:\\x\\c.txt"]),
    ],
)
def test_which_file_is_meant(path: str, expected: list[str]) -> None:
    touched = ["/src/a.py", "/src/b/a.py", "/src/my/aa.py", "D:\\x\\c.txt", "/src/a.py"]
    assert found_in(touched, path) == expected

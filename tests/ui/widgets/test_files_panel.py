"""The files panel: it follows the playhead, opens files, and stands what it is given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from her_tui.analysis.rebuild import Text
from her_tui.analysis.state import FileEdit
from her_tui.errors import HerError
from her_tui.events.model import EventKind
from her_tui.queries import revisions
from her_tui.ui.widgets.file_reading import FileRead, Shelf
from her_tui.ui.widgets.files_panel import FilesPanel
from her_tui.ui.widgets.files_view import View
from tests.ui.file_values import (
    STORY,
    CountingLedger,
    Files,
    history_of,
    ledger_of,
    serve_files,
    story_ledger,
    story_timeline,
)
from tests.ui.hostile import HOSTILE
from tests.ui.replay_app import Replay, replaying
from tests.ui.replay_values import item, no_library, preceded, serve, session_row, turn_of

SIZES = [(80, 24), (120, 36), (200, 60), (40, 10)]
APP = "/work/app/src/her/app.py"


def two_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    """Turns for `story_timeline`."""
    turns = {}
    for number, start in ((1, 0), (2, 10)):
        prompt = item(start, EventKind.PROMPT, f"prompt {number}")
        items = [item(start + at, EventKind.TEXT, f"answer {at}") for at in range(1, 10)]
        turns[number] = turn_of(items, prompt, number)
    serve(monkeypatch, turns)


async def opened(
    replay: Replay, position: int = 19, story: Mapping[str, Mapping[int, str]] = STORY
) -> FilesPanel:
    """The panel with the story's ledger, in front."""
    await replay.open(story_timeline(), position)
    replay.detail.show_ledger(story_ledger(story))
    replay.detail.activate("files")
    await rest(replay)
    return replay.detail.files


async def rest(replay: Replay) -> None:
    """Wait until the playhead has rested, and the file it came to is read."""
    await replay.settle()
    await replay.pilot.pause(0.2)
    await replay.settle()


def shown(panel: FilesPanel) -> list[str]:
    """Text of the lines of the panel, without numbers and bars."""
    return [line.text for block in panel.blocks for line in block.lines]


def view_of(panel: FilesPanel) -> View:
    """What the panel shows."""
    return panel.view


@pytest.fixture
def files(monkeypatch: pytest.MonkeyPatch) -> Files:
    two_turns(monkeypatch)
    return serve_files(monkeypatch)


@pytest.mark.parametrize("size", SIZES)
async def test_the_tree_at_any_size(files: Files, size: tuple[int, int]) -> None:
    async with replaying(size) as replay:
        await opened(replay)
        text = replay.app.text()
        assert "src/her" in text
        assert "app.py" in text


async def test_it_follows_the_playhead(files: Files) -> None:
    async with replaying() as replay:
        panel = await opened(replay, 2)
        assert shown(panel)[1].startswith("No file was changed so far. The first edit is in turn 1")
        await replay.seek(3)
        assert [row.label for row in panel.rows] == ["src/her", "app.py"]
        await replay.seek(14)
        assert [row.label for row in panel.rows] == [
            "src/her", "ui", "panel.py", "app.py", "README.md", "/etc", "hosts",
        ]  # fmt: skip
        assert panel.path == "/etc/hosts"
        await replay.seek(4)
        assert panel.path == APP


async def test_a_seek_that_passes_no_edit_draws_and_asks_nothing(files: Files) -> None:
    async with replaying() as replay:
        panel = await opened(replay, 8)
        ledger = panel.ledger
        assert isinstance(ledger, CountingLedger)
        ledger.asked.clear()
        blocks = panel.blocks
        await replay.seek(11)
        assert panel.blocks is blocks
        assert not ledger.asked


async def test_without_a_session_or_a_ledger(files: Files) -> None:
    async with replaying() as replay:
        replay.detail.activate("files")
        await replay.settle()
        assert "No session is open." in shown(replay.detail.files)
        await replay.open(story_timeline(), 5)
        replay.detail.activate("files")
        assert "Reading …" in shown(replay.detail.files)
        replay.detail.show_ledger(ledger_of([]))
        assert "No file was changed so far." in shown(replay.detail.files)


async def test_keys_open_a_file_and_go_back(files: Files) -> None:
    async with replaying() as replay:
        panel = await opened(replay)
        assert panel.path == APP
        await replay.press("enter")
        assert view_of(panel) is View.HISTORY
        assert [change.position for change in panel.shown] == [3, 7, 16]
        assert panel.cursor == 2
        assert "import os" in shown(panel)
        await replay.press("k")
        assert panel.cursor == 1
        assert "print('hello, world')" in "".join(shown(panel))
        await replay.press("enter")
        assert replay.app.moves == [7]
        assert panel.position == 7
        assert panel.rail(0) == "rail-past"
        assert panel.rail(1) == "rail-now"
        assert panel.rail(2) == "rail-next"
        assert not panel.can_toggle
        assert panel.leave()
        assert view_of(panel) is View.TREE
        assert not panel.leave()


async def test_the_history_follows_the_playhead_until_a_change_is_chosen(files: Files) -> None:
    async with replaying() as replay:
        panel = await opened(replay)
        await replay.press("enter")
        await replay.seek(8)
        assert panel.cursor == 1
        await replay.press("g")
        assert panel.cursor == 0
        await replay.seek(9)
        assert panel.cursor == 0
        await replay.seek(17)
        assert panel.cursor == 2
        await replay.seek(1)
        assert panel.cursor == 0
        assert panel.rail(0) == "rail-next"


async def test_the_text_as_of_the_playhead(files: Files) -> None:
    async with replaying() as replay:
        panel = await opened(replay, 8)
        assert panel.path == APP
        panel.show_text()
        await replay.settle()
        assert view_of(panel) is View.TEXT
        assert shown(panel)[-1] == "    os._exit(0)"
        await replay.seek(17)
        assert shown(panel) == ["def main():", "    print('hello, world')"]
        await replay.seek(1)
        assert shown(panel) == ["There is no such file at this moment."]
        panel.show_text()
        assert view_of(panel) is View.HISTORY


async def test_between_two_moments(files: Files) -> None:
    async with replaying() as replay:
        panel = await opened(replay)
        panel.show_between(3, 16)
        await replay.settle()
        assert "import os" in shown(panel)
        assert "from" in str(panel.border_title)
        panel.show_between(3, 16)
        assert view_of(panel) is View.HISTORY


async def test_folding(files: Files) -> None:
    async with replaying() as replay:
        panel = await opened(replay)
        await replay.press("g")
        assert panel.path == ""
        await replay.press("enter")
        assert [row.label for row in panel.rows] == ["src/her", "README.md", "/etc", "hosts"]
        await replay.press("enter")
        assert len(panel.rows) == 7
        await replay.press("x")
        assert [row.label for row in panel.rows] == ["src/her", "README.md", "/etc"]
        await replay.press("x")
        assert len(panel.rows) == 7


async def test_the_mouse(files: Files) -> None:
    async with replaying() as replay:
        panel = await opened(replay)
        await replay.pilot.click(panel, offset=(6, 4))
        await replay.settle()
        first = panel.path
        assert first.endswith("panel.py")
        await replay.pilot.click(panel, offset=(6, 4))
        await replay.settle()
        assert view_of(panel) is View.HISTORY
        assert panel.path == first


async def test_a_file_is_read_once(files: Files) -> None:
    async with replaying() as replay:
        await opened(replay)
        await replay.press("enter")
        await replay.seek(8)
        await replay.seek(17)
        assert files.read.count(APP) == 1


async def test_a_file_that_cannot_be_read_says_why(files: Files) -> None:
    del files.held[APP]
    async with replaying() as replay:
        panel = await opened(replay)
        await replay.press("enter")
        assert "This file is gone. Import it again." in shown(panel)
        assert panel.text() is None
        assert panel.diff() == ""


async def test_whatever_goes_wrong_a_file_is_not_waited_for(
    files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise ValueError("no such thing")

    with monkeypatch.context() as broken:
        broken.setattr(revisions, "history", fail)
        async with replaying() as replay:
            panel = await opened(replay)
            await replay.press("enter")
            said = "Could not read the file: no such thing. Run her-tui doctor."
            assert said in shown(panel)
            broken.undo()
            await replay.seek(18)
            assert said in shown(panel)
            assert files.read == [], "it is not asked for over and over"
            assert panel.leave()
            await replay.press("enter")
            assert said not in shown(panel)
            assert panel.file is not None, "opened again, it is read again"


async def test_whatever_goes_wrong_lines_are_not_waited_for(
    files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise ValueError("no such thing")

    monkeypatch.setattr("her_tui.ui.renderers.file_history.text_lines", fail)
    async with replaying() as replay:
        panel = await opened(replay)
        panel.show_text()
        await replay.settle()
        assert "Could not read the file: no such thing. Run her-tui doctor." in shown(panel)


async def test_a_text_that_cannot_be_rebuilt_says_why(files: Files) -> None:
    history = files.held[APP]
    lost = Text(None, "no original was recorded")
    files.held[APP] = replace(history, texts=(lost, lost, lost), start=lost)
    async with replaying() as replay:
        panel = await opened(replay)
        panel.show_text()
        await replay.settle()
        assert "cannot be rebuilt: no original was recorded." in shown(panel)[0]
        panel.show_between(-1, 19)
        await replay.settle()
        assert "cannot be rebuilt" in shown(panel)[0]


async def test_what_there_is_to_copy_and_to_open(files: Files) -> None:
    async with replaying() as replay:
        panel = await opened(replay)
        copies = dict(replay.detail.copy_menu())
        assert copies["path"] == APP
        assert copies["text"] == STORY[APP][16]
        assert copies["diff"].startswith("--- a/work/app/src/her/app.py\n+++ b/")
        assert replay.detail.selected_file() == APP
        assert replay.detail.open_text() == (STORY[APP][16], ".py")
        await replay.press("enter", "k")
        assert replay.detail.selected_file() == ""
        text, suffix = replay.detail.open_text()
        assert suffix == ".diff"
        assert "+    os._exit(0)" in text
        panel.show_between(-1, 8)
        await replay.settle()
        assert "--- /dev/null" in panel.diff()
        panel.leave()
        panel.leave()
        await replay.press("g")
        assert panel.copies() == []


async def test_files_that_the_playhead_passes_by_are_not_read(files: Files) -> None:
    async with replaying() as replay:
        await opened(replay)
        files.read.clear()
        for position in (13, 5, 14):
            replay.app.seek(position)
        await rest(replay)
        assert files.read == ["/etc/hosts"]


async def test_a_session_that_grows_keeps_its_view(files: Files) -> None:
    async with replaying() as replay:
        panel = await opened(replay)
        await replay.press("enter", "k")
        replay.app.open(story_timeline(25), 19)
        replay.detail.show_ledger(story_ledger())
        await replay.settle()
        assert (panel.view, panel.path, panel.cursor) == (View.HISTORY, APP, 1)
        assert files.read.count(APP) == 2
        replay.app.open(story_timeline(session=2), 19, session=2)
        await replay.settle()
        assert (panel.view, panel.path) == (View.TREE, "")


async def test_a_thousand_files(files: Files) -> None:
    edits = [FileEdit(at % 19 + 1, f"/work/app/p{at % 40}/m{at}.py", 1, 0) for at in range(1_000)]
    async with replaying() as replay:
        await replay.open(story_timeline(), 19)
        replay.detail.show_ledger(ledger_of(edits))
        replay.detail.activate("files")
        await replay.settle()
        panel = replay.detail.files
        assert len(panel.rows) == 1_040
        await replay.press("G")
        assert panel.cursor == 1_039
        assert panel.scroll_offset.y > 1_000
        before = set(map(id, panel.blocks))
        await replay.seek(18)
        kept = sum(id(block) in before for block in panel.blocks)
        assert kept > 800


async def test_a_long_file_is_cut_with_a_sentence(
    files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    files.held[APP] = history_of(APP, {3: "line\n" * 50_000})
    async with replaying() as replay:
        panel = await opened(replay)
        panel.show_text()
        await replay.settle()
        assert shown(panel)[-1] == "… 30,000 more lines, o opens all"
        panel.leave()
        await replay.settle()
        assert any("more lines" in text for text in shown(panel))


def test_files_are_kept_by_their_weight(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Shelf, "WEIGHT", 10)
    shelf = Shelf()
    for path in ("a", "b", "c"):
        shelf.put(path, FileRead(history_of(path, {1: "1234"}), ()))
        shelf.get("a")
    assert [path in shelf for path in ("a", "b", "c")] == [True, False, True]
    shelf.put("d", FileRead(history_of("d", {1: "1" * 20}), ()))
    assert [path in shelf for path in ("a", "b", "c", "d")] == [False, False, False, True]
    shelf.put("e", HerError("It is gone", ""))
    assert "e" in shelf
    shelf.put("f", FileRead(history_of("f", {1: "1"}), ()))
    for path in ("e", "f", "nobody"):
        shelf.forget_failure(path)
    assert [path in shelf for path in ("e", "f")] == [False, True]
    shelf.clear()
    assert shelf.get("f") is None


@pytest.mark.parametrize("text", HOSTILE)
async def test_hostile_names_and_contents(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    two_turns(monkeypatch)
    story = {f"/work/app/{text}/x": {3: text, 7: f"{text}\n{text}"}, text: {9: text}}
    serve_files(monkeypatch, story)
    async with replaying((100, 50)) as replay:
        panel = await opened(replay, 19, story)
        for _ in panel.rows:
            await replay.press("enter")
            panel.show_text()
            await replay.settle()
            panel.show_between(-1, 19)
            await replay.settle()
            while panel.leave():
                await replay.settle()
            await replay.press("k")
        assert replay.app.text().replace("\n", "").isprintable()


async def test_a_resize_makes_room_for_the_last_change(files: Files) -> None:
    async with replaying((120, 12)) as replay:
        panel = await opened(replay)
        assert len(panel.blocks) == len(panel.rows)
        await replay.pilot.resize_terminal(120, 70)
        await rest(replay)
        assert len(panel.blocks) == len(panel.rows) + 1
        assert "print" in "".join(shown(panel))


async def test_a_ledger_of_an_older_timeline_is_asked_for_the_same_event(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    two_turns(monkeypatch)
    serve_files(monkeypatch)
    async with replaying() as replay:
        panel = await opened(replay, 5)
        before = panel.rows, panel.newest
        panel.show(no_library(), session_row(), preceded(story_timeline()))
        panel.follow(10)
        assert (panel.rows, panel.newest) == before
        panel.follow(4)
        assert "Reading" in replay.app.text() or not panel.rows

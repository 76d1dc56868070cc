"""Files on the main screen: seen as of the playhead, compared, copied, and restored."""

from __future__ import annotations

import os
from pathlib import Path
from typing import cast

import pytest

from her_tui.analysis.rebuild import Text
from her_tui.errors import HerError
from her_tui.recorder.restoring import BACKUP
from her_tui.ui.player import DeckStatus
from her_tui.ui.screens.choose import Choose
from her_tui.ui.screens.confirm import Confirm
from her_tui.ui.screens.filing import proposed, restored
from her_tui.ui.screens.restore import Restore, Target, path_of, typeable, verdict
from her_tui.ui.widgets.files_view import View
from tests.ui.conftest import Her, Opened
from tests.ui.hostile import HOSTILE

HERO = "Sign-in loops"


async def on_files(her: Her, position: int = -1) -> None:
    """The files of the hero's session, as of ``position``."""
    await her.press("slash", *"loops", "enter", "enter")
    await her.until(lambda: her.main.session and HERO in her.main.session.title)
    await her.until(lambda: her.main.ledger is not None)
    await her.press("f5")
    timeline = her.main.timeline
    assert timeline is not None
    her.main.move_playhead(position % len(timeline))
    await her.settle()
    await her.until(lambda: her.main.detail.files.text() is not None)


def answer(her: Her) -> dict[str, bool | None]:
    """Whether the keys of the files do anything."""
    names = ("files_text", "files_between", "restore_file")
    found = {name: her.main.check_action(name, ()) for name in names[1:]}
    return {**found, "files_text": her.main.detail.check_action("files_text", ())}


@pytest.mark.parametrize("size", [(80, 24), (120, 36), (200, 60)])
async def test_the_files_of_a_session(opened: Opened, size: tuple[int, int]) -> None:
    async with opened(size) as her:
        await on_files(her)
        text = her.text()
        assert "oauth.py" in text
        assert "test_two_workers.py" in text
        await her.press("enter")
        assert "turn" in her.text()
        await her.press("v", "equals_sign", "escape", "escape", "escape")
        assert her.main.detail.files.view is View.TREE


async def test_the_footer_says_what_enter_does(opened: Opened) -> None:
    async with opened((200, 60)) as her:
        await on_files(her)
        assert "when     +lines −lines size" in her.text()
        assert "Enter Open" in her.text()
        await her.press("g")
        assert "Enter Fold" in her.text()
        await her.press("enter")
        assert "Enter Unfold" in her.text()
        await her.press("enter", "G", "enter", "k")
        assert "Enter Go there" in her.text()
        await her.press("f6")
        assert "Enter Go there" in her.text()
        await her.press("f3")
        assert "Enter Unfold" in her.text()


async def test_keys_mean_something_where_a_file_is(opened: Opened) -> None:
    async with opened() as her:
        await on_files(her)
        assert set(answer(her).values()) == {True}
        await her.press("g")
        assert her.main.detail.files.path == ""
        assert set(answer(her).values()) == {None}
        await her.press("f3")
        assert set(answer(her).values()) == {False}
        assert "Restore" not in her.line(her.app.size.height - 1)


async def test_enter_on_a_change_moves_the_playhead(opened: Opened) -> None:
    async with opened() as her:
        await on_files(her)
        await her.press("enter", "g", "enter")
        first = her.main.detail.files.shown[0].position
        assert her.main.playhead == first


async def test_the_difference_is_that_of_the_loop(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened() as her:
        await on_files(her)
        timeline = her.main.timeline
        assert timeline is not None
        assert her.main.compared() == (-1, her.main.playhead)
        first, last = timeline.times[40], timeline.times[10]
        deck = cast("DeckStatus", type("Deck", (), {"loop": (first, last)})())
        monkeypatch.setattr(type(her.main), "deck", property(lambda _: deck))
        start, end = her.main.compared()
        assert (timeline.times[start], timeline.times[end]) == (last, first)
        deck = cast("DeckStatus", type("Deck", (), {"loop": (first, None)})())
        assert her.main.compared()[0] == -1


async def test_copying_from_a_file(opened: Opened) -> None:
    async with opened() as her:
        await on_files(her)
        await her.press("c")
        assert her.shows(Choose)
        assert (
            "oauth" in her.text() or "test_two_workers" in her.text() or "CHANGELOG" in her.text()
        )
        assert "diff" in her.text()


async def test_a_file_is_restored(opened: Opened, tmp_path: Path) -> None:
    async with opened() as her:
        await on_files(her)
        wanted = her.main.detail.files.text()
        assert wanted is not None
        her.main.detail.files.base = str(tmp_path)
        await her.press("R")
        dialog = cast("Restore", her.app.screen)
        assert her.shows(Restore)
        target = tmp_path / "restored.py"
        await type_path(her, dialog, str(target))
        assert "A new file." in her.text()
        await her.press("enter")
        await her.until(target.exists)
        await her.settle()
        assert target.read_text() == wanted.text
        assert "Restored to" in her.line(her.app.size.height - 1)


async def type_path(her: Her, dialog: Restore, path: str) -> None:
    """Put ``path`` in the place of what is proposed."""
    from textual.widgets import Input

    dialog.query_one(Input).value = path
    await her.settle()


async def test_what_is_there_is_replaced_only_if_the_user_says_so(
    opened: Opened, tmp_path: Path
) -> None:
    target = tmp_path / "mine.py"
    target.write_text("mine\n")
    async with opened() as her:
        await on_files(her)
        await her.press("R")
        await type_path(her, cast("Restore", her.app.screen), str(target))
        assert "There is a file already" in her.text()
        await her.press("enter")
        assert her.shows(Confirm)
        await her.press("n")
        assert her.shows(Restore)
        assert target.read_text() == "mine\n"
        await her.press("enter", "y")
        await her.until(lambda: target.read_text() != "mine\n")
        await her.settle()
        backup = tmp_path / f"mine.py{BACKUP}1"
        assert backup.read_text() == "mine\n"
        assert backup.name in her.line(her.app.size.height - 1)


async def test_a_restore_can_be_left(opened: Opened, tmp_path: Path) -> None:
    async with opened() as her:
        await on_files(her)
        before = sorted(tmp_path.iterdir())
        await her.press("R")
        await type_path(her, cast("Restore", her.app.screen), str(tmp_path))
        await her.press("enter")
        assert "That is a folder" in her.text()
        await her.press("escape")
        assert not her.shows(Restore)
        assert sorted(tmp_path.iterdir()) == before


async def test_what_cannot_be_rebuilt_is_not_restored(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened() as her:
        await on_files(her)
        files = her.main.detail.files
        for text, said in (
            (Text(None, "no original was recorded"), "cannot be rebuilt: no original"),
            (Text(None), "no such file at this moment"),
            (None, "still being read"),
        ):
            monkeypatch.setattr(files, "text", lambda text=text: text)
            await her.press("R")
            assert not her.shows(Restore)
            assert said in her.line(her.app.size.height - 1)


async def test_what_could_not_be_read_is_not_said_to_be_read_still(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened() as her:
        await on_files(her)
        files = her.main.detail.files
        files._files.put(files.path, HerError("This file is gone", "Import it again."))
        await her.press("R")
        assert not her.shows(Restore)
        assert "This file is gone" in her.line(her.app.size.height - 1)


def test_paths_as_they_are_typed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert path_of("  ", "/w") is None
    assert path_of("a\0b", "/w") is None
    assert path_of("a/b.py", "/w") == Path("/w/a/b.py")
    assert path_of("/a/b.py", "/w") == Path("/a/b.py")
    assert path_of("~/b.py", "/w") == tmp_path / "b.py"
    assert path_of("~nobody-of-this-name/b.py", "/w") == Path("/w/~nobody-of-this-name/b.py")


@pytest.mark.parametrize("text", HOSTILE)
def test_no_path_drives_the_terminal(text: str) -> None:
    assert typeable(Path(f"/w/{text}")).isprintable()
    assert typeable(Path("/w/a  b.py")) == "/w/a  b.py"


async def test_a_hostile_name_is_shown_and_not_obeyed(opened: Opened, tmp_path: Path) -> None:
    async with opened() as her:
        await on_files(her)
        dialog = Restore(
            "x [/red] \x1b]0;t\x07", Text("a"), 0, tmp_path / "[@click=app.quit]\x1b[2J\u202e", ""
        )
        her.app.push_screen(dialog)
        await her.settle()
        assert her.shows(Restore)
        assert "[/red]" in her.text()
        assert her.text().replace("\n", "").isprintable()


def test_what_is_said_of_a_path(tmp_path: Path) -> None:
    there = tmp_path / "there"
    there.touch()
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    links = {name: tmp_path / f"link-{name}" for name in ("there", "gone", "pipe")}
    for name, link in links.items():
        link.symlink_to(tmp_path / name)
    astray = tmp_path / "astray"
    astray.symlink_to(tmp_path / "x" / "y")
    round_about = tmp_path / "round"
    round_about.symlink_to(round_about)
    for path, said in (
        (None, "Type the path of a file."),
        (tmp_path, "That is a folder"),
        (tmp_path / "x" / "y", f"There is no such folder: {tmp_path / 'x'}"),
        (astray, f"There is no such folder: {tmp_path / 'x'}"),
        (pipe, "That is a device, a pipe or a socket"),
        (links["pipe"], "That is a device, a pipe or a socket"),
        (Path(os.devnull), "That is a device, a pipe or a socket"),
        (round_about, "No file can be there: "),
        (tmp_path / ("x" * 5_000), "No file can be there: "),
        (tmp_path / ("x" * 5_000) / "y", "There is no such folder"),
    ):
        words, found = verdict(path)
        assert words.startswith(said)
        assert found is None
    for path, said, target in (
        (there, "There is a file already", there),
        (links["there"], f"A link to {there}: ", there),
        (links["gone"], f"A link to {tmp_path / 'gone'}, which is not there", tmp_path / "gone"),
        (tmp_path / "new", "A new file.", tmp_path / "new"),
    ):
        words, found = verdict(path)
        assert words.startswith(said)
        assert found is not None
        assert found.path == target


@pytest.mark.parametrize("there", [True, False])
async def test_where_a_link_leads_is_written_only_if_the_user_says_so(
    opened: Opened, tmp_path: Path, there: bool
) -> None:
    target, link = tmp_path / "secret.py", tmp_path / "link.py"
    link.symlink_to(target)
    if there:
        target.write_text("mine\n")
    async with opened() as her:
        await on_files(her)
        await her.press("R")
        await type_path(her, cast("Restore", her.app.screen), str(link))
        await her.press("enter")
        assert her.shows(Confirm)
        assert "~/secret.py" in her.text(), "what is written is named"
        await her.press("n")
        assert target.exists() == there
        await her.press("enter", "y")
        await her.until(lambda: target.exists() and target.read_text() != "mine\n")
        await her.settle()
        assert link.is_symlink()
        assert (tmp_path / f"secret.py{BACKUP}1").exists() == there


def test_where_a_file_is_proposed_to_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert proposed(str(tmp_path / "app.py"), 0, "").parent == tmp_path
    assert proposed("/nowhere/at/all/app.py", 0, "").parent == tmp_path
    assert proposed("D:\\nowhere\\app.py", 0, "").name.startswith("app.as-of-")


def test_what_goes_wrong_is_said(tmp_path: Path) -> None:
    there = tmp_path / "there"
    there.touch()
    said = restored("x", Target(there, replace=False))
    assert "exists" in getattr(said, "title", "")
    assert "cannot be written" in getattr(
        restored("x", Target(tmp_path / "no" / "where", replace=False)), "title", ""
    )


async def test_keys_for_files_say_where_files_are(opened: Opened) -> None:
    async with opened() as her:
        await her.until(lambda: her.main.timeline is not None)
        await her.press("R")
        assert "R restores a file: F5 first" in her.text()
        await her.press("enter")
        for key, does in (("v", "shows the text"), ("equals_sign", "compares"), ("R", "restores")):
            await her.press(key)
            assert does in her.text()
        await her.press("f5")
        await her.until(lambda: her.main.detail.files.path != "")
        her.main.status.quiet()
        await her.press("v")
        assert "first" not in her.line(35)
        await her.press("tab", "v")
        assert "v shows the text of a file: ⇧Tab first" in her.text()

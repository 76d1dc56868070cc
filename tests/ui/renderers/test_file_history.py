"""A file's history, its text and what changed in it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from her_tui.analysis.rebuild import Text
from her_tui.events.content import FileSeen, Hunk, Patch
from her_tui.queries.revisions import FileHistory
from her_tui.ui.renderers.file_history import (
    TEXT_LINES,
    Change,
    added_lines,
    between,
    between_lines,
    change_block,
    change_lines,
    change_row,
    changes,
    history_title,
    span_title,
    text_at,
    text_lines,
    text_title,
)
from her_tui.ui.renderers.line import Line
from tests.ui.file_values import STORY, history_of, revision, story_timeline
from tests.ui.hostile import HOSTILE

APP = "/work/app/src/her/app.py"
HISTORY = history_of(APP, STORY[APP])
TIMELINE = story_timeline()


def texts(lines: tuple[Line, ...]) -> list[str]:
    return [line.text for line in lines]


def with_text(index: int, **what: object) -> FileHistory:
    found = list(HISTORY.texts)
    found[index] = replace(found[index], **what)  # type: ignore[arg-type]
    return FileHistory(HISTORY.path, HISTORY.revisions, tuple(found), Text(None))


def test_the_edits_in_order() -> None:
    assert [
        (each.index, each.position, each.turn, each.what, each.added, each.removed)
        for each in changes(HISTORY, TIMELINE)
    ] == [(0, 3, 1, "new", 5, 0), (1, 7, 1, "edit", 2, 1), (2, 16, 2, "edit", 0, 4)]


@pytest.mark.parametrize(
    ("commands", "said"),
    [
        (0, ""),
        (1, "1 command ran since: it may have changed it"),
        (3, "3 commands ran since: they may have changed it"),
    ],
)
def test_it_is_said_why_commands_since_matter(
    commands: int, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(FileHistory, "unseen", lambda self, position: commands)
    moment, _, after = text_title(HISTORY, TIMELINE, 7).partition(" · ")
    assert moment.startswith("as of ")
    assert after == said


def test_what_was_only_seen_is_listed_if_something_else_changed_it() -> None:
    seen = replace(
        revision(9, APP, "a\n", "b\n"), edit=False, patch=None, seen=FileSeen(APP, after="b\n")
    )
    texts_then = (*HISTORY.texts, Text("b\n"))
    quiet = FileHistory(APP, (*HISTORY.revisions, seen), texts_then, Text(None))
    assert len(changes(quiet, TIMELINE)) == 3
    loud = replace(quiet, texts=(*HISTORY.texts, Text("b\n", outside=True)))
    last = changes(loud, TIMELINE)[-1]
    assert (last.what, last.notes) == ("changed", (("by something else", "warning"),))
    assert "something else changed the file" in texts(change_lines(loud, 3))[0]
    assert "b" in texts(change_lines(loud, 3))


def test_notes_of_an_edit() -> None:
    by_user = replace(HISTORY.revisions[1], seen=replace(HISTORY.revisions[1].seen, by_user=True))
    history = FileHistory(APP, (HISTORY.revisions[0], by_user), HISTORY.texts[:2], Text(None))
    assert changes(history, TIMELINE)[1].notes == (("as you changed it", "prompt"),)
    assert "you changed" in texts(change_lines(history, 1))[0]
    lost = with_text(1, text=None, why="no original was recorded", outside=True)
    assert [note for note, _ in changes(lost, TIMELINE)[1].notes] == [
        "changed outside",
        "no text",
    ]
    lines = texts(change_lines(lost, 1))
    assert "The text after it cannot be rebuilt: no original was recorded." in lines


def test_a_deleted_file() -> None:
    assert changes(with_text(2, text=None), TIMELINE)[2].what == "deleted"


def test_a_change_nobody_recorded() -> None:
    unknown = replace(HISTORY.revisions[0], patch=None)
    lost = Text(None, "no original was recorded")
    history = FileHistory(APP, (unknown,), (lost,), lost)
    assert texts(change_lines(history, 0))[-1] == "What changed was not recorded."
    assert changes(history, TIMELINE)[0].added == 0


def test_a_change_without_a_patch_is_found_in_the_texts() -> None:
    bare = replace(HISTORY.revisions[1], patch=None)
    revisions = (HISTORY.revisions[0], bare, HISTORY.revisions[2])
    history = FileHistory(APP, revisions, HISTORY.texts, Text(None))
    assert changes(history, TIMELINE)[1].added == 2


def test_a_patch_from_the_call_counts_less_than_the_texts() -> None:
    again = replace(
        revision(7, APP, STORY[APP][3], STORY[APP][3]),
        patch=Patch(APP, (Hunk(0, 0, ("+import os",)),), exact=False),
    )
    same = Text(STORY[APP][3], before=STORY[APP][3])
    history = FileHistory(APP, (HISTORY.revisions[0], again), (HISTORY.texts[0], same), Text(None))
    assert changes(history, TIMELINE)[1].added == 0
    assert texts(change_lines(history, 1)) == ["No line changed."]
    lost = Text(None, "no original was recorded")
    history = FileHistory(APP, (HISTORY.revisions[0], again), (lost, lost), lost)
    assert changes(history, TIMELINE)[1].added == 1


def test_a_row() -> None:
    line = change_row(changes(HISTORY, TIMELINE)[1])
    assert line.text.split() == [line.text.split()[0], "turn", "1", "edit"]
    assert "".join(span.text for span in line.tail).split() == ["+2", "−1", "▰▱"]
    early = Change(0, 0, 0, 0, "write", 0, 0, ())
    assert "turn" not in change_row(early).text


def test_an_open_row_has_its_diff_below() -> None:
    change = changes(HISTORY, TIMELINE)[1]
    closed, opened = change_block(change), change_block(change, change_lines(HISTORY, 1))
    assert closed.key == opened.key
    assert len(closed.lines) == 1
    assert len(opened.lines) > 5


def test_titles() -> None:
    found = changes(HISTORY, TIMELINE)
    assert history_title(found, 3) == "3 changes"
    assert history_title(found, 1) == "1 of 3 changes"
    assert history_title((), 0) == ""
    assert span_title(TIMELINE, -1, 4).startswith("from the start to ")


def test_the_text_with_its_numbers_and_what_is_new() -> None:
    lines = text_lines(HISTORY.texts[1], APP, added_lines(HISTORY.revisions[1].patch))
    assert texts(lines)[3] == "def main():"
    assert lines[3].prefix[0].text == "4  "
    assert [line.fill for line in lines[3:]] == ["code", "added-row", "added-row"]


def test_lines_that_were_added_are_known_where_numbers_are() -> None:
    hunk = Hunk(4, 5, (" a", "-b", "+c", "+d", " e", "+f"))
    assert added_lines(Patch("x", (hunk,))) == (6, 7, 9)
    assert added_lines(Patch("x", (hunk,), exact=False)) == ()
    assert added_lines(None) == ()


def test_a_long_text_is_cut_with_a_sentence() -> None:
    lines = text_lines(Text("line\n" * 50_000), "x.txt")
    assert len(lines) == TEXT_LINES + 1
    assert lines[-1].text == "… 30,000 more lines, o opens all"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (Text(None, "no original was recorded"), "The text cannot be rebuilt: no original was"),
        (Text(None), "There is no such file at this moment."),
        (Text(""), "An empty file."),
        (Text("a", outside=True), "something else changed the file since the edit before"),
    ],
)
def test_what_is_said_of_a_text(text: Text, said: str) -> None:
    assert texts(text_lines(text, "x"))[0].startswith(said)


def test_before_anything_is_known_it_is_as_it_began() -> None:
    assert text_at(HISTORY, -1).text is None
    assert text_at(HISTORY, 3).text == STORY[APP][3]
    assert text_at(HISTORY, 15).text == STORY[APP][7]


def test_between_two_moments() -> None:
    patch, why = between(HISTORY, 3, 16)
    assert patch is not None
    assert not why
    assert sum(row.startswith("-") for hunk in patch.hunks for row in hunk.lines) == 4
    assert texts(between_lines(HISTORY, 3, 16))[0] == "import os"
    assert texts(between_lines(HISTORY, 7, 15)) == ["Nothing changed between these moments."]
    assert texts(between_lines(HISTORY, 0, 2)) == ["There was no such file at either moment."]


def test_texts_that_are_not_known_are_not_compared() -> None:
    lost = with_text(1, text=None, why="no original was recorded")
    assert texts(between_lines(lost, 3, 8)) == [
        "They cannot be compared. The second text cannot be rebuilt: no original was recorded."
    ]
    assert "first text" in texts(between_lines(lost, 8, 17))[0]


def test_a_file_that_was_only_read_began_as_it_was_read() -> None:
    seen = replace(
        revision(2, APP, None, "a\n"), edit=False, patch=None, seen=FileSeen(APP, after="a\n")
    )
    edit = revision(5, APP, "a\n", "a\nb\n")
    lost = Text(None, "no original was recorded")
    history = FileHistory(APP, (seen, edit), (Text("a\n"), Text("a\nb\n")), lost)
    patch, why = between(history, -1, 9)
    assert patch is not None
    assert patch.hunks[0].lines == (" a", "+b")
    assert not why
    assert text_at(history, -1).why


def test_line_ends_alone() -> None:
    history = history_of("x", {1: "a\r\nb\r\n", 2: "a\nb\n", 3: "a\nb", 4: ""})
    assert texts(between_lines(history, 1, 2)) == ["Only the ends of lines differ."]
    assert texts(between_lines(history, 2, 3))[-1] == "No newline at end of file"
    assert texts(between_lines(history, 0, 4)) == ["An empty file was created."]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_contents(text: str) -> None:
    history = history_of(text, {1: text, 2: f"{text}\n{text}"})
    for lines in (
        change_lines(history, 0),
        change_lines(history, 1),
        between_lines(history, 0, 2),
        text_lines(text_at(history, 2), text),
        tuple(change_row(change) for change in changes(history, TIMELINE)),
    ):
        assert all(line.text.isprintable() for line in lines)

"""The tree of files as rows."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from her_tui.analysis.file_tree import tree_rows
from her_tui.analysis.state import FileState
from her_tui.ui.renderers.files import (
    Places,
    change_bar,
    file_title,
    minus,
    nothing_yet,
    plus,
    shown_name,
    spark_spans,
    tree_blocks,
    tree_title,
)
from her_tui.ui.renderers.line import Block, Line
from tests.ui.hostile import HOSTILE

FILES = {
    path: FileState(path, added, removed, 1, position)
    for path, added, removed, position in (
        ("/w/src/her/app.py", 12_345, 6, 4),
        ("/w/src/her/ui/main.py", 3, 0, 8),
        ("/w/src/her/ui/list.py", 0, 2, 2),
        ("/etc/hosts", 1, 1, 9),
    )
}


def shown(line: Line) -> str:
    head = "".join(span.text for span in (*line.prefix, *line.spans, *line.after))
    tail = "".join(span.text for span in line.tail)
    return f"{head:<26}{tail}".rstrip()


def drawn(*closed: str) -> list[str]:
    places = {path: Places.of([], 16) for path in FILES}
    places["/w/src/her/app.py"] = Places.of([0, 4, 15], 16)
    rows = tree_rows(FILES, "/w", frozenset(closed))
    return [shown(line) for block in tree_blocks(rows, places, 9, 16) for line in block.lines]


def test_the_tree() -> None:
    assert drawn() == [
        "▾ src/her                          +12.3k     −8",
        "  ▾ ui                                 +3     −2",
        "      list.py             ········            −2 ▱",
        "      main.py             ········     +3        ▰",
        "    app.py                ▃·▃····▃ +12.3k     −6 ▰▰▰▰▱",
        "",
        "elsewhere",
        "▾ /etc                                 +1     −1",
        "    hosts                 ········     +1     −1 ▰▱",
    ]


def test_a_folded_folder_says_how_much_is_in_it() -> None:
    assert drawn("src/her/")[0] == "▸ src/her  3 files                 +12.3k     −8 ▰▰▰▰▱"


def test_the_title_sums_up() -> None:
    assert tree_title(FILES) == ("4 files", "+12.3k −9")
    assert tree_title({}) == ("0 files", "")


def test_rows_that_stay_as_they_are_are_the_same_blocks() -> None:
    rows = tree_rows(FILES, "/w")
    first, second = tree_blocks(rows, {}, 3, 16), tree_blocks(rows, {}, 12, 16)
    assert all(a is b for a, b in zip(first, second, strict=True))


def test_columns_are_named_where_there_is_room() -> None:
    rows = tree_rows(FILES, "/w")
    plain = tree_blocks(rows, {}, 5, 10)
    headed = tree_blocks(rows, {}, 5, 10, headed=True)
    assert [block.key for block in headed] == [block.key for block in plain]
    heading, *lines = headed[0].lines
    assert (tuple(lines), headed[0].lead) == (plain[0].lines, plain[0].lead + 1)
    assert [span.text for span in heading.spans] == ["file"]
    tails = ["".join(span.text for span in each.tail) for each in (heading, plain[0].lines[-1])]
    assert len(tails[0]) == len(tails[1])
    assert tails[0].split() == ["when", "+lines", "−lines", "size"]
    assert headed[0] is tree_blocks(rows, {}, 5, 10, headed=True)[0]


def test_what_lies_after_the_playhead_is_faint() -> None:
    spark = Places.of([0, 1, 9], 10, 4).as_of(1, 10)
    assert [(span.text, span.role) for span in spark_spans(spark)] == [
        ("▄", "edit"), ("·", "rule"), ("·", "rule"), ("▃", "rule"),
    ]  # fmt: skip


@given(st.lists(st.integers(0, 99), max_size=30).map(sorted), st.integers(-1, 99))
def test_a_history_has_a_glyph_where_an_edit_is(places: list[int], position: int) -> None:
    spark = Places.of(places, 100, 10).as_of(position, 100)
    assert {at for at, (glyph, _) in enumerate(spark) if glyph != " "} == {
        place // 10 for place in places
    }
    for at, (_, past) in enumerate(spark):
        assert past == any(place // 10 >= at and place <= position for place in places)


def test_a_session_without_events_has_no_history() -> None:
    assert Places.of([], 0).as_of(0, 0) == ((" ", False),) * 8


@given(st.integers(0, 100_000), st.integers(0, 100_000))
def test_the_bar_is_five_cells_and_shows_both(added: int, removed: int) -> None:
    full, hollow, rest = (span.text for span in change_bar(added, removed))
    assert len(full) + len(hollow) + len(rest) == 5
    assert bool(full) == bool(added)
    assert bool(hollow) == bool(removed)


def test_numbers() -> None:
    assert (plus(0), minus(0)) == ("", "")
    assert (plus(9_999), minus(10_000)) == ("+9999", "−10.0k")


def test_the_title_of_a_file_has_its_folder_last() -> None:
    assert file_title("/w/src/her/app.py", "/w", "2 changes") == ("app.py", "2 changes", "src/her")
    assert file_title("/w/a.py", "/w") == ("a.py", "")
    assert file_title("/hosts", "/w") == ("hosts", "/")
    assert file_title("D:\\x\\a.py", "/w") == ("a.py", "D:/x")


def test_nothing_yet() -> None:
    assert nothing_yet(0, 0) == "No file was changed so far."
    said = nothing_yet(3, 1_795_168_800_000)
    assert said.startswith("No file was changed so far. The first edit is in turn 3, at ")
    assert "turn" not in nothing_yet(0, 1_795_168_800_000)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_names(text: str) -> None:
    path = f"/w/{text}/{text}"
    rows = tree_rows({path: FileState(path, 1, 1, 1, 0), text: FileState(text, 1, 1, 1, 0)}, "/w")
    for block in tree_blocks(rows, {}, 0, 1):
        assert isinstance(block, Block)
        for line in block.lines:
            assert line.text.isprintable()
            assert len(line.text) <= 200
    assert shown_name(path, "/w").isprintable()

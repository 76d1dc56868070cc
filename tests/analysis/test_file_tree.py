"""The tree of changed files: sums, order, folding, and what lies elsewhere."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from her_tui.analysis.file_tree import TreeRow, inner_parts, shown_path, tree_rows
from her_tui.analysis.state import FileState

BASE = "/work/app"


def state(path: str, added: int = 1, removed: int = 0, position: int = 0) -> FileState:
    return FileState(path, added, removed, 1, position)


def of(*paths: str, base: str = BASE, closed: Iterable[str] = ()) -> list[tuple[int, str]]:
    rows = tree_rows({path: state(path) for path in paths}, base, frozenset(closed))
    return [(row.depth, row.label) for row in rows]


def test_folders_with_one_folder_in_them_are_one_row() -> None:
    assert of("/work/app/src/her/ui/app.py", "/work/app/src/her/ui/x/y/z.py") == [
        (0, "src/her/ui"),
        (1, "x/y"),
        (2, "z.py"),
        (1, "app.py"),
    ]


def test_files_elsewhere_come_last_and_are_told_apart() -> None:
    rows = tree_rows(
        {path: state(path) for path in ("/etc/hosts", "/work/app/a.py", "/work/apple/b.py")}, BASE
    )
    assert [(row.label, row.outside) for row in rows] == [
        ("a.py", False),
        ("/etc", True),
        ("hosts", True),
        ("/work/apple", True),
        ("b.py", True),
    ]


def test_paths_as_tools_are_given_them() -> None:
    assert of("src/a.py", "./src/b.py") == [(0, "src"), (1, "a.py"), (1, "b.py")]
    assert of("D:\\app\\src\\a.py", base="D:\\app") == [(0, "src"), (1, "a.py")]
    assert of("D:\\app\\src\\a.py", base="D:\\other") == [(0, "D:/app/src"), (1, "a.py")]
    assert of("/work/app/../secret") == [(0, "/work/app/.."), (1, "secret")]
    assert of("/") == [(0, "/")]
    assert of("") == [(0, "(no path)")]
    assert of("/work/app/a\\b") == [(0, "a\\b")]
    assert shown_path("/work/app/src//a.py", BASE + "/") == "src/a.py"
    assert shown_path("/work/apple/a.py", BASE) == "/work/apple/a.py"
    assert inner_parts("/work/app", BASE) is None
    assert inner_parts("/work/app/a", "") is None
    assert inner_parts("/work/a", "/") == ["work", "a"]


def test_a_closed_folder_keeps_its_sums() -> None:
    files = {
        path: state(path, added, removed, at)
        for path, added, removed, at in (
            ("/work/app/a/x/1.py", 3, 1, 7),
            ("/work/app/a/2.py", 5, 0, 9),
            ("/work/app/b.py", 1, 1, 2),
        )
    }
    folder, last = tree_rows(files, BASE, {"a/"})
    assert (folder.label, folder.open, folder.files, folder.position) == ("a", False, 2, 9)
    assert (folder.added, folder.removed, folder.edits) == (8, 1, 2)
    assert last.label == "b.py"


def test_equal_folders_in_and_outside_are_folded_apart() -> None:
    paths = ("src/a.py", "/src/b.py")
    assert of(*paths, closed=("src/",)) == [(0, "src"), (0, "/src"), (1, "b.py")]


def test_a_file_may_have_the_name_of_a_folder() -> None:
    assert of("a", "a/b") == [(0, "a"), (1, "b"), (0, "a")]


def test_a_path_without_end_is_no_tree_without_end() -> None:
    rows = of("/".join(["a"] * 50_000), "/".join(["a"] * 49_999 + ["b"]))
    assert max(depth for depth, _ in rows) <= 64


def test_a_thousand_files() -> None:
    paths = [f"/work/app/pkg{number % 40}/mod{number}.py" for number in range(1_000)]
    assert len(of(*paths)) == 1_040


NAMES = st.sampled_from(["a", "b", "B", "src", "x y", "é", "\x1b[31m", "[red]", ".", ".."])
PATHS = st.builds(
    lambda root, parts: root + "/".join(parts),
    st.sampled_from(["", "/", "/work/app/", "D:\\app\\"]),
    st.lists(NAMES, min_size=1, max_size=6),
)
FILES = st.dictionaries(
    PATHS, st.tuples(st.integers(0, 99), st.integers(0, 99), st.integers(0, 50)), max_size=20
).map(lambda found: {path: state(path, *numbers) for path, numbers in found.items()})


@given(FILES)
def test_every_file_is_there_once_and_sums_add_up(files: dict[str, FileState]) -> None:
    rows = tree_rows(files, BASE)
    leaves = [row for row in rows if not row.folder]
    assert sorted(row.path for row in leaves) == sorted(files)
    for name in ("added", "removed", "edits"):
        total = sum(getattr(each, name) for each in files.values())
        assert sum(getattr(row, name) for row in rows if row.depth == 0) == total
    for folder, below in _families(rows):
        inside = [row for row in below if not row.folder]
        assert folder.files == len(inside)
        assert folder.added == sum(row.added for row in inside)
        assert folder.position == max(row.position for row in inside)


@given(FILES, st.randoms())
def test_the_order_is_that_of_names(files: dict[str, FileState], chance: object) -> None:
    shuffled = list(files.items())
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert tree_rows(dict(shuffled), BASE) == tree_rows(files, BASE)


@given(FILES, st.integers(0, 30))
def test_folding_hides_what_is_inside_and_no_more(files: dict[str, FileState], pick: int) -> None:
    rows = tree_rows(files, BASE)
    folders = [(folder, below) for folder, below in _families(rows) if folder.folder]
    if not folders:
        return
    folder, below = folders[pick % len(folders)]
    left = tree_rows(files, BASE, {folder.path})
    assert [row.path for row in left] == [row.path for row in rows if row not in below]


@given(FILES)
def test_no_row_has_folders_alone(files: dict[str, FileState]) -> None:
    for folder, below in _families(tree_rows(files, BASE)):
        inside = [row for row in below if row.depth == folder.depth + 1]
        assert len(inside) > 1 or not inside[0].folder


def _families(rows: tuple[TreeRow, ...]) -> list[tuple[TreeRow, list[TreeRow]]]:
    """Each folder with all rows below it."""
    found = []
    for at, row in enumerate(rows):
        if row.folder:
            below: list[TreeRow] = []
            for other in rows[at + 1 :]:
                if other.depth <= row.depth:
                    break
                below.append(other)
            found.append((row, below))
    return found


@pytest.mark.parametrize("base", ["", "/", "relative"])
def test_any_base_will_do(base: str) -> None:
    assert [label for _, label in of("/a/b", "c", base=base)][-1]

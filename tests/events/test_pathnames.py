"""Paths as text, of any machine."""

from __future__ import annotations

import pytest

from her_tui.events.pathnames import is_absolute, key_of, located, name_of, parts_of


@pytest.mark.parametrize(
    ("path", "folder", "expected"),
    [
        ("a.py", "/src", "/src/a.py"),
        ("./b/../a.py", "/src", "/src/a.py"),
        ("/x/a.py", "/src", "/x/a.py"),
        ("a.py", "", "a.py"),
        ("", "/src", ""),
        ("a.py", "D:\\src", "D:\\src\\a.py"),
        ("D:/src/a.py", "/src", "D:\\src\\a.py"),
        ("a\\b.py", "/src", "/src/a\\b.py"),
    ],
)
def test_located(path: str, folder: str, expected: str) -> None:
    assert located(path, folder) == expected


def test_keys() -> None:
    assert key_of("D:\\Src\\a.py") == key_of("d:/src/A.py")
    assert key_of("/Src/a.py") != key_of("/src/a.py")
    assert key_of("/src//a.py") == key_of("/src/./a.py")


def test_parts() -> None:
    assert name_of("/src/a.py") == name_of("D:\\src\\a.py") == "a.py"
    assert parts_of("/src/./a.py") == ["src", "a.py"]
    assert parts_of("D:\\Src\\a.py") == ["d:", "src", "a.py"]


def test_what_is_absolute() -> None:
    assert all(map(is_absolute, ("/a", "C:\\a", "d:/a", "\\\\host\\a")))
    assert not any(map(is_absolute, ("", "a", "./a", "../a", "~/a", "C:a", "\\a")))

"""Patches as the client records them."""

from __future__ import annotations

from her_tui.demo.outcomes import patch, read, written


def test_a_patch_has_three_lines_of_context() -> None:
    before = "\n".join(f"line {number}" for number in range(1, 21)) + "\n"
    (hunk,) = patch(before, before.replace("line 10", "line ten"))
    assert (hunk["oldStart"], hunk["oldLines"], hunk["newStart"], hunk["newLines"]) == (7, 7, 7, 7)
    assert hunk["lines"] == [
        " line 7",
        " line 8",
        " line 9",
        "-line 10",
        "+line ten",
        " line 11",
        " line 12",
        " line 13",
    ]


def test_distant_changes_are_hunks_of_their_own() -> None:
    before = "\n".join("abcdefghijklmnopqrstuvwxyz")
    assert len(patch(before, before.replace("b", "B").replace("y", "Y"))) == 2


def test_a_new_file_has_no_patch() -> None:
    outcome = written("/x/new.py", None, "print()\n")
    assert isinstance(outcome.result, dict)
    assert outcome.result["type"] == "create"
    assert outcome.result["structuredPatch"] == []


def test_a_read_numbers_its_lines() -> None:
    assert read("/x", "a\nb").content == "1\ta\n2\tb"

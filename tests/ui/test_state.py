"""What is remembered between runs survives anything but a good file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from her_tui.queries.sessions import Group, ListQuery, Sort
from her_tui.ui import state
from her_tui.ui.state import State


def test_a_state_comes_back_as_it_was(tmp_path: Path) -> None:
    left = State(theme="nord", sort=Sort.COST, reverse=True, group=Group.DAY, session="abc")
    left.remember_playhead("abc", 17)
    state.save(tmp_path, left)
    assert state.load(tmp_path) == left
    assert (tmp_path / state.STATE_NAME).stat().st_mode & 0o777 == 0o600
    assert [file.name for file in tmp_path.iterdir()] == [state.STATE_NAME]


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "null", '"x"', '{"sort": 3, "group": [], "theme": 1, "playheads": "no"}',
     '{"playheads": {"a": -1, "b": true, "c": 1.5, "d": null}, "reverse": "yes"}', "\x00\xff"],
)  # fmt: skip
def test_a_broken_file_gives_the_default(tmp_path: Path, text: str) -> None:
    (tmp_path / state.STATE_NAME).write_text(text, encoding="latin-1")
    assert state.load(tmp_path) == State()


def test_good_fields_of_a_broken_file_are_kept() -> None:
    found = state.parse({"sort": "cost", "group": "nonsense", "playheads": {"a": 3, "b": "x"}})
    assert (found.sort, found.group, found.playheads) == (Sort.COST, Group.NONE, {"a": 3})


def test_only_the_latest_playheads_are_kept() -> None:
    kept = State()
    for number in range(500):
        kept.remember_playhead(str(number), number)
    kept.remember_playhead("300", 1)
    assert len(kept.playheads) == 200
    assert list(kept.playheads)[-1] == "300"
    assert "299" not in kept.playheads


def test_a_filter_is_not_remembered() -> None:
    kept = State()
    kept.remember_query(ListQuery(text="x", project="/p", sort=Sort.TITLE, hidden=True))
    assert kept.query() == ListQuery(sort=Sort.TITLE, hidden=True)


def test_a_folder_that_cannot_be_written_costs_nothing(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("")
    state.save(file / "below", State())
    assert state.load(file / "below") == State()


def test_a_lone_surrogate_can_be_remembered(tmp_path: Path) -> None:
    state.save(tmp_path, State(session="\ud83d"))
    assert json.loads((tmp_path / state.STATE_NAME).read_text())["session"] == "\ud83d"

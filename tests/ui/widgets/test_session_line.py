"""A line of the list is exactly as wide as the list, whatever it says."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from her_tui import units
from her_tui.queries.sessions import Group, GroupHeader, ListQuery, Origin, Sort
from her_tui.ui.widgets import session_line
from her_tui.ui.widgets.one_line import width_of
from tests.ui.hostile import HOSTILE
from tests.ui.rows import NOW, ROW, row

QUERY = ListQuery()


def shown(width: int, query: ListQuery = QUERY, **changes: object) -> str:
    """The line of a row with these values."""
    columns = session_line.columns_for(width, query)
    pieces = session_line.session_pieces(row(**changes), columns, width, NOW)
    return "".join(text for text, _ in pieces)


@pytest.mark.parametrize("width", [*range(8, 120, 7), 200])
@pytest.mark.parametrize("title", ["", "short", "修复" * 80, *HOSTILE[:10]])
def test_lines_fill_their_width(width: int, title: str) -> None:
    for changes in ({}, {"parent": 7}, {"cost": None, "days_left": 2, "errors": 12345}):
        columns = session_line.columns_for(width, QUERY)
        line = row(title=title, **changes)
        assert width_of(session_line.session_pieces(line, columns, width, NOW)) == width
    assert width_of(session_line.heading(width, columns, QUERY)) == width


def test_columns_drop_out_one_by_one() -> None:
    seen = [len(session_line.columns_for(width, QUERY)) for width in range(10, 130)]
    assert seen == sorted(seen)
    assert seen[-1] == len(session_line.COLUMNS)
    assert [column.name for column in session_line.columns_for(50, QUERY)] == [
        "errors", "cost", "age",
    ]  # fmt: skip


def test_the_column_sorted_by_is_always_there() -> None:
    for sort in (Sort.TOKENS, Sort.DURATION, Sort.PROMPTS, Sort.ERRORS, Sort.COST):
        columns = session_line.columns_for(46, replace(QUERY, sort=sort))
        assert sort in [column.sort for column in columns]


def test_the_title_always_has_room() -> None:
    for width in range(20, 200):
        for sort in Sort:
            columns = session_line.columns_for(width, replace(QUERY, sort=sort))
            assert session_line.title_width(width, columns) >= 10


def test_the_project_is_not_repeated() -> None:
    for query in (replace(QUERY, group=Group.PROJECT), replace(QUERY, project="/p")):
        assert "project" not in [c.name for c in session_line.columns_for(100, query)]


def test_what_a_line_says() -> None:
    line = shown(100, days_left=3, unpriced=2)
    for part in ("Fix the flaky login test", "engine", "✗3", "3d", "43.3k", "$1.25+", "1h"):
        assert part in line
    assert "✗" not in shown(100, errors=0)
    assert "20d" not in shown(100)


@pytest.mark.parametrize(
    ("errors", "told"), [(3, "✗3"), (999, "✗999"), (2_104, "✗2.1k"), (12_345, "✗12k")]
)
def test_many_errors_are_counted_in_full(errors: int, told: str) -> None:
    assert f" {told} " in shown(100, errors=errors)


def test_marks_do_not_need_colour() -> None:
    assert session_line.state_mark(row(origin=Origin.LIVE))[0] == "●"
    assert session_line.state_mark(row(origin=Origin.ONLY_HERE))[0] == "†"
    assert session_line.tree_mark(row(subagents=2), False, True) == "▸"
    assert session_line.tree_mark(row(subagents=2), True, True) == "▾"
    assert session_line.tree_mark(row(parent=1), False, False) == "├"
    assert session_line.tree_mark(row(parent=1), False, True) == "└"


def test_words_of_the_filter_are_marked() -> None:
    pieces = session_line.marked("Fix the [login] fix", "title", ["FIX", "[login]"])
    assert [text for text, role in pieces if role == "match"] == ["Fix", "[login]", "fix"]
    assert "".join(text for text, _ in pieces) == "Fix the [login] fix"


@pytest.mark.parametrize("width", [10, 20, 46, 120])
def test_group_lines_fill_their_width(width: int) -> None:
    for label in ("/home/ada/engine", "2026-11-20", "", *HOSTILE[:8]):
        header = GroupHeader(label, 1234, 56.7, 8)
        for group in (Group.PROJECT, Group.DAY):
            assert width_of(session_line.header_pieces(header, width, group, NOW)) <= width


def test_a_session_without_a_title_says_so() -> None:
    assert "(no title)" in shown(60, title="")
    assert "(empty)" in shown(80, title="x", prompts=0, actions=0)
    assert ROW.title in shown(80)


def test_below_the_heading_of_a_day_stands_the_time_of_day() -> None:
    query = replace(QUERY, group=Group.DAY)
    columns = session_line.columns_for(60, query)
    assert [column.name for column in columns][-1] == "time"
    pieces = session_line.session_pieces(row(), columns, 60, NOW)
    assert units.clock(row().ended)[:5] in pieces[-1][0]
    today = GroupHeader(date.fromtimestamp(NOW / 1_000).isoformat(), 1, None, 0)
    assert "Today" in session_line.header_pieces(today, 60, Group.DAY, NOW)[0][0]

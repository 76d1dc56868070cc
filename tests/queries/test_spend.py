"""What was spent, by day and by project."""

from __future__ import annotations

import pytest

from her_tui.queries import spend
from her_tui.queries.library import Library


def test_days_without_any_are_there(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HER_NOW", "1793620800000")  # 2 November 2026
    days = spend.by_day(library, 4)
    assert [day.key[-2:] for day in days] == ["30", "31", "01", "02"]
    assert [day.prompts for day in days] == [0, 0, 10, 0]
    assert days[2].cost is not None
    projects = spend.by_project(library, 5)
    assert projects[0].key == "/src/project0"

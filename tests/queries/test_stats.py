"""Sums over the library, and their parts."""

from __future__ import annotations

from her_tui.queries import stats
from her_tui.queries.library import Library
from her_tui.queries.stats import By


def test_parts_add_up_to_the_whole(library: Library) -> None:
    whole = stats.totals(library)
    assert (whole.sessions, whole.prompts, whole.responses, whole.actions) == (4, 10, 37, 27)
    for split in By:
        parts = [part for _, part in stats.by(library, split)]
        assert sum(part.responses for part in parts) == whole.responses
        assert sum(part.tokens.total for part in parts) == whole.tokens.total
        assert sum(part.actions for part in parts) == whole.actions
        assert sum(part.action_errors for part in parts) == whole.action_errors
        if split is not By.MODEL:
            assert sum(part.prompts for part in parts) == whole.prompts
            assert sum(part.records for part in parts) == whole.records
            assert sum(part.sessions for part in parts) == whole.sessions


def test_what_each_is_keyed_by(library: Library) -> None:
    assert [key for key, _ in stats.by(library, By.MODEL)] == ["claude-opus-4-5-20251101"]
    assert [key for key, _ in stats.by(library, By.DAY) if key] == ["2026-11-01"]
    assert {key for key, _ in stats.by(library, By.PROJECT)} >= {"/src/project0", "/src/project1"}

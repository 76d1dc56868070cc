"""The demo as a library."""

from __future__ import annotations

from pathlib import Path

import pytest

from her_tui.demo import build
from her_tui.queries import sessions, stats
from her_tui.queries.library import Library
from her_tui.queries.sessions import ListQuery, Origin
from tests.demo.conftest import NOW


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    home = tmp_path_factory.mktemp("library")
    build(home, NOW)
    return Library.open(home)


def test_everything_arrives(library: Library) -> None:
    total = stats.totals(library)
    assert total.sessions >= 45
    assert total.prompts_queue_only == 1
    assert total.prompts_by_kind["mixed"] == 1
    assert total.prompts_by_kind["queued"] == 2
    assert total.records_unknown == 0
    assert total.lines_damaged == 1
    assert total.unpriced > 0
    assert total.cost
    assert total.cost > 5


def test_what_the_client_deleted_is_only_here(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HER_NOW", str(NOW))
    keys = sessions.listing(library, ListQuery(hidden=True)).entries
    origins = [row.origin for row in sessions.rows(library, keys).values()]
    assert origins.count(Origin.ONLY_HERE) >= 3
    assert origins.count(Origin.LIVE) == 1


def test_the_hero_has_twelve_turns_and_more(library: Library) -> None:
    keys = sessions.listing(library, ListQuery(text="loops back to the login")).entries
    (row,) = sessions.rows(library, keys).values()
    assert row.prompts >= 12
    assert row.subagents == 2
    assert row.commits == 3


def test_the_home_holds_no_file_of_the_user(library: Library) -> None:
    assert {entry.name for entry in Path(library.home).iterdir()} >= {"claude", "library.db"}

"""The session list: which, in which order, and what each row says."""

from __future__ import annotations

import pytest

from her_tui.errors import NotFound
from her_tui.queries import sessions
from her_tui.queries.library import Library
from her_tui.queries.sessions import Group, ListQuery, Origin, Sort
from tests.support.claude import session_id


def names(library: Library, query: ListQuery) -> list[str]:
    """The rows of a listing: headers as ``# label``, sessions by their number."""
    listing = sessions.listing(library, query)
    rows = sessions.rows(library, [entry for entry in listing.entries if entry >= 0])
    return [
        f"# {listing.headers[-1 - entry].label}"
        if entry < 0
        else str(int(rows[entry].session_id[-4:], 16))
        for entry in listing.entries
    ]


def test_one_shot_and_empty_sessions_are_hidden(library: Library) -> None:
    assert names(library, ListQuery()) == ["2", "1", "0"]
    listing = sessions.listing(library, ListQuery())
    assert (listing.sessions, listing.hidden) == (3, 2)
    assert len(names(library, ListQuery(hidden=True))) == 5


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        (Sort.PROMPTS, ["2", "1", "0"]),
        (Sort.COST, ["2", "1", "0"]),
        (Sort.TOKENS, ["2", "1", "0"]),
        (Sort.ERRORS, ["2", "1", "0"]),
        (Sort.DURATION, ["2", "1", "0"]),
        (Sort.TITLE, ["0", "1", "2"]),
    ],
)
def test_orders_and_their_reverse(library: Library, sort: Sort, order: list[str]) -> None:
    assert names(library, ListQuery(sort=sort)) == order
    if sort is not Sort.TITLE:  # all three have the same title
        assert names(library, ListQuery(sort=sort, reverse=True)) == order[::-1]


def test_groups_carry_their_sums(library: Library) -> None:
    query = ListQuery(group=Group.PROJECT)
    assert names(library, query) == ["# /src/project0", "2", "0", "# /src/project1", "1"]
    first = sessions.listing(library, query).headers[0]
    assert first.sessions == 2
    assert first.tokens > 0
    assert first.cost is not None


def test_days_follow_each_other_whatever_orders_their_sessions(library: Library) -> None:
    for sort in Sort:
        listing = sessions.listing(library, ListQuery(group=Group.DAY, sort=sort, hidden=True))
        labels = [header.label for header in listing.headers]
        assert labels == sorted(labels, reverse=True)
    oldest_first = ListQuery(group=Group.DAY, reverse=True, hidden=True)
    labels = [header.label for header in sessions.listing(library, oldest_first).headers]
    assert labels == sorted(labels)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("project1", ["1"]),
        ("PARSER project0", ["2", "0"]),
        (session_id(1)[:13], ["2", "1", "0"]),
        ("100%", []),
        ("_", []),
        ("nothing like it", []),
    ],
)
def test_a_filter_takes_words_as_they_are(library: Library, text: str, found: list[str]) -> None:
    assert names(library, ListQuery(text=text)) == found


def test_only_one_project(library: Library) -> None:
    assert names(library, ListQuery(project="/src/project1")) == ["1"]


def test_a_row_says_what_happened(library: Library) -> None:
    row = sessions.find(library, session_id(1))
    assert (row.prompts, row.responses, row.actions, row.commits) == (3, 12, 9, 3)
    assert (row.errors, row.model, row.branch) == (3, "claude-opus-4-5-20251101", "main")
    assert row.title == "Please mend part 0 of the parser"
    assert row.origin is Origin.FILE
    assert row.duration_ms == 23_000


def test_a_session_is_found_by_the_start_of_its_id(library: Library) -> None:
    assert sessions.find(library, session_id(1)).session_id == session_id(1)
    with pytest.raises(NotFound, match="More than one"):
        sessions.find(library, session_id(1)[:20])
    for nothing in ("80", "feed", "%%%%"):
        with pytest.raises(NotFound):
            sessions.find(library, nothing)

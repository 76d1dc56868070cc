"""Saved views, without a terminal."""

from __future__ import annotations

import json
from dataclasses import asdict

from hypothesis import given
from hypothesis import strategies as st

from her_tui.language.parser import parse
from her_tui.queries.sessions import Group, ListQuery, Sort
from her_tui.ui import views
from her_tui.ui.views import MOST, STARTERS, SavedView

SAVED = st.builds(
    SavedView,
    name=st.from_regex(r"[a-z]{1,12}", fullmatch=True),
    text=st.text(max_size=20),
    sort=st.sampled_from(Sort),
    reverse=st.booleans(),
    group=st.sampled_from(Group),
    project=st.text(max_size=8),
    hidden=st.booleans(),
)


@given(st.lists(SAVED, max_size=MOST))
def test_views_come_back_from_json(kept: list[SavedView]) -> None:
    assert views.parse_views(json.loads(json.dumps([asdict(view) for view in kept]))) == kept


def test_what_is_no_view_is_left_out() -> None:
    good = {"name": "x", "text": "is:live"}
    values = [3, None, {}, {"name": 1}, {"name": "y", "text": 2}, {"name": "z", "sort": "?"}, good]
    assert views.parse_views(values) == [SavedView("x", "is:live")]
    assert len(views.parse_views([good] * 30)) == MOST


@given(SAVED)
def test_a_view_is_the_list_it_was_saved_from(view: SavedView) -> None:
    query = view.query(frozenset({3}))
    again = views.of_query(view.name, query)
    assert again == view
    assert views.current([SavedView("other", "zzz" + view.text), view], query) == view


def test_a_name_names_one_view() -> None:
    known = [SavedView("a"), SavedView("b")]
    assert views.saved(known, SavedView("a", "is:live")) == [SavedView("a", "is:live"), known[1]]
    assert views.saved(known, SavedView("c")) == [*known, SavedView("c")]
    full = [SavedView(str(number)) for number in range(MOST)]
    assert views.saved(full, SavedView("more")) == full


def test_what_everybody_starts_with_can_be_understood() -> None:
    assert len(STARTERS) <= MOST
    for view in STARTERS:
        assert not parse(view.text).remarks
        assert view.says()


def test_a_view_says_what_it_shows() -> None:
    view = SavedView("x", "is:live", Sort.COST, True, Group.DAY, "/home/a/b", True)
    assert view.says() == "is:live  only b  ▴ cost  by day  all shown"
    assert SavedView("x").says() == "every session, the latest first"
    assert views.named(ListQuery(text="is:live")) == "is:live"

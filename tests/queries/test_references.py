"""A session or a moment of one, as it is named."""

from __future__ import annotations

import pytest

from her_tui.errors import NotFound, UsageError
from her_tui.queries import moments, sessions, timeline
from her_tui.queries.library import Library
from her_tui.queries.references import locate, session
from tests.support.claude import session_id


def test_a_session_alone_and_moments_of_it(library: Library) -> None:
    row = sessions.find(library, session_id(0))
    laid = timeline.load(library, row.id)
    alone = locate(library, row.session_id)
    assert (alone.row, alone.position, alone.event) == (row, None, None)
    second = laid.prompts[1]
    for moment in ("@2", "#turn=2", f"#event={second + 1}"):
        found = locate(library, row.session_id + moment)
        assert (found.position, found.event) == (second, laid.ids[second])


def test_every_link_leads_back(library: Library) -> None:
    for number in range(3):
        row = sessions.find(library, session_id(number))
        laid = timeline.load(library, row.id)
        for position in range(len(laid)):
            assert locate(library, moments.link(library, laid, position)).position == position


@pytest.mark.parametrize("name", ["nobody", "nobody@3", f"{session_id(0)}@99"])
def test_what_is_not_there(library: Library, name: str) -> None:
    with pytest.raises(NotFound):
        locate(library, name)


def test_a_subagent_that_is_not_there(library: Library) -> None:
    with pytest.raises(NotFound, match="No subagent"):
        session(library, f"{session_id(0)}/nobody")


@pytest.mark.parametrize("name", ["", "@3", "#turn=3"])
def test_without_a_session(library: Library, name: str) -> None:
    with pytest.raises(UsageError):
        locate(library, name)

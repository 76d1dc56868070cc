"""What could be typed next."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from her_tui.language.completion import complete
from her_tui.language.filters import FILTERS
from her_tui.language.parser import parse

_KNOWN = {
    "project": ["tidewater", "my app", "water (old)", "brine", ":odd", 'a "b"'],
    "tag": ["keep"],
}


def known(name: str) -> Sequence[str]:
    return _KNOWN.get(name, ())


def texts(text: str, cursor: int | None = None) -> list[str]:
    """What the text could become."""
    cursor = len(text) if cursor is None else cursor
    return [text[: c.start] + c.text + text[c.end :] for c in complete(text, cursor, known)]


@pytest.mark.parametrize(
    ("text", "becomes"),
    [
        ("pro", ["project:", "prompts:"]),
        ("a pro", ["a project:", "a prompts:"]),
        ("-pro", ["-project:", "-prompts:"]),
        ("(tok", ["(tokens:"]),
        ("corr", ["is:correction"]),
        ("is:e", ["is:error"]),
        ("is:error", []),
        ("has:t", ["has:thinking", "has:tag"]),
        ("project:wat", ['project:"water (old)"', "project:tidewater"]),
        ("project:my", ['project:"my app"']),
        ('project:"my', ['project:"my app"']),
        ('project:"my app"', []),
        ('"my', []),
        ('"my ', []),
        ('"my app"', []),
        ("(a)", []),
        ("project:od", ['project:":odd"']),
        ("after:7", ["after:7d"]),
        ("latency:>3", ["latency:>30s"]),
        ("model:o", []),
        ("nothing", []),
        ("https://pro", []),
    ],
)
def test_at_the_end(text: str, becomes: list[str]) -> None:
    assert texts(text) == becomes


def test_within() -> None:
    assert texts("a pr b", 4) == ["a project: b", "a prompts: b"]
    assert texts("is:error b", 4) == []
    others = ["error", "correction", "commit", "subagent", "favourite", "bookmarked", "slow"]
    assert texts("is:live b", 3) == [f"is:{choice} b" for choice in others]


def test_between_words_every_filter_is_offered() -> None:
    for text, cursor in (("", 0), ("a ", 2), ("a  b", 2), ("(", 1), ("a -", 3)):
        found = complete(text, cursor)
        assert [each.text for each in found] == [f"{spec.name}:" for spec in FILTERS]
        assert all(each.description for each in found)
        assert all((each.start, each.end) == (cursor, cursor) for each in found)


def test_the_library_is_asked_for_values_only_and_may_know_none() -> None:
    assert complete("project:x", 9) == ()
    asked: list[str] = []

    def asking(name: str) -> list[str]:
        asked.append(name)
        return []

    complete("is:e", 4, asking)
    complete("pro", 3, asking)
    assert asked == []


def test_a_library_of_many_values_is_not_offered_whole() -> None:
    many = [f"p{number}" for number in range(1_000)]
    assert len(complete("project:", 8, lambda _: many)) == 50


@given(st.text(alphabet='pro:ject"is( )-<>ed', max_size=20), st.integers(0, 20))
def test_what_is_offered_can_be_read(text: str, cursor: int) -> None:
    cursor = min(cursor, len(text))
    for each in complete(text, cursor, known):
        assert 0 <= each.start <= cursor <= each.end <= len(text)
        if not each.text.endswith(":"):
            assert parse(each.text).node is not None

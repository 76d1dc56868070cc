"""Changing one member of a JSON text."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from her_tui.shim.jsontext import drop, put, raw_at, value_at

KEYS = st.text(max_size=6) | st.sampled_from(["env", "a", "é", '"', "\\", "}"])
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=8,
)
OBJECTS = st.dictionaries(KEYS, VALUES, max_size=5)


@st.composite
def texts(draw: st.DrawFn) -> str:
    """JSON objects in many manners of writing."""
    value = draw(OBJECTS)
    indent = draw(st.sampled_from([None, 0, 1, 2, 4, "\t"]))
    separators = draw(st.sampled_from([(",", ":"), (", ", ": "), (" ,", " : ")]))
    text = json.dumps(value, indent=indent, separators=separators, ensure_ascii=draw(st.booleans()))
    text = draw(st.sampled_from(["", "\ufeff"])) + draw(st.sampled_from(["", " ", "\n"])) + text
    text += draw(st.sampled_from(["", "\n", "  \n\n"]))
    return text.replace("\n", draw(st.sampled_from(["\n", "\r\n"])))


def read(text: str) -> Any:
    """What ``text`` says."""
    return json.loads(text.removeprefix("\ufeff"))


@given(texts(), KEYS, VALUES)
def test_what_is_put_in_is_there_and_all_else_is_as_it_was(
    text: str, key: str, value: object
) -> None:
    after = put(text, [key], json.dumps(value))
    assert read(after) == {**read(text), key: value}
    assert value_at(after, [key]) == value


@given(texts(), KEYS)
def test_what_was_put_in_goes_without_a_trace(text: str, key: str) -> None:
    before = read(text)
    if not before or key in before:
        return
    assert drop(put(text, [key], "1"), [key]) == text


@given(texts(), KEYS, KEYS)
def test_objects_are_made_on_the_way(text: str, outer: str, inner: str) -> None:
    if outer in read(text):
        return
    after = put(text, [outer, inner], "[1]")
    assert read(after) == {**read(text), outer: {inner: [1]}}
    assert read(drop(after, [outer])) == read(text)


@given(texts())
def test_any_member_can_go(text: str) -> None:
    for key in read(text):
        left = dict(read(text))
        del left[key]
        assert read(drop(text, [key])) == left


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("{}", '{\n  "n": {\n    "k": 1\n  }\n}'),
        ('{"a":2}', '{"a":2,"n":{"k": 1}}'),
        ('{\n\t"a": 2\n}\n', '{\n\t"a": 2,\n\t"n": {\n\t\t"k": 1\n\t}\n}\n'),
        ('{\r\n "n": {}\r\n}', '{\r\n "n": {\r\n  "k": 1\r\n }\r\n}'),
        ('{ "n" : { "x" : 0 } }', '{ "n" : { "x" : 0, "k" : 1 } }'),
        ('{"n": {"a": 1\n  , "b": 2}}', '{"n": {"a": 1\n  , "b": 2\n  , "k": 1}}'),
    ],
)
def test_what_is_put_in_takes_on_the_manner_of_its_neighbours(before: str, after: str) -> None:
    assert put(before, ["n", "k"], "1") == after


def test_a_value_is_replaced_in_its_place() -> None:
    text = '{"a": [1,2], "b": {"c": "old"} , "d": 4}'
    assert raw_at(text, ["b", "c"]) == '"old"'
    assert put(text, ["b", "c"], "{}") == '{"a": [1,2], "b": {"c": {}} , "d": 4}'


def test_the_last_of_several_members_counts() -> None:
    assert value_at('{"a": 1, "a": 2}', ["a"]) == 2


@pytest.mark.parametrize("text", ['{"a": 1}', '{"a": []}'])
def test_nothing_is_put_into_what_is_no_object(text: str) -> None:
    with pytest.raises(ValueError, match="object"):
        put(text, ["a", "b"], "1")
    assert value_at(text, ["a", "b"]) is None
    assert drop(text, ["a", "b"]) == text
    assert drop(text, ["x", "b"]) == text

"""Queries as expressions: against a real index, as nothing else tells whether they are right."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from peewee import sqlite3 as driver  # type: ignore[attr-defined]

from her_tui.errors import HerError
from her_tui.language.parser import parse
from her_tui.language.tree import And, Filter, Node, Not, Or, Phrase, Word
from her_tui.search.matching import TOKENIZER, Terms, characters, parts, terms

_TEXTS = (
    "Please look at get_user_id in auth.py",
    "getUserId is called",
    "the user id",
    "src/auth/login.py was edited on branch fix-login",
    "upgrade to v2.1.328 of C++",
    "see #42, don't wait",
    "今天修复登录错误",
    "Authentication of keyboards runs",
    "a crème brûlée for HTTPServer",
    "merge conflicts everywhere, and a conflict",
    "nothing at all",
    "使用React开发",
)

Find = Callable[[str], list[str]]


@pytest.fixture(scope="module")
def execute() -> Iterator[Callable[[str], list[int]]]:
    """Runs an expression on an index of the texts; the rows that match."""
    connection: Any = driver.connect(":memory:")
    connection.execute(
        f"CREATE VIRTUAL TABLE words USING fts5(text, parts, content='', tokenize='{TOKENIZER}')"
    )
    connection.executemany(
        "INSERT INTO words (rowid, text, parts) VALUES (?, ?, ?)",
        [(row, text, parts(text)) for row, text in enumerate(_TEXTS)],
    )
    yield lambda expression: [
        row[0]
        for row in connection.execute(
            "SELECT rowid FROM words WHERE words MATCH ? ORDER BY rowid", (expression,)
        )
    ]
    connection.close()


@pytest.fixture
def find(execute: Callable[[str], list[int]]) -> Find:
    """The texts that have all of a query."""
    return lambda query: [_TEXTS[row] for row in execute(terms(parse(query).node).all)]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("getUserId", (0, 1)),
        ("get_user_id", (0, 1)),
        ('"user id"', (0, 1, 2)),
        ("userId", (0, 1, 2)),
        ("auth.py", (0,)),
        ("src/auth/login.py", (3,)),
        ("login.py", (3,)),
        ("fix-login", (3,)),
        ("v2.1.328", (4,)),
        ("C++", (4,)),
        ("#42", (5,)),
        ("don't wait", (5,)),
        ("登录", (6,)),
        ("错误 修复", (6,)),
        ("误错", ()),
        ("react 使用", (11,)),
        ("开发React", (11,)),
        ("creme brulee", (8,)),
        ("server", (8,)),
        ("HTTPServer", (8,)),
        ('"merge conflict"', (9,)),
        ('"conflict merge"', ()),
        ("conflict* everywhere", (9,)),
        ("conflict -merge", ()),
        ("conflict -zebra", (9,)),
        ("authentication OR nothing", (7, 10)),
        ("(authentication OR nothing) run", (7,)),
        ("please OR the", (2,)),  # two stop words: they are all there is of it
    ],
)
def test_what_a_query_finds(query: str, found: tuple[int, ...], find: Find) -> None:
    wanted = [_TEXTS[row] for row in found]
    if query == "please OR the":
        assert set(wanted) <= set(find(query))
    else:
        assert find(query) == wanted


@pytest.mark.parametrize("word", ["authentication", "keyboards", "everywhere", "conflicts"])
def test_a_word_is_found_while_it_is_typed(word: str, find: Find) -> None:
    whole = find(word)
    assert whole
    for end in range(2, len(word)):
        assert set(whole) <= set(find(word[:end])), word[:end]


def test_only_the_last_word_is_being_typed(find: Find) -> None:
    assert find("every conf") == []
    assert find("every* conf") == [_TEXTS[9]]
    assert find("conflict every -zebra") == []


def test_a_single_letter_is_the_start_of_too_much() -> None:
    assert terms(Word("x")).all == ""
    assert terms(Word("x")).any == '"x"'
    assert terms(And((Word("fix"), Word("x")))).all == '"fix"'
    assert terms(Word("x", prefix=True)).all == '"x"*'
    assert terms(Word("修")).all == '"修"'


def test_a_start_is_not_what_its_stem_starts() -> None:
    made = terms(Word("working", prefix=True)).all
    assert '"working" OR "workinga"*' in made
    assert '"working"*' not in made


def test_stop_words_are_left_out_unless_there_are_no_others() -> None:
    told = terms(parse("how did I get OAuth to work").node)
    assert told.wanted == ('"get"', '("OAuth" OR "O Auth")', '"work"')
    assert told.words == ("get", "OAuth", "work")
    assert told.text == "how did I get OAuth to work"
    assert terms(parse("to be").node).any == '("to" OR "be")'
    assert '"the"' in terms(parse('"the end"').node).any.replace("the end", 'the"')


def test_what_is_required_and_what_is_excluded() -> None:
    told = terms(parse('parser "merge conflict" auth* -zebra -"a b"').node)
    assert told.required == '("merge conflict" AND "auth"*)'
    assert told.excluded == '("zebra" OR "a b")'
    assert told.all.endswith('NOT (("zebra" OR "a b"))')
    assert told.words == ("parser", "merge conflict", "auth*")
    assert terms(parse('"a b" OR "c d"').node).required == '("a b" OR "c d")'
    assert terms(parse('"a b" OR cat').node).required == ""
    only = terms(parse("-zebra").node)
    assert (only.all, only.words, only.excluded) == ("", (), '"zebra"')
    assert only


def test_filters_are_passed_over() -> None:
    here = Filter("project", "her")
    assert terms(And((here, Word("cat")))).any == '"cat"'
    assert not terms(here)
    assert terms(Not(Or((here, Word("cat"))))).excluded == '"cat"'
    assert terms(Not(And((here, Word("cat"))))).excluded == ""
    assert terms(Not(Not(Word("cat")))).any == '"cat"'


@pytest.mark.parametrize("query", ["", "😀", "🎉 😀", '"…"', "?!", "->", "\x00", "\ue000"])
def test_without_letters_there_is_nothing_to_find(query: str) -> None:
    told = terms(parse(query).node)
    assert told == Terms()
    assert not told


def test_an_emoji_does_not_hide_the_words_beside_it(find: Find) -> None:
    assert find("😀 nothing 🎉") == [_TEXTS[10]]


def test_a_long_query_is_cut(execute: Callable[[str], list[int]]) -> None:
    told = terms(And(tuple(Word(f"word{number}") for number in range(2000))))
    assert len(told.wanted) == 64
    assert execute(told.all) == execute(told.any) == []
    assert execute(terms(Word("x" * 10_000)).any) == []
    assert execute(terms(Phrase("a. " * 10_000)).any) == []


texts = st.text() | st.text(
    st.sampled_from("ab \"'*^:(){}[]+-,.\\\x00\ud800\ue000\ue100\u0301é登😀NEARORANDNOT"),
    max_size=30,
)
leaves: st.SearchStrategy[Node] = st.one_of(
    st.builds(Word, texts, st.booleans()),
    st.builds(Phrase, texts),
    st.builds(Filter, st.just("project"), st.just("her")),
)


def _grown(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    members = st.lists(inner, min_size=2, max_size=4).map(tuple)
    return st.one_of(st.builds(Not, inner), st.builds(And, members), st.builds(Or, members))


@given(st.recursive(leaves, _grown, max_leaves=12))
@example(Word('" OR "'))
@example(Word("NEAR(a b, 2)"))
@example(Phrase("text : a"))
@example(And((Word("a"), Not(Word("\ud800*^")))))
def test_no_query_is_a_syntax_error(execute: Callable[[str], list[int]], node: Node) -> None:
    told = terms(node)
    for expression in (told.all, told.any, told.required, told.excluded, *told.wanted):
        if expression:
            execute(expression)
            execute(f"({expression}) NOT ({told.excluded or told.any or expression})")
    assert bool(told.words) == bool(told.any) == bool(told.wanted)
    told.text.encode()


@given(texts)
def test_whatever_is_typed_can_be_executed(execute: Callable[[str], list[int]], text: str) -> None:
    try:
        node = parse(text).node
    except HerError:
        return
    told = terms(node)
    for expression in (told.all, told.any, told.required, told.excluded):
        if expression:
            execute(expression)


def test_brackets_may_be_nested_deeply(execute: Callable[[str], list[int]]) -> None:
    node: Node = Word("deep")
    for number in range(5000):
        node = Or((Word("shallow"), And((node, Word(f"w{number}")))))
    told = terms(node)
    execute(told.all)
    execute(told.any)
    assert '"shallow"' in told.any


@pytest.mark.parametrize(
    ("text", "indexed"),
    [
        ("getUserId and HTTPServer", "get User Id \ue000 HTTP Server"),
        ("getUserId getUserId", "get User Id"),
        ("get_user_id plain Words HERE v2", ""),
        ("修复 auth 登录", "修 复 \ue000 登 录"),
        ("使用React开发", "使 用 React \ue000 React 开 发"),
        ("é_fooBar.bazQux", "foo Bar \ue000 baz Qux"),
        ("aGVsbG8" * 20, ""),  # encoded data, not a name
        ("", ""),
    ],
)
def test_what_is_indexed_beside_a_text(text: str, indexed: str) -> None:
    assert parts(text) == indexed


def test_output_has_its_cjk_characters_alone() -> None:
    assert characters("getUserId 登录") == "登 录"
    assert characters("getUserId ünïcode 😀") == ""

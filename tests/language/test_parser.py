"""Text to tree, and back."""

from __future__ import annotations

import string
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from her_tui.language import parser
from her_tui.language.filters import BY_NAME, FILTERS, INSTEAD, MEASURES, FilterSpec, Values
from her_tui.language.parser import QueryError, parse
from her_tui.language.printer import write
from her_tui.language.tree import And, Filter, Node, Not, Operator, Or, Phrase, Query, Word

A, B, C = Word("a"), Word("b"), Word("c")


@pytest.mark.parametrize(
    ("text", "node"),
    [
        ("", None),
        ("  \t\n ", None),
        ("a", A),
        ("a b", And((A, B))),
        ("a AND b", And((A, B))),
        ("a OR b c", Or((A, And((B, C))))),
        ("(a OR b) c", And((Or((A, B)), C))),
        ("a or b", And((A, Word("or"), B))),
        ("((a) (b (c)))", And((A, B, C))),
        ("a OR (b OR c)", Or((A, B, C))),
        ("-a", Not(A)),
        ("NOT a", Not(A)),
        ("NOT(a b)", Not(And((A, B)))),
        ('NOT"a b"', Not(Phrase("a b"))),
        ("NOT -a", A),
        ("a -(b OR c)", And((A, Not(Or((B, C)))))),
        ('"merge conflict"', Phrase("merge conflict")),
        ('"merge conf', Phrase("merge conf")),
        ('"say ""yes"""', Phrase('say "yes"')),
        ("auth*", Word("auth", prefix=True)),
        ("a*b", Word("a*b")),
        ("*", Word("*")),
        ("project:her", Filter("project", "her")),
        ('project:"my app" a', And((Filter("project", "my app"), A))),
        ('project:"my app', Filter("project", "my app")),
        ("-project:her", Not(Filter("project", "her"))),
        ("(project:her)", Filter("project", "her")),
        ("latency:>30s", Filter("latency", "30s", Operator.MORE)),
        ("latency:>=1m30s", Filter("latency", "1m30s", Operator.LEAST)),
        ("tokens:<1.5M", Filter("tokens", "1.5M", Operator.LESS)),
        ("cost:<=.5", Filter("cost", ".5", Operator.MOST)),
        ("command:>out", Filter("command", ">out")),
        ("is:Error", Filter("is", "error")),
        ("is:favorite", Filter("is", "favourite")),
        ("after:2026-10-01T14:30", Filter("after", "2026-10-01T14:30")),
        ("before:7d", Filter("before", "7d")),
    ],
)
def test_what_a_text_says(text: str, node: Node | None) -> None:
    assert parse(text).node == node
    assert parse(write(node)).node == node


@pytest.mark.parametrize(
    "text",
    [
        "error:",
        "C:\\path\\file",
        "12:30",
        "https://example.org/x?y=project:z",
        "file:///home/mira/a.py",
        "command::run",
        "foo:bar",
        "foo(x)",
        "f(g(x))[0]",
        "useState(",
        "--no-verify",
        "-",
        "->",
        "100%",
        "it's",
        'say"no',
        "[/x]",
        ":)",
        "a.b_c/d-e",
        "🎉",
        "日本語",
        "File:x",
        "*.py",
    ],
)
def test_what_users_paste_is_one_word(text: str) -> None:
    assert parse(text).node == Word(text)
    assert parse(f"({text.replace(')', '')} a)").node == And((Word(text.replace(")", "")), A))


@pytest.mark.parametrize("text", ["OR", "OR OR", "NOT", "AND", "()", "-()", '""', '-""', "(OR)"])
def test_what_has_no_other_side_says_nothing(text: str) -> None:
    assert parse(text).node is None
    assert parse(f"{text} a").node in (A, Not(A))
    assert parse(f"a OR {text}").node == A


def test_code_with_blanks_in_its_brackets_is_words() -> None:
    assert parse("foo(a b)").node == And((Word("foo(a"), Word("b)")))
    assert parse('cannot convert "x" to int (see above)').node is not None


@pytest.mark.parametrize(
    ("text", "start", "end", "says"),
    [
        ("a latency:>x", 2, 12, "a span of time"),
        ("latency:30", 0, 10, "30s"),
        ("tokens:many", 0, 11, "a number"),
        ("cost:>1e9", 0, 9, "US dollars"),
        ("is:wrong", 0, 8, "error, correction"),
        ("has:", 0, 4, "thinking, image"),
        ("after:2026-13-01", 0, 16, "a day or time"),
        ("after:0000-01-01", 0, 16, "a day or time"),
        ("before:soon", 0, 11, "7d"),
        ('a project:""', 2, 12, "a text"),
        ("a (b", 2, 3, "does not close"),
        ("a (b (c)", 2, 3, "does not close"),
        ("(a) )", 4, 5, "closes none"),
        ("prompts:>" + "9" * 400, 0, 409, "a number"),
    ],
)
def test_an_error_names_its_place_and_what_could_be(
    text: str, start: int, end: int, says: str
) -> None:
    with pytest.raises(QueryError) as raised:
        parse(text)
    error = raised.value
    assert (error.start, error.end) == (start, end)
    assert f"At character {start + 1}" in error.title
    assert says in error.title
    assert error.hint
    assert error.exit_code == 2


def test_a_slip_in_a_choice_is_answered() -> None:
    with pytest.raises(QueryError) as raised:
        parse("is:comit")
    said = "At character 1: there is no is:comit, did you mean is:commit?"
    assert raised.value.title == said
    assert raised.value.hint.startswith("is: takes error, ")


@pytest.mark.parametrize(
    ("text", "name"),
    [("projct:her", "project"), ("Project:her", "project"), ("file tags:x", "tag")],
)
def test_a_filter_there_is_not_is_words_and_said_so(text: str, name: str) -> None:
    query = parse(text)
    assert Word(text.split()[-1]) in (query.node, *getattr(query.node, "nodes", ()))
    (remark,) = query.remarks
    assert f"did you mean “{name}:”" in remark


@pytest.mark.parametrize("name", ["date", "day", "on", "when", "since", "started", "time", "Date"])
def test_another_word_for_a_filter_leads_to_it(name: str) -> None:
    query = parse(f"oauth {name}:2026-11-20")
    assert Word(f"{name}:2026-11-20") in query.node.nodes  # type: ignore[union-attr]
    (remark,) = query.remarks
    assert remark.startswith(f"There is no {name}:, use after: or before:, as in after:yesterday")


@pytest.mark.parametrize(("name", "filters"), INSTEAD.items())
def test_what_is_named_instead_is_a_filter(name: str, filters: tuple[str, ...]) -> None:
    assert name not in BY_NAME
    assert set(filters) <= set(BY_NAME)
    assert f"use {filters[0]}:" in parse(f"{name}:x").remarks[0]


@pytest.mark.parametrize(
    "text", ["https://a.b", "todo:later", "error:x", "C:\\x", "12:30", "std::x"]
)
def test_what_is_like_no_filter_is_not_remarked_upon(text: str) -> None:
    assert parse(text).remarks == ()


@pytest.mark.parametrize("spec", FILTERS, ids=lambda spec: spec.name)
def test_a_filter_of_a_later_version_says_so(spec: FilterSpec) -> None:
    for choice in spec.choices:
        remarks = parse(f"{spec.name}:{choice} {spec.name}:{choice}").remarks
        assert len(remarks) == (choice in spec.later)
        assert all("leaves nothing out" in remark for remark in remarks)


def test_what_no_database_takes_is_replaced_one_for_one() -> None:
    assert parse("a\0b \ud800").node == And((Word("a\ufffdb"), Word("\ufffd")))


def answer(text: str) -> Query | QueryError:
    """What the parser says of ``text``, whatever it is."""
    try:
        return parse(text)
    except QueryError as error:
        return error


class Depth:
    """How deep calls go in a piece of code."""

    def __init__(self) -> None:
        self.greatest = 0

    def __call__(self, frame: object, event: str, argument: object) -> None:
        depth, each = 0, sys._getframe()
        while each.f_back is not None:
            depth, each = depth + 1, each.f_back
        self.greatest = max(self.greatest, depth)


@pytest.mark.parametrize(
    "text",
    [
        "(" * 5_000 + "a" + ")" * 5_000,
        "(" * 5_000,
        ")" * 5_000,
        "-(" * 5_000,
        "((a) OR " * 2_000,
        " OR ".join(f"w{number}" for number in range(5_000)),
        " OR " * 5_000,
        "NOT " * 5_001 + "a",
        "- " * 5_000,
        "() " * 5_000,
        '"' * 9_999,
        "a" * 10_000,
        "a(" * 5_000,
        "project:x " * 1_000,
        "x" * 10_001,
        "日本 " * 3_000,
    ],
    ids=lambda text: text[:12],
)
def test_no_text_is_too_much(text: str) -> None:
    counted = Depth()
    sys.setprofile(counted)
    try:
        said = answer(text)
    finally:
        sys.setprofile(None)
    assert counted.greatest < 400
    if isinstance(said, QueryError):
        assert said.hint
        assert 0 <= said.start <= said.end <= len(text)
        assert len(said.title) < 200
    else:
        assert parse(write(said.node)).node == said.node


def test_of_a_pasted_text_the_first_words_are_looked_for() -> None:
    query = parse(" ".join(f"word{number}" for number in range(1_000)))
    assert isinstance(query.node, And)
    assert query.node.nodes[-1] == Word(f"word{parser.MOST - 1}")
    assert query.remarks == (f"Only the first {parser.MOST} words are looked for.",)


@given(st.text(alphabet=st.sampled_from('ab:*()"-> \t\\/é日ORNT0') | st.characters(), max_size=60))
def test_any_text_is_a_query_or_an_error_with_a_place(text: str) -> None:
    said = answer(text)
    if isinstance(said, QueryError):
        assert 0 <= said.start < said.end <= len(text)
        return
    written = write(said.node)
    assert parse(written).node == said.node
    assert write(parse(written).node) == written


_SAMPLES = {
    Values.COUNT: ["0", "20", "100k", "1.5M"],
    Values.MONEY: ["0.5", "$2", ".25"],
    Values.DURATION: ["500ms", "30s", "1m30s", "2h"],
    Values.MOMENT: ["2026-10-01", "2026-10-01T14:30", "2026-10", "7d", "today"],
}


@st.composite
def filters(draw: st.DrawFn) -> Filter:
    """Any filter the parser could make."""
    spec = draw(st.sampled_from(FILTERS))
    if spec.values is Values.CHOICE:
        value = draw(st.sampled_from(spec.choices))
    elif spec.values is Values.TEXT:
        texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
        value = draw(texts.filter(lambda text: bool(text.strip())))
    else:
        value = draw(st.sampled_from(_SAMPLES[spec.values]))
    operators = list(Operator) if spec.values in MEASURES else [Operator.IS]
    return Filter(spec.name, value, draw(st.sampled_from(operators)))


_WORD = st.text(string.ascii_letters + "_.:/é日-", min_size=1, max_size=8).filter(
    lambda text: parse_is_plain(text)
)
_PHRASE = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1)
_LEAF = (
    st.builds(Word, _WORD, st.booleans())
    | _PHRASE.filter(lambda text: bool(text.strip())).map(Phrase)
    | filters()
)


def parse_is_plain(text: str) -> bool:
    """Whether ``text`` is one word and nothing else, with a star too."""
    named = text.partition(":")[0] in BY_NAME
    return not named and text[0] != "-" and text not in ("OR", "AND", "NOT")


def plain(kind: type[And] | type[Or], nodes: list[Node]) -> Node:
    """``nodes`` in one, as plain as the parser makes it."""
    flat = [part for node in nodes for part in (node.nodes if isinstance(node, kind) else (node,))]
    return kind(tuple(flat))


TREES: st.SearchStrategy[Node] = st.recursive(
    _LEAF,
    lambda inner: (
        st.lists(inner, min_size=2, max_size=4).map(lambda nodes: plain(And, nodes))
        | st.lists(inner, min_size=2, max_size=4).map(lambda nodes: plain(Or, nodes))
        | inner.map(lambda node: node.node if isinstance(node, Not) else Not(node))
    ),
    max_leaves=20,
)


@given(TREES)
def test_a_tree_is_written_as_what_is_read_as_the_same_tree(node: Node) -> None:
    written = write(node)
    assert parse(written).node == node
    assert write(parse(written).node) == written

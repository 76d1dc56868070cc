"""Finding, by words and by meaning, in a library of a few sessions."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from her_tui.errors import HerError
from her_tui.events.documents import DocumentKind
from her_tui.language.parser import parse
from her_tui.paths import INDEX_NAME
from her_tui.queries import finding, fitting, minds
from her_tui.queries.finding import Found, Mode, Superseded, Where, find, newest, similar
from her_tui.queries.library import Library
from her_tui.queries.meaning import Readiness
from her_tui.recorder.ingest import import_roots
from her_tui.search import weights
from tests.support.claude import Script, session_id
from tests.support.encoding import enable
from tests.support.meaning import BagOfWords, encode, use

#: What is taken for the same.
SAME = {"login": "oauth", "callback": "redirect", "speed": "fast", "slow": "fast"}


def _write(root: Path) -> None:
    """Three sessions: one about logging in, one about databases, and a fork of the first."""
    first = Script(session_id(1), 1, "/src/tidewater")
    first.prompt("Set up the oauth redirect")
    first.say("The oauth redirect is set up now.")
    first.call("Bash", "2 passed in the getUserId test", command="pytest -q tests/auth")
    first.call("Edit", "ok", file_path="/src/auth/get_user_id.py", old_string="a", new_string="b")
    first.call("Bash", "[main abc1234] Renew the token\n 1 file", command='git commit -m "Renew"')
    first.prompt("Make the login redirect faster")
    second = Script(session_id(2), 2, "/src/inkpot")
    second.prompt("Why is the database so slow?")
    second.say("An index is missing. " + "The table is large. " * 30 + "Add one over the redirect.")
    second.prompt("Add the index to the database")
    for record in second.records:
        record["timestamp"] = record["timestamp"].replace("2026-11-01", "2026-11-02")
    for script in (first, second, first.fork(session_id(3), 2)):
        script.write(root)


@pytest.fixture
def library(home: Path, tmp_path: Path) -> Iterator[Library]:
    """That library, indexed and not encoded."""
    _write(tmp_path)
    import_roots(home, [tmp_path])
    opened = Library.open(home)
    yield opened
    opened.close()
    minds.forget(home)


@pytest.fixture
def encoder(library: Library, monkeypatch: pytest.MonkeyPatch) -> BagOfWords:
    """The library is encoded, too, by this."""
    made = BagOfWords(SAME)
    encode(library.home, made)
    use(made, monkeypatch)
    return made


def ask(library: Library, text: str, where: Where = Where.ALL, mode: Mode = Mode.HYBRID) -> Found:
    """What is found."""
    return find(library, parse(text), where, mode=mode)


def said(found: Found) -> list[str]:
    """The snippets."""
    return [hit.snippet for hit in found.hits]


def typed(library: Library, text: str, where: Where = Where.ALL) -> list[str]:
    """What is shown while it is typed."""
    return said(newest(library, parse(text), where))


# While typing


def test_the_newest_that_has_all_the_words_first(library: Library) -> None:
    found = newest(library, parse("redirect"), Where.PROMPTS)
    assert said(found) == ["Make the login redirect faster", "Set up the oauth redirect"]
    assert found.hits[0].why == ("words: redirect",)
    assert [found.hits[0].snippet[a:b] for a, b in found.hits[0].marks] == ["redirect"]
    assert found.hits[0].ts is not None
    assert not found.more


def test_then_what_has_some_of_them(library: Library) -> None:
    assert typed(library, "oauth redirect", Where.PROMPTS) == [
        "Set up the oauth redirect",
        "Make the login redirect faster",
    ]
    assert typed(library, "oauth redirect -login", Where.PROMPTS) == ["Set up the oauth redirect"]
    assert typed(library, '"oauth redirect" login', Where.PROMPTS) == ["Set up the oauth redirect"]


def test_where_meaning_can_tell_some_of_the_words_are_not_enough(
    library: Library, encoder: BagOfWords
) -> None:
    assert typed(library, "oauth redirect", Where.PROMPTS) == ["Set up the oauth redirect"]
    assert typed(library, "users cannot redirect", Where.PROMPTS) == []
    assert "Make the login redirect faster" in said(ask(library, "users cannot redirect"))


def test_a_word_is_found_before_it_is_typed_to_its_end(library: Library) -> None:
    assert typed(library, "datab", Where.PROMPTS) == [
        "Add the index to the database",
        "Why is the database so slow?",
    ]


def test_what_tools_printed_comes_last(library: Library) -> None:
    found = newest(library, parse("test"))
    assert [hit.kind for hit in found.hits] == [DocumentKind.ACTION, DocumentKind.OUTPUT]
    assert found.hits[1].snippet == "2 passed in the getUserId test"
    assert found.hits[0].detail == "Bash pytest -q tests/auth"
    assert typed(library, "passed", Where.PROMPTS) == []
    assert typed(library, "passed", Where.ACTIONS) == ["2 passed in the getUserId test"]


def test_what_tools_printed_has_the_words_side_by_side(library: Library) -> None:
    """Its index does not know where words stand."""
    assert typed(library, '"getUserId test"', Where.ACTIONS) == ["2 passed in the getUserId test"]
    assert typed(library, '"test getUserId"', Where.ACTIONS) == []
    assert typed(library, '"test getUserId" OR "2 passed"', Where.ACTIONS) == [
        "2 passed in the getUserId test"
    ]


def test_nothing_typed_gives_the_newest_prompts(library: Library) -> None:
    found = newest(library, parse(""))
    assert said(found)[0] == "Add the index to the database"
    assert len(found.hits) == 4
    assert {hit.why for hit in found.hits} == {("newest",)}


def test_filters_alone_need_no_index(library: Library) -> None:
    (library.home / INDEX_NAME).unlink()
    assert typed(library, "project:inkpot", Where.PROMPTS) == [
        "Add the index to the database",
        "Why is the database so slow?",
    ]
    assert typed(library, "is:commit", Where.COMMITS) == ["Renew the token"]
    assert said(ask(library, "project:inkpot")) == typed(library, "project:inkpot")


def test_exclusions_alone(library: Library) -> None:
    assert typed(library, "-redirect") == [
        "Add the index to the database",
        "Why is the database so slow?",
    ]


def test_a_copied_history_is_shown_once(library: Library) -> None:
    """The fork has the first prompt and its answer once more."""
    assert typed(library, "oauth", Where.PROMPTS) == ["Set up the oauth redirect"]
    assert len(typed(library, "oauth", Where.RESPONSES)) == 1
    assert len(ask(library, "oauth", Where.RESPONSES).hits) == 1


# Ranked


def test_by_words_the_best_first(library: Library) -> None:
    found = ask(library, "oauth redirect missing", Where.PROMPTS, Mode.WORDS)
    assert said(found) == ["Set up the oauth redirect", "Make the login redirect faster"]
    assert found.hits[0].why == ("words: oauth, redirect",)
    scores = [hit.score for hit in found.hits]
    assert scores == sorted(scores, reverse=True)


def test_where_nothing_is_encoded_words_find_and_say_so(library: Library) -> None:
    found = ask(library, "oauth", Where.PROMPTS, Mode.MEANING)
    assert said(found) == ["Set up the oauth redirect"]
    assert found.meaning.readiness is Readiness.NEVER_ASKED
    assert found.meaning.message
    enable(library.home, enabled=False)
    assert ask(library, "oauth").meaning.readiness is Readiness.OFF


def test_by_meaning_other_words(library: Library, encoder: BagOfWords) -> None:
    found = ask(library, "callback speed", Where.PROMPTS, Mode.MEANING)
    assert found.meaning.usable
    assert said(found)[0] in ("Make the login redirect faster", "Why is the database so slow?")
    assert found.hits[0].why[0].startswith("meaning 0.")
    assert not found.hits[0].marks
    assert ask(library, "callback", Where.PROMPTS, Mode.WORDS).hits == ()


def test_both_together(library: Library, encoder: BagOfWords) -> None:
    found = ask(library, "login database", Where.PROMPTS)
    by_text = {hit.snippet: hit.why for hit in found.hits}
    assert by_text["Set up the oauth redirect"][0].startswith("meaning")
    assert by_text["Make the login redirect faster"][0] == "words: login"
    assert any(reason.startswith("meaning") for reason in by_text["Add the index to the database"])


def test_the_passage_that_is_near_is_shown(library: Library, encoder: BagOfWords) -> None:
    """The answer is many passages long; its last speaks of the redirect."""
    found = ask(library, "one over the callback", Where.RESPONSES, Mode.MEANING)
    (hit,) = (hit for hit in found.hits if "large" in hit.snippet)
    assert hit.snippet.endswith("Add one over the redirect.")


def test_what_must_be_and_what_must_not_holds_for_meaning_too(
    library: Library, encoder: BagOfWords
) -> None:
    texts = said(ask(library, '"login redirect" oauth', Where.PROMPTS))
    assert texts == ["Make the login redirect faster"]
    texts = said(ask(library, "callback -login", Where.PROMPTS))
    assert "Make the login redirect faster" not in texts
    assert "Set up the oauth redirect" in texts


def test_a_question_is_encoded_once(library: Library, encoder: BagOfWords) -> None:
    for text in ("callback", "callback project:inkpot", "callback is:commit"):
        ask(library, text)
    ask(library, "callback", Where.PROMPTS, Mode.MEANING)
    assert encoder.calls == [["callback"]]


def test_words_alone_load_no_model(library: Library, encoder: BagOfWords) -> None:
    newest(library, parse("redirect"))
    ask(library, "redirect", mode=Mode.WORDS)
    ask(library, "redirect", Where.ACTIONS)
    assert encoder.calls == []


def test_weights_that_cannot_be_read_leave_the_words(
    library: Library, encoder: BagOfWords, monkeypatch: pytest.MonkeyPatch
) -> None:
    def damaged(home: Path) -> Path:
        raise HerError("The model's file is not the genuine one", "Remove it.")

    monkeypatch.setattr(weights, "verified", damaged)
    found = ask(library, "oauth", Where.PROMPTS)
    assert said(found) == ["Set up the oauth redirect"]
    assert found.meaning.readiness is Readiness.DAMAGED
    assert "genuine" in found.meaning.message


def test_vectors_that_are_gone_leave_the_words(library: Library, encoder: BagOfWords) -> None:
    ask(library, "oauth")
    (library.home / "vectors.db").unlink()
    assert said(ask(library, "oauth", Where.PROMPTS)) == ["Set up the oauth redirect"]
    assert similar(library, ask(library, "oauth", Where.PROMPTS).hits[0].event).hits == ()


def test_vectors_of_another_library_find_nothing(
    library: Library, encoder: BagOfWords, tmp_path: Path
) -> None:
    """It was made anew: its events have the numbers of others."""
    assert ask(library, "callback", mode=Mode.MEANING).hits
    library.close()
    for file in library.home.glob("library.db*"):
        file.unlink()
    import_roots(library.home, [tmp_path])
    anew = Library.open(library.home)
    found = ask(anew, "callback", mode=Mode.MEANING)
    assert found.hits == ()
    encode(library.home, encoder)
    assert ask(anew, "callback", mode=Mode.MEANING).hits
    anew.close()


def test_prompts_like_one(library: Library, encoder: BagOfWords) -> None:
    (first,) = ask(library, "set up", Where.PROMPTS, Mode.WORDS).hits
    encoder.calls.clear()
    found = similar(library, first.event)
    assert said(found)[0] == "Make the login redirect faster"
    assert first.event not in {hit.event for hit in found.hits}
    assert {hit.kind for hit in found.hits} == {DocumentKind.PROMPT}
    assert encoder.calls == [], "the prompt has its vector"
    assert len(similar(library, first.event, limit=1).hits) == 1


def test_without_meaning_nothing_is_alike(library: Library) -> None:
    found = similar(library, 1)
    assert found.hits == ()
    assert found.meaning.readiness is Readiness.NEVER_ASKED


# Filters


@pytest.fixture
def crowd(home: Path, tmp_path: Path) -> Iterator[Library]:
    """A hundred and fifty sessions that say the same, one of them elsewhere, and the oldest."""
    for number in range(1, 151):
        script = Script(session_id(number), number * 2, "/src/rare" if number == 1 else "/src/many")
        script.prompt(f"Mend the parser of part {number}")
        script.write(tmp_path)
    import_roots(home, [tmp_path])
    opened = Library.open(home)
    yield opened
    opened.close()
    minds.forget(home)


def test_filters_are_complete_where_they_keep_little(
    crowd: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    rare = ["Mend the parser of part 1"]
    for text in ("parser project:rare", "mend the parser project:rare", "project:rare"):
        assert typed(crowd, text, Where.PROMPTS) == rare
        assert said(ask(crowd, text, Where.PROMPTS)) == rare
    made = BagOfWords()
    encode(crowd.home, made)
    use(made, monkeypatch)
    monkeypatch.setattr(finding, "PASSAGES", 20)
    monkeypatch.setattr("her_tui.queries.legs.PASSAGES", 20)
    for mode in Mode:
        assert said(ask(crowd, "parser project:rare", Where.PROMPTS, mode)) == rare


def test_no_more_than_were_asked_for(crowd: Library) -> None:
    for way in (newest, find):
        found = way(crowd, parse("parser"), Where.PROMPTS, 7)
        assert len(found.hits) == 7
        assert found.more
        assert len(way(crowd, parse("parser"), Where.PROMPTS, 1000).hits) == finding.MOST
        assert len(way(crowd, parse("parser"), Where.PROMPTS, 0).hits) == 1


def test_the_newest_are_found_whatever_the_order_of_sessions(crowd: Library) -> None:
    kinds = frozenset({DocumentKind.PROMPT})
    found = fitting.newest(crowd, None, kinds, 200)
    assert len(found) == 150
    assert found == sorted(found, reverse=True)
    assert fitting.newest(crowd, None, kinds, 20) == found[:20]


def test_either_words_or_filters(library: Library) -> None:
    texts = typed(library, "oauth OR project:inkpot", Where.PROMPTS)
    assert texts == [
        "Add the index to the database",
        "Why is the database so slow?",
        "Set up the oauth redirect",
    ]
    assert set(said(ask(library, "oauth OR project:inkpot", Where.PROMPTS))) == set(texts)


# Bad input


BAD = (
    "🎉",
    "認証",
    "🎉 認証 oauth",
    '"',
    "'",
    "*",
    "a*",
    'x" OR "y',
    "NEAR(a b)",
    "words:oauth",
    "{text}: ^oauth",
    "AND OR NOT",
    "-",
    "--",
    "the",
    "the and of",
    "\x00\x1b[31m",
    "oauth " * 1_600,
    "o" * 10_000,
    " ".join(f"word{number}" for number in range(1_000)),
    "\ud800",
    "e",
)


@pytest.mark.parametrize("text", BAD)
def test_any_text_is_answered(library: Library, encoder: BagOfWords, text: str) -> None:
    query = parse(text)
    for where in Where:
        assert len(newest(library, query, where).hits) <= finding.MOST
        for mode in Mode:
            assert len(find(library, query, where, mode=mode).hits) <= finding.MOST


def test_emoji_alone_find_nothing_rather_than_everything(library: Library) -> None:
    assert ask(library, "🎉").hits == ()
    assert newest(library, parse("🎉")).hits == ()


def test_a_long_question_is_cut_before_it_is_encoded(library: Library, encoder: BagOfWords) -> None:
    ask(library, "oauth " * 1_600)
    ((text,),) = encoder.calls
    assert len(text) <= 4_000


def test_without_an_index_it_says_so(library: Library) -> None:
    (library.home / INDEX_NAME).unlink()
    for found in (newest(library, parse("oauth")), ask(library, "oauth")):
        assert found.hits == ()
        assert any("index" in remark for remark in found.remarks)


def test_without_an_index_meaning_finds(library: Library, encoder: BagOfWords) -> None:
    (library.home / INDEX_NAME).unlink()
    assert ask(library, "oauth callback", Where.PROMPTS).hits


def test_remarks_of_the_query_are_passed_on(library: Library) -> None:
    for found in (newest(library, parse("projekt:x")), ask(library, "projekt:x")):
        assert any("project" in remark for remark in found.remarks)


def test_a_hit_says_whose_it_is(library: Library) -> None:
    (hit,) = ask(library, "set up", Where.PROMPTS).hits
    assert hit.session_id == session_id(1)
    assert hit.agent_name == "claude-code"
    assert hit.project == "/src/tidewater"
    assert hit.title
    assert hit.key is not None
    assert not hit.starred


# Superseded


def test_nobody_waits_any_more(library: Library) -> None:
    over = threading.Event()
    over.set()
    with pytest.raises(Superseded):
        newest(library, parse("oauth"), over=over)
    with pytest.raises(Superseded):
        find(library, parse("oauth"), over=over)
    with pytest.raises(Superseded):
        similar(library, 1, over=over)


def test_a_running_question_is_interrupted(library: Library) -> None:
    over = threading.Event()
    kept = minds.mind(library.home)

    def ask_forever() -> None:
        with kept.words(over) as reader:
            while True:
                reader.newest("oauth")

    threading.Timer(0.05, over.set).start()
    with pytest.raises(Superseded):
        ask_forever()
    assert typed(library, "oauth", Where.PROMPTS), "and the next one is answered"

"""Texts of events: in full, and as the documents they are."""

from __future__ import annotations

from pathlib import Path

import pytest

from her_tui.events.content import Content
from her_tui.events.documents import DocumentKind
from her_tui.events.model import EventKind
from her_tui.queries import texts
from her_tui.queries.library import Library
from her_tui.recorder.ingest import import_roots
from tests.support.claude import Script, session_id


@pytest.fixture
def told(home: Path, tmp_path: Path) -> Library:
    """A library of one session that has every kind of document."""
    script = Script(session_id(1))
    script.prompt("Where is the zebra?")
    script.prompt("<command-name>/review</command-name><command-args>the parser</command-args>")
    script.prompt("<command-name>/clear</command-name><command-args></command-args>")
    script.prompt("<bash-input>ls -l</bash-input>")
    script.response({"type": "thinking", "thinking": "It may be hiding.", "signature": "x"})
    script.call(
        "Grep", "src/zoo.py:1:okapi", pattern="okapi", path="src", options=["-n", {"x": "y"}]
    )
    script.call(
        "Bash", "[main abc1234] Free the okapi\n 1 file changed", command="git commit -am okapi"
    )
    script.say("It is free.")
    script.write(tmp_path)
    import_roots(home, [tmp_path])
    return Library.open(home)


def every_event(library: Library) -> list[int]:
    """The ids of all events."""
    return [row[0] for row in library.rows("SELECT id FROM event ORDER BY id")]


def test_each_event_is_a_document_and_a_commit_is_one_more(told: Library) -> None:
    found = [
        (document.kind, document.text) for document in texts.documents(told, every_event(told))
    ]
    assert found == [
        (DocumentKind.PROMPT, "Where is the zebra?"),
        (DocumentKind.PROMPT, "/review the parser"),
        (DocumentKind.COMMAND, "/clear"),
        (DocumentKind.COMMAND, "ls -l"),
        (DocumentKind.THINKING, "It may be hiding."),
        (DocumentKind.ACTION, "Grep\nokapi\nsrc\n-n\ny"),
        (DocumentKind.OUTPUT, "src/zoo.py:1:okapi"),
        (DocumentKind.ACTION, "Bash\ngit commit -am okapi"),
        (DocumentKind.COMMIT, "Free the okapi"),
        (DocumentKind.OUTPUT, "[main abc1234] Free the okapi\n 1 file changed"),
        (DocumentKind.RESPONSE, "It is free."),
    ]


def test_a_document_knows_where_and_when(told: Library) -> None:
    event, session, ts = told.rows("SELECT id, session, ts FROM event ORDER BY id LIMIT 1")[0]
    assert texts.documents(told, [event]) == [
        texts.Document(event, session, DocumentKind.PROMPT, ts, "Where is the zebra?")
    ]


def test_texts_and_subjects_are_asked_for_by_event(told: Library) -> None:
    events = every_event(told)
    committed = told.rows("SELECT id FROM event WHERE preview LIKE '[main%'")[0][0]
    assert texts.subjects(told, events) == {committed: "Free the okapi"}
    assert texts.texts(told, [committed], limit=5) == {committed: "[main"}
    assert len(texts.texts(told, events)) == len(events)
    assert texts.texts(told, [10**9]) == {}
    assert texts.texts(told, []) == {}


def test_an_event_without_words_is_no_document(home: Path, tmp_path: Path) -> None:
    script = Script(session_id(1))
    script.prompt("Hello")
    script.call("Bash", "", command="true")
    script.write(tmp_path)
    import_roots(home, [tmp_path])
    library = Library.open(home)
    kinds = [document.kind for document in texts.documents(library, every_event(library))]
    assert kinds == [DocumentKind.PROMPT, DocumentKind.ACTION]


def test_a_deeply_nested_input_is_read_to_its_end() -> None:
    nested: object = ["last"]
    for _ in range(5000):
        nested = ["first", nested]
    words = texts.words_of(Content(name="Tool", input={"deep": nested, "next": "one"})).split("\n")
    assert len(words) == 5003
    assert words[:2] == ["Tool", "first"]
    assert words[-2:] == ["last", "one"]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("/clear", DocumentKind.COMMAND),
        ("/clear \n", DocumentKind.COMMAND),
        ("/review 42", DocumentKind.PROMPT),
        ("", DocumentKind.COMMAND),
    ],
)
def test_a_command_with_arguments_is_a_prompt(text: str, kind: DocumentKind) -> None:
    assert texts.document_kind(EventKind.COMMAND, text) is kind
    assert texts.document_kind(EventKind.SHELL, "ls -l") is DocumentKind.COMMAND

"""Two sessions, or two branches of one, compared as the library knows them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from her_tui.errors import NotFound, UsageError
from her_tui.events.model import EventKind
from her_tui.queries import comparison, sessions
from her_tui.queries.comparison import Compared
from her_tui.queries.comparison_sides import Wanted, branches, read_side, two_branches, wanted
from her_tui.queries.library import Library
from her_tui.recorder.ingest import import_roots
from tests.support.claude import Script, busy_session, session_id

LONG = "It is mended. " * 40


def talk(number: int, cwd: str = "/src/demo") -> Script:
    """The same work each time, its records with identities, times and ids of their own."""
    script = Script(session_id(number), number, cwd)
    for turn in range(2):
        script.prompt(f"Please mend part {turn} of the parser")
        script.call("Read", "1\timport os", file_path=f"{cwd}/part{turn}.py")
        script.call(
            "Edit",
            f"The file {cwd}/part{turn}.py has been updated.",
            file_path=f"{cwd}/part{turn}.py",
            old_string="import os\n",
            new_string="import sys\n" * 30,
        )
        script.call("Bash", f"3 passed in 0.{number}2s", command="pytest -q")
        script.say(LONG)
    return script


@pytest.fixture
def hold(home: Path, tmp_path: Path) -> Callable[..., Compared]:
    """Compares the first two of the sessions that are given."""

    def call(*scripts: Script) -> Compared:
        for script in scripts:
            script.write(tmp_path)
        import_roots(home, [tmp_path])
        library = Library.open(home)
        one, other = (wanted(library, script.session) for script in scripts[:2])
        return comparison.compare(library, one, other)

    return call


def test_a_session_and_what_says_the_same_do_not_diverge(hold: Callable[..., Compared]) -> None:
    found = hold(talk(1), talk(2, cwd="/elsewhere/tree"))
    assert found.result.same
    assert (found.parting, found.ending, found.going_on) == (None, None, None)
    assert [(pair.left, pair.right, pair.same) for pair in found.result.pairs] == [
        (0, 0, True),
        (1, 1, True),
    ]


def changed(script: Script, what: str, instead: str) -> Script:
    """``script`` with the last record that holds ``what`` holding ``instead``."""

    def put(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: put(each) for name, each in value.items()}
        if isinstance(value, list):
            return [put(each) for each in value]
        return value.replace(what, instead) if isinstance(value, str) else value

    at = max(index for index, record in enumerate(script.records) if what in json.dumps(record))
    script.records[at] = put(script.records[at])
    return script


@pytest.mark.parametrize(
    ("what", "instead", "kind", "said"),
    [
        ("Please mend part 1", "Kindly mend part 1", EventKind.PROMPT, "another prompt"),
        ("import sys", "import re", EventKind.TOOL_USE, "Edit is given something else"),
        ("pytest -q", "pytest -x", EventKind.TOOL_USE, "Bash is given something else"),
        ("3 passed", "2 passed", EventKind.TOOL_RESULT, "Bash comes to something else"),
        (LONG, LONG + "Or is it?", EventKind.TEXT, "another answer"),
    ],
)
def test_the_one_thing_that_was_changed_is_where_they_part(
    hold: Callable[..., Compared], what: str, instead: str, kind: EventKind, said: str
) -> None:
    found = hold(talk(1), changed(talk(2), what, instead))
    assert found.result.divergence is not None
    assert found.result.divergence.what == said
    assert found.parting is not None
    left, right = found.parting
    assert (left.kind, right.kind, left.turn, right.turn) == (kind, kind, 2, 2)
    assert left.position == right.position
    assert left.text != right.text
    assert [pair.same for pair in found.result.pairs] == [True, False]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("if x:\n    a()\nb()", "if x:\n    a()\n    b()"),
        ("a b", "a\nb"),
        ("a\x1bb", "a\N{SYMBOL FOR ESCAPE}b"),
        ("a\u202eb", "a\ufeffb"),
    ],
)
@pytest.mark.parametrize("where", ["prompt", "answer", "outcome"])
def test_short_texts_that_look_the_same_are_held_to_the_letter(
    hold: Callable[..., Compared], where: str, one: str, other: str
) -> None:
    def script(number: int, text: str) -> Script:
        said = Script(session_id(number), number)
        said.prompt(text if where == "prompt" else "Please mend it")
        said.call("Bash", text if where == "outcome" else "done", command="cat a.py")
        said.say(text if where == "answer" else "It is mended.")
        return said

    found = hold(script(1, one), script(2, other), script(3, one))
    assert found.result.divergence is not None
    assert not found.result.same
    assert [pair.same for pair in found.result.pairs] == [False]


def test_of_long_texts_the_part_that_differs_is_told(hold: Callable[..., Compared]) -> None:
    found = hold(talk(1), changed(talk(2), LONG, LONG + "Or is it?"))
    assert found.parting is not None
    assert found.parting[1].text.startswith("… ")
    assert "Or is it?" in found.parting[1].text


def test_one_that_ends_does_so_at_a_record_of_the_other(hold: Callable[..., Compared]) -> None:
    original = talk(1)
    fork = original.fork(session_id(2), len(original.records))
    fork.records.insert(0, {"type": "mode", "mode": "default", "sessionId": fork.session})
    fork.prompt("And now?")
    fork.say("Now nothing.")
    found = hold(original, fork)
    assert (found.result.divergence, found.result.ends) == (None, "left")
    assert found.ending == comparison.Ending(len(original.records), len(original.records) + 1)
    assert found.going_on is not None
    assert found.going_on.text == "And now?"
    assert [(pair.left, pair.right) for pair in found.result.pairs] == [(0, 0), (1, 1), (None, 2)]


def test_copies_with_identities_of_their_own_end_at_a_record_too(
    hold: Callable[..., Compared],
) -> None:
    longer = talk(2)
    records = len(longer.records)
    longer.prompt("And now?")
    found = hold(longer, talk(1))
    assert found.result.ends == "right"
    assert found.ending == comparison.Ending(records, records)


def rewound() -> Script:
    """A session whose second prompt was taken back and asked in other words."""
    script = talk(3)
    before = next(record["uuid"] for record in reversed(script.records[: len(script.records) // 2]))
    script.prompt("Leave the parser, mend the lexer")
    script.records[-1]["parentUuid"] = before
    script.call("Read", "nothing", file_path="/src/demo/lexer.py")
    return script


def test_branches_of_one_session(home: Path, tmp_path: Path) -> None:
    script = rewound()
    script.write(tmp_path)
    import_roots(home, [tmp_path])
    library = Library.open(home)
    row = sessions.find(library, script.session)
    assert len(branches(library, row.id)) == 2
    found = comparison.compare(library, *two_branches(library, row))
    assert found.parting is not None
    assert [point.turn for point in found.parting] == [2, 3]
    assert [point.elapsed for point in found.parting] == [found.parting[0].elapsed] * 2
    left, right = found.result.left.figures, found.result.right
    assert left.actions == 6
    assert right.figures.actions == 4
    assert right.rest.actions == 3
    assert (left.corrections, right.figures.corrections) == (0, 1)
    whole = wanted(library, f"{script.session}#branch=2")
    assert comparison.compare(library, whole, Wanted(row)).result.same


def test_a_branch_that_is_not_there(library: Library) -> None:
    row = sessions.find(library, session_id(0))
    with pytest.raises(NotFound):
        read_side(library, Wanted(row, 2))
    with pytest.raises(UsageError):
        two_branches(library, row)
    for wrong in ("#branch=", "#branch=0", "#branch=x"):
        with pytest.raises(UsageError):
            wanted(library, session_id(0) + wrong)


def test_the_figures_are_those_of_the_list(library: Library) -> None:
    for (session,) in library.rows("SELECT id FROM session WHERE parent IS NULL"):
        row = sessions.rows(library, [session])[session]
        told = read_side(library, Wanted(row)).side.figures
        assert (told.prompts, told.responses, told.actions) == (
            row.prompts,
            row.responses,
            row.actions,
        )
        assert (told.errors, told.commits, told.edits) == (row.errors, row.commits, row.edits)
        assert told.tokens == row.tokens.total
        assert told.cost == pytest.approx(row.cost)


def test_sessions_without_anything_in_them(library: Library) -> None:
    empty, other = wanted(library, session_id(11)), wanted(library, session_id(10))
    found = comparison.compare(library, empty, other)
    assert (found.result.ends, found.ending) == ("left", None)
    assert comparison.compare(library, empty, empty).result.same


def test_a_busy_session_and_another(library: Library) -> None:
    one, other = wanted(library, session_id(0)), wanted(library, session_id(1))
    found = comparison.compare(library, one, other)
    assert found.result.divergence is not None
    assert len(busy_session(0, 2).records) > found.result.shared


def test_turns_of_commands_are_held_beside_each_other(hold: Callable[..., Compared]) -> None:
    def asked(number: int) -> Script:
        script = Script(session_id(number), number)
        script.local("/clear")
        script.command("/review", "the parser")
        script.say("It is fine.")
        script.prompt("And the lexer?" if number == 1 else "And the printer?")
        script.say("Fine.")
        script.shell("ls")
        return script

    found = hold(asked(1), asked(2)).result
    assert [turn.prompt for turn in found.left.turns if turn.number] == [
        "/review the parser",
        "And the lexer?",
    ]
    assert (found.left.figures.turns, found.left.figures.prompts) == (2, 1)
    assert [found.left.turns[at].number for at in found.parted[:1] if at is not None] == [2]

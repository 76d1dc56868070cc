"""A prompt and what came of it, in short."""

from __future__ import annotations

from pathlib import Path

import pytest

from her_tui.errors import NotFound
from her_tui.events.model import EventKind
from her_tui.queries import sessions, texts, timeline
from her_tui.queries.exchanges import TEXT_LIMIT, exchange
from her_tui.queries.library import Library
from her_tui.recorder.ingest import import_roots
from tests.support.claude import Script, session_id


def prompts(library: Library, number: int) -> list[int]:
    """The prompts of a session, in order."""
    laid = timeline.load(library, sessions.find(library, session_id(number)).id)
    return [laid.ids[position] for position in laid.prompts]


def test_the_answer_ends_where_the_next_prompt_starts(library: Library) -> None:
    found = exchange(library, prompts(library, 0)[1])
    assert found.prompt == "Please mend part 1 of the parser"
    assert [text.partition(".")[0] for text in found.answer] == ["Part 1 is mended"]
    assert (found.actions, found.cut, found.more) == (3, False, False)
    assert found.model
    assert found.duration_ms is not None
    assert found.duration_ms > 0


def test_a_prompt_without_an_answer(home: Path, tmp_path: Path) -> None:
    script = Script(session_id(1))
    script.prompt("Hello?")
    script.write(tmp_path)
    import_roots(home, [tmp_path])
    library = Library.open(home)
    (event,) = prompts(library, 1)
    found = exchange(library, event)
    assert (found.prompt, found.answer, found.actions) == ("Hello?", (), 0)
    assert found.duration_ms is None
    with pytest.raises(NotFound):
        exchange(library, 10**9)


def test_however_long_it_is_little_is_read(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = Script(session_id(1))
    script.prompt("p" * (TEXT_LIMIT + 10))
    for number in range(200):
        script.say(f"{number} " + "a" * 1_000)
    script.write(tmp_path)
    import_roots(home, [tmp_path])
    library = Library.open(home)
    (event,) = prompts(library, 1)
    asked: list[int] = []
    read = texts.texts

    def counted(library: Library, events: list[int], limit: int) -> dict[int, str]:
        asked.extend(events)
        return read(library, events, limit)

    monkeypatch.setattr(texts, "texts", counted)
    found = exchange(library, event)
    assert found.cut
    assert found.more
    assert len(found.prompt) == TEXT_LIMIT
    assert sum(map(len, found.answer)) == TEXT_LIMIT
    assert len(asked) <= 1 + TEXT_LIMIT // 1_000
    kinds = {row[0] for row in library.rows("SELECT DISTINCT kind FROM event")}
    assert EventKind.TEXT in kinds


def test_what_a_command_led_to_is_what_its_turn_holds(home: Path, tmp_path: Path) -> None:
    script = Script(session_id(1))
    script.prompt("Mend it")
    script.call("Read", "x", file_path="/a")
    script.local("/model", "Set model to opus", "opus")
    script.noted("/usage")
    script.say("Mended.")
    script.command("/review", "it")
    script.say("Reviewed.")
    script.command("/never", "answered")
    script.write(tmp_path)
    import_roots(home, [tmp_path])
    library = Library.open(home)
    mended, reviewed = (exchange(library, event) for event in prompts(library, 1))
    assert (mended.answer, mended.actions) == (("Mended.",), 1), "the client's own end no answer"
    assert (reviewed.prompt, reviewed.answer) == ("/review it", ("Reviewed.",))
    others = library.rows(
        "SELECT id FROM event WHERE kind = ? AND id NOT IN (SELECT event FROM turn)",
        (int(EventKind.COMMAND),),
    )
    found = [exchange(library, event) for (event,) in others]
    assert {each.prompt for each in found} == {"/model opus", "/usage", "/never answered"}
    assert {(each.answer, each.actions) for each in found} == {((), 0)}

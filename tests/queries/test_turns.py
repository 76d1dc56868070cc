"""A turn in full, and an action opened."""

from __future__ import annotations

from pathlib import Path

import pytest

from her_tui.errors import NotFound
from her_tui.events.model import ActionKind, EventKind, Flag, Status
from her_tui.queries import moments, sessions, timeline, turns
from her_tui.queries.comparison_sides import branches
from her_tui.queries.library import Library
from her_tui.recorder.ingest import import_roots
from tests.support.claude import Script, session_id


def test_a_turn_folds_outcomes_into_their_actions(library: Library) -> None:
    row = sessions.find(library, session_id(0))
    laid = timeline.load(library, row.id)
    turn = turns.load_turn(library, laid, 2)

    assert turn.prompt is not None
    assert turn.prompt.text == "Please mend part 1 of the parser"
    assert [item.kind for item in turn.items] == [EventKind.TOOL_USE] * 3 + [EventKind.TEXT]
    read, test, commit = (item.action for item in turn.items[:3])
    assert read is not None
    assert test is not None
    assert commit is not None
    assert (read.kind, read.status) == (ActionKind.READ, Status.OK)
    assert (test.target, test.status) == ("pytest -q", Status.FAILED)
    assert (commit.sha, commit.subject) == ("abc0001", "Mend part 1")
    assert turn.items[1].error
    assert turn.index[turn.start + 1] == turn.index[turn.start + 2] == 0
    assert turn.response_text().startswith("Part 1 is mended.")
    assert (turn.tokens.output, turn.errors) == (3 * 20 + 51, 1)


def test_marks_on_the_timeline(library: Library) -> None:
    laid = timeline.load(library, sessions.find(library, session_id(1)).id)
    assert len(laid.prompts) == 3
    assert sum(1 for flags in laid.flags if flags & Flag.COMMIT) == 3
    assert sum(1 for flags in laid.flags if flags & Flag.ERROR) == 3


def test_an_action_opens_to_what_went_in_and_came_out(library: Library) -> None:
    laid = timeline.load(library, sessions.find(library, session_id(0)).id)
    turn = turns.load_turn(library, laid, 1)
    assert turn.items[1].action is not None
    detail = turns.load_action(library, turn.items[1].action.id)
    assert detail.input == {"command": "pytest -q"}
    assert detail.output == "Exit code 1\nboom"
    with pytest.raises(NotFound):
        turns.load_action(library, 10**9)


def test_what_precedes_the_first_prompt_is_turn_zero(home: Path, tmp_path: Path) -> None:
    script = Script(session_id(1))
    script.say("Hello there")
    script.prompt("Hello")
    script.write(tmp_path)
    import_roots(home, [tmp_path])
    library = Library.open(home)
    laid = timeline.load(library, sessions.find(library, script.session).id)
    turn = turns.load_turn(library, laid, 0)
    assert turn.prompt is None
    assert [item.text for item in turn.items] == ["Hello there"]


def test_a_prompt_that_goes_back_is_a_rewind(home: Path, tmp_path: Path) -> None:
    script = Script(session_id(1))
    script.prompt("First try")
    script.say("Hm")
    script.prompt("Second")
    script.say("No")
    script.add(
        "user",
        message={"role": "user", "content": "Second, better"},
        parentUuid=script.records[1]["uuid"],
    )
    script.write(tmp_path)
    import_roots(home, [tmp_path])
    library = Library.open(home)
    laid = timeline.load(library, sessions.find(library, script.session).id)
    assert [bool(flags & Flag.REWIND) for flags in laid.flags] == [False] * 4 + [True]


def test_a_subagent_has_a_timeline_of_its_own(home: Path, tmp_path: Path) -> None:
    parent = Script(session_id(1))
    parent.prompt("Look around")
    folder = parent.write(tmp_path).with_suffix("") / "subagents"
    folder.mkdir(parents=True)
    agent = Script(session_id(1), 7)
    agent.prompt("Find the door")
    agent.call("Grep", "src/door.py", pattern="door")
    for record in agent.records:
        record.update(isSidechain=True, agentId="a1")
    (folder / "agent-a1.jsonl").write_bytes(agent.bytes())
    (folder / "agent-a1.meta.json").write_text(
        '{"agentType": "Explore", "description": "Door finder", "toolUseId": "toolu_9"}'
    )
    import_roots(home, [tmp_path])
    library = Library.open(home)
    row = sessions.find(library, session_id(1))
    assert (row.prompts, row.responses, row.actions, row.subagents) == (1, 1, 1, 1)
    listing = sessions.listing(
        library, sessions.ListQuery(hidden=True, expanded=frozenset({row.id}))
    )
    child = sessions.rows(library, [listing.entries[1]])[listing.entries[1]]
    assert (child.title, child.parent, child.actions) == ("Door finder", row.id, 1)
    laid = timeline.load(library, child.id)
    turn = turns.load_turn(library, laid, 1)
    assert turn.prompt is not None
    assert turn.prompt.text == "Find the door"
    assert [item.agent for item in turn.items] == [""]
    whole = turns.load_turn(library, timeline.load(library, row.id), 1)
    assert {item.agent for item in whole.items} == {"Door finder"}


def test_the_prompt_of_a_turn_may_be_a_command(home: Path, tmp_path: Path) -> None:
    words = "what is the purpose\nof this? " * 40
    script = Script(session_id(1))
    script.prompt("Hello")
    script.say("Hello.")
    script.command("/search", words)
    script.call("Bash", "boom", error=True, command="false")
    script.local("/model", "Set model")
    script.write(tmp_path)
    import_roots(home, [tmp_path])
    library = Library.open(home)
    laid = timeline.load(library, sessions.find(library, script.session).id)
    turn = turns.load_turn(library, laid, 2)
    assert turn.prompt is not None
    assert turn.prompt.kind is EventKind.COMMAND
    assert turn.prompt.text == f"/search {words.strip()}", "all of it, on its lines"
    assert turn.key
    assert turn.errors == 1
    assert [item.kind for item in turn.items].count(EventKind.COMMAND) == 1
    assert laid.turns[laid.flags.index(Flag.ERROR)] == 2
    assert moments.link(library, laid, turn.start) == f"{script.session}#turn=2"


def test_a_command_that_goes_back_is_a_rewind(home: Path, tmp_path: Path) -> None:
    script = Script(session_id(1))
    script.prompt("Hello")
    script.say("Hello.")
    answer = script.records[-1]["uuid"]
    script.noted("/usage")  # beside the conversation: nothing goes on from it
    script.prompt("One way")
    script.records[-1]["parentUuid"] = answer
    script.say("Went.")
    script.noted("/usage")
    script.records[-2]["parentUuid"] = answer
    script.command("/other", "way")
    script.records[-2]["parentUuid"] = answer
    script.say("Went, too.")
    script.write(tmp_path)
    import_roots(home, [tmp_path])
    library = Library.open(home)
    row = sessions.find(library, script.session)
    laid = timeline.load(library, row.id)
    assert [at for at, flags in enumerate(laid.flags) if flags & Flag.REWIND] == [laid.prompts[2]]
    left, goes_on = branches(library, row.id)
    assert left.left_at == laid.prompts[2]
    assert goes_on.positions == [0, 1, 2, 3, *range(laid.prompts[2], len(laid))]

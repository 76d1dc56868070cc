"""The lanes of the timeline bar, read from a library."""

from __future__ import annotations

import json
from pathlib import Path

from her_tui.analysis.density import Lane
from her_tui.analysis.timeline import lay_out
from her_tui.events.model import EventKind
from her_tui.queries import lanes, ledger, sessions, timeline
from her_tui.queries.library import Library
from her_tui.recorder.ingest import import_roots
from tests.support.claude import Script, session_id


def test_actions_are_sorted_by_what_they_do(library: Library) -> None:
    row = sessions.find(library, session_id(0))
    laid = timeline.load(library, row.id)
    chart = lanes.load(library, laid)
    counted = {lane: chart.kinds.count(lane) for lane in chart.kinds.times}
    assert counted[Lane.READS] == 2
    assert counted[Lane.COMMANDS] == 4
    assert counted[Lane.EDITS] == 0
    for found in chart.kinds.positions.values():
        assert all(laid.kinds[at] == EventKind.TOOL_USE for at in found)


def test_spending_adds_up_to_what_the_session_cost(library: Library) -> None:
    row = sessions.find(library, session_id(1))
    laid = timeline.load(library, row.id)
    chart = lanes.load(library, laid)
    assert chart.spending.tokens[-1] == row.tokens.total
    assert row.cost is not None
    assert abs(chart.spending.costs[-1] - row.cost) < 1e-9
    assert list(chart.fill.times) == sorted(chart.fill.times)
    assert chart.fill.at(laid.times[-1]) == 3 + 100 + 1000 + 52


def test_subagents_have_a_lane_from_their_first_event_to_their_last(
    home: Path, tmp_path: Path
) -> None:
    """Two that overlap, one with a hostile name; a subagent's own timeline has none."""
    script = Script(session_id(1))
    script.prompt("Look around")
    file = script.write(tmp_path)
    folder = file.parent / script.session / "subagents"
    folder.mkdir(parents=True)
    for number, name in enumerate(("\x1b[31mred[/]", "plain"), 1):
        side = Script(script.session, number)
        side.prompt("Task")
        side.call("Grep", "nothing", pattern="x")
        for at, record in enumerate(side.records):
            record |= {"isSidechain": True, "agentId": f"a{number}"}
            record["timestamp"] = f"2026-11-01T09:0{number + at}:00.000Z"
        (folder / f"agent-a{number}.jsonl").write_bytes(side.bytes())
        meta = {"agentType": "explore", "description": name}
        (folder / f"agent-a{number}.meta.json").write_text(json.dumps(meta))
    import_roots(home, [tmp_path])
    library = Library.open(home)
    laid = timeline.load(library, sessions.find(library, script.session).id)
    one, two = lanes.load(library, laid).subagents.all
    assert one.start < two.start < one.end < two.end
    assert two.name == "plain"
    for each in (one, two):
        assert [laid.times[at] for at in each.positions] == list(each.times)
        assert {laid.agents[at] for at in each.positions} == {each.agent}
    own = timeline.load(library, one.agent)
    inside = lanes.load(library, own)
    assert not inside.subagents.all
    assert inside.kinds.count(Lane.SEARCHES) == 1
    assert len(inside.fill.times) == 1


def test_the_context_is_as_full_as_the_states_say(home: Path, tmp_path: Path) -> None:
    """Also after a compaction, and with a model of which no window is known."""
    script = Script(session_id(1))
    script.prompt("Go")
    script.say("Well", output=30)
    script.add("system", subtype="compact_boundary", content="Conversation compacted")
    script.records[-1]["compactMetadata"] = {"trigger": "auto", "preTokens": 9_000}
    script.add(
        "user",
        isCompactSummary=True,
        message={"role": "user", "content": "This session is being continued from another one."},
    )
    script.prompt("And now?")
    script.response({"type": "text", "text": "On"}, output=40)
    script.response({"type": "text", "text": "So"}, output=50, model="claude-unheard-of-1")
    script.write(tmp_path)
    import_roots(home, [tmp_path])
    library = Library.open(home)
    laid = timeline.load(library, sessions.find(library, script.session).id)
    fill, states = lanes.load(library, laid).fill, ledger.load(library, laid)
    told = []
    for position, time in enumerate(laid.times):
        context = states.at(position).context
        assert (fill.at(time), fill.window_at(time)) == (context.tokens, context.window)
        told.append(context.tokens)
    assert 0 in told[2:-1]
    assert len(set(told)) == 4


def test_nothing_has_no_lanes(library: Library) -> None:
    chart = lanes.load(library, lay_out(1, []))
    assert not chart.marks
    assert not chart.subagents.all

"""Where a moment is, and what lasts of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from her_tui.analysis.moments import Moment, parse, split_reference
from her_tui.analysis.timeline import Timeline
from her_tui.errors import NotFound
from her_tui.events.model import EventKind
from her_tui.queries import moments, sessions, timeline
from her_tui.queries.library import Library
from her_tui.recorder.ingest import import_roots
from her_tui.ui.playback import tenth
from tests.support.claude import Script, session_id


def _laid(library: Library, number: int = 0) -> Timeline:
    return timeline.load(library, sessions.find(library, session_id(number)).id)


def _at(library: Library, laid: Timeline, text: str) -> int:
    return moments.position(library, laid, parse(text))


def test_turns_events_and_offsets(library: Library) -> None:
    laid = _laid(library)
    assert _at(library, laid, "2") == laid.prompts[1]
    assert _at(library, laid, "#1") == 0
    assert _at(library, laid, f"#{len(laid)}") == _at(library, laid, "-0") == len(laid) - 1
    assert _at(library, laid, "+0") == laid.at_time(laid.times[0])
    assert _at(library, laid, "+1000h") == len(laid) - 1
    start, end = laid.times[0], laid.times[-1]
    assert _at(library, laid, f"+{(end - start) // 2}ms") == laid.at_time((start + end) // 2)


def test_a_share_of_the_session_is_what_the_number_keys_lead_to(library: Library) -> None:
    laid = _laid(library)
    assert [_at(library, laid, f"{number}0%") for number in range(10)] == [
        tenth(laid, number) for number in range(10)
    ]
    assert _at(library, laid, "100%") == len(laid) - 1


def test_a_time_between_two_events_is_that_time(library: Library) -> None:
    laid = _laid(library)
    start, end = laid.times[0], laid.times[-1]
    gap = next(at for at in range(len(laid) - 1) if laid.times[at + 1] - laid.times[at] >= 1_000)
    there = laid.times[gap] + 500
    for text in (f"+{there - start}ms", f"-{end - there}ms", moments.iso(there)):
        moment = parse(text)
        at = moments.position(library, laid, moment)
        assert at == laid.at_time(there)
        assert moments.when(laid, at, moment) == there
        assert not moments.at_end(laid, moment)
    for text in ("+99h", "-0", "2100-01-01", "end"):
        assert moments.at_end(laid, parse(text))
        assert moments.when(laid, len(laid) - 1, parse(text)) == end
    assert moments.when(laid, 0, parse("#1")) == start
    assert not moments.at_end(laid, parse(f"#{len(laid)}"))


def test_times(library: Library) -> None:
    laid = _laid(library)
    for place in (0, 3, len(laid) - 1):
        found = _at(library, laid, moments.iso(laid.times[place]))
        assert found == laid.at_time(laid.times[place])
    assert _at(library, laid, "2100-01-01") == len(laid) - 1


def test_records_and_tool_calls_by_their_ids(library: Library) -> None:
    laid = _laid(library)
    for place, event in enumerate(laid.ids):
        key, action = library.rows("SELECT key, action FROM event WHERE id = ?", (event,))[0]
        uuid = moments.key_text(bytes(key))
        assert _at(library, laid, uuid) == place
        assert _at(library, laid, uuid.upper()) == place
        if action:
            name = library.rows("SELECT tool_use_id FROM action WHERE id = ?", (action,))[0][0]
            assert laid.kinds[_at(library, laid, name)] == EventKind.TOOL_USE


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("99", "numbered from 1 to 2"),
        ("0", "numbered from 1"),
        ("#9999", "numbered from 1 to"),
        ("#0", "numbered from 1 to"),
        ("-1000h", "It lasts"),
        ("1999-01-01", "It lasts from"),
        ("ffffffff-0000", "--jsonl"),
        ("toolu_none", "--jsonl"),
    ],
)
def test_what_is_not_there_says_what_is(library: Library, text: str, told: str) -> None:
    with pytest.raises(NotFound) as raised:
        _at(library, _laid(library), text)
    assert told in raised.value.hint


def test_the_start_of_an_id_must_tell_it_from_others(library: Library) -> None:
    laid = _laid(library)
    keys = [
        moments.key_text(bytes(key))
        for (key,) in library.rows("SELECT key FROM event WHERE session = ?", (laid.session,))
    ]
    shared = next(n for n in range(36, 0, -1) if len({key[:n] for key in keys}) < len(set(keys)))
    twins = [key for key in keys if sum(other[:shared] == key[:shared] for other in keys) > 1]
    if shared >= 4:
        with pytest.raises(NotFound, match="More than one"):
            _at(library, laid, twins[0][:shared])


def test_a_link_leads_back_to_where_it_was_made(library: Library) -> None:
    for number in range(3):
        laid = _laid(library, number)
        for place in range(len(laid)):
            text = moments.link(library, laid, place)
            name, moment = split_reference(text)
            assert name == session_id(number)
            assert moment is not None
            assert moments.position(library, laid, moment) == place
            assert ("#turn=" in text) == (place in laid.prompts)


def test_links_survive_another_import(library: Library, tmp_path: Path) -> None:
    laid = _laid(library)
    links = [moments.link(library, laid, place) for place in range(len(laid))]
    other = tmp_path / "other"
    import_roots(other, [tmp_path])
    again = Library.open(other)
    laid = _laid(again)
    assert links == [moments.link(again, laid, place) for place in range(len(laid))]


def _one(home: Path, tmp_path: Path, script: Script) -> tuple[Library, Timeline]:
    script.write(tmp_path)
    import_roots(home, [tmp_path])
    library = Library.open(home)
    return library, timeline.load(library, sessions.find(library, script.session).id)


def test_blocks_of_one_record_are_told_apart(home: Path, tmp_path: Path) -> None:
    script = Script(session_id(1))
    script.prompt("Go")
    script.say("One")
    block = script.records[-1]["message"]["content"][0]
    script.records[-1]["message"]["content"] = [block, {**block, "text": "Two"}]
    library, laid = _one(home, tmp_path, script)
    links = [moments.link(library, laid, place) for place in range(3)]
    assert [link.rpartition(":")[2] for link in links[1:]] == ["0", "1"]
    found: list[Moment | None] = [split_reference(link)[1] for link in links]
    assert [moments.position(library, laid, each) for each in found if each] == [0, 1, 2]


def test_a_session_without_times(home: Path, tmp_path: Path) -> None:
    script = Script(session_id(1))
    script.prompt("Go")
    script.say("One")
    for record in script.records:
        record.pop("timestamp")
    library, laid = _one(home, tmp_path, script)
    assert _at(library, laid, "1") == 0
    assert [_at(library, laid, f"#{number}") for number in (1, 2)] == [0, 1]
    for text in ("14:03", "+5m"):
        with pytest.raises(NotFound) as raised:
            _at(library, laid, text)
        assert "turn" in raised.value.hint


def test_what_came_before_the_first_prompt_is_turn_zero(home: Path, tmp_path: Path) -> None:
    script = Script(session_id(1))
    script.say("Hello")
    script.prompt("Go")
    library, laid = _one(home, tmp_path, script)
    assert _at(library, laid, "0") == 0
    assert _at(library, laid, "1") == 1


def test_an_empty_session_has_no_moments(library: Library) -> None:
    laid = _laid(library, 11)
    assert not len(laid)
    with pytest.raises(NotFound):
        _at(library, laid, "1")
    assert moments.link(library, laid, 0) == session_id(11)

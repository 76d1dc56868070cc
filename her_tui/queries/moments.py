"""Where on its timeline a moment of a session is, and what to call a moment so that it lasts."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from her_tui import units
from her_tui.analysis.axis import at_share
from her_tui.analysis.moments import (
    At,
    EventNumber,
    Identity,
    Moment,
    Offset,
    Share,
    TurnNumber,
    identifies,
    time_of,
)
from her_tui.analysis.timeline import Timeline
from her_tui.errors import NotFound
from her_tui.plaintext import one_line
from her_tui.queries.bookmarks import read_anew
from her_tui.queries.library import Library


def position(library: Library, timeline: Timeline, moment: Moment) -> int:
    """The position ``moment`` means: the last one not after a time, the first one of a turn or a
    record. A time after the end is the end. Raises `NotFound` with what there is instead."""
    if not len(timeline):
        raise NotFound("Nothing was recorded of this session", "Choose another one.")
    match moment:
        case At() | Offset():
            return timeline.at_time(_time(timeline, moment))
        case TurnNumber(number):
            return _turn(timeline, number)
        case EventNumber(number):
            if not 1 <= number <= len(timeline):
                raise NotFound(
                    f"This session has no event {number:,}",
                    f"Its events are numbered from 1 to {len(timeline):,}.",
                )
            return number - 1
        case Share(percent):
            return at_share(timeline.times, percent / 100)
        case Identity():
            return _identified(library, timeline, moment)


def when(timeline: Timeline, position: int, moment: Moment) -> int:
    """The time ``moment``, which is at ``position``, means, in milliseconds since the epoch: that
    of the event, or a later one before the next event; never after the end."""
    at = timeline.times[position]
    if not isinstance(moment, At | Offset):
        return at
    return max(at, min(_time(timeline, moment), timeline.times[-1]))


def at_end(timeline: Timeline, moment: Moment) -> bool:
    """Whether the time ``moment`` means is the end, or would be after it."""
    if not isinstance(moment, At | Offset):
        return False
    return _time(timeline, moment) >= timeline.times[-1]


def _time(timeline: Timeline, moment: At | Offset) -> int:
    """When ``moment`` is, in milliseconds since the epoch; it may be after the end."""
    start, end = timeline.times[0], timeline.times[-1]
    if not end:
        raise NotFound(
            "The records of this session have no times", "Name a turn (12) or an event (#345)."
        )
    if isinstance(moment, Offset):
        from_end = moment.back or moment.ms < 0
        time = end + moment.ms if from_end else start + moment.ms
        if time >= start:
            return time
        raise NotFound("The session had not begun then", f"It lasts {units.duration(end - start)}.")
    found = time_of(moment, start, end)
    if found is None:
        raise NotFound(
            f"The session had not begun at {moment.text}",
            f"It lasts from {units.moment(start)} to {units.moment(end)}.",
        )
    return found


def _turn(timeline: Timeline, number: int) -> int:
    turns = len(timeline.prompts)
    if number > turns:
        there = f"Its turns are numbered from 1 to {turns:,}." if turns else "It has none."
        raise NotFound(f"This session has no turn {number:,}", there)
    start, end = timeline.turn_span(number)
    if start == end:  # only before the first prompt
        raise NotFound("Nothing came before the first prompt", "Turns are numbered from 1.")
    return start


def _identified(library: Library, timeline: Timeline, wanted: Identity) -> int:
    session = _owner(library, timeline)
    found = _records(library, session, wanted) or _actions(library, session, wanted.text)
    places = timeline.places if found else {}
    there = [(name, places[event], block) for name, event, block in found if event in places]
    if len({name for name, *_ in there}) > 1:
        raise NotFound(
            f"More than one record here starts with {wanted.text!r}", "Give more of its id."
        )
    at = [place for _, place, block in there if wanted.block in (None, block)]
    if not at:
        raise NotFound(
            f"No record here has the id {one_line(wanted.text, 40)!r}",
            "her-tui show SESSION --jsonl prints the records with their ids.",
        )
    return min(at)


#: What was found: (its name, row id of an event, its block).
_Found = list[tuple[object, int, int | None]]


def _records(library: Library, session: int, wanted: Identity) -> _Found:
    """The events of records whose uuid is, or starts with, what is wanted."""
    rows: list[tuple[object, int, int]] = []
    digits = wanted.text.replace("-", "").lower()
    if len(digits) <= 32 and not set(digits) - set("0123456789abcdef"):
        low, high = (bytes.fromhex(digits.ljust(32, fill)) for fill in "0f")
        rows += library.rows(
            "SELECT key, id, block FROM event WHERE key BETWEEN ? AND ? AND length(key) = 16"
            " AND session = ?",
            (low, high, session),
        )
    text = wanted.text.encode()
    rows += library.rows(
        "SELECT key, id, block FROM event WHERE key >= ? AND key < ? AND session = ?",
        (text, text + b"\xff", session),
    )
    exact = [row for row in rows if row[0] == text]
    return list(exact or rows)


def _actions(library: Library, session: int, text: str) -> _Found:
    """The events of tool calls whose id is, or starts with, ``text``."""
    rows = library.rows(
        "SELECT a.tool_use_id, e.id, NULL FROM action a JOIN event e ON e.action = a.id"
        " WHERE a.tool_use_id >= ? AND a.tool_use_id < ? AND a.session = ? AND e.session = ?",
        (text, text + "\U0010ffff", session, session),
    )
    exact = [row for row in rows if row[0] == text]
    return list(exact or rows)


def _owner(library: Library, timeline: Timeline) -> int:
    """Row id of the session whose events are on ``timeline``: of a subagent, the one it is of."""
    found = library.rows("SELECT ifnull(parent, id) FROM session WHERE id = ?", (timeline.session,))
    return int(found[0][0]) if found else timeline.session


def link(library: Library, timeline: Timeline, position: int) -> str:
    """A deep link to ``position``, which holds after any re-import: ``SESSION#turn=12`` at a
    prompt, else ``SESSION@UUID`` (``SESSION@UUID:2``: its third block; ``SESSION@TIME`` where the
    record has none, and nothing but ``SESSION`` where nothing was recorded)."""
    found = library.rows("SELECT session_id FROM session WHERE id = ?", (timeline.session,))
    if not found:
        raise NotFound("This session is no longer in the library", "Press r to read it again.")
    name = str(found[0][0])
    if not len(timeline):
        return name
    at = timeline.clamp(position)
    turn = timeline.turns[at]
    if turn and timeline.prompts[turn - 1] == at:
        return f"{name}#turn={turn}"
    return name + _record_link(library, timeline, at)


def _record_link(library: Library, timeline: Timeline, at: int) -> str:
    event = timeline.ids[at]
    row = library.rows("SELECT key, block, session FROM event WHERE id = ?", (event,))
    if not row:
        raise read_anew()
    if row[0][0] is not None:
        key, block, session = bytes(row[0][0]), row[0][1], row[0][2]
        uuid = key_text(key)
        beside = library.rows("SELECT id FROM event WHERE key = ? AND session = ?", (key, session))
        ids = {other for (other,) in beside} - {event}
        alone = len(ids) == 0 or not ids.intersection(timeline.ids)
        if uuid:
            return f"@{uuid}" if alone else f"@{uuid}:{block}"
    if timeline.times[at]:
        return f"@{iso(timeline.times[at])}"
    return f"#event={at + 1}"


def key_text(key: bytes) -> str:
    """The uuid of a record by its `Event.key`; another identity as it is, empty if it could not be
    written into a link."""
    if len(key) == 16:
        return str(UUID(bytes=key))
    text = key.decode("utf-8", "replace")
    return text if identifies(text) else ""


def iso(time: int) -> str:
    """``time`` (milliseconds since the epoch) as ISO 8601 in UTC: ``2026-11-20T14:03:20.125Z``."""
    moment = datetime.fromtimestamp(time // 1_000, UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{time % 1_000:03d}Z"

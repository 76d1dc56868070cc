"""One turn in full: what was asked, answered and done; and one action opened."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from her_tui.analysis.timeline import Timeline
from her_tui.errors import NotFound
from her_tui.events.content import Content, Image, Patch
from her_tui.events.model import FAILED, ActionKind, EventKind, Flag, Status
from her_tui.events.requests import Channel, Outcome
from her_tui.queries import live
from her_tui.queries.annotations import NOTHING, Annotation, of_prompt
from her_tui.queries.library import Library
from her_tui.queries.tokens import Tokens

#: Longest text shown inline, in characters; the rest is behind "open in $PAGER".
TEXT_LIMIT = 200_000

#: Text of one turn read at most, in characters; what comes after shows its first line only.
_TURN_LIMIT = 4_000_000

#: Events whose full text is shown in the flow; of others the stored first line is enough.
_READ = frozenset(
    (
        EventKind.PROMPT,
        EventKind.COMMAND,
        EventKind.TASK,
        EventKind.SHELL,
        EventKind.THINKING,
        EventKind.TEXT,
        EventKind.INJECTED,
        EventKind.API_ERROR,
    )
)


@dataclass(frozen=True, slots=True)
class ActionLine:
    """One action as a line."""

    id: int
    name: str
    kind: ActionKind
    target: str
    status: Status
    added: int | None
    removed: int | None
    duration_ms: int | None
    sha: str
    """Short sha of the commit it made, or empty."""
    subject: str
    subagent: int | None
    """Row id (as in the session list) of the subagent it launched."""
    output_chars: int
    permission: str = ""
    """Who let it run, or did not: ``accept:config``; empty where not recorded."""
    agent_id: str = ""
    """The client's own id of the subagent that did it; empty on the main thread."""
    doing: str = ""
    """What it does, where it is told as of a moment at which its outcome was not there yet."""

    @property
    def failed(self) -> bool:
        """Whether it ended badly."""
        return self.status in FAILED


@dataclass(frozen=True, slots=True)
class Item:
    """One thing in a turn, in the order it happened. An action's start and outcome are one item."""

    position: int
    """Where it starts on the timeline."""
    event: int
    kind: EventKind
    time: int
    agent: str
    """Short name of the subagent it belongs to; empty on the main thread."""
    text: str
    """Full text (at most `TEXT_LIMIT` characters), as captured: show it through ``literal``."""
    chars: int
    """Length of the whole text."""
    detail: str
    error: bool
    images: tuple[Image, ...] = ()
    action: ActionLine | None = None
    untold: str = ""
    """The channel that kept an answer which the transcript does not have."""


@dataclass(frozen=True, slots=True)
class Turn:
    """A turn as the detail panels show it."""

    number: int
    """From 1; 0: what came before the first prompt."""
    start: int
    """First position."""
    end: int
    """Position after the last."""
    prompt: Item | None
    items: tuple[Item, ...]
    """All but the prompt."""
    index: Mapping[int, int]
    """Position on the timeline -> index into ``items`` (the prompt's position is absent)."""
    model: str
    tokens: Tokens
    cost: float | None
    unpriced: int
    duration_ms: int
    errors: int
    key: bytes = b""
    """Identity of the prompt's record, to annotate it by; empty where there is none."""
    annotation: Annotation = NOTHING
    """What the user says of the prompt."""

    def response_text(self) -> str:
        """What the agent said on the main thread, blocks joined by an empty line."""
        return "\n\n".join(
            item.text
            for item in self.items
            if item.kind is EventKind.TEXT and not item.agent and not item.untold
        )


@dataclass(frozen=True, slots=True)
class ActionDetail:
    """One action opened: what went in and what came out."""

    line: ActionLine
    input: Mapping[str, object]
    output: str
    stderr: str
    patch: Patch | None
    images: tuple[Image, ...]


_EVENT_COLUMNS = (
    "e.id, e.source, e.at, e.size, e.block, e.kind, e.ts, e.flags, e.detail, e.chars, e.preview,"
    " e.response, e.action, e.agent, c.agent"
)
_ACTION_COLUMNS = (
    "a.id, a.name, a.kind, a.target, a.status, a.added, a.removed, a.duration_ms, a.started,"
    " a.ended, a.sha, a.subject, a.output_chars, s.id, a.commits, a.permission, g.session_id"
)
_ACTION_FROM = (
    "FROM action a JOIN session p ON p.id = a.session LEFT JOIN session g ON g.id = a.agent"
    " LEFT JOIN session s ON s.agent = p.agent AND s.session_id = p.session_id || '/' || a.subagent"
)


def load_turn(library: Library, timeline: Timeline, number: int) -> Turn:
    """Turn ``number`` of the session; its texts are read from the raw records."""
    start, end = timeline.turn_span(number)
    ids = list(timeline.ids[start:end])
    events = {
        row[0]: row
        for row in library.rows(
            f"SELECT {_EVENT_COLUMNS} FROM event e JOIN session c ON c.id = e.session"
            " WHERE e.id IN (SELECT value FROM json_each(?))",
            (json.dumps(ids),),
        )
    }
    actions = _actions(library, [row[12] for row in events.values() if row[12] is not None])
    items, index = _items(library, timeline, start, [events.get(event) for event in ids], actions)
    told = {row[11] for row in events.values() if row[11] is not None}
    items, index = _with_untold(library, timeline, number, (items, index), told)
    prompt = items.pop(0) if number > 0 and items and items[0].position == start else None
    if prompt:
        index = {position: at - 1 for position, at in index.items() if at > 0}
    usage = _usage(library, told)
    key, annotation = of_prompt(library, prompt.event) if prompt else (b"", NOTHING)
    times = timeline.times[start:end]
    return Turn(
        number=number,
        start=start,
        end=end,
        prompt=prompt,
        items=tuple(items),
        index=index,
        duration_ms=times[-1] - times[0] if times else 0,
        errors=sum(1 for item in items if item.error),
        key=key,
        annotation=annotation,
        **usage,
    )


def _items(
    library: Library,
    timeline: Timeline,
    start: int,
    rows: Sequence[tuple[Any, ...] | None],
    actions: Mapping[int, ActionLine],
) -> tuple[list[Item], dict[int, int]]:
    """The things of a turn, outcomes folded into their actions, and where each event went."""
    texts = _texts(library, [row for row in rows if row])
    names = _agent_names(library, {row[13] for row in rows if row and row[13]})
    items: list[Item] = []
    index: dict[int, int] = {}
    opened: dict[int, int] = {}
    for position, row in enumerate(rows, start):
        if row is None:
            continue
        action = actions.get(row[12]) if row[12] is not None else None
        if row[5] == EventKind.TOOL_RESULT and row[12] in opened:
            index[position] = opened[row[12]]
            continue
        if action:
            opened[action.id] = len(items)
        content = texts.get(row[0], Content(text=row[10]))
        index[position] = len(items)
        items.append(
            Item(
                position=position,
                event=row[0],
                kind=EventKind(row[5]),
                time=timeline.times[position],
                agent="" if timeline.session == row[13] else names.get(row[13], ""),
                text=content.text[:TEXT_LIMIT],
                chars=len(content.text) if row[5] == EventKind.GAP else row[9],
                detail=row[8],
                error=bool(row[7] & Flag.ERROR) or bool(action and action.failed),
                images=content.images,
                action=action,
            )
        )
    return items, index


def _with_untold(
    library: Library,
    timeline: Timeline,
    number: int,
    placed: tuple[list[Item], dict[int, int]],
    told: Collection[int],
) -> tuple[list[Item], dict[int, int]]:
    """The things of a turn with the answers that the transcript does not have (it has those of the
    responses ``told``), each where it ended."""
    items, index = placed
    start, end = timeline.turn_span(number)
    since = timeline.times[start] if number else 0
    until = timeline.times[end] if end < len(timeline) else None
    if not items:
        return placed
    answers = live.untold_answers(library, timeline.session, since, until, told)
    if not answers:
        return placed
    names = _agent_names(library, {answer.attempt.agent for answer in answers})
    marked = [(at, 0, item) for at, item in enumerate(items)]
    for answer in answers:
        before = [at for at, item in enumerate(items) if item.time <= answer.time]
        at = before[-1] if before else 0
        own = answer.attempt.agent == timeline.session
        agent = "" if own else names.get(answer.attempt.agent, "")
        marked.append((at, answer.time, _untold_item(answer, items[at].position, agent)))
    marked.sort(key=lambda entry: entry[:2])
    moved = {at: to for to, (at, time, _) in enumerate(marked) if not time}
    return [item for *_, item in marked], {where: moved[at] for where, at in index.items()}


def _channel(answer: live.UntoldAnswer) -> str:
    return "wire" if answer.attempt.channels & Channel.WIRE else "telemetry"


def _untold_item(answer: live.UntoldAnswer, position: int, agent: str) -> Item:
    return Item(
        position=position,
        event=-answer.attempt.id,  # no event's: what is folded and kept in sight goes by it
        kind=EventKind.TEXT,
        time=answer.time,
        agent=agent,
        text=answer.text[:TEXT_LIMIT],
        chars=len(answer.text),
        detail="" if answer.attempt.outcome == Outcome.OK else "cut off",
        error=False,
        untold="" if answer.is_fresh else _channel(answer),
    )


def _texts(library: Library, rows: Sequence[tuple[Any, ...]]) -> dict[int, Content]:
    """Full contents of the events that are shown in full, by event."""
    from her_tui.capture.agents import adapter_for  # deferred: the first paint reads no record

    records = library.records()
    texts: dict[int, Content] = {}
    budget = _TURN_LIMIT
    for row in sorted(rows, key=lambda row: (row[1], row[2])):
        if EventKind(row[5]) not in _READ or budget <= 0:
            continue
        record = records.record(row[1], row[2], row[3])
        if record is not None:
            content = adapter_for(row[14]).content(record, EventKind(row[5]), row[4])
            budget -= len(content.text)
            texts[row[0]] = content
    return texts


def _agent_names(library: Library, agents: set[int]) -> dict[int, str]:
    found = library.rows(
        "SELECT id, title, entrypoint, session_id FROM session"
        " WHERE id IN (SELECT value FROM json_each(?))",
        (json.dumps(sorted(agents)),),
    )
    return {row[0]: row[1] or row[2] or row[3].rpartition("/")[2] for row in found}


def _actions(library: Library, ids: Sequence[int]) -> dict[int, ActionLine]:
    found = library.rows(
        f"SELECT {_ACTION_COLUMNS} {_ACTION_FROM} WHERE a.id IN (SELECT value FROM json_each(?))",
        (json.dumps(sorted(set(ids))),),
    )
    return {row[0]: _action_line(row) for row in found}


def _action_line(row: tuple[Any, ...]) -> ActionLine:
    duration = row[7]
    if duration is None and row[8] is not None and row[9] is not None:
        duration = max(0, row[9] - row[8])
    return ActionLine(
        id=row[0],
        name=row[1] or "?",
        kind=ActionKind(row[2] or ActionKind.OTHER),
        target=row[3] or "",
        status=Status(row[4] or Status.PENDING),
        added=row[5],
        removed=row[6],
        duration_ms=duration,
        sha=(row[10] or "") if row[14] else "",
        subject=(row[11] or "") if row[14] else "",
        subagent=row[13],
        output_chars=row[12] or 0,
        permission=row[15] or "",
        agent_id=(row[16] or "").rpartition("/")[2],
    )


def all_actions(library: Library, session: int) -> list[ActionLine]:
    """Every action of a session, those of its subagents included, in order of start."""
    found = library.rows(
        f"SELECT {_ACTION_COLUMNS} {_ACTION_FROM} WHERE a.session = ?"
        " ORDER BY ifnull(a.started, a.ended), a.tool_use_id",
        (session,),
    )
    return [_action_line(row) for row in found]


def _usage(library: Library, responses: Collection[int]) -> dict[str, Any]:
    """Model, tokens and cost of the responses of a turn, as fields of `Turn`."""
    row = library.rows(
        "SELECT sum(input), sum(output), sum(cache_creation), sum(cache_read), sum(cost),"
        " sum(priced = 2), max(CASE WHEN agent = 0 THEN model END), max(model) FROM response"
        " WHERE id IN (SELECT value FROM json_each(?))",
        (json.dumps(sorted(responses)),),
    )[0]
    return {
        "tokens": Tokens(*(value or 0 for value in row[:4])),
        "cost": row[4],
        "unpriced": row[5] or 0,
        "model": row[6] or row[7] or "",
    }


def load_action(library: Library, action: int) -> ActionDetail:
    """The action with row id ``action``, in full. Raises `her_tui.errors.NotFound`."""
    lines = _actions(library, [action])
    if action not in lines:
        raise NotFound("This action is no longer in the library")
    from her_tui.capture.agents import adapter_for

    call, result = Content(), Content()
    records = library.records()
    for row in library.rows(
        f"SELECT {_EVENT_COLUMNS} FROM event e JOIN session c ON c.id = e.session"
        " WHERE e.action = ?",
        (action,),
    ):
        record = records.record(row[1], row[2], row[3])
        if record is None:
            continue
        content = adapter_for(row[14]).content(record, EventKind(row[5]), row[4])
        if row[5] == EventKind.TOOL_USE:
            call = content
        else:
            result = content
    return ActionDetail(
        line=lines[action],
        input=call.input or {},
        output=result.text,
        stderr=result.stderr,
        patch=result.patch or call.patch,
        images=result.images,
    )

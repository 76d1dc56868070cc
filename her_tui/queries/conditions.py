"""What each filter of the query language asks of a session, and of an event.

Aliases: ``s`` a session; of events also ``e`` the event, ``t`` its turn and ``a`` its action, which
may both be NULL. A condition may be NULL too; whoever puts it together takes that for no.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from her_tui.events.model import FAILED, ActionKind, EventKind, Flag
from her_tui.language.filters import BY_NAME, Values
from her_tui.language.tree import Filter, Operator
from her_tui.language.values import count, duration_ms, moment_ms, money
from her_tui.queries.sessions import ASKED, LIVE_MS, LONGEST_MS

#: Who waited longer than this for an answer to begin, waited long.
SLOW_MS = 30_000


@dataclass(frozen=True, slots=True)
class Condition:
    """A piece of SQL for a WHERE, and its parameters."""

    sql: str
    parameters: tuple[Any, ...] = ()


Ask = Callable[[Filter, int], Condition]
"""(filter, milliseconds since the epoch now) -> what it asks."""

_COMPARES = {
    Operator.IS: "=",
    Operator.MORE: ">",
    Operator.LEAST: ">=",
    Operator.LESS: "<",
    Operator.MOST: "<=",
}
_FAILED = f"({', '.join(repr(status.value) for status in FAILED)})"


# Values


def escaped(text: str) -> str:
    """``text`` in a LIKE pattern that has ``ESCAPE '!'``."""
    return text.replace("!", "!!").replace("%", "!%").replace("_", "!_")


def pattern(value: str) -> str:
    """The LIKE pattern of a filter's value: a part of the field; with a star the whole."""
    return escaped(value).replace("*", "%") if "*" in value else f"%{escaped(value)}%"


def like(expression: str, value: str) -> Condition:
    """``expression`` has ``value`` in it, whatever the case of its letters."""
    return Condition(f"{expression} LIKE ? ESCAPE '!'", (pattern(value),))


def _measured(expression: str) -> Ask:
    """Compares ``expression`` with the filter's value."""

    def ask(node: Filter, now_ms: int) -> Condition:
        spec = BY_NAME[node.name]
        operator = spec.bare if node.operator is Operator.IS else node.operator
        reads = {Values.COUNT: count, Values.MONEY: money, Values.DURATION: duration_ms}
        return Condition(f"{expression} {_COMPARES[operator]} ?", (reads[spec.values](node.value),))

    return ask


def _moment(comparison: str) -> Ask:
    """``comparison`` with the filter's moment."""

    def ask(node: Filter, now_ms: int) -> Condition:
        return Condition(f"{comparison} ?", (moment_ms(node.value, now_ms),))

    return ask


def _part_of(expression: str) -> Ask:
    def ask(node: Filter, now_ms: int) -> Condition:
        return like(expression, node.value)

    return ask


def _chosen(**choices: str | Ask) -> Ask:
    """The condition of the choice that is the filter's value."""

    def ask(node: Filter, now_ms: int) -> Condition:
        found = choices[node.value]
        return Condition(found) if isinstance(found, str) else found(node, now_ms)

    return ask


# Of sessions, and so of their events


#: The last part of the project's folder: what is left of it without all that ends in a slash.
_PROJECT_NAME = "substr(s.project, 1 + length(rtrim(s.project, replace(s.project, '/', ''))))"


def _project(node: Filter, now_ms: int) -> Condition:
    value = os.path.expanduser(node.value)  # noqa: PTH111  a string in, a string out
    if "/" not in value:
        return like(_PROJECT_NAME, value)
    found = like("s.project", value.rstrip("/"))
    return Condition(f"({found.sql} OR s.cwd LIKE ? ESCAPE '!')", found.parameters * 2)


def _session(node: Filter, now_ms: int) -> Condition:
    return Condition("s.session_id LIKE ? ESCAPE '!'", (escaped(node.value) + "%",))


def _live(node: Filter, now_ms: int) -> Condition:
    """As `her_tui.queries.sessions.Origin.LIVE`."""
    return Condition(
        f"({ASKED} OR (s.mtime > ? AND s.gone = 0))",
        (now_ms - LONGEST_MS, max(0, now_ms - LIVE_MS)),
    )


# Of actions


def _tool(node: Filter) -> Condition:
    found = like("x.name", node.value)
    return Condition(f"({found.sql} OR x.kind = ?)", (*found.parameters, node.value.lower()))


def _file(node: Filter) -> Condition:
    kinds = f"x.kind IN ('{ActionKind.EDIT}', '{ActionKind.READ}')"
    found = like("x.target", node.value)
    if "*" not in node.value:
        return Condition(f"({kinds} AND {found.sql})", found.parameters)
    # The whole path, or as many of its last parts as the value has.
    return Condition(
        f"({kinds} AND ({found.sql} OR x.target LIKE ? ESCAPE '!'))",
        (*found.parameters, "%/" + found.parameters[0]),
    )


def _command(node: Filter) -> Condition:
    found = like("x.target", node.value)
    return Condition(f"(x.kind = '{ActionKind.COMMAND}' AND {found.sql})", found.parameters)


def _some_action(asks: Callable[[Filter], Condition]) -> Ask:
    """The session has an action that fits."""

    def ask(node: Filter, now_ms: int) -> Condition:
        found = asks(node)
        return Condition(
            f"EXISTS (SELECT 1 FROM action x WHERE x.session = s.id AND {found.sql})",
            found.parameters,
        )

    return ask


def _own_action(asks: Callable[[Filter], Condition]) -> Ask:
    """The event's own action fits; or, where it has none, one of its turn."""

    def ask(node: Filter, now_ms: int) -> Condition:
        found = asks(node)
        return Condition(
            "CASE WHEN a.id IS NULL"
            " THEN EXISTS (SELECT 1 FROM action x WHERE x.session = e.session"
            f" AND ifnull(x.started, x.ended) BETWEEN t.started AND t.ended AND {found.sql})"
            f" ELSE EXISTS (SELECT 1 FROM action x WHERE x.id = a.id AND {found.sql}) END",
            found.parameters * 2,
        )

    return ask


def _own(of_turn: str, of_action: str) -> str:
    """What is asked of the event's own action; or, where it has none, of its turn."""
    return f"CASE WHEN a.id IS NULL THEN {of_turn} ELSE {of_action} END"


# Of turns


def _some_turn(sql: str) -> str:
    """The session has a turn that fits."""
    return f"EXISTS (SELECT 1 FROM turn t WHERE t.session = s.id AND {sql})"


def _in_some_turn(asks: Ask) -> Ask:
    def ask(node: Filter, now_ms: int) -> Condition:
        found = asks(node, now_ms)
        return Condition(_some_turn(found.sql), found.parameters)

    return ask


def _session_model(node: Filter, now_ms: int) -> Condition:
    found = like("s.model", node.value)
    turns = _some_turn("t.model LIKE ? ESCAPE '!'")
    return Condition(f"({found.sql} OR {turns})", found.parameters * 2)


# Of what the user says

_SAID = (
    "EXISTS (SELECT 1 FROM own.{0} n WHERE n.agent = s.agent AND n.session_id = s.session_id{1})"
)

#: Of the event, of the prompt of its turn, or of its session.
_SUBJECT = (
    " AND (n.key IN (x'', e.key) OR n.key = (SELECT p.key FROM event p WHERE p.id = t.event))"
)

#: On the event, or in its turn.
_MOMENT = " AND (n.ts BETWEEN t.started AND t.ended OR (n.key = e.key AND n.block = e.block))"


def _tag(subject: str) -> Ask:
    said = _SAID.format("tag", f"{subject} AND n.tag LIKE ? ESCAPE '!'")

    def ask(node: Filter, now_ms: int) -> Condition:
        value = node.value.lstrip("#").lower()
        return Condition(said, (escaped(value).replace("*", "%"),))

    return ask


# The tables

_LATENCY, _TTFT = _measured("t.latency_ms"), _measured("t.ttft_ms")
_SLOW = f"t.latency_ms > {SLOW_MS}"

SESSION: dict[str, Ask] = {
    "project": _project,
    "agent": _part_of("s.agent"),
    "model": _session_model,
    "branch": _part_of("s.branch"),
    "tool": _some_action(_tool),
    "file": _some_action(_file),
    "command": _some_action(_command),
    "is": _chosen(
        error="s.errors > 0",
        commit="s.commits > 0",
        subagent="s.subagents > 0",
        live=_live,
        favourite=_SAID.format("star", ""),
        bookmarked=_SAID.format("bookmark", ""),
        slow=_some_turn(_SLOW),
    ),
    "latency": _in_some_turn(_LATENCY),
    "ttft": _in_some_turn(_TTFT),
    "tokens": _measured("s.input + s.output + s.cache_creation + s.cache_read"),
    "cost": _measured("s.cost"),
    "after": _moment("s.ended >="),
    "before": _moment("s.started <"),
    "prompts": _measured("s.prompts"),
    "has": _chosen(
        thinking=_some_turn("t.thinking"),
        image=_some_turn("t.images"),
        diff=_some_turn("t.diffs"),
        note=_SAID.format("note", ""),
        tag=_SAID.format("tag", ""),
    ),
    "tag": _tag(""),
    "session": _session,
}
"""What is asked of a session as a whole: it, or something in it, fits."""

EVENT: dict[str, Ask] = {
    "project": _project,
    "agent": _part_of("s.agent"),
    "model": _part_of("coalesce(nullif(t.model, ''), s.model)"),
    "branch": _part_of("s.branch"),
    "tool": _own_action(_tool),
    "file": _own_action(_file),
    "command": _own_action(_command),
    "is": _chosen(
        error=_own(f"(e.flags & {Flag.ERROR:d} OR t.errors > 0)", f"a.status IN {_FAILED}"),
        commit=_own("t.commits > 0", "(a.commits AND a.sha IS NOT NULL)"),
        subagent="e.agent <> 0",
        live=_live,
        favourite=_SAID.format("star", _SUBJECT),
        bookmarked=_SAID.format("bookmark", _MOMENT),
        slow=_SLOW,
    ),
    "latency": _LATENCY,
    "ttft": _TTFT,
    "tokens": _measured("t.tokens"),
    "cost": _measured("t.cost"),
    "after": _moment("e.ts >="),
    "before": _moment("e.ts <"),
    "prompts": _measured("s.prompts"),
    "has": _chosen(
        thinking=f"(e.kind = {EventKind.THINKING:d} OR t.thinking)",
        image=_own(
            "t.images",
            f"EXISTS (SELECT 1 FROM event r WHERE r.action = a.id AND r.flags & {Flag.IMAGE:d})",
        ),
        diff=_own("t.diffs", "(a.added IS NOT NULL OR a.removed IS NOT NULL)"),
        note=_SAID.format("note", _SUBJECT),
        tag=_SAID.format("tag", _SUBJECT),
    ),
    "tag": _tag(_SUBJECT),
    "session": _session,
}
"""What is asked of one event: it fits, or its turn does."""

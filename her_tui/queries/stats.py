"""Sums over the whole library, each fact counted once however many sessions hold a copy of it."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from her_tui.events.model import FAILED, EventKind, Flag, PromptKind
from her_tui.queries.library import Library
from her_tui.queries.tokens import Tokens


class By(StrEnum):
    """What sums are split by."""

    SESSION = "session"
    PROJECT = "project"
    MODEL = "model"
    DAY = "day"
    """Local days."""


@dataclass(slots=True)
class Stats:
    """Sums; a session without messages is not counted."""

    sessions: int = 0
    prompts_by_kind: dict[str, int] = field(
        default_factory=lambda: {kind.value: 0 for kind in PromptKind}
    )
    prompts_queue_only: int = 0
    """Prompts that only the input queue tells of; not part of ``prompts``."""
    responses: int = 0
    actions_by_name: dict[str, int] = field(default_factory=dict)
    action_errors: int = 0
    commits: int = 0
    tokens: Tokens = field(default_factory=Tokens)
    responses_output_unknown: int = 0
    """Responses whose client never wrote their final output count."""
    cost: float | None = None
    """US dollars of what could be priced."""
    unpriced: int = 0
    first: int | None = None
    """Milliseconds since the epoch."""
    last: int | None = None
    files: int = 0
    records: int = 0
    records_unknown: int = 0
    lines_damaged: int = 0

    @property
    def prompts(self) -> int:
        """Human prompts: plain, mixed and queued."""
        return sum(self.prompts_by_kind.values())

    @property
    def actions(self) -> int:
        """Tool calls."""
        return sum(self.actions_by_name.values())


def totals(library: Library) -> Stats:
    """Sums over the library."""
    return _collect(library, None).get("", Stats())


def by(library: Library, split: By) -> list[tuple[str, Stats]]:
    """Sums split by ``split``, the dearest part first (days: in order)."""
    parts = _collect(library, split)
    parts.pop("", None) if split is By.MODEL else None
    if split is By.DAY:
        return sorted(parts.items())
    return sorted(parts.items(), key=lambda part: (-(part[1].cost or 0.0), part[0]))


def _day(time: str) -> str:
    return f"ifnull(date({time} / 1000, 'unixepoch', 'localtime'), '')"


def _key(split: By | None, *, time: str, model: str = "''") -> str:
    """SQL of the part a row belongs to; ``s`` is its session."""
    return {
        None: "''",
        By.SESSION: "s.session_id",
        By.PROJECT: "s.project",
        By.MODEL: model,
        By.DAY: _day(time),
    }[split]


#: A response whose every record lacks a stop reason and whose output is this small was never
#: finalised by its client: its output is unknown, not small.
_OUTPUT_UNKNOWN = "r.stop_reason IS NULL AND r.output <= 10"
_FAILED = f"a.status IN ({', '.join(repr(status.value) for status in FAILED)})"


def _collect(library: Library, split: By | None) -> dict[str, Stats]:
    parts: dict[str, Stats] = defaultdict(Stats)
    _add_responses(library, split, parts)
    _add_actions(library, split, parts)
    _add_prompts(library, split, parts)
    _add_sessions(library, split, parts)
    if split is not By.MODEL:
        _add_files(library, split, parts)
    return dict(parts)


def _add_responses(library: Library, split: By | None, parts: Mapping[str, Stats]) -> None:
    key = _key(split, time="ifnull(r.ended, r.started)", model="r.model")
    for row in library.rows(
        f"SELECT {key}, sum(r.kind = ''), sum(r.input), sum(r.output), sum(r.cache_creation),"
        f" sum(r.cache_read), sum(r.kind = '' AND {_OUTPUT_UNKNOWN}), sum(r.cost),"
        " sum(r.priced = 2)"
        " FROM response r JOIN session s ON s.id = r.session WHERE r.copied = 0 GROUP BY 1"
    ):
        part = parts[row[0]]
        part.responses = row[1]
        part.tokens = Tokens(*row[2:6])
        part.responses_output_unknown = row[6]
        part.cost = row[7]
        part.unpriced = row[8]


def _add_actions(library: Library, split: By | None, parts: Mapping[str, Stats]) -> None:
    key = _key(split, time="ifnull(a.started, a.ended)", model="ifnull(r.model, '')")
    source = (
        " FROM action a JOIN session s ON s.id = a.session"
        + (" LEFT JOIN response r ON r.id = a.response" if split is By.MODEL else "")
        + " WHERE a.copied = 0"
    )
    for part_key, name, count in library.rows(
        f"SELECT {key}, a.name, count(*) {source} AND a.name IS NOT NULL GROUP BY 1, 2"
        " ORDER BY 3 DESC, 2"
    ):
        parts[part_key].actions_by_name[name] = count
    for part_key, errors, commits in library.rows(
        f"SELECT {key}, sum({_FAILED}), count(DISTINCT CASE WHEN a.commits"
        f" THEN a.session || ' ' || a.sha END) {source} GROUP BY 1"
    ):
        parts[part_key].action_errors = errors or 0
        parts[part_key].commits = commits


def _add_prompts(library: Library, split: By | None, parts: Mapping[str, Stats]) -> None:
    for part_key, kind, count in library.rows(
        f"SELECT {_key(split, time='e.ts')}, e.detail, count(*) FROM session s"
        " JOIN event e ON e.session = s.id AND e.kind = ?"
        " WHERE s.parent IS NULL AND e.agent = 0 AND NOT e.flags & ? GROUP BY 1, 2",
        (EventKind.PROMPT, Flag.COPIED),
    ):
        parts[part_key].prompts_by_kind[kind] = count


def _add_sessions(library: Library, split: By | None, parts: Mapping[str, Stats]) -> None:
    if split is By.MODEL:
        for model, count, first, last in library.rows(
            "SELECT model, count(DISTINCT session), min(started), max(ended) FROM response"
            " WHERE copied = 0 GROUP BY 1"
        ):
            parts[model].sessions, parts[model].first, parts[model].last = count, first, last
        return
    key = _key(split, time="s.started")
    for row in library.rows(
        f"SELECT {key}, sum(s.started IS NOT NULL), min(s.started), max(s.ended),"
        " sum(s.prompts_queue_only) FROM session s WHERE s.parent IS NULL GROUP BY 1"
    ):
        part = parts[row[0]]
        part.sessions, part.first, part.last, part.prompts_queue_only = row[1:]


def _add_files(library: Library, split: By | None, parts: Mapping[str, Stats]) -> None:
    key = _key(split, time="s.started")
    for part_key, files, records, damaged, unknown in library.rows(
        f"SELECT {key}, count(*), sum(f.records), sum(f.damaged + f.torn),"
        " json_group_array(f.unknown) FROM source f LEFT JOIN session s ON s.id = f.session"
        " WHERE f.state <= 1 AND f.size > 0 AND f.role IN ('main', 'subagent') GROUP BY 1"
    ):
        part = parts[part_key or ""]
        part.files, part.records, part.lines_damaged = files, records, damaged
        part.records_unknown = sum(_unknown(unknown))


def _unknown(packed: Any) -> list[int]:
    return [count for counts in json.loads(packed) for count in json.loads(counts).values()]

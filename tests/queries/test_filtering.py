"""What a query keeps: every documented filter, on the demo library."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from her_tui.cli.show import whole
from her_tui.demo import build
from her_tui.language.alternatives import alternatives
from her_tui.language.filters import FILTERS, FilterSpec, Values
from her_tui.language.parser import DEEPEST, LONGEST, MOST, QueryError, parse
from her_tui.language.tree import Filter, Node, Not, Operator, Or, Phrase, Word
from her_tui.queries import sessions
from her_tui.queries.conditions import EVENT, SESSION
from her_tui.queries.filtering import EVENT_FROM, on_events, on_sessions
from her_tui.queries.library import Library
from her_tui.queries.sessions import ListQuery
from her_tui.store.annotations import Annotations, Subject
from her_tui.store.database import open_writer
from tests.language.test_parser import TREES

NOW = 1_795_174_972_000
DAY = 86_400_000
HERO = "f27ac6ac-b4ce-4b3b-aead-58861eb1e052"

Told = dict[str, Any]


@dataclass(frozen=True)
class Demo:
    """The demo library, and what ``her-tui show --json`` tells of its sessions, by id."""

    library: Library
    told: dict[str, Told]

    def found(self, node: Node | None) -> set[str]:
        """The ids of the sessions that ``node`` keeps."""
        kept = on_sessions(node, NOW)
        rows = self.library.rows(
            f"SELECT s.session_id FROM session s WHERE s.parent IS NULL AND {kept.sql}",
            kept.parameters,
        )
        assert len(rows) == len(set(rows))
        return {row[0] for row in rows}

    def events(self, node: Node | None) -> set[int]:
        """The row ids of the events that ``node`` keeps."""
        kept = on_events(node, NOW)
        rows = self.library.rows(f"SELECT e.id {EVENT_FROM} WHERE {kept.sql}", kept.parameters)
        assert len(rows) == len(set(rows))
        return {row[0] for row in rows}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo with a prompt that waited, a star on a session, a tag and a note on its prompts."""
    home = tmp_path_factory.mktemp("filtering") / "her"
    build(home, NOW)
    database = open_writer(home)
    database.execute_sql(
        "UPDATE turn SET latency_ms = 45000 WHERE event = (SELECT max(event) FROM turn)"
    )
    keys = dict(
        database.execute_sql(
            "SELECT s.session_id, max(e.key) FROM session s JOIN event e ON e.session = s.id"
            " WHERE e.kind = 1 AND e.agent = 0 GROUP BY 1 ORDER BY s.ended"
        ).fetchall()
    )
    database.close()
    starred, tagged, noted = list(keys)[:3]
    also = HERO
    own = Annotations(home)
    own.star(Subject("claude-code", starred), True)
    own.star(Subject("claude-code", also, keys[also]), True)
    own.tag(Subject("claude-code", tagged, keys[tagged]), "keep")
    own.tag(Subject("claude-code", also), "keeper")
    own.note(Subject("claude-code", noted, keys[noted]), "Look here again")
    own.close()
    return home


@pytest.fixture(scope="module")
def library(built: Path) -> Library:
    """The demo library, opened."""
    return Library.open(built)


@pytest.fixture
def demo(library: Library, monkeypatch: pytest.MonkeyPatch) -> Demo:
    """The demo library with what is told of it."""
    monkeypatch.setenv("HER_NOW", str(NOW))
    keys = sessions.listing(library, ListQuery(hidden=True)).entries
    rows = sessions.rows(library, keys)
    return Demo(library, {row.session_id: whole(library, row) for row in rows.values()})


# What each filter keeps, told once more in another way


def ms(iso: str | None) -> float:
    """Milliseconds since the epoch; of no time, none that anything is before or after."""
    return datetime.fromisoformat(iso).timestamp() * 1000 if iso else float("nan")


def actions(told: Told) -> list[Told]:
    return told["actions"]  # type: ignore[no-any-return]


def ended(told: Told, *statuses: str) -> bool:
    return any(action["status"] in statuses for action in actions(told))


def targets(told: Told, *kinds: str) -> list[str]:
    return [action["target"] for action in actions(told) if action["kind"] in kinds]


def tokens(told: Told) -> int:
    return sum(told["tokens"].values())


def ttfts(told: Told) -> list[float]:
    """The time to the first token of the first answer on the main thread to each prompt."""
    arrivals = sorted(
        (ms(attempt["started"]) + attempt["ttft_ms"], attempt["ttft_ms"])
        for response in told["responses"]
        for attempt in response["attempt_list"]
        if attempt["ttft_ms"] is not None and is_talk(response)
    )
    starts = [ms(turn["started"]) for turn in told["turns"] if turn["number"]]
    found = []
    for start, end in pairwise([*starts, float("inf")]):
        found += [ttft for arrival, ttft in arrivals if start <= arrival < end][:1]
    return found


def is_talk(response: Told) -> bool:
    """Whether it belongs to the conversation on the main thread."""
    return response["kind"] in (None, "", "main") and not response["agent_id"]


def models(told: Told) -> list[str]:
    return [response["model"] or "" for response in told["responses"] if is_talk(response)]


def day(year: int, month: int, day: int, hour: int = 0) -> float:
    return datetime(year, month, day, hour, tzinfo=UTC).timestamp() * 1000


_KEEPS: dict[str, Callable[[Told], bool]] = {
    "project:tidewater": lambda s: s["project"].split("/")[-1] == "tidewater",
    "project:WATER": lambda s: "water" in s["project"].split("/")[-1],
    "project:tide*": lambda s: s["project"].split("/")[-1].startswith("tide"),
    "project:hobby": lambda s: False,
    "project:/hobby/": lambda s: "/hobby" in s["project"],
    "project:worktrees/oauth": lambda s: "worktrees" in s["cwd"],
    "agent:claude": lambda s: True,
    "agent:other": lambda s: False,
    "model:opus": lambda s: any("opus" in model for model in models(s)),
    "model:coder": lambda s: "driftwood" in s["model"],
    "branch:main": lambda s: s["branch"] == "main",
    "branch:fix/*": lambda s: s["branch"].startswith("fix/"),
    "branch:ti": lambda s: "ti" in s["branch"],
    "tool:grep": lambda s: any(a["name"] == "Grep" for a in actions(s)),
    "tool:mcp": lambda s: any(a["name"].startswith("mcp__") for a in actions(s)),
    "tool:search": lambda s: any(
        a["kind"] == "search" or a["name"] == "WebSearch" for a in actions(s)
    ),
    "tool:*edit": lambda s: any(
        a["name"].lower().endswith("edit") or a["kind"] == "*edit" for a in actions(s)
    ),
    "file:*.py": lambda s: any(t.endswith(".py") for t in targets(s, "edit", "read")),
    "file:tests/*.py": lambda s: any(
        f"/{t}".find("/tests/") >= 0 and t.endswith(".py") for t in targets(s, "edit", "read")
    ),
    "file:auth": lambda s: any("auth" in t.lower() for t in targets(s, "edit", "read")),
    "command:pytest": lambda s: any("pytest" in t for t in targets(s, "command")),
    'command:"git commit"': lambda s: any("git commit" in t for t in targets(s, "command")),
    "is:error": lambda s: s["errors"] > 0,
    "is:correction": lambda s: True,
    "is:commit": lambda s: s["commits"] > 0,
    "is:subagent": lambda s: s["subagents"] > 0,
    "is:live": lambda s: s["source"] == "live",
    "ttft:>2s": lambda s: any(ttft > 2000 for ttft in ttfts(s)),
    "tokens:>100k": lambda s: tokens(s) > 100_000,
    "tokens:<=100k": lambda s: tokens(s) <= 100_000,
    "tokens:100k": lambda s: tokens(s) >= 100_000,
    "cost:>0.5": lambda s: (s["cost_usd"] or 0) > 0.5,
    "cost:<0.05": lambda s: s["cost_usd"] is not None and s["cost_usd"] < 0.05,
    "after:2026-11-10": lambda s: ms(s["ended"]) >= day(2026, 11, 10),
    "after:7d": lambda s: ms(s["ended"]) >= NOW - 7 * DAY,
    "before:7d": lambda s: ms(s["started"]) < NOW - 7 * DAY,
    "before:2026-11-01T12:00": lambda s: ms(s["started"]) < day(2026, 11, 1, 12),
    "prompts:>4": lambda s: s["prompts"] > 4,
    "prompts:2": lambda s: s["prompts"] == 2,
    "has:diff": lambda s: s["edits"] > 0,
    f"session:{HERO[:8]}": lambda s: s["session_id"] == HERO,
    "session:%": lambda s: False,
    "branch:_": lambda s: False,
}  # fmt: skip


@pytest.mark.parametrize("text", _KEEPS)
def test_what_a_filter_keeps(demo: Demo, text: str) -> None:
    keeps = _KEEPS[text]
    expected = {session for session, told in demo.told.items() if keeps(told)}
    node = parse(text).node
    assert demo.found(node) == expected
    if text not in ("is:correction",):
        assert demo.found(Not(node)) == demo.told.keys() - expected  # type: ignore[arg-type]


def ids(demo: Demo, sql: str) -> set[str]:
    return {row[0] for row in demo.library.rows(sql)}


def test_what_no_output_tells(demo: Demo) -> None:
    """Thinking, pictures, latency, and what the user says: asked of the rows in another way."""
    joined = "SELECT DISTINCT s.session_id FROM {0} x JOIN session s ON s.id = x.session WHERE {1}"
    assert demo.found(parse("has:thinking").node) == ids(
        demo, joined.format("event", "x.kind = 10")
    )
    assert demo.found(parse("has:image").node) == ids(demo, joined.format("event", "x.flags & 8"))
    for text, condition in (
        ("is:slow", "x.latency_ms >= 30001"),
        ("latency:>30s", "NOT x.latency_ms <= 30000"),
        ("latency:<=700ms", "x.latency_ms BETWEEN 0 AND 700"),
    ):
        expected = ids(demo, joined.format("turn", condition))
        assert 0 < len(expected) < len(demo.told)
        assert demo.found(parse(text).node) == expected
    oldest = [
        row[0]
        for row in demo.library.rows(
            "SELECT session_id FROM session WHERE parent IS NULL AND ended IS NOT NULL AND prompts"
            " ORDER BY ended LIMIT 3"
        )
    ]
    for text, expected in (
        ("is:favourite", {oldest[0], HERO}),
        ("has:tag", {oldest[1], HERO}),
        ("tag:keep", {oldest[1]}),
        ("tag:#KEEP*", {oldest[1], HERO}),
        ("has:note", {oldest[2]}),
    ):
        assert demo.found(parse(text).node) == expected, text


_EVERY = [spec.example for spec in FILTERS] + [
    f"{spec.name}:{choice}" for spec in FILTERS for choice in spec.choices
]


@pytest.mark.parametrize("text", _EVERY)
def test_a_filter_and_its_opposite_share_everything_out(demo: Demo, text: str) -> None:
    node = parse(text).node
    assert node is not None
    everything = demo.events(None)
    if parse(text).remarks:
        assert demo.found(node) == demo.found(Not(node)) == demo.told.keys()
        assert demo.events(node) == demo.events(Not(node)) == everything
        return
    kept, left = demo.found(node), demo.found(Not(node))
    assert kept | left == demo.told.keys()
    assert kept.isdisjoint(left)
    events, others = demo.events(node), demo.events(Not(node))
    assert events | others == everything
    assert events.isdisjoint(others)
    assert demo.found(Or((node, Not(node)))) == demo.told.keys()


@pytest.mark.parametrize("spec", FILTERS, ids=lambda spec: spec.name)
def test_every_filter_means_something_in_the_list_and_for_hits(spec: FilterSpec) -> None:
    for value in spec.choices or (spec.example.partition(":")[2].lstrip("<>="),):
        if value in spec.later:
            continue
        for table in (SESSION, EVENT):
            operator = Operator.MORE if spec.values is Values.COUNT else Operator.IS
            condition = table[spec.name](Filter(spec.name, value, operator), NOW)
            assert condition.sql.count("?") == len(condition.parameters)
    assert set(SESSION) == set(EVENT) == {each.name for each in FILTERS}


@pytest.mark.parametrize(
    "text",
    [
        "tool:grep", "file:*.py", "command:pytest", "is:commit", "is:slow", "is:favourite",
        "latency:>2s", "ttft:>2s", "has:thinking", "has:image", "has:diff", "has:note", "tag:keep",
        "project:brine", "branch:main", "model:opus", "is:live", "prompts:>4", "after:7d",
        f"session:{HERO}",
    ],
)  # fmt: skip
def test_the_list_keeps_sessions_in_which_something_fits(demo: Demo, text: str) -> None:
    node = parse(text).node
    within = demo.library.rows(
        "SELECT DISTINCT s.session_id FROM event e JOIN session s ON s.id = e.session"
        " WHERE e.id IN (SELECT value FROM json_each(?))",
        (json.dumps(sorted(demo.events(node))),),
    )
    with_events = ids(
        demo, "SELECT session_id FROM session WHERE id IN (SELECT session FROM event)"
    )
    assert {row[0] for row in within} == demo.found(node) & with_events


# Hits


def hit(demo: Demo, kind: int, tool: str = "") -> list[tuple[Any, ...]]:
    return demo.library.rows(
        "SELECT e.id, a.status, a.name, a.target FROM event e LEFT JOIN action a ON a.id = e.action"
        " WHERE e.kind = ? AND ifnull(a.name, '') LIKE ?",
        (kind, f"%{tool}%"),
    )


def test_an_action_is_asked_itself(demo: Demo) -> None:
    """Others of its turn do not count."""
    failed = demo.events(parse("is:error").node)
    for event, status, *_ in hit(demo, 12):
        assert (event in failed) == (status not in ("ok", "pending", None))
    python = demo.events(parse("file:*.py").node)
    for event, _, name, target in hit(demo, 13):
        wanted = name in ("Read", "Edit", "Write") and target.endswith(".py")
        assert (event in python) == wanted


def test_a_prompt_is_asked_what_came_of_it(demo: Demo) -> None:
    numbers = {
        (told["session_id"], turn["number"]): turn
        for told in demo.told.values()
        for turn in told["turns"]
    }
    kept = {
        text: demo.events(parse(text).node)
        for text in ("is:error", "tool:bash", "tokens:>200k", "cost:>0.2", "is:commit")
    }
    for event, session, number in demo.library.rows(
        "SELECT t.event, s.session_id, t.number FROM turn t JOIN session s ON s.id = t.session"
    ):
        turn = numbers[session, number]
        fits = {
            "is:error": turn["errors"] > 0,
            "tokens:>200k": tokens(turn) > 200_000,
            "cost:>0.2": (turn["cost_usd"] or 0) > 0.2,
            "is:commit": any(action["sha"] for action in turn["actions"]),
        }
        for text, fit in fits.items():
            assert (event in kept[text]) == fit, (text, session, number)
        # On the main thread; what a subagent does in the turn counts too.
        if any(action["name"] == "Bash" for action in turn["actions"]):
            assert event in kept["tool:bash"]


def test_stars_of_a_prompt_are_of_its_answer_too(demo: Demo) -> None:
    (session,) = demo.library.rows(
        "SELECT s.id FROM session s JOIN own.star n ON n.session_id = s.session_id"
        " WHERE n.key <> x''"
    )[0]
    turns = demo.library.rows(
        "SELECT event, started, ended FROM turn WHERE session = ?", (session,)
    )
    starred = demo.events(parse("is:favourite").node)
    marked = [turn for turn in turns if turn[0] in starred]
    assert len(marked) == 1
    assert len(turns) > 1
    _, start, end = marked[0]
    for event, ts in demo.library.rows("SELECT id, ts FROM event WHERE session = ?", (session,)):
        if ts is not None and ts != end:
            assert (event in starred) == (start <= ts < end)


def test_hits_are_asked_when_they_were(demo: Demo) -> None:
    kept = demo.events(parse("after:2026-11-20T09:00 before:2026-11-20T10:00").node)
    expected = demo.library.rows(
        "SELECT id FROM event"
        " WHERE strftime('%Y-%m-%d %H', ts / 1000, 'unixepoch') = '2026-11-20 09'"
    )
    assert kept == {row[0] for row in expected}
    assert kept


def test_words_are_not_asked_of_rows() -> None:
    with pytest.raises(ValueError, match="no filter"):
        on_events(parse("oauth is:error").node, NOW)


# Whatever the query


def ask(library: Library, node: Node | None) -> None:
    """Ask ``node`` of sessions, and its filters of events."""
    kept = on_sessions(node, NOW, lambda _: [1, 2])
    library.rows(f"SELECT count(*) FROM session s WHERE {kept.sql}", kept.parameters)
    for each in alternatives(node):
        kept = on_events(each.filters, NOW)
        library.rows(f"SELECT e.id {EVENT_FROM} WHERE {kept.sql} LIMIT 1", kept.parameters)


@settings(max_examples=100, deadline=None)
@given(node=TREES)
def test_any_query_can_be_asked(library: Library, node: Node) -> None:
    with suppress(QueryError):  # too mixed
        ask(library, node)


@pytest.mark.parametrize(
    "text",
    [
        " OR ".join(f"is:error tool:t{number}" for number in range(MOST // 2)),
        " ".join(f"-file:*{number}.py" for number in range(MOST)),
        " ".join(f"w{number}" for number in range(MOST)),
        "-(file:x OR (tool:y " * (DEEPEST // 2) + "is:live" + "))" * (DEEPEST // 2),
        "\N{GRINNING FACE}" * LONGEST,
        "%" * LONGEST,
        "project:" + "_*" * (LONGEST // 2 - 4),
        "file:" + "*" * (LONGEST - 5),
        'command:"' + "é'\\;-- " * 1_000,
    ],
    ids=lambda text: text[:12],
)
def test_a_query_as_long_as_can_be_is_asked(library: Library, text: str) -> None:
    ask(library, parse(text).node)


# Words in the list


def test_words_are_looked_for_in_what_the_list_says(demo: Demo) -> None:
    def with_words(*words: str) -> set[str]:
        return {
            session
            for session, title, project, branch, titles in demo.library.rows(
                "SELECT session_id, title, project, branch, titles FROM session"
                " WHERE parent IS NULL"
            )
            if all(w in f"{title} {project} {branch} {titles} {session}".lower() for w in words)
        }

    for text, words in (("Sign-in", ["sign-in"]), ("CSV export", ["csv", "export"])):
        assert demo.found(parse(text).node) == with_words(*words) != set()
    assert demo.found(parse("tide -oauth").node) == with_words("tide") - with_words("oauth")
    assert demo.found(parse("csv OR sign-in").node) == with_words("csv") | with_words("sign-in")
    assert demo.found(parse("ti_ OR 10%").node) == with_words("ti_") | with_words("10%")


def test_words_are_looked_for_in_prompts_all_in_one(demo: Demo) -> None:
    asked: list[Node] = []
    (hero,) = demo.library.rows("SELECT id FROM session WHERE session_id = ?", (HERO,))[0]

    def prompts_with(node: Node) -> list[int] | None:
        asked.append(node)
        return [hero]

    def found(text: str) -> set[str]:
        kept = on_sessions(parse(text).node, NOW, prompts_with)
        rows = demo.library.rows(
            f"SELECT s.session_id FROM session s WHERE s.parent IS NULL AND {kept.sql}",
            kept.parameters,
        )
        return {row[0] for row in rows}

    assert found('zebra is:error "the okapi" prompts:>3') == {HERO}
    assert asked == [parse('zebra "the okapi"').node]
    assert found("-zebra") == demo.told.keys() - {HERO}
    assert found("-(zebra okapi)") == demo.told.keys() - {HERO}
    assert found("zebra OR okapi") == {HERO}
    assert found("zebra is:live") == set()
    assert asked[-3:] == [parse(text).node for text in ("zebra okapi", "zebra OR okapi", "zebra")]
    assert isinstance(asked[1], Word)
    assert not any(isinstance(node, Phrase | Not) for node in asked)

"""The facts of each scene, as the library must tell them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from realclient.headless import Run
from realclient.plays import CUT_WORDS
from realclient.report import Report
from realclient.told import Told

#: scene -> what must be true of the session: (words, whether the wire alone can know, test).
Fact = tuple[str, bool, Callable[[Told], object]]


def of_kind(told: Told, kind: str) -> list[Told]:
    """The responses of a session that are of a kind."""
    return [row for row in told["responses"] if row["kind"] == kind]


def tries(told: Told) -> list[int]:
    """Attempts at each response of the conversation."""
    return [row["attempts"] for row in of_kind(told, "main")]


def statuses(told: Told) -> list[int | None]:
    """The status of each attempt at the first response."""
    return [each["status"] for each in of_kind(told, "main")[0]["attempt_list"]]


def outcomes(told: Told) -> list[str]:
    """How each attempt at the first response ended."""
    return [each["outcome"] for each in of_kind(told, "main")[0]["attempt_list"]]


def agents(told: Told) -> int:
    """Subagents that asked for something."""
    return len({row["agent_id"] for row in of_kind(told, "subagent")} - {None})


def permissions(told: Told) -> list[str]:
    """Who let actions run, or not."""
    return [each["permission"] or "" for each in told["actions"]]


def failed(told: Told) -> int:
    """Actions that went wrong."""
    return sum(each["ok"] is False for each in told["actions"])


FACTS: Mapping[str, list[Fact]] = {
    "coding": [
        ("six responses, one attempt each", False, lambda told: tries(told) == [1] * 6),
        ("five actions, one failed", False, lambda t: (len(t["actions"]), failed(t)) == (5, 1)),
        ("a commit", False, lambda told: told["commits"] == 1),
    ],
    "retries": [
        ("three attempts at one response", False, lambda told: tries(told) == [3]),
        ("429 and 529, then well", True, lambda told: statuses(told) == [529, 429, 200]),
    ],
    "cut": [
        ("two attempts at one response", False, lambda told: tries(told) == [2]),
        ("the first broken", True, lambda told: outcomes(told) == ["upstream", "ok"]),
    ],
    "fallback": [
        ("two attempts at one response", False, lambda told: tries(told) == [2]),
        ("an error within, then well", True, lambda told: outcomes(told) == ["error", "ok"]),
    ],
    "rejected": [
        ("all variants are one response", False, lambda t: len(tries(t)) == 1 and tries(t)[0] > 1),
        ("rejected with 400", False, lambda told: of_kind(told, "main")[0]["status"] == 400),
        ("each of them", True, lambda told: set(statuses(told)) == {400}),
    ],
    "packed": [("one response", False, lambda told: tries(told) == [1])],
    "slow": [
        ("late first token", False, lambda told: of_kind(told, "main")[0]["ttft_ms"] >= 700),
    ],
    "delegate": [("one subagent, nested", False, lambda told: agents(told) == 1)],
    "parallel": [("two subagents, nested", False, lambda told: agents(told) == 2)],
    "behind": [("one subagent, nested", False, lambda told: agents(told) == 1)],
    "denied": [
        ("permission was denied", False, lambda t: any("reject" in p for p in permissions(t))),
    ],
}


def scenes(
    report: Report, runs: Mapping[str, Run], ask: Callable[[str], Told], with_wire: bool
) -> None:
    """Check the facts of all scenes; ``ask`` tells of a session."""
    for name, facts in FACTS.items():
        told = ask(runs[name].session_id)
        for words, wire_only, holds in facts:
            if with_wire or not wire_only:
                report.check(f"{name}: {words}", _holds(holds, told), _short(told))
    _turns(report, runs, ask)


def _turns(report: Report, runs: Mapping[str, Run], ask: Callable[[str], Told]) -> None:
    told, fork = ask(runs["first"].session_id), ask(runs["fork"].session_id)
    report.check("turns: one session of three prompts", told["prompts"] >= 3, told["prompts"])
    report.check("turns: compaction", of_kind(told, "compact"), _short(told))
    report.check(
        "fork: knows where it comes from", fork["parent"] == told["session_id"], fork["parent"]
    )
    own = [row for row in of_kind(fork, "main") if "telemetry" in row["channels"]]
    report.check("fork: one request is its own", len(own) == 1, _short(fork))


def cut_words(report: Report, lines: list[Told]) -> None:
    """The words of a stream that broke are kept; ``lines`` are the session's requests."""
    kept = "".join(_said(each["response_body"] or "") for each in lines)
    report.check("cut: words of the broken stream are kept", CUT_WORDS[:30] in kept, kept[:200])


def interrupted(report: Report, told: Told, with_wire: bool) -> None:
    """What the session at the terminal must tell."""
    report.check("terminal: compaction", of_kind(told, "compact"), _short(told))
    ended = [row["outcome"] for row in of_kind(told, "main")]
    expected = "client" if with_wire else None
    report.check(
        "terminal: the interrupted response is told",
        expected in ended if with_wire else any(outcome != "ok" for outcome in ended),
        ended,
    )


def _said(body: str) -> str:
    import json

    from tests.support.answers import folded

    if not body.startswith("event:"):
        return ""
    events = [json.loads(line[6:]) for line in body.split("\n") if line.startswith("data: ")]
    return "".join(block.get("text", "") for block in folded(events)["content"])


def _holds(test: Callable[[Told], object], told: Told) -> object:
    try:
        return test(told)
    except (IndexError, KeyError, TypeError):
        return False


def _short(told: Told) -> object:
    return [
        (row["kind"], row["attempts"], row["status"], row["outcome"], row["channels"])
        for row in told["responses"]
    ]

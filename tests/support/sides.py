"""Sides of a comparison made of a few words, for tests."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from her_tui.analysis.alignment import features
from her_tui.analysis.branches import elapsed, find_branches
from her_tui.analysis.compare import Side, Trace, TurnFacts
from her_tui.analysis.figures import Figures
from her_tui.analysis.timeline import lay_out
from her_tui.events.model import EventKind


class Said(NamedTuple):
    """One event, as a test says it."""

    kind: EventKind
    text: str
    name: str = ""
    status: str = ""


def side(
    events: Sequence[Said],
    session: int = 1,
    keys: str = "",
    step: int = 1_000,
    whole: int = 200,
    *,
    folded: bool = False,
) -> Side:
    """The side that ``events`` are; its records have identities that start with ``keys``, or none.
    Texts are known up to ``whole`` characters, and may be ``folded``."""
    line = lay_out(
        session,
        [
            (session * 1_000 + at, 0, 1_000_000 + at * step, int(said.kind), 0, 0)
            for at, said in enumerate(events)
        ],
    )
    (branch,) = find_branches(line, [None] * len(line))
    traces = [
        Trace(
            at,
            said.kind,
            f"{keys}{at}".encode() if keys else b"",
            0,
            said.name,
            said.status,
            said.text[:whole],
            len(said.text) <= whole,
            folded,
        )
        for at, said in enumerate(events)
    ]
    clock = elapsed(line, branch.spans)
    starts = [at for at in range(len(events)) if not at or at in line.prompts]
    turns = [
        TurnFacts(
            line.turns[start],
            start,
            end,
            events[start].text,
            features(
                events[start].text,
                frozenset(),
                frozenset(
                    f"{said.name} {said.text}"
                    for said in events[start:end]
                    if said.kind is EventKind.TOOL_USE
                ),
            ),
            Figures(turns=1, prompts=1, responses=end - start - 1),
        )
        for start, end in zip(starts, [*starts[1:], len(events)][: len(starts)], strict=True)
    ]
    return Side(
        session=session,
        session_id=f"session-{session}",
        title="A session",
        timeline=line,
        branch=branch,
        branches=1,
        chosen=False,
        positions=range(len(events)),
        clock=clock,
        traces=traces,
        turns=turns,
        figures=Figures(turns=len(turns), prompts=len(turns)),
    )

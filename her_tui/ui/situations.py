"""What to say where there is nothing to list: each state has a sentence and a way out. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from her_tui import units
from her_tui.errors import HerError
from her_tui.plaintext import one_line
from her_tui.queries.sessions import Listing, ListQuery
from her_tui.queries.status import Phase, RecorderStatus

_BUSY = (Phase.SCANNING, Phase.IMPORTING, Phase.PRICING, Phase.INDEXING)


@dataclass(frozen=True, slots=True)
class Situation:
    """Why there is no list, and what to do about it."""

    title: str
    lines: tuple[str, ...]
    whole: bool
    """It takes the whole screen, not only the place of the list."""
    demo: bool = False
    """The demo is offered."""


def situation(
    listing: Listing | None,
    query: ListQuery,
    recorder: RecorderStatus,
    failure: HerError | None,
    missing: bool,
    roots: tuple[Path, ...],
) -> Situation | None:
    """The `Situation` of the screen; None if there are sessions to list, or there
    may be some: the library is ``missing`` only after it was looked for a while."""
    if listing is not None and listing.sessions:
        return None
    if failure is not None:
        return Situation(failure.title, (failure.hint,) if failure.hint else (), whole=True)
    if listing is not None and (query.text or query.project):
        return _nothing_matches(query)
    if recorder.phase is Phase.FAILED:
        return Situation(
            "The recorder failed",
            tuple(filter(None, (one_line(recorder.message), one_line(recorder.hint)))),
            whole=True,
            demo=True,
        )
    if recorder.phase in _BUSY:
        return _first_import(recorder)
    if listing is not None and listing.hidden:
        noun = "session is" if listing.hidden == 1 else "sessions are"
        return Situation(
            "Nothing but one-shot and empty sessions",
            (f"{listing.hidden:,} {noun} hidden.", "Press h to show them."),
            whole=False,
        )
    if listing is None and not missing:
        return None
    return _nothing_recorded(roots)


def _nothing_matches(query: ListQuery) -> Situation:
    what = []
    if query.text:
        what.append(f"matches “{one_line(query.text, 60)}”")
    if query.project:
        what.append(f"belongs to {one_line(units.project_name(query.project), 60)}")
    return Situation(
        "No session " + " and ".join(what),
        ("Press Esc to clear the filter.",),
        whole=False,
    )


def _first_import(recorder: RecorderStatus) -> Situation:
    progress: tuple[str, ...] = ()
    if recorder.total > 0:
        bar = units.bar(recorder.done, recorder.total, 24)
        progress = (f"{bar} {units.percent(recorder.done, recorder.total)} %",)
        if recorder.phase is Phase.IMPORTING:
            progress += (f"{units.size(recorder.done)} of {units.size(recorder.total)}",)
    return Situation(
        "Reading your sessions",
        (*progress, "", "They are kept in one file on this machine and go nowhere else."),
        whole=True,
    )


def _nothing_recorded(roots: tuple[Path, ...]) -> Situation:
    where = ", ".join(units.home_path(str(root)) for root in roots) or "~/.claude"
    return Situation(
        f"No Claude Code sessions found in {one_line(where, 120)}",
        (
            "Press d to open the demo sessions,",
            "or run  her-tui import PATH  for transcripts kept elsewhere.",
            "",
            "New sessions appear here by themselves.",
        ),
        whole=True,
        demo=True,
    )

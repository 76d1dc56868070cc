"""What to say beside, or in place of, what was found: each state has a sentence and a way out.
Pure."""

from __future__ import annotations

from her_tui import units
from her_tui.errors import HerError
from her_tui.plaintext import one_line
from her_tui.queries.finding import Found
from her_tui.queries.meaning import MeaningState, Readiness
from her_tui.ui.reading import Reading
from her_tui.ui.situations import Situation
from her_tui.ui.text import cells

_ENABLE = "her-tui semantic enable"

#: Where only words can be looked for: why, and the way out.
_WAYS = {
    Readiness.NEVER_ASKED: ("Only words were looked at.", f"By meaning, too: {_ENABLE}"),
    Readiness.OFF: ("Only words were looked at: meaning is switched off.",
                    f"Switch it on: {_ENABLE}"),
    Readiness.NO_NUMPY: ("Only words were looked at: numpy is not installed.",
                         "Install her-tui[meaning]."),
    Readiness.NO_WEIGHTS: ("Only words were looked at: the model's weights are not there.",
                           f"Get them: {_ENABLE}"),
    Readiness.DAMAGED: ("Only words were looked at: the model's weights are damaged.",
                        f"Get them again: {_ENABLE}"),
}  # fmt: skip


def search_situation(
    reading: Reading, found: Found | None, failure: HerError | None, like: bool
) -> Situation | None:
    """Why no prompt is listed, and what to do; None if there are some, or may be."""
    if failure is not None:
        return Situation(failure.title, (failure.hint,) if failure.hint else (), whole=False)
    if found is None or found.hits:
        return None
    remarks = tuple(one_line(remark) for remark in found.remarks)
    if like:
        return Situation("No prompt is like this one", (*_way(found.meaning),), whole=False)
    if reading.empty:
        lines = (*remarks, "What you ask Claude Code appears here by itself.")
        return Situation("No prompt was recorded yet", lines, whole=False)
    lines = (*remarks, *_way(found.meaning), "Fewer words find more.  Esc clears them.")
    return Situation(f"Nothing found for “{one_line(reading.text, 40)}”", lines, whole=False)


def _way(state: MeaningState) -> tuple[str, ...]:
    """What meaning would add, and how to come to it."""
    if state.readiness is Readiness.PARTIAL:
        done = units.percent(state.done, state.total)
        paused = ", and it is paused" if state.paused else ""
        return (f"Of what texts mean, {done} % is known so far{paused}.",)
    return _WAYS.get(state.readiness, ())


def meaning_said(state: MeaningState, room: int) -> tuple[str, str]:
    """Whether things are found by meaning, and its role: in a sentence if that fits into ``room``
    cells, else in a few words; empty where they are."""
    if state.readiness is Readiness.READY:
        return "", "dim"
    if state.readiness is Readiness.PARTIAL:
        done = units.percent(state.done, state.total)
        return f"meaning {'paused at ' if state.paused else ''}{done} %", "dim"
    role = "dim" if state.readiness in (Readiness.NEVER_ASKED, Readiness.OFF) else "warning"
    said = one_line(state.message)
    if said and cells(said) <= room:
        return said, role
    return "words only" if role == "dim" else f"words only: {state.readiness}", role


def meaning_sentence(state: MeaningState) -> str:
    """The same as one sentence with a way out; empty where everything is found by meaning."""
    if state.usable and state.readiness is Readiness.READY:
        return ""
    return state.message or "  ".join(_way(state))


def found_said(reading: Reading, found: Found, count: int, like: str) -> str:
    """What the list holds, in a few words."""
    more = "+" if found.more else ""
    if like and count:
        return f"{count}{more} like “{one_line(like, 60)}”"
    if reading.empty:
        return f"the latest {units.count(count, 'prompt')}" if count else ""
    return f"{count:,}{more} found" if count else ""

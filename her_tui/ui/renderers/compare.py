"""What the comparison of two sessions says on screen: figures and rows; pure functions.

A piece is a text and its role, as in `session_line`; captured text in it has been made safe.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from her_tui.analysis import steps as stepping
from her_tui.analysis import verdict
from her_tui.analysis.compare import Comparison, Side, Trace, noun
from her_tui.analysis.steps import Step
from her_tui.events.model import EventKind
from her_tui.queries.comparison import Compared, Point
from her_tui.ui.renderers.titles import short_model
from her_tui.ui.text import cells, cut, fit
from her_tui.ui.widgets.session_line import Piece

#: Columns of the summary, the most telling first: what there is no room for is left out.
_TELLING = (
    "turns", "tokens", "cost", "active", "errors", "actions", "files changed", "lines", "duration",
    "responses", "commits", "models", "corrections", "prompts",
)  # fmt: skip
_SHORT = {"files changed": "files", "corrections": "put right", "models": "model"}
_GAP = 2

#: From which width on deltas stand beside the turns, and the cells they take.
_DELTAS_FROM = 110
_DELTAS = 34
_NUMBER = 5
#: Cells of what a side is called, at most.
_NAME = 40
_SIGN = 3
#: Cells of a title that are worth it, beside what a side is called.
_TITLE = 10

_SIGN_ROLES = {"=": "same", "~": "like", "<": "left", ">": "right", "≠": "parting"}


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the list: a pair of turns, or a step within one that is unfolded."""

    pair: int
    step: Step | None = None


def rows(result: Comparison, unfolded: Collection[int]) -> list[Row]:
    """The rows, the steps of the ``unfolded`` pairs below them."""
    found: list[Row] = []
    for index in range(len(result.pairs)):
        found.append(Row(index))
        if index in unfolded:
            found += [Row(index, step) for step in stepping.steps(result, index)]
    return found


def parting_row(result: Comparison, listed: Sequence[Row]) -> int | None:
    """The row in which they part first, as far as it is unfolded; None: they do not."""
    if result.divergence is None:
        return None
    turn = None
    for index, row in enumerate(listed):
        if row.step is not None and _parts(result, row.step):
            return index
        if turn is None and row.step is None and verdict.parts_in(result, result.pairs[row.pair]):
            turn = index
    return turn


def row_positions(result: Comparison, row: Row) -> tuple[int | None, int | None]:
    """Where on the two timelines a row is; None: that side does not have it. Where they part, each
    side is at what it does there, whichever row that is in."""
    pair = result.pairs[row.pair]
    found: list[int | None] = []
    for side, turn, step in zip(
        sides(result),
        (pair.left, pair.right),
        (row.step.left, row.step.right) if row.step is not None else (None, None),
        strict=True,
    ):
        if row.step is not None:
            found.append(side.traces[step].position if step is not None else None)
        else:
            found.append(side.positions[side.turns[turn].start] if turn is not None else None)
    divergence = result.divergence
    if divergence is not None and is_parting(result, row):
        here = divergence.left, divergence.right
        found = [each if at is None else at for at, each in zip(found, here, strict=True)]
    return found[0], found[1]


def is_parting(result: Comparison, row: Row) -> bool:
    """Whether it is in this row, or in one of these, that they part first."""
    if row.step is None:
        return verdict.parts_in(result, result.pairs[row.pair])
    return _parts(result, row.step)


def row_at(
    result: Comparison, listed: Sequence[Row], side: int, turn: int, position: int
) -> int | None:
    """The row that shows what is at ``position`` of a side, in its ``turn``: the step before it, if
    the turn is unfolded."""
    best: int | None = None
    for index, row in enumerate(listed):
        pair = result.pairs[row.pair]
        if (pair.left, pair.right)[side] != turn:
            continue
        here = row_positions(result, row)[side]
        if best is None or (here is not None and here <= position):
            best = index
    return best


def parting_pair(result: Comparison) -> int | None:
    """The pair of turns in which they part first."""
    return next(
        (at for at, pair in enumerate(result.pairs) if verdict.parts_in(result, pair)), None
    )


# The head


def title(result: Comparison, width: int) -> list[Piece]:
    """What is compared."""
    left, right = result.left, result.right
    names = cut(verdict.branch_name(left), _NAME), cut(verdict.branch_name(right), _NAME)
    used = sum(map(cells, names)) + len(" Compare  A   ·  B   ")
    room = max(0, (width - used) // 2)
    return [
        (" Compare ", "brand"),
        (" A ", "left"),
        (names[0], "number"),
        (f" {cut(left.title, room - 1)}" if room > _TITLE else "", "dim"),
        ("  ·  ", "dim"),
        ("B ", "right"),
        (names[1], "number"),
        (f" {cut(right.title, room - 1)}" if room > _TITLE else "", "dim"),
    ]


def conclusion(found: Compared, width: int) -> list[Piece]:
    """In a sentence what comes of it."""
    ending = found.ending
    said = verdict.verdict(
        found.result, ending.record if ending else 0, ending.line if ending else 0
    )
    sign, role = ("≠", "parting") if found.result.divergence else ("=", "same")
    return [(f" {sign} ", role), (cut(said, width - 4), "text")]


def sides(result: Comparison) -> tuple[Side, Side]:
    return result.left, result.right


def table(result: Comparison, width: int) -> list[list[Piece]]:
    """The summary: a heading, a line for each side, what the right has more, and what of the two
    is not in these figures."""
    labels = [f"A {verdict.name(result.left)}", f"B {verdict.name(result.right)}", "B − A"]
    columns = {row.label: _column(row) for row in verdict.summary(result.left, result.right)}
    room = width - max(map(cells, labels)) - 2
    chosen: list[str] = []
    for label in _TELLING:
        needed = _GAP + _width(columns[label])
        if needed <= room:
            chosen.append(label)
            room -= needed
    shown = [label for label in columns if label in chosen]
    first = max(map(cells, labels))
    lines: list[list[Piece]] = []
    for at, label in enumerate(["", *labels]):
        role = ("dim", "left", "right", "dim")[at]
        line: list[Piece] = [(" " + fit(label, first), role)]
        for column in shown:
            text = columns[column][at]
            said = "heading" if at == 0 else "number" if at < 3 else _more(text)
            line.append((" " * _GAP + fit(text, _width(columns[column]), right=True), said))
        lines.append(line)
    note = "  ·  ".join(verdict.notes(result))
    return [*lines, [(" " + cut(note, width - 2), "dim")]] if note else lines


def _column(row: verdict.Row) -> tuple[str, str, str, str]:
    left, right = row.left, row.right
    if row.label == "models":
        left, right = (
            ", ".join(filter(None, map(short_model, each.split(", ")))) for each in (left, right)
        )
    return (_SHORT.get(row.label, row.label), cut(left, 24), cut(right, 24), row.delta)


def _width(column: Sequence[str]) -> int:
    return max(map(cells, column))


def _more(text: str) -> str:
    return "less" if text.startswith(verdict.MINUS) else "more"


# The rows


def row_pieces(found: Compared, row: Row, width: int, unfolded: bool) -> list[Piece]:
    """One row: left, sign, right and, where there is room, what the right has more."""
    result = found.result
    deltas = _DELTAS if width >= _DELTAS_FROM else 0
    side = max(8, (width - _SIGN - deltas) // 2)
    if row.step is None:
        return _turn_pieces(result, row, side, deltas, unfolded)
    return _step_pieces(found, row.step, side, deltas)


def _turn_pieces(
    result: Comparison, row: Row, side: int, deltas: int, unfolded: bool
) -> list[Piece]:
    pair = result.pairs[row.pair]
    sign = verdict.mark(result, pair)
    role = _SIGN_ROLES[sign]
    fold = "▾" if unfolded else "▸"
    pieces = [
        *_turn_side(result.left, pair.left, side, sign, fold),
        (f" {sign} ", role),
        *_turn_side(result.right, pair.right, side, sign, fold if pair.left is None else ""),
    ]
    if deltas:
        more = result.delta(pair)
        told = " · ".join(verdict.deltas(more)) if more else ""
        pieces.append(("  " + fit(told, deltas - 2), "dim"))
    return pieces


def _turn_side(side: Side, turn: int | None, width: int, sign: str, fold: str) -> list[Piece]:
    if turn is None:
        return [(" " * width, "dim")]
    facts = side.turns[turn]
    number = f"{fold or ' '}{facts.number:>{_NUMBER - 2}} "
    prompt = facts.prompt if facts.number else "(before the first prompt)"
    return [(number, "dim"), (fit(prompt, width - _NUMBER), _text_role(sign, "prompt"))]


def _text_role(sign: str, role: str) -> str:
    """What both have steps back."""
    return {"=": f"{role}-same", "<": "only-left", ">": "only-right"}.get(sign, role)


def _step_pieces(found: Compared, step: Step, side: int, deltas: int) -> list[Piece]:
    result = found.result
    sign = step_sign(result, step)
    one = result.left.traces[step.left] if step.left is not None else None
    other = result.right.traces[step.right] if step.right is not None else None
    parting = found.parting if sign == "≠" else None
    return [
        *_step_side(one, side, sign, parting[0] if parting else None),
        (f" {sign} ", _SIGN_ROLES[sign]),
        *_step_side(other, side, sign, parting[1] if parting else None),
        (" " * deltas, "dim"),
    ]


def _parts(result: Comparison, step: Step) -> bool:
    """Whether it is what one of them does at the moment they part."""
    return not step.same and result.shared in (step.left, step.right)


def step_sign(result: Comparison, step: Step) -> str:
    """How the two sides of a step are to each other, as for turns."""
    if result.divergence is not None and _parts(result, step):
        return "≠"
    if step.right is None:
        return "<"
    if step.left is None:
        return ">"
    return "=" if step.same else "~"


_STEP_ROLES = {
    EventKind.THINKING: "thinking",
    EventKind.TEXT: "response",
    EventKind.TOOL_USE: "action",
    EventKind.TOOL_RESULT: "outcome",
    EventKind.API_ERROR: "error",
    EventKind.PROMPT: "prompt",
}


def _step_side(trace: Trace | None, width: int, sign: str, point: Point | None) -> list[Piece]:
    if trace is None:
        return [(" " * width, "dim")]
    role = "error" if trace.status not in ("", "ok", "pending") else _STEP_ROLES.get(trace.kind, "")
    told = point is not None and point.text.startswith("…")
    text = f"{step_name(trace)} {point.text}" if point is not None and told else step_text(trace)
    return [
        (" " * _NUMBER, "dim"),
        (fit(text, width - _NUMBER), _text_role(sign, role or "text")),
    ]


def step_name(trace: Trace) -> str:
    """What an event is, in front of what it says."""
    if trace.kind is EventKind.TOOL_RESULT:
        return {"ok": "✓", "": "✓", "pending": "…"}.get(trace.status, f"✗ {trace.status}:")
    return {EventKind.TEXT: "“", EventKind.THINKING: "∴"}.get(trace.kind, noun(trace))


def words(found: Compared, row: Row | None, width: int) -> list[list[Piece]]:
    """What both sides say in the row under the cursor, and what the right has more."""
    if row is None:
        return [[], [], []]
    result = found.result
    pair = result.pairs[row.pair]
    texts = _row_texts(found, row)
    lines: list[list[Piece]] = []
    for letter, role, text in zip("AB", ("left", "right"), texts, strict=True):
        said = cut(text, width - 4) if text is not None else "–"
        lines.append([(f" {letter} ", role), (said, "text" if text is not None else "dim")])
    more = result.delta(pair)
    told = verdict.deltas(more) if more else []
    if more is None:
        said = f"turn only in {'A' if pair.right is None else 'B'}"
    else:
        alike = "the same" if pair.same else f"{round(pair.likeness * 100)} % alike"
        said = f"turn {_numbers(result, row)}: {alike}"
    if told:
        said += f" · B − A: {', '.join(told)}"
    return [*lines, [("   ", "dim"), (cut(said, width - 4), "dim")]]


def _numbers(result: Comparison, row: Row) -> str:
    pair = result.pairs[row.pair]
    assert pair.left is not None
    assert pair.right is not None
    left, right = result.left.turns[pair.left].number, result.right.turns[pair.right].number
    return str(left) if left == right else f"{left} and {right}"


def _row_texts(found: Compared, row: Row) -> tuple[str | None, str | None]:
    result = found.result
    pair = result.pairs[row.pair]
    if row.step is None:
        return (
            result.left.turns[pair.left].prompt if pair.left is not None else None,
            result.right.turns[pair.right].prompt if pair.right is not None else None,
        )
    if found.parting is not None and step_sign(result, row.step) == "≠":
        return found.parting[0].text, found.parting[1].text
    one, other = row.step.left, row.step.right
    return (
        step_text(result.left.traces[one]) if one is not None else None,
        step_text(result.right.traces[other]) if other is not None else None,
    )


def step_text(trace: Trace) -> str:
    """What an event is and says."""
    if trace.kind is EventKind.COMMAND and trace.head.startswith(trace.name):
        return trace.head
    return f"{step_name(trace)} {trace.head}"

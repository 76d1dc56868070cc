"""The parts that opened actions are made of: fields of the input, output, images, task lists."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence

from her_tui import units
from her_tui.events.content import Image
from her_tui.events.model import Status
from her_tui.queries.turns import ActionDetail
from her_tui.ui.renderers.code import code_lines, highlight
from her_tui.ui.renderers.line import BLANK, Line, Span, line, plain, prefixed, safe, split

#: Lines of output that are drawn; the rest is behind the pager.
OUTPUT_LIMIT = 400
#: Of an output drawn with both ends, this many are its end: errors come last.
_END = 100
#: Lines longer than this in an output are cut.
_OUTPUT_LINE = 2_000
#: A field longer than this is shown below its name.
_SHORT_FIELD = 100

_NUMBERED = re.compile(r"^\s*(\d+)→(.*)$")
_NUMBER_AND_TAB = re.compile(r"^(\s*\d+)\t", re.MULTILINE)
#: Glyph and role of an entry of a task list, by its status.
TODO_SIGNS = {
    "completed": ("☑", "done"),
    "in_progress": ("◐", "strong"),
    "pending": ("☐", ""),
}


def label(name: str, more: str = "") -> Line:
    """The line above a part."""
    spans = [Span(name, "label")]
    if more:
        spans.append(Span(f" · {more}", "dim"))
    return Line(tuple(spans), wrap=False)


def more_lines(count: int) -> Line:
    """Says that lines are missing, and how to see them."""
    return line(f"… {units.count(count, 'more line')}, o opens all", "more", wrap=False)


def input_text(fields: Mapping[str, object], name: str) -> str:
    """The field ``name`` if it is a text, else nothing."""
    value = fields.get(name)
    return value if isinstance(value, str) else ""


def field_lines(fields: Mapping[str, object]) -> Iterator[Line]:
    """Input fields, short ones beside their names, long ones below."""
    for name, value in fields.items():
        text = value if isinstance(value, str) else _as_json(value)
        head = Span(f"{safe(str(name), 60)}: ", "dim")
        if len(text) <= _SHORT_FIELD and "\n" not in text:
            yield Line((head, Span(safe(text), "value")), hang=(Span("  "),))
            continue
        yield Line((head,), wrap=False)
        yield from prefixed(shortened(text, "value"), (Span("  "),))


def _as_json(value: object) -> str:
    """A value of the input that is not a text, as JSON."""
    try:
        return json.dumps(value, ensure_ascii=False, default=str, indent=1)
    except (ValueError, RecursionError):
        return "(cannot be shown)"


def output_lines(detail: ActionDetail, ends: bool = False) -> Iterator[Line]:
    """What an action printed; with ``ends`` a long output shows both its ends."""
    failed = detail.line.status in (Status.FAILED, Status.INVALID)
    role = "error-text" if failed and not detail.stderr else "output"
    for name, text, colour in (
        ("output", detail.output, role),
        ("errors", detail.stderr, "error-text"),
    ):
        if text.strip():
            count = text.rstrip().count("\n") + 1
            yield BLANK
            yield label(name, units.count(count, "line") if count > 1 else "")
            yield from shortened(text, colour, ends)
    yield from image_lines(detail.images)
    if not (detail.output or detail.stderr or detail.images):
        waiting = detail.line.status is Status.PENDING
        said = "no result was recorded" if waiting else "no output"
        yield line("no result yet" if detail.line.doing else said, "dim", wrap=False)


def shortened(text: str, role: str, ends: bool = False) -> Iterator[Line]:
    """At most `OUTPUT_LIMIT` lines of ``text``; what is between is not even split."""
    text = text.rstrip()
    hidden = text.count("\n") + 1 - OUTPUT_LIMIT
    if hidden <= 0:
        yield from plain(text, role, _OUTPUT_LINE)
        return
    end = _END if ends else 0
    first = text.split("\n", OUTPUT_LIMIT - end)[:-1]
    yield from plain("\n".join(first), role, _OUTPUT_LINE)
    yield more_lines(hidden)
    if end:
        yield from plain("\n".join(text.rsplit("\n", end)[1:]), role, _OUTPUT_LINE)


def read_lines(text: str, path: str) -> Iterator[Line]:
    """The text of a file with the line numbers it was read with, if there are any."""
    total = text.count("\n") + 1
    text = "\n".join(text.split("\n", OUTPUT_LIMIT)[:OUTPUT_LIMIT])
    pieces = list(split(_NUMBER_AND_TAB.sub("\\1→", text), _OUTPUT_LINE))
    numbers = [_NUMBERED.match(piece) for piece in pieces]
    if any(numbers):
        yield from _numbered_lines(pieces, numbers, path)
    else:
        yield from code_lines("\n".join(pieces), path=path)
    if total > OUTPUT_LIMIT:
        yield more_lines(total - OUTPUT_LIMIT)


def _numbered_lines(
    pieces: Sequence[str], numbers: Sequence[re.Match[str] | None], path: str
) -> Iterator[Line]:
    bare = [match[2] if match else piece for match, piece in zip(numbers, pieces, strict=True)]
    width = max(len(match[1]) for match in numbers if match)
    for match, spans in zip(numbers, highlight(bare, path=path), strict=True):
        gutter = f"{match[1] if match else '':>{width}}  "
        yield Line(
            tuple(spans),
            prefix=(Span(gutter, "code gutter"),),
            hang=(Span(" " * len(gutter), "code"),),
            fill="code",
        )


def image_lines(images: Sequence[Image]) -> Iterator[Line]:
    """A placeholder per image."""
    for image in images:
        text = f"▣ {safe(image.media_type, 40)} {units.size(image.bytes)}"
        yield line(text, "image", wrap=False)


def todo_lines(fields: Mapping[str, object]) -> Iterator[Line]:
    """A list of tasks as recorded by ``TodoWrite``; nothing if it is not one."""
    todos = fields.get("todos")
    for todo in todos if isinstance(todos, list) else ():
        if isinstance(todo, dict):
            glyph, role = TODO_SIGNS.get(str(todo.get("status")), ("☐", ""))
            text = safe(str(todo.get("content", "")), 1_000)
            yield Line((Span(text, role),), prefix=(Span(f"{glyph} ", role or "bullet"),))

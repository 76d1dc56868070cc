"""What an agent writes, with the feel of Markdown: headings, lists, quotes, code and emphasis.

Line by line and forgiving: nothing is parsed into a tree, nothing is dropped except the marks that
became a style, and text that only looks like Markdown stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from her_tui.ui.renderers import tables
from her_tui.ui.renderers.code import highlight
from her_tui.ui.renderers.line import BLANK, Line, Span, Spans, split

_FENCE = re.compile(r"^( {0,3})(`{3,}|~{3,})\s*([\w+#.-]*)[^`]*$")
_HEADING = re.compile(r"^(#{1,6})\s+(\S.*)$")
_BULLET = re.compile(r"^(\s*)([-*+]|\d{1,3}[.)])\s+(\[[ xX]\]\s+)?(.*)$")
_QUOTE = re.compile(r"^\s{0,3}>\s?(.*)$")
_RULE = re.compile(r"^\s{0,3}([-*_])(\s*\1){2,}\s*$")
_TABLE = re.compile(r"^\s*\|.*\|\s*$")
_INLINE = re.compile(
    r"(?P<code>`+)(?P<code_text>[^`]+?)(?P=code)(?!`)"
    r"|\*\*(?P<strong>[^*\s](?:[^*]*[^*\s])?)\*\*"
    r"|(?<![\w*])\*(?P<emph>[^*\s](?:[^*]*[^*\s])?)\*(?![\w*])"
    r"|\[(?P<link>[^\]\n]+)\]\((?P<target>[^)\s]+)\)"
)
#: Lines longer than this are not searched for emphasis: nobody writes them.
_INLINE_LIMIT = 2_000


def prose(text: str, role: str = "") -> list[Line]:
    """Captured ``text`` as lines, empty lines before and after it dropped."""
    lines = list(_blocks(split(text), role))
    while lines and not lines[-1].spans:
        lines.pop()
    begins = next((at for at, each in enumerate(lines) if each is not BLANK), 0)
    return lines[begins:]


def _blocks(rows: Iterator[str], role: str) -> Iterator[Line]:
    table: list[str] = []
    for row in rows:
        if _TABLE.match(row):
            table.append(row)
            continue
        yield from _table(table, role)
        table = []
        fence = _FENCE.match(row)
        if fence:
            yield from _fenced(rows, fence.group(1), fence.group(2), fence.group(3))
        else:
            yield _block(row, role)
    yield from _table(table, role)


def _table(rows: list[str], role: str) -> Iterator[Line]:
    """A table; rows between bars without a rule below the first of them are text."""
    if len(rows) < 2 or not tables.is_rule(rows[1]):
        yield from (Line((Span(row, role),), wrap=False) for row in rows)
        return
    head = [inline(cell, f"{role} strong".strip()) for cell in tables.cells_of(rows[0])]
    body = [[inline(cell, role) for cell in tables.cells_of(row)] for row in rows[2:]]
    yield from tables.aligned([head, *body], tables.sides(rows[1]))


def _fenced(rows: Iterator[str], indent: str, mark: str, language: str) -> Iterator[Line]:
    """The lines of a fenced code block, up to its closing fence or the end of the text."""
    code: list[str] = []
    for row in rows:
        closing = row.strip()
        if closing.startswith(mark) and not closing.strip(mark[0]):
            break
        code.append(row.removeprefix(indent))
    bar = (Span("▎ ", "code rule"),)
    for spans in highlight(code, language):
        yield Line(tuple(spans), prefix=bar, hang=bar, fill="code")


def _block(row: str, role: str) -> Line:
    """One line outside code."""
    if not row.strip():
        return BLANK
    if heading := _HEADING.match(row):
        return Line(inline(heading.group(2).rstrip(" #"), "heading"))
    if _RULE.match(row):
        return Line((Span("─" * 24, "rule"),), wrap=False)
    if bullet := _BULLET.match(row):
        return _bullet(bullet, role)
    if quote := _QUOTE.match(row):
        bar = (Span("▎ ", "rule"),)
        return Line(inline(quote.group(1), "quote"), prefix=bar, hang=bar)
    return Line(inline(row, role))


def _bullet(match: re.Match[str], role: str) -> Line:
    """A list item; its other rows are indented below its text."""
    indent, mark, box, text = match.groups()
    sign = "•" if mark in "-*+" else mark
    if box:
        sign = "☑" if box.strip().lower() == "[x]" else "☐"
    return Line(inline(text, role), prefix=(Span(indent), Span(sign + " ", "bullet")))


def inline(text: str, role: str = "") -> Spans:
    """``text`` (harmless already) with its emphasis as roles."""
    if len(text) > _INLINE_LIMIT:
        return (Span(text, role),)
    spans: list[Span] = []
    end = 0
    for match in _INLINE.finditer(text):
        if match.start() > end:
            spans.append(Span(text[end : match.start()], role))
        spans.extend(_emphasis(match, role))
        end = match.end()
    if end < len(text):
        spans.append(Span(text[end:], role))
    return tuple(spans)


def _emphasis(match: re.Match[str], role: str) -> Iterator[Span]:
    if match["code_text"]:
        yield Span(match["code_text"], f"{role} inline".strip())
    elif match["strong"]:
        yield Span(match["strong"].replace("`", ""), f"{role} strong".strip())
    elif match["emph"]:
        yield Span(match["emph"], f"{role} emph".strip())
    else:
        yield Span(match["link"], f"{role} link".strip())
        if match["target"] != match["link"]:
            yield Span(f" ({match['target']})", "dim")

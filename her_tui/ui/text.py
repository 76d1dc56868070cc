"""The one way captured text becomes something a widget can draw.

A plain ``str`` given to a widget is parsed as markup: captured text could end the app or plant a
clickable action. `literal` never parses, and always passes the text through
`her_tui.plaintext.sanitise`. Lines built by hand use `cut` and `fit`, which measure in cells.
"""

from __future__ import annotations

from rich.cells import cell_len, set_cell_size
from textual.content import Content

from her_tui.plaintext import one_line, sanitise

#: Characters looked at when a captured text is cut to a line: no line on screen is longer.
_LINE_LIMIT = 1_000


def literal(text: str) -> Content:
    """``text`` as content that shows exactly itself, without markup or control characters."""
    return Content(sanitise(text))


def cells(text: str) -> int:
    """Width of ``text`` in terminal cells."""
    return cell_len(text)


def cut(text: str, width: int) -> str:
    """The start of ``text`` as one safe line of at most ``width`` cells, ``…`` where it was cut."""
    if width <= 0:
        return ""
    line = one_line(text, _LINE_LIMIT)
    if cell_len(line) <= width:
        return line
    return set_cell_size(line, width - 1).rstrip() + "…"


def fit(text: str, width: int, right: bool = False) -> str:
    """``text`` cut and padded with blanks to exactly ``width`` cells."""
    line = cut(text, width)
    pad = " " * (width - cell_len(line))
    return pad + line if right else line + pad

"""A call of a tool whose input is still coming in: what can be told of it. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from her_tui.ui.renderers.actions import seen_from
from her_tui.ui.renderers.line import Line, Span, safe

#: Characters of an input that are looked at: what it is about stands at its start.
_START = 4_000
#: Characters that are shown of what a call acts on.
_SHOWN = 200

#: The arguments that say what a call acts on, the most telling first.
_TELLING = (
    "file_path", "notebook_path", "command", "pattern", "url", "query", "path", "description",
    "subject", "skill", "name",
)  # fmt: skip

_DECODER = json.JSONDecoder(strict=False)
_COLON = re.compile(r"\s*:\s*")
_NEXT = re.compile(r"\s*[{,]\s*")
#: What may stand at the end of a string that is cut: the start of an escape.
_CUT = re.compile(r"\\(u[0-9a-fA-F]{0,3})?$")


def call_line(text: str, base: str = "") -> Line:
    """``text`` is the name of a tool, and below it as much of its input as there is, as JSON; a
    path is shown as seen from the folder ``base``."""
    name, _, given = text.partition("\n")
    if name.lstrip().startswith("{"):
        name, given = "", text
    target = _target(_arguments(given[:_START]))
    spans = [Span("▸ ", "action"), Span(f"calls {safe(_called(name), 60)}", "action strong")]
    if target:
        spans.append(Span(f"  {safe(seen_from(target, base), _SHOWN)}", "target"))
    return Line(tuple(spans), wrap=False)


def _called(name: str) -> str:
    """A tool's name; ``server tool`` where it is of an MCP server."""
    if name.startswith("mcp__"):
        return name.removeprefix("mcp__").replace("__", " ", 1)
    return name or "a tool"


def _target(arguments: Mapping[str, str]) -> str:
    """What the call acts on, as far as that is known."""
    telling = next((arguments[key] for key in _TELLING if arguments.get(key)), "")
    return telling or next((value for value in arguments.values() if value), "")


def _arguments(given: str) -> dict[str, str]:
    """The texts among the arguments in the start of a JSON object, the last maybe cut short."""
    found: dict[str, str] = {}
    at = 0
    while begin := _NEXT.match(given, at):
        try:
            key, at = _DECODER.raw_decode(given, begin.end())
        except ValueError:
            break
        colon = _COLON.match(given, at)
        if colon is None or not isinstance(key, str):
            break
        try:
            value, at = _DECODER.raw_decode(given, colon.end())
        except (ValueError, RecursionError):
            found[key] = _cut_text(given[colon.end() :])
            break
        if isinstance(value, str):
            found[key] = value
    return found


def _cut_text(given: str) -> str:
    """The text that begins in ``given`` and does not end; empty if there is none."""
    if not given.startswith('"'):
        return ""
    for start in (given, _CUT.sub("", given)):
        try:
            return str(json.loads(start + '"', strict=False))
        except ValueError:
            continue
    return ""

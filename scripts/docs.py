"""Writes the generated parts of the README: ``python scripts/docs.py [--check]``.

The keys come from `her_tui.ui.actions`, the commands from the command line itself, the filters of
the query language from `her_tui.language.filters`. ``--check`` writes nothing and fails if the
README is behind.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

README = Path(__file__).resolve().parent.parent / "README.md"

_NAMES = {
    "escape": "Esc",
    "enter": "Enter",
    "space": "Space",
    "tab": "Tab",
    "pagedown": "PageDown",
    "pageup": "PageUp",
    "home": "Home",
    "end": "End",
    "left": "←",
    "right": "→",
    "up": "↑",
    "down": "↓",
    "f1": "F1",
    "question_mark": "?",
}
_REGIONS = {
    "everywhere": "Everywhere",
    "list": "In the list",
    "detail": "In the detail",
    "timeline": "On the timeline",
    "prompts": "In the prompt search",
}


def main(arguments: list[str]) -> int:
    """Bring the README up to date, or say that it is not."""
    before = README.read_text(encoding="utf-8")
    after = fill(before)
    if after == before:
        return 0
    if "--check" in arguments:
        print("README.md is behind: run python scripts/docs.py", file=sys.stderr)
        return 1
    README.write_text(after, encoding="utf-8")
    return 0


def fill(text: str) -> str:
    """``text`` with its generated blocks made anew."""
    blocks = (("keys", keys()), ("commands", commands()), ("filters", filters()))
    for name, lines in blocks:
        block = f"<!-- {name} -->\n" + "\n".join(lines) + f"\n<!-- /{name} -->"
        text = re.sub(
            rf"<!-- {name} -->.*?<!-- /{name} -->",
            lambda _, block=block: block,  # type: ignore[misc]
            text,
            flags=re.DOTALL,
        )
    return text


def keys() -> Iterator[str]:
    """A table of all keys, region by region."""
    from her_tui.ui.actions import ACTIONS

    for region, heading in _REGIONS.items():
        actions = [action for action in ACTIONS if str(action.regions[0]) == region]
        if not actions:
            continue
        yield f"| {heading} | |"
        yield "|---|---|"
        for action in actions:
            keys = action.keys.split(",")
            between = " … " if action.numbered else " "
            shown = between.join(map(_key, (keys[0], keys[-1]) if action.numbered else keys))
            yield f"| {shown or 'in the palette'} | {action.description} |"
        yield ""


def _key(key: str) -> str:
    """``ctrl+d`` -> ``<kbd>Ctrl</kbd>+<kbd>d</kbd>``."""
    parts = [part for part in re.split(r"\+(?=.)", key.strip()) if part]
    names = [_NAMES.get(part, part.title() if len(part) > 1 else part) for part in parts]
    return "+".join(f"<kbd>{name.replace('|', '&#124;')}</kbd>" for name in names)


def commands() -> Iterator[str]:
    """A table of all commands."""
    from her_tui.cli.group import cli

    yield "| command | |"
    yield "|---|---|"
    yield "| `her-tui` | Open the library: record what is new, and show it. |"
    yield "| `her-tui --demo` | The same with an invented library. |"
    context = cli.make_context("her-tui", ["--help"], resilient_parsing=True)
    for name in cli.list_commands(context):
        command = cli.get_command(context, name)
        assert command is not None
        usage = " ".join(
            command.collect_usage_pieces(
                command.make_context(name, [], context, resilient_parsing=True)
            )
        )
        usage = usage.replace("[OPTIONS]", "").strip().replace("|", "\\|")
        flags = " ".join(_options(command))
        call = " ".join(filter(None, ("her-tui", name, usage)))
        yield f"| `{call}` {flags} | {command.get_short_help_str(80)} |"


def _options(command: object) -> Iterator[str]:
    from click import Command, Option

    assert isinstance(command, Command)
    for parameter in command.params:
        if isinstance(parameter, Option):
            yield f"`{parameter.opts[-1]}`"


def filters() -> Iterator[str]:
    """A table of all filters of the query language."""
    from her_tui.language.filters import CHOICES, FILTERS

    yield "| filter | finds what is or has … | for example |"
    yield "|---|---|---|"
    for spec in FILTERS:
        for choice in spec.choices:
            later = " (comes with a later version: until then it leaves nothing out)"
            note = later if choice in spec.later else ""
            yield f"| `{spec.name}:{choice}` | {CHOICES[choice]}{note} | |"
        if not spec.choices:
            value = _VALUES[spec.values]
            yield f"| `{spec.name}:` {value} | {spec.description} | `{spec.example}` |"


#: What a filter's value can be, in a word.
_VALUES = {
    "text": "text",
    "count": "`>` `<` number",
    "money": "`>` `<` US dollars",
    "duration": "`>` `<` time span",
    "moment": "day, time, or how long ago",
}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

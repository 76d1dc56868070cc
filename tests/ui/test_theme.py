"""Both themes name every colour, and text can be read on every background it appears on."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from textual.color import Color
from textual.theme import BUILTIN_THEMES, Theme

import her_tui.ui
from her_tui.ui import theme

_TEXT = ("brand", "dim", "prompt", "response", "thinking", "action", "edit", "error", "commit",
         "command", "search", "web", "agent", "playhead", "live", "money", "added", "removed",
         "match")  # fmt: skip
_SHEETS = sorted(Path(her_tui.ui.__file__).parent.rglob("*.tcss"))


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, by the WCAG formula."""

    def luminance(name: str) -> float:
        colour = Color.parse(name)
        parts = [
            part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4
            for part in (value / 255 for value in (colour.r, colour.g, colour.b))
        ]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("ours", theme.THEMES, ids=lambda ours: ours.name)
@pytest.mark.parametrize("role", _TEXT)
def test_text_is_readable_on_every_background(ours: Theme, role: str) -> None:
    names = ours.variables
    grounds = [ours.background or "", *(names[f"her-{n}"] for n in ("bar", "cursor"))]
    for ground in grounds:
        assert contrast(names[f"her-{role}"], ground) >= 4.5, ground


@pytest.mark.parametrize("ours", theme.THEMES, ids=lambda ours: ours.name)
def test_faint_text_is_readable_off_the_cursor(ours: Theme) -> None:
    for ground in (ours.background or "", ours.variables["her-bar"]):
        assert contrast(ours.variables["her-faint"], ground) >= 4.5


def test_both_themes_set_every_name_that_has_a_fallback() -> None:
    names = {name for name in theme.fallback_variables(theme.DARK) if name.startswith("her-")}
    for ours in theme.THEMES:
        assert names <= set(ours.variables)


@pytest.mark.parametrize("name", sorted(BUILTIN_THEMES))
def test_other_themes_have_a_colour_for_every_name(name: str) -> None:
    assert set(theme.fallback_variables(BUILTIN_THEMES[name])) >= {
        key for key in theme.DARK.variables if key.startswith("her-")
    }


@pytest.mark.parametrize("sheet", _SHEETS, ids=lambda sheet: sheet.name)
def test_sheets_name_meanings_not_colours(sheet: Path) -> None:
    assert not re.findall(r"#[0-9a-fA-F]{3,8}\b(?=[^{]*;)", sheet.read_text())

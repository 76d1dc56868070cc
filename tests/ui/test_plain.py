"""Shades become attributes."""

from __future__ import annotations

import pytest
from rich.segment import Segment
from rich.style import Style
from textual.color import Color

from her_tui.ui import theme
from her_tui.ui.plain import PLAIN, Plain, plain_style
from tests.ui.conftest import Opened


@pytest.mark.parametrize(
    ("style", "plain"),
    [
        ("", ""),
        ("#ffffff on #000000", ""),
        ("bold #ffffff on #000000", "bold"),
        ("#707070 on #000000", "dim"),
        ("#ffffff on #ffffff", "reverse"),
        ("#000000 on #ffffff", "reverse"),
        ("#707070 on #ffffff", "reverse"),
        ("#ffffff on #707070", "reverse dim"),
        ("reverse #ffffff on #ffffff", "reverse"),
        ("reverse #ffffff", "reverse"),
        ("italic red on default", "italic"),
    ],
)
def test_shades_are_attributes(style: str, plain: str) -> None:
    found = plain_style(Style.parse(style))
    assert (found.color, found.bgcolor) == (None, None)
    wanted = Style.parse(plain)
    for attribute in ("bold", "dim", "italic", "reverse"):
        assert bool(getattr(found, attribute)) == bool(getattr(wanted, attribute)), attribute


def test_what_has_no_style_stays() -> None:
    assert Plain().apply([Segment("x")], Color(0, 0, 0)) == [Segment("x")]


def test_the_plain_theme_sets_every_name() -> None:
    assert set(PLAIN.variables) == set(theme.DARK.variables)


async def test_other_themes_are_not_to_be_had(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with opened() as her:
        assert her.app.theme == PLAIN.name
        await her.press("T")
        assert her.app.theme == PLAIN.name
        assert "NO_COLOR is set" in her.text()
        assert her.app.state.theme != PLAIN.name


async def test_the_open_tab_is_seen_without_colours(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with opened((80, 24)) as her:
        await her.press("enter", "f5")
        row = her.main.detail.tabs.render_line(0)
        shown = {text.strip(): style for text, style, _ in row if style is not None}
        assert plain_style(shown["files"]).reverse
        assert not plain_style(shown["state"]).reverse

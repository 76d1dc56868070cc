"""The screen without colours: attributes alone, on the terminal's own ground.

With ``NO_COLOR`` the theme `PLAIN` is used, whose shades are but names of attributes: white on
black is text, grey text is dim, a light background is reversed. `Plain` puts the attributes in the
place of the shades after everything is drawn, so that no colour is ever sent.
"""

from __future__ import annotations

from functools import lru_cache

from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import LineFilter
from textual.theme import Theme

from her_tui.ui.theme import DARK

_TEXT, _GROUND, _DIM = "#ffffff", "#000000", "#707070"

#: Names that are backgrounds, and step back or stand out.
_SHADES = {
    "her-bar": _GROUND,
    "her-cursor": _TEXT,
    "her-cursor-blurred": _GROUND,
    "her-added-background": _GROUND,
    "her-removed-background": _GROUND,
    "her-dim": _DIM,
    "her-faint": _DIM,
    "her-line": _DIM,
    "her-idle": _DIM,
    "border": _TEXT,
    "border-blurred": _DIM,
    "scrollbar": _DIM,
    "scrollbar-hover": _DIM,
    "scrollbar-active": _TEXT,
    "block-cursor-background": _TEXT,
    "block-cursor-foreground": _GROUND,
    "block-cursor-text-style": "none",
    "input-selection-background": _DIM,
}

PLAIN = Theme(
    name="her-plain",
    dark=True,
    primary=_TEXT,
    secondary=_TEXT,
    accent=_TEXT,
    foreground=_TEXT,
    background=_GROUND,
    surface=_GROUND,
    panel=_GROUND,
    success=_TEXT,
    warning=_TEXT,
    error=_TEXT,
    variables={
        name: _SHADES.get(name, _GROUND if "background" in name or "corner" in name else _TEXT)
        for name in DARK.variables
    },
)

#: Brightness from which on a background is reversed, and up to which that is dim; and by how much
#: text that is not dim stands out from its background.
_REVERSED, _HALF, _CLEAR = 0.3, 0.7, 0.5


class Plain(LineFilter):
    """Takes all colours away."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The segments in attributes alone."""
        return [
            Segment(text, plain_style(style) if style is not None else None, control)
            for text, style, control in segments
        ]


@lru_cache(4_096)
def plain_style(style: Style) -> Style:
    """``style`` without colours: a light background is reversed, and text that hardly stands out is
    dim."""
    ground = _brightness(style.bgcolor, 0.0)
    text = _brightness(style.color, 1.0)
    reverse = bool(style.reverse) or ground >= _REVERSED
    faded = abs(text - ground) < _CLEAR
    dim = bool(style.dim) or (_REVERSED <= ground < _HALF if ground >= _REVERSED else faded)
    return style.without_color + Style(dim=dim, reverse=reverse)


def _brightness(color: object, otherwise: float) -> float:
    """From 0 to 1; ``otherwise`` where the terminal's own colour is meant."""
    triplet = getattr(color, "triplet", None)
    return otherwise if triplet is None else Color(*triplet).brightness

"""Her's own two themes, and the colours' names that the style sheets use.

Style sheets name what a colour means (``$her-prompt``), never the colour. The two themes set these
names; in any other theme of Textual's they fall back to that theme's own colours.
"""

from __future__ import annotations

from textual.color import Color
from textual.theme import Theme

DARK_NAME = "her-dark"
LIGHT_NAME = "her-light"

DARK = Theme(
    name=DARK_NAME,
    dark=True,
    primary="#f0a83c",
    secondary="#d99a5b",
    accent="#f6b84f",
    foreground="#e8e1d6",
    background="#14110e",
    surface="#1b1713",
    panel="#262019",
    success="#8fbf7f",
    warning="#e8b14a",
    error="#f0806c",
    variables={
        "her-brand": "#f6b84f",
        "her-dim": "#ada297",
        "her-faint": "#998e80",
        "her-line": "#352d24",
        "her-bar": "#211c16",
        "her-cursor": "#382b17",
        "her-cursor-blurred": "#282119",
        "her-prompt": "#f6b84f",
        "her-response": "#a9c6e8",
        "her-thinking": "#b3a5d3",
        "her-action": "#c9b79c",
        "her-edit": "#8fc98a",
        "her-error": "#f58a76",
        "her-commit": "#6fcfc0",
        "her-command": "#e3a071",
        "her-search": "#86addd",
        "her-web": "#d39add",
        "her-agent": "#cfc65f",
        "her-playhead": "#ffd98a",
        "her-idle": "#3b332a",
        "her-live": "#8fd47f",
        "her-money": "#dcc58e",
        "her-added": "#8fc98a",
        "her-removed": "#f58a76",
        "her-added-background": "#1c2a18",
        "her-removed-background": "#331a15",
        "her-match": "#ffd98a",
        "border": "#5a4620",
        "border-blurred": "#352d24",
        "scrollbar": "#463b2e",
        "scrollbar-hover": "#6b5a42",
        "scrollbar-active": "#f0a83c",
        "scrollbar-background": "#1b1713",
        "scrollbar-background-hover": "#1b1713",
        "scrollbar-background-active": "#1b1713",
        "scrollbar-corner-color": "#1b1713",
        "block-cursor-background": "#f0a83c",
        "block-cursor-foreground": "#14110e",
        "block-cursor-text-style": "none",
        "input-selection-background": "#f0a83c 35%",
        "footer-key-foreground": "#f6b84f",
    },
)

LIGHT = Theme(
    name=LIGHT_NAME,
    dark=False,
    primary="#9a5b00",
    secondary="#7d5a2e",
    accent="#a35f00",
    foreground="#2b2520",
    background="#faf6ee",
    surface="#f5efe3",
    panel="#ebe2d2",
    success="#35702d",
    warning="#7d5000",
    error="#b3321f",
    variables={
        "her-brand": "#8c4e00",
        "her-dim": "#5f554a",
        "her-faint": "#6a5f52",
        "her-line": "#dccfba",
        "her-bar": "#efe7d8",
        "her-cursor": "#f3dcae",
        "her-cursor-blurred": "#ece1cc",
        "her-prompt": "#935300",
        "her-response": "#255a94",
        "her-thinking": "#66489a",
        "her-action": "#665136",
        "her-edit": "#2f6b27",
        "her-error": "#b02e1b",
        "her-commit": "#0c6b5f",
        "her-command": "#9a3f12",
        "her-search": "#1d5aa5",
        "her-web": "#8a2f97",
        "her-agent": "#5d5a00",
        "her-playhead": "#7a3f00",
        "her-idle": "#dccfba",
        "her-live": "#276c1d",
        "her-money": "#6e5313",
        "her-added": "#2f6b27",
        "her-removed": "#b02e1b",
        "her-added-background": "#e0eed6",
        "her-removed-background": "#f7dfd8",
        "her-match": "#8a4b00",
        "border": "#c9a25a",
        "border-blurred": "#dccfba",
        "scrollbar": "#cdbfa8",
        "scrollbar-hover": "#b09e82",
        "scrollbar-active": "#9a5b00",
        "scrollbar-background": "#f5efe3",
        "scrollbar-background-hover": "#f5efe3",
        "scrollbar-background-active": "#f5efe3",
        "scrollbar-corner-color": "#f5efe3",
        "block-cursor-background": "#9a5b00",
        "block-cursor-foreground": "#faf6ee",
        "block-cursor-text-style": "none",
        "input-selection-background": "#9a5b00 25%",
        "footer-key-foreground": "#9a5600",
    },
)

THEMES: tuple[Theme, ...] = (DARK, LIGHT)

#: What each of our names is called in a theme that is not ours.
_FALLBACKS = {
    "her-brand": "accent",
    "her-bar": "panel",
    "her-cursor": "primary-muted",
    "her-cursor-blurred": "surface-lighten-1",
    "her-prompt": "text-accent",
    "her-response": "text-primary",
    "her-thinking": "text-secondary",
    "her-action": "foreground",
    "her-edit": "text-success",
    "her-error": "text-error",
    "her-commit": "text-secondary",
    "her-command": "text-accent",
    "her-search": "text-primary",
    "her-web": "text-secondary",
    "her-agent": "text-warning",
    "her-playhead": "warning",
    "her-live": "text-success",
    "her-money": "text-warning",
    "her-added": "text-success",
    "her-removed": "text-error",
    "her-added-background": "success-muted",
    "her-removed-background": "error-muted",
    "her-match": "text-warning",
}


#: Text that steps back: how much of the foreground is left of it.
_MUTED = {"her-dim": 0.7, "her-faint": 0.55, "her-line": 0.25, "her-idle": 0.25}


def fallback_variables(theme: Theme) -> dict[str, str]:
    """Our names in the colours of ``theme``, for themes that do not set them.

    Each is a colour of its own, never ``auto``: they serve as backgrounds, and in hand-made lines.
    """
    colours = theme.to_color_system().generate()
    found = {name: colours[source] for name, source in _FALLBACKS.items()}
    foreground, background = colours["foreground"], colours["background"]
    for name, share in _MUTED.items():
        if foreground.startswith("ansi"):
            found[name] = "ansi_bright_black"
        else:
            found[name] = Color.parse(background).blend(Color.parse(foreground), share).hex
    return found

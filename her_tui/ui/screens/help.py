"""All keys, grouped by where they work; made from the table of actions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from her_tui.ui.actions import ACTIONS, Action, Region, keys_of, split_keys
from her_tui.ui.renderers.signs import meanings
from her_tui.ui.text import literal

_KEYS_WIDTH = 16
_IN_PALETTE = "in the palette"
_SECTIONS: tuple[tuple[str, tuple[Region, ...]], ...] = (
    ("Everywhere", (Region.EVERYWHERE,)),
    ("In lists and texts", (Region.LIST, Region.DETAIL, Region.PROMPTS, Region.COMPARE)),
    ("In the list", (Region.LIST,)),
    ("In the list and the timeline", (Region.LIST, Region.TIMELINE)),
    ("In the detail", (Region.DETAIL,)),
    ("In the detail and the timeline", (Region.DETAIL, Region.TIMELINE)),
    ("In the timeline", (Region.TIMELINE,)),
    ("In the prompt search", (Region.PROMPTS,)),
    ("In a comparison", (Region.COMPARE,)),
)


def sections(
    keymap: Mapping[str, str], here: Region = Region.EVERYWHERE
) -> list[tuple[str, list[tuple[str, str]]]]:
    """The help screen's text: (heading, [(keys, what they do)]), every action exactly once, those
    that work ``here`` first."""
    found = []
    for heading, regions in sorted(_SECTIONS, key=lambda section: here not in section[1]):
        chosen: list[Action] = [action for action in ACTIONS if action.regions == regions]
        lines = [
            ("  ".join(keys_of(action, keymap)) or _IN_PALETTE, _told(action, keymap))
            for action in chosen
        ]
        if lines:
            found.append((heading, lines))
    return [*found, *meanings()]


#: Two places that share no focus, and what the one is called in the other.
_APART = {
    (Region.LIST,): ((Region.DETAIL, Region.TIMELINE), "elsewhere"),
    (Region.DETAIL, Region.TIMELINE): ((Region.LIST,), "in the list"),
}


def _told(action: Action, keymap: Mapping[str, str]) -> str:
    """What an action does; where its key is that of another in the list, or outside of it, also
    what that one is called."""
    if action.regions not in _APART:
        return action.description
    regions, where = _APART[action.regions]
    own = _keys(action, keymap)
    other = next((o.label for o in ACTIONS if o.regions == regions and own & _keys(o, keymap)), "")
    return f"{action.description} ({where}: {other})" if other else action.description


def _keys(action: Action, keymap: Mapping[str, str]) -> set[str]:
    return {*split_keys(keymap.get(action.name, action.keys))}


class Help(ModalScreen[None]):
    """Shows `sections`; any usual way of leaving leaves."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,question_mark,f1,enter", "leave", "Back"),
        Binding("j,down", "scroll('scroll_down')", show=False),
        Binding("k,up", "scroll('scroll_up')", show=False),
        Binding("ctrl+d,pagedown,space", "scroll('scroll_page_down')", show=False),
        Binding("ctrl+u,pageup", "scroll('scroll_page_up')", show=False),
        Binding("g,home", "scroll('scroll_home')", show=False),
        Binding("G,end", "scroll('scroll_end')", show=False),
    ]

    COMPONENT_CLASSES: ClassVar[set[str]] = {"help--heading", "help--keys"}

    def __init__(self, keymap: Mapping[str, str], here: Region = Region.EVERYWHERE) -> None:
        super().__init__()
        self._keymap = keymap
        self._here = here

    def compose(self) -> ComposeResult:
        """One scrolling text."""
        with VerticalScroll(classes="dialog help") as scroll:
            scroll.border_title = literal("Keys")
            scroll.border_subtitle = literal("Esc to go back")
            yield Static(id="keys")

    def on_mount(self) -> None:
        """Written once the styles are known."""
        heading = self.get_visual_style("help--heading", partial=True)
        keys_style = self.get_visual_style("help--keys", partial=True)
        parts: list[Content] = []
        for title, lines in sections(self._keymap, self._here):
            parts.append(literal(title).stylize(heading))
            for keys, description in lines:
                pad = " " * max(1, _KEYS_WIDTH - len(keys))
                parts.append(literal(f"  {keys}").stylize(keys_style) + literal(pad + description))
            parts.append(Content(""))
        self.query_one("#keys", Static).update(Content("\n").join(parts[:-1]))
        self.query_one(VerticalScroll).focus()

    def action_scroll(self, how: str) -> None:
        """Scroll without animation."""
        getattr(self.query_one(VerticalScroll), how)(animate=False)

    def action_leave(self) -> None:
        """Back to the sessions."""
        self.dismiss()

"""What the footer offers: which keys, in which order, and what it calls them. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from her_tui.ui.actions import (
    BY_NAME,
    DETAIL,
    PROMPTS,
    TIMELINE,
    Action,
    Region,
    in_region,
    keys_of,
)


@dataclass(frozen=True, slots=True)
class Hint:
    """One entry of the footer."""

    keys: str
    label: str
    action: Action
    idle: bool = False
    """It would do nothing where the cursor is; it keeps its place, so that no other moves."""


#: Who reads a session has a playhead: what moves it comes first; all else follows by rank.
_READING = (
    "files.text", "files.diff", "files.restore",  # offered beside the files alone
    "deck.play", "deck.slower", "playhead.previous_prompt", "mark.next", "playhead.next_error",
    "moment.bookmark", "moment.jump", "session.copy_prompt", "detail.panel", "view.back",
    "app.help",
)  # fmt: skip


def hints(
    region: Region,
    keymap: Mapping[str, str],
    enabled: Iterable[str],
    idle: Collection[str] = (),
    labels: Mapping[str, str] = MappingProxyType({}),
    first: Sequence[str] = (),
) -> list[Hint]:
    """What the footer offers in ``region``, most useful first, of the actions in ``enabled`` and
    ``idle``: before all others those named in ``first``. ``labels`` are what some are called now.
    """
    allowed = {*enabled, *idle}
    order = (*first, *_READING) if region in (DETAIL, TIMELINE) else tuple(first)
    places = {name: place for place, name in enumerate(dict.fromkeys(order))}

    def place(action: Action) -> tuple[int, int, str]:
        return places.get(action.name, len(places)), action.rank, action.name

    shown = [action for action in in_region(region) if action.rank > 0 and action.name in allowed]
    found = []
    for action in sorted(shown, key=place):
        keys = _shown(action, keymap, region)
        if action.pair and action.pair in BY_NAME:
            keys = f"{keys} {_shown(BY_NAME[action.pair], keymap, region)}"
        label = labels.get(action.name, action.label)
        found.append(Hint(keys, label, action, action.name in idle))
    return found


def _shown(action: Action, keymap: Mapping[str, str], region: Region) -> str:
    """The key of ``action`` that the footer shows: where text is typed, none that is a letter."""
    keys = keys_of(action, keymap)
    if region is PROMPTS:
        return next((key for key in keys if len(key) > 1 or key in "↑↓←→"), keys[0])
    return keys[0]

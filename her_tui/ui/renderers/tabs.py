"""The tabs that stand for the panels where there is room for one. Pure."""

from __future__ import annotations

from collections.abc import Sequence

#: Panels by name, in the order of their keys.
PANELS = ("prompt", "response", "action", "files", "state", "request", "timing", "side")

_SHORT = {"prompt": "prom", "response": "resp", "action": "act", "request": "req", "timing": "time"}

#: Cells that the title of the panel in sight wants beside the tabs.
_CAPTION = 24


def tab_labels(active: str, width: int) -> Sequence[str]:
    """What stands on each tab in ``width`` cells, blanks around it included: the whole names where
    there is room for them and a title, else short ones, but for the ``active`` tab; first letters
    where even these are too long."""
    whole = [f" {name} " for name in PANELS]
    if sum(map(len, whole)) + _CAPTION <= width:
        return whole
    short = [f" {name if name == active else _SHORT.get(name, name)} " for name in PANELS]
    if sum(map(len, short)) <= width:
        return short
    return [f" {name if name == active else name[0]} " for name in PANELS]

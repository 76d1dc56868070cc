"""The tabs that stand for the panels where there is room for one. Pure."""

from __future__ import annotations

from collections.abc import Sequence

#: Panels by name, in the order of their keys.
PANELS = ("prompt", "response", "action", "files", "state", "request", "timing", "side")

#: Shorter names, the first to be shortened first: a shortened name is the same on every tab.
_SHORT = {"response": "resp", "request": "req", "prompt": "prom", "action": "act", "timing": "time"}
_FIRST = ("response", "request")

#: Cells that the title of the panel in sight wants beside the tabs.
_CAPTION = 24


def tab_labels(active: str, width: int) -> Sequence[str]:
    """What stands on each tab in ``width`` cells, blanks around it included: the whole names where
    there is room for them and a title, else some or all shorter; first letters, but for the
    ``active`` tab, where even these are too long."""
    for shortened in ((), _FIRST, tuple(_SHORT)):
        labels = [f" {_SHORT[name] if name in shortened else name} " for name in PANELS]
        if sum(map(len, labels)) + _CAPTION <= width:
            return labels
    if sum(map(len, labels)) <= width:
        return labels
    return [f" {name if name == active else name[0]} " for name in PANELS]

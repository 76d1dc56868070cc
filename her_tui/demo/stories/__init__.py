"""What happened to the team in the last six weeks: one module per project, and some of its
sessions.

A session that branches off another comes after it.
"""

from __future__ import annotations

from her_tui.demo.stories import (
    brine,
    flaky,
    gullwing,
    hero,
    inkpot,
    lampwick,
    live,
    quayside,
    sandbar,
    tidewater,
)
from her_tui.demo.world import Story


def all_stories() -> list[Story]:
    """Every session of the demo."""
    shelves = (hero, live, tidewater, flaky, gullwing, brine, sandbar, quayside, lampwick, inkpot)
    return [story for shelf in shelves for story in shelf.STORIES]

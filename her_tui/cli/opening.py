"""``her-tui``: open the library on screen, with the recorder behind it."""

from __future__ import annotations

import gc
import sys

from her_tui.cli.place import Place
from her_tui.errors import UsageError


def open_library(place: Place) -> None:
    """Show the library until the user leaves, and record meanwhile."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError(
            "The library opens on a terminal, and this is none",
            "For scripts there are her-tui sessions, show and stats, all with --json.",
        )
    if place.demo:
        _show(place)
        return
    from her_tui.recorder.process import attended

    with attended(place.home):
        _show(place)


def _show(place: Place) -> None:
    from her_tui.ui.app import HerApp  # deferred: the screen is the most expensive import there is

    # What was imported stays: collecting it over and over would drop frames.
    gc.freeze()
    HerApp(place.home, place.config, demo=place.demo).run()

"""``her-tui``: open the library on screen, with the recorder behind it."""

from __future__ import annotations

import sys

from her_tui.cli.place import Place
from her_tui.errors import UsageError


def open_library(place: Place) -> None:
    """Start the recorder and show the library until the user leaves."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError(
            "The library opens on a terminal, and this is none",
            "For scripts there are her-tui sessions, show and stats, all with --json.",
        )
    home, config = place.home, place.config
    if not place.demo:
        from her_tui.recorder.process import start

        start(home, config)
    from her_tui.ui.app import HerApp

    HerApp(home, config).run()

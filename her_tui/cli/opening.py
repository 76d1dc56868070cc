"""``her-tui``: open the library on screen, with the recorder behind it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from her_tui.cli.place import Place
from her_tui.errors import UsageError

if TYPE_CHECKING:
    from her_tui.queries.references import Located
    from her_tui.ui.start import Start


def open_library(place: Place, start: Start | None = None) -> None:
    """Show the library until the user leaves, and record meanwhile."""
    need_a_terminal()
    if place.demo:
        _show(place, start)
        return
    from her_tui.recorder.process import attended

    with attended(place.home):
        _show(place, start)


def need_a_terminal() -> None:
    """Raises `UsageError` if there is none to open the screen on."""
    if sys.stdin.isatty() and sys.stdout.isatty() and not sys.stderr.isatty():
        raise UsageError(
            "The screen is drawn on standard error, and that is no terminal",
            "Leave out the 2> that leads it elsewhere.",
        )
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError(
            "The library opens on a terminal, and this is none",
            "For scripts there are her-tui sessions, show and stats, all with --json.",
        )


def located(place: Place, reference: str) -> Located:
    """What ``reference`` names; raises a `HerError`, such as that it is not in the library."""
    from her_tui.queries.library import Library
    from her_tui.queries.references import locate

    library = Library.open(place.home)
    try:
        return locate(library, reference)
    finally:
        library.close()


def _show(place: Place, start: Start | None) -> None:
    from her_tui.ui.app import HerApp  # deferred: the screen is the most expensive import there is
    from her_tui.ui.keeping import settle

    settle()
    HerApp(place.home, place.config, demo=place.demo, start=start).run()

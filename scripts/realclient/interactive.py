"""A session at a terminal: turns, an interruption, a compaction, a fresh start, a permission."""

from __future__ import annotations

import time
from collections.abc import Sequence

from realclient.headless import command
from realclient.place import Place
from realclient.report import Report
from realclient.terminal import Terminal

_SIZE = "150x45"

#: A dialog does not take a key that may have been meant for something else.
_UNGUARDED_SECONDS = 2.0


def play(place: Place, options: Sequence[str], report: Report) -> None:
    """Play a session in auto mode, and one that asks before it acts."""
    _auto(place, options, report)
    _asking(place, options, report)


def _auto(place: Place, options: Sequence[str], report: Report) -> None:
    where = place.work("terminal")
    with Terminal(command(options, []), where, place.environment(), _SIZE) as terminal:
        turns = (
            ("Please play:coding", "written and committed"),
            ("Please play:second", "One commit so far"),
        )
        report.check("the client comes up", terminal.wait("auto mode on"), terminal.screen()[-400:])
        for words, answer in turns:
            terminal.say(words)
            report.check(f"answered: {answer!r}", terminal.wait(answer), terminal.screen()[-400:])
            time.sleep(1)
        terminal.say("Please play:long")
        time.sleep(5)
        terminal.keys("Escape")
        report.check("Esc interrupts", terminal.wait("Interrupted"))
        time.sleep(1)
        terminal.say("Please play:hello")
        report.check("answered after it", terminal.wait("Hello to you too"))
        time.sleep(1)
        terminal.say("Please play:flagged")
        report.check("a flagged action is stopped", terminal.wait("stopped, as it should be"))
        time.sleep(1)
        terminal.say("/compact")
        report.check("/compact", terminal.wait("Compacted"), terminal.screen()[-400:])
        time.sleep(1)
        terminal.say("/clear")
        time.sleep(3)
        terminal.say("Please play:third")
        report.check("answered after /clear", terminal.wait("the third answer"))
        time.sleep(1)
        terminal.say("/exit")
        time.sleep(3)


def _asking(place: Place, options: Sequence[str], report: Report) -> None:
    where = place.work("asking")
    line = command(options, ["--permission-mode", "default"])
    with Terminal(line, where, place.environment(), _SIZE) as terminal:
        terminal.wait("manual mode on")
        time.sleep(1)
        terminal.say("Please play:allowed")
        asked = terminal.wait("Do you want to proceed")
        report.check("permission is asked for", asked, terminal.screen()[-400:])
        time.sleep(_UNGUARDED_SECONDS)
        terminal.keys("Enter")
        report.check("and given", terminal.wait("The file is there"), terminal.screen()[-400:])
        time.sleep(1)
        terminal.say("/exit")
        time.sleep(3)

"""Run the genuine client through Her, and hold what Her tells against what the API saw.

    make realclient
    PYTHONPATH=.:scripts python -m realclient [default] [wire] [terminal] [files]

``default``: telemetry and transcripts, ``wire``: all channels, ``terminal``: with sessions at a
terminal too, ``files``: the texts of files as of every moment. Needs npm (to install the client),
tmux, and the right to make a network namespace. ``HER_REALCLIENT`` names the folder that everything
is below: what was installed there is used.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Sequence

from realclient import (
    channels,
    facts,
    faults,
    file_plays,
    files,
    headless,
    interactive,
    merged,
    told,
)
from realclient.place import Place, enter_namespace, install
from realclient.plays import PLAYS
from realclient.report import Report
from tests.support.api import Api

_PARTS = ("default", "wire", "terminal", "files")


def main(arguments: list[str]) -> int:
    """Run the parts; how many things did not hold, as an exit code."""
    parts = arguments or list(_PARTS)
    if set(parts) - set(_PARTS):
        print(__doc__, file=sys.stderr)
        return 2
    if not os.environ.get("HER_REALCLIENT_INSIDE"):
        install()
    enter_namespace("realclient", parts)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    report = Report()
    for name in ("default", "wire"):
        if name in parts:
            _user(name, report, terminal="terminal" in parts)
    if "files" in parts:
        _files(report)
    print(f"\n{report.passed} hold, {len(report.failures)} do not")
    return min(len(report.failures), 1)


def _user(name: str, report: Report, terminal: bool) -> None:
    """One user's day, with the channels that ``name`` stands for."""
    options = ["--wire"] if name == "wire" else []
    place = Place.fresh(name, "")
    with Api(PLAYS, place.folder / "api") as api:
        place = Place(place.folder, api.url)
        runs: dict[str, headless.Run] = {}
        keeper = merged.Keeper(place)
        try:
            with keeper.at_work():
                with report.part(f"{name}: the client"):
                    runs = headless.scenes(place, options, report)
                if terminal:
                    with report.part(f"{name}: the client at a terminal"):
                        interactive.play(place, options, report)
                _settle(place, report)
            _hold(place, api, runs, name == "wire", terminal, report)
            if name == "wire":
                with report.part("all channels together, and each alone"):
                    merged.check(report, place, keeper, api.messages)
                with report.part("what of ours dies in the middle of an answer"):
                    faults.play(place, report)
        finally:
            place.stop_recorder()


def _files(report: Report) -> None:
    """A user who has files changed in every way there is."""
    place = Place.fresh("files", "")
    api = Api(file_plays.PLAYS, place.folder / "api")
    with report.part("files: as of every moment"), api:
        files.play(Place(place.folder, api.url), report)


def _settle(place: Place, report: Report) -> None:
    """Wait until all that was captured is in the library."""
    time.sleep(6)
    quiet = headless.wait_quiet(place.her / "spool" / "bodies")
    report.check("raw bodies do not stay", quiet)
    time.sleep(1)


def _hold(
    place: Place,
    api: Api,
    runs: dict[str, headless.Run],
    with_wire: bool,
    terminal: bool,
    report: Report,
) -> None:
    title = "wire" if with_wire else "default"
    with report.part(f"{title}: requests"):
        lines = told.every_request(place)
        (channels.wire if with_wire else channels.telemetry)(report, api.messages, lines)
    with report.part(f"{title}: facts"):
        facts.scenes(report, runs, lambda session: told.session(place, session), with_wire)
    with report.part(f"{title}: errors"):
        for name in ("retries", "rejected"):
            channels.errors(report, runs[name], told.session(place, runs[name].session_id))
    if with_wire:
        with report.part("wire: words of a broken stream"):
            facts.cut_words(report, told.requests(place, runs["cut"].session_id))
    if terminal:
        with report.part(f"{title}: at the terminal"):
            session = _terminal_session(api)
            facts.interrupted(report, told.session(place, session), with_wire)


def _terminal_session(api: Api) -> str:
    """The session that was interrupted."""
    return next(seen.session_id for seen in api.messages if seen.play == "long")


def run(arguments: Sequence[str]) -> None:
    """Exit with what `main` says."""
    sys.exit(main(list(arguments)))


if __name__ == "__main__":
    run(sys.argv[1:])

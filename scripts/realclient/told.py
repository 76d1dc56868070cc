"""What Her's own commands tell."""

from __future__ import annotations

import json
import subprocess
from typing import Any

from realclient.place import Place, her

Told = dict[str, Any]


def ask(place: Place, *arguments: str) -> str:
    """What ``her-tui`` prints."""
    done = subprocess.run(
        [*her(), *arguments],
        env=place.environment(),
        capture_output=True,
        text=True,
        errors="surrogateescape",
    )
    if done.returncode:
        raise RuntimeError(f"her-tui {' '.join(arguments)}: {done.stderr.strip()}")
    return done.stdout


def session(place: Place, session_id: str) -> Told:
    """``show --json``"""
    found: Told = json.loads(ask(place, "show", session_id, "--json"))
    return found


def sessions(place: Place) -> list[Told]:
    """``sessions --json``"""
    found: list[Told] = json.loads(ask(place, "sessions", "--json"))
    return found


def requests(place: Place, session_id: str) -> list[Told]:
    """``show --requests``"""
    return [json.loads(line) for line in ask(place, "show", session_id, "--requests").splitlines()]


def every_request(place: Place) -> list[Told]:
    """The requests of all sessions."""
    return [each for row in sessions(place) for each in requests(place, row["session_id"])]


def attempts(told: Told) -> list[Told]:
    """The attempts of a session, response by response."""
    return [each for row in told["responses"] for each in row["attempt_list"]]

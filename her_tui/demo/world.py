"""The invented small team whose sessions the demo shows: its projects, models and stories.

Days are counted in working days before now, so that whatever the date, nobody worked on a Sunday.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from her_tui.demo.transcript import Transcript
from her_tui.events.requests import Channel

OPUS = "claude-opus-5-5"
SONNET = "claude-sonnet-5-5"
HAIKU = "claude-haiku-4-5-20251001"
LOCAL = "driftwood-coder-32b"
"""A model nobody sells: its sessions have no price."""

DAY_MS = 86_400_000

#: So many working days ago the team began to start its client with Her.
_SINCE_DAY = 8


@dataclass(frozen=True, slots=True)
class Project:
    """A repository of the team."""

    name: str
    folder: str
    worktree: str = ""
    """Folder of the worktree of it that the session runs in."""


_CODE = "/home/mira/code"
TIDEWATER = Project("tidewater", f"{_CODE}/tidewater")
TIDEWATER_OAUTH = Project(
    "tidewater", f"{_CODE}/tidewater", f"{_CODE}/tidewater/.claude/worktrees/oauth-state"
)
GULLWING = Project("gullwing", f"{_CODE}/gullwing")
BRINE = Project("brine", f"{_CODE}/brine")
QUAYSIDE = Project("quayside-docs", f"{_CODE}/quayside-docs")
SANDBAR = Project("sandbar", f"{_CODE}/sandbar")
LAMPWICK = Project("lampwick", "/home/mira/hobby/lampwick")
INKPOT = Project("inkpot", "/home/mira/inkpot")


@dataclass(frozen=True, slots=True)
class Story:
    """One session: when, where, with which model, and what happens in it."""

    key: str
    """Names the session and seeds everything random in it."""
    project: Project
    tell: Callable[[Transcript], None]
    day: int = 0
    """Working days before now; 0: today."""
    hour: float = 10.0
    """Time of day it starts, in hours (UTC)."""
    minutes_ago: float = 0.0
    """For today: when it starts, in minutes before now."""
    model: str = OPUS
    title: str = ""
    """The title the client found."""
    name: str = ""
    """The title the human gave."""
    branch: str = "main"
    version: str = "2.1.328"
    fork_of: str = ""
    """The key of the story it branches off."""
    live: bool = False
    """It is still going on: its last record is now, and its turn is open."""
    wire: bool = False
    """The client ran behind the wire."""

    @property
    def channels(self) -> Channel:
        """What saw its requests: nothing, until the team began to start its client with Her, and
        nothing where the model runs on the machine itself."""
        if self.model == LOCAL:
            return Channel(0)
        if self.wire:
            return Channel.WIRE | Channel.TELEMETRY
        return Channel.TELEMETRY if self.day <= _SINCE_DAY else Channel(0)


class Shelf(list[Story]):
    """The stories of one project, in the order they are written down."""

    def __init__(self, project: Project) -> None:
        super().__init__()
        self._project = project

    def story(
        self, *, project: Project | None = None, **settings: object
    ) -> Callable[[Callable[[Transcript], None]], Callable[[Transcript], None]]:
        """Put the decorated function on the shelf as a `Story` with these settings."""

        def keep(tell: Callable[[Transcript], None]) -> Callable[[Transcript], None]:
            where = project or self._project
            self.append(
                Story(key=tell.__name__, project=where, tell=tell, **settings)  # type: ignore[arg-type]
            )
            return tell

        return keep


def start_of(story: Story, now_ms: int) -> float:
    """When the story starts, in milliseconds since the epoch."""
    if not story.day:
        return now_ms - story.minutes_ago * 60_000
    day = datetime.fromtimestamp(now_ms // 1000, UTC).replace(hour=0, minute=0, second=0)
    left = story.day
    while left:
        day -= timedelta(days=1)
        left -= day.weekday() < 5
    return day.timestamp() * 1000 + story.hour * 3_600_000

"""What a thing that a key can do is, and where on the screen it applies. The table of them is in
`actions`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Region(StrEnum):
    """Where on the screen an action applies."""

    LIST = "list"
    DETAIL = "detail"
    TIMELINE = "timeline"
    EVERYWHERE = "everywhere"
    """Anywhere on the main screen."""
    PROMPTS = "prompts"
    """The prompt search, a screen of its own: letters are keys there only while none is typed."""
    COMPARE = "compare"
    """Two sessions side by side, a screen of its own."""


LIST, DETAIL, TIMELINE = Region.LIST, Region.DETAIL, Region.TIMELINE
PROMPTS = Region.PROMPTS
COMPARE = Region.COMPARE


@dataclass(frozen=True, slots=True)
class Action:
    """One thing the user can do."""

    name: str
    """``noun.verb``; the name used in the configuration."""
    label: str
    """One or two words, for the footer."""
    description: str
    """A short sentence, for the help screen and the palette."""
    keys: str
    """Default keys, comma separated; none: it is in the palette only."""
    run: str
    """Textual action; without a prefix it is looked up on the widget of the region. ``{key}`` in it
    is the key that was pressed: such an action's keys are fixed."""
    regions: tuple[Region, ...] = (Region.EVERYWHERE,)
    rank: int = 0
    """Place in the footer, 1 first; 0: not shown there."""
    pair: str = ""
    """Name of the opposite action, shown beside it in the footer."""
    priority: bool = False
    """Works even where text is typed."""
    palette: bool = True
    """Worth an entry in the palette; moving a cursor is not."""

    @property
    def everywhere(self) -> bool:
        """It applies whatever has the focus."""
        return Region.EVERYWHERE in self.regions

    @property
    def handler(self) -> str:
        """The name of its ``action_…`` method."""
        return self.run.partition("(")[0].rpartition(".")[2]

    @property
    def numbered(self) -> bool:
        """Each of its keys means something of its own."""
        return "{key}" in self.run

    def called(self, key: str) -> str:
        """The Textual action of ``key``."""
        return self.run.format(key=key) if self.numbered else self.run

    @property
    def title(self) -> str:
        """Its name in the palette: ``session: Copy the prompt``."""
        noun = self.name.partition(".")[0]
        return f"{noun}: {self.description}"

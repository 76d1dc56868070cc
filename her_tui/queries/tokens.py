"""Token sums, the way every screen and command shows them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tokens:
    """Tokens by kind; ``input`` is the uncached part of what was sent."""

    input: int = 0
    output: int = 0
    cache_creation: int = 0
    cache_read: int = 0

    @property
    def total(self) -> int:
        """All tokens, sent and received."""
        return self.input + self.output + self.cache_creation + self.cache_read

    @property
    def context(self) -> int:
        """All tokens sent: uncached, written to and read from the cache."""
        return self.input + self.cache_creation + self.cache_read

"""How an answer arrived: its pace and its stalls."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

#: A pause between two arrivals is a stall from this length on, in milliseconds.
STALL_MS = 2000.0

Chunks = Sequence[tuple[int, float]]
"""(bytes there were, milliseconds since the start) at each arrival."""


@dataclass(frozen=True, slots=True)
class Stall:
    """A pause after the first byte."""

    at_ms: float
    """When it began, since the start of the attempt."""
    length_ms: float


@dataclass(frozen=True, slots=True)
class Timing:
    """How one attempt's answer arrived. None: cannot be told."""

    ttft_ms: float | None
    duration_ms: float | None
    streaming_ms: float | None
    """From the first byte to the last."""
    tokens_per_second: float | None
    """While it streamed."""
    arrivals: int
    stalls: tuple[Stall, ...]


def timing_of(
    chunks: Chunks,
    output_tokens: int | None,
    ttft_ms: float | None = None,
    duration_ms: float | None = None,
) -> Timing:
    """The timing of an answer, from its arrivals where there are any, else from the two times."""
    raise NotImplementedError

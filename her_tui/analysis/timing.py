"""How an answer arrived: its pace and its stalls."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

#: A pause between two arrivals is a stall from this length on, in milliseconds.
STALL_MS = 2000.0

#: An answer that arrived all but at once has no pace.
_SHORTEST_MS = 20.0

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
    first = chunks[0][1] if chunks else ttft_ms
    last = chunks[-1][1] if chunks else duration_ms
    streaming = max(last - first, 0.0) if first is not None and last is not None else None
    pace = None
    if output_tokens and streaming is not None and streaming >= _SHORTEST_MS:
        pace = output_tokens / streaming * 1000
    return Timing(
        ttft_ms=ttft_ms if ttft_ms is not None else first,
        duration_ms=duration_ms if duration_ms is not None else last,
        streaming_ms=streaming,
        tokens_per_second=pace,
        arrivals=len(chunks),
        stalls=tuple(
            Stall(before, after - before)
            for (_, before), (_, after) in pairwise(chunks)
            if after - before >= STALL_MS
        ),
    )

"""What recording costs the client, by channel, as we measured it."""

from __future__ import annotations

from typing import NamedTuple

#: The client that was measured: scripted sessions of six and of 24 requests, twelve to twenty
#: interleaved runs with and without, processor time of the client and of all it starts.
MEASURED_WITH = "Claude Code 2.1.328"


class Cost(NamedTuple):
    """One channel's share."""

    channel: str
    client_cpu: float
    """What it adds to the client's processor time, as a part of one; noise is about 0.02."""
    what: str


COSTS = (
    Cost("transcripts", 0.0, "files that the client writes anyway"),
    Cost("logs", 0.02, "telemetry: times, tokens, retries, side requests"),
    Cost("bodies", 0.02, "telemetry: what was sent and answered, whole"),
    Cost("hooks", 0.01, "a shell at the start and the end of a session"),
    Cost("wire", 0.0, "with --wire: two processes beside the client"),
)
"""Metrics and traces are left off: they tell nothing that logs and bodies do not."""

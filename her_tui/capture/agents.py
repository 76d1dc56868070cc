"""The agents Her can record. A new one is added here and nowhere else."""

from __future__ import annotations

from her_tui.capture.adapter import Adapter
from her_tui.capture.transcripts.claude_code import ClaudeCode

ADAPTERS: tuple[Adapter, ...] = (ClaudeCode(),)


#: The agent of sessions whose client named none: they were seen on the wire alone, and are written
#: down in the format of the first adapter.
UNNAMED = "wire"


def adapter_for(agent: str) -> Adapter:
    """The adapter that reads the records of a session of ``agent``."""
    if agent == UNNAMED:
        return ADAPTERS[0]
    return next(adapter for adapter in ADAPTERS if adapter.agent == agent)

"""The agents Her can record. A new one is added here and nowhere else."""

from __future__ import annotations

from her_tui.capture.adapter import Adapter
from her_tui.capture.transcripts.claude_code import ClaudeCode

ADAPTERS: tuple[Adapter, ...] = (ClaudeCode(),)


def adapter_for(agent: str) -> Adapter:
    """The adapter that recorded a session of ``agent``."""
    return next(adapter for adapter in ADAPTERS if adapter.agent == agent)

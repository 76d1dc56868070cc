"""What an annotation is about. Apart from `annotations`, so that the screen can say it at once."""

from __future__ import annotations

from typing import NamedTuple


class Subject(NamedTuple):
    """What an annotation is about."""

    agent: str
    session_id: str
    key: bytes = b""
    """`Event.key` of a prompt; empty: the session as a whole."""

"""The body of a request: made the same whichever channel saw it, and what it says of itself."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]


def parsed(body: bytes) -> Json:
    """The JSON object in ``body``; empty if it holds none."""
    raise NotImplementedError


def normalise_request(body: bytes) -> bytes:
    """``body`` without what depends on the channel or names the machine, every other byte kept.

    A member ``betas`` of the top level is cut out (telemetry's copy has it, the wire's does not),
    and in ``metadata.user_id`` everything but the session's id is blanked. Applying it twice is
    applying it once; a body that is no JSON object comes back as it is.
    """
    raise NotImplementedError


def conversation_digest(body: bytes | Json) -> bytes:
    """16 bytes that are the same for every attempt at one response: the messages, system turns
    and cache marks aside. Empty if there are none."""
    raise NotImplementedError


def session_of(body: bytes | Json) -> str | None:
    """The session's id, from ``metadata.user_id``."""
    raise NotImplementedError

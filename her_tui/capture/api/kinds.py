"""What a request is for, told from the little that marks it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from her_tui.events.requests import RequestKind


def kind_of(
    path: str,
    headers: Mapping[str, str],
    body: Mapping[str, Any],
    query_source: str | None = None,
) -> RequestKind:
    """The purpose of the request of ``body`` to ``path``. The client's own word for it
    (``query_source``, telemetry only) counts before what the body looks like."""
    raise NotImplementedError

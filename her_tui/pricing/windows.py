"""Tokens a model's context holds, from the snapshot that genai-prices ships. No network."""

from __future__ import annotations

from functools import lru_cache

from her_tui.pricing.prices import bare

#: What a model asked for with this suffix holds.
_LONG_SUFFIX = "[1m]"
_LONG = 1_000_000

#: Models that hold more only when asked for it, by a suffix or a beta header, while the snapshot
#: tells the most they can: https://docs.claude.com/en/docs/build-with-claude/context-windows
_LESS_UNASKED = {"claude-opus-4-6": 200_000, "claude-sonnet-4-6": 200_000}


@lru_cache(maxsize=256)
def window(model: str) -> int | None:
    """Tokens that the context of ``model`` holds; None if that is not known."""
    if model.lower().endswith(_LONG_SUFFIX):
        return _LONG
    from genai_prices import data_snapshot

    snapshot = data_snapshot.get_snapshot()
    for name in dict.fromkeys((model, bare(model))):
        try:
            _, found = snapshot.find_provider_model(name, None, "anthropic", None)
        except LookupError:
            continue
        most = found.context_window
        return _LESS_UNASKED.get(found.id, most) if most else None
    return None

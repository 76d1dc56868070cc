"""Token usage in the words of the APIs, as `Tokens`."""

from __future__ import annotations

from her_tui.capture.values import Json, count_or_zero, dict_or_empty
from her_tui.events.requests import Tokens


def overlaid(usage: Json, later: object) -> Json:
    """``usage`` with what a later report says in its place; a null says nothing."""
    merged = dict(usage)
    for key, value in dict_or_empty(later).items():
        if isinstance(value, dict):
            said = {name: part for name, part in value.items() if part is not None}
            merged[key] = {**dict_or_empty(merged.get(key)), **said}
        elif value is not None:
            merged[key] = value
    return merged


def tokens_of(usage: Json) -> Tokens | None:
    """The tokens a report of usage tells of; None if it tells of none."""
    if not usage:
        return None
    if "prompt_tokens" in usage or "input_tokens_details" in usage:
        return _inclusive(usage)
    nested = dict_or_empty(usage.get("cache_creation"))
    hour = count_or_zero(nested.get("ephemeral_1h_input_tokens"))
    total = count_or_zero(usage.get("cache_creation_input_tokens"))
    server = dict_or_empty(usage.get("server_tool_use"))
    return Tokens(
        input=count_or_zero(usage.get("input_tokens")),
        output=count_or_zero(usage.get("output_tokens")),
        # Some versions leave the total at 0 beside a filled breakdown.
        cache_creation=max(total, hour + count_or_zero(nested.get("ephemeral_5m_input_tokens"))),
        cache_creation_1h=hour,
        cache_read=count_or_zero(usage.get("cache_read_input_tokens")),
        web_searches=count_or_zero(server.get("web_search_requests")),
        speed="fast" if usage.get("speed") == "fast" else "",
    )


def _inclusive(usage: Json) -> Tokens:
    """Of the APIs like OpenAI's, whose input includes what was read from the cache."""
    details = usage.get("input_tokens_details", usage.get("prompt_tokens_details"))
    cached = count_or_zero(dict_or_empty(details).get("cached_tokens"))
    total = count_or_zero(usage.get("input_tokens", usage.get("prompt_tokens")))
    output = count_or_zero(usage.get("output_tokens", usage.get("completion_tokens")))
    return Tokens(input=max(total - cached, 0), output=output, cache_read=min(cached, total))

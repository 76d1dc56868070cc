"""Token usage as the API reports it, folded into a response.

The client repeats the usage on every record of a response. Until 2.1.97 only the last record had
the final output, in some versions none: the largest value of a field is the final one.
"""

from __future__ import annotations

from her_tui.capture.transcripts.claude_code.records import Json, count_or_zero
from her_tui.events.model import Response


def fold_usage(response: Response, usage: Json) -> None:
    """Raise every field of ``response`` to what ``usage`` says."""
    get = usage.get
    tokens = count_or_zero(get("input_tokens"))
    if tokens > response.input:
        response.input = tokens
    tokens = count_or_zero(get("output_tokens"))
    if tokens > response.output:
        response.output = tokens
    tokens = count_or_zero(get("cache_read_input_tokens"))
    if tokens > response.cache_read:
        response.cache_read = tokens
    tokens = count_or_zero(get("cache_creation_input_tokens"))
    nested = get("cache_creation")
    if type(nested) is dict:
        hour = count_or_zero(nested.get("ephemeral_1h_input_tokens"))
        # Client < 2.1.152 left the total at 0 beside a filled breakdown.
        tokens = max(tokens, hour + count_or_zero(nested.get("ephemeral_5m_input_tokens")))
        if hour > response.cache_creation_1h:
            response.cache_creation_1h = hour
    if tokens > response.cache_creation:
        response.cache_creation = tokens
    server = get("server_tool_use")
    if type(server) is dict:
        searches = count_or_zero(server.get("web_search_requests"))
        if searches > response.web_searches:
            response.web_searches = searches
    if get("speed") == "fast":
        response.speed = "fast"

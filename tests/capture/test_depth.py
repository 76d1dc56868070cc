"""No nesting is so deep that reading it fails."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from her_tui.capture.api.answer import answer_of
from her_tui.capture.api.blocks import blocks_of
from her_tui.capture.api.body import conversation_digest, normalise_request, parsed, session_of
from her_tui.capture.api.kinds import kind_of
from her_tui.capture.telemetry.bodies import answered, attempt_of_request_file, entry_of_index
from her_tui.capture.telemetry.facts import facts_of
from her_tui.capture.telemetry.logs import read_logs

_READERS: list[Callable[[bytes], object]] = [
    answer_of,
    lambda body: answer_of(b"data: " + body + b"\n\n"),
    blocks_of,
    normalise_request,
    conversation_digest,
    session_of,
    lambda body: kind_of("/v1/messages", {}, parsed(body)),
    lambda body: facts_of(read_logs(body)),
    lambda body: answered(attempt_of_request_file("a", body, 1), body),
    entry_of_index,
]

_SHAPES = {
    "usage": ('{"type":"message_start","message":{"usage":', '{"cache_control":', "1", "}", "}}"),
    "content": (
        '{"messages":[{"role":"user","content":',
        '[{"type":"web_search_tool_result","cache_control":1,"content":',
        "1",
        "}]",
        "}]}",
    ),
    "input": ('{"tools":[', '{"type":"thinking","a":[', "1", "]}", "]}"),
    "betas": ('{"betas":', "[", "1", "]", ',"metadata":{"user_id":"x"}}'),
    "ids": ('{"metadata":', '{"user_id":', "1", "}", ',"model":"m"}'),
    "logs": ('{"resourceLogs":[', '{"scopeLogs":[', "1", "]}", "]}"),
}


@pytest.mark.parametrize("depth", [120, 300, 480, 700, 1100, 50_000])
@pytest.mark.parametrize("shape", sorted(_SHAPES))
def test_any_depth_is_read(shape: str, depth: int) -> None:
    start, opening, middle, closing, end = _SHAPES[shape]
    body = f"{start}{opening * depth}{middle}{closing * depth}{end}".encode()
    for read in _READERS:
        read(body)

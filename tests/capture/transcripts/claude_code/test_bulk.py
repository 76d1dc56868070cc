"""Which parts of a record are kept once for all sessions."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.capture.transcripts.claude_code.claude_records import (
    MAIN,
    adapter,
    encode,
    record,
    text,
    use,
    user,
)

LONG = 'Be helpful — and "brief".\n' * 200
LONGER = LONG + "Always."


def _values(*records: dict[str, Any]) -> list[Any]:
    """The values the spans of the records hold."""
    data = encode(*records)
    spans = adapter.read(MAIN, data, 0, True).bulk
    return [json.loads(data[at : at + size]) for at, size in spans]


@pytest.mark.parametrize(
    ("one", "values"),
    [
        pytest.param(
            record("attachment", attachment={"type": "skill_listing", "content": LONG}),
            [LONG],
            id="listing",
        ),
        pytest.param(
            record(
                "attachment",
                attachment={"type": "prompt_snapshot", "systemPrompt": ["short", LONG, LONGER]},
            ),
            [LONG, LONGER],
            id="system prompt, part by part",
        ),
        pytest.param(
            record(
                "attachment",
                attachment={"type": "instructions", "files": [{"content": LONG}]},
                rendered=[{"content": LONGER}],
            ),
            [{"content": LONG}, LONGER],
            id="instructions, raw and rendered",
        ),
        pytest.param(
            {
                "type": "api-request-shape",
                "shapeHash": "h",
                "shape": {"system": [text(LONG)], "tools": [{"name": "Bash", "description": LONG}]},
            },
            [text(LONG), [{"name": "Bash", "description": LONG}]],
            id="shape of a request",
        ),
        pytest.param(
            {"type": "api-request-blob", "hash": "h", "message": {"role": "user", "content": LONG}},
            [{"role": "user", "content": LONG}],
            id="message of a request",
        ),
        pytest.param(
            record("attachment", attachment={"type": "skill_listing", "content": "short"}),
            [],
            id="short",
        ),
        pytest.param(
            record("attachment", attachment={"type": "queued_command", "prompt": LONG}),
            [],
            id="a prompt",
        ),
        pytest.param(user(LONG), [], id="a message"),
        pytest.param(user([use("Write", content=LONG)]), [], id="a call"),
    ],
)
def test_spans(one: dict[str, Any], values: list[Any]) -> None:
    assert _values(one) == values


def test_spans_count_from_the_start_of_the_read() -> None:
    listing = record("attachment", attachment={"type": "skill_listing", "content": LONG})
    assert _values(user("x"), listing, user("y")) == [LONG]
    assert _values(listing, listing) == [LONG, LONG]


def test_a_number_no_database_takes_is_passed_over() -> None:
    raw = encode(record("attachment", attachment={"type": "x", "n": {"big": "NUMBER", "t": LONG}}))
    raw = raw.replace(b'"NUMBER"', b"9" * 40 + b',"s":"\\ud800"')
    facts = adapter.read(MAIN, raw, 0, True)
    assert (facts.bulk, len(facts.events)) == ([], 1)

"""A context block by block."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from her_tui.capture.api.blocks import ContextBlock, blocks_of, new_blocks
from tests.capture.api.samples import encoded, request

_MARK = {"cache_control": {"type": "ephemeral"}}


def _shape(block: ContextBlock) -> tuple[str, int, str, str, str, str]:
    return (block.section, block.index, block.role, block.kind, block.name, block.text)


def _result(content: object) -> dict[str, Any]:
    block = {"type": "tool_result", "tool_use_id": "toolu_1", "content": content}
    return {"role": "user", "content": [block]}


def test_every_block_is_there_in_the_order_sent() -> None:
    body = request(
        {"role": "user", "content": "hello"},
        {
            "role": "assistant",
            "content": [
                {"type": "thinking", "thinking": "hm", "signature": "c2ln"},
                {"type": "tool_use", "id": "toolu_1", "name": "Bash", "input": {"a": 1}},
            ],
        },
        _result([{"type": "text", "text": "one"}, {"type": "image", "source": {}}]),
        {"role": "system", "content": [{"type": "text", "text": "be quick"}]},
    )
    tool = json.dumps(json.loads(body)["tools"][0], indent=2)
    assert [_shape(block) for block in blocks_of(body)] == [
        ("system", 0, "", "text", "", "x-anthropic-billing-header: cc_version=2.1.328.abc;"),
        ("system", 1, "", "text", "", "Be kind."),
        ("tools", 0, "", "tool", "Bash", tool),
        ("messages", 0, "user", "text", "", "hello"),
        ("messages", 1, "assistant", "thinking", "", "hm"),
        ("messages", 1, "assistant", "tool_use", "Bash", '{\n  "a": 1\n}'),
        ("messages", 2, "user", "tool_result", "toolu_1", "one\nimage"),
        ("messages", 3, "system", "text", "", "be quick"),
    ]


def test_sizes_and_previews() -> None:
    image = {"type": "image", "source": {"media_type": "image/png", "data": "A" * 5000}}
    text = {"type": "text", "text": "a\x1b[31m red\n" + "long " * 200}
    blocks = blocks_of(request({"role": "user", "content": [image, text]}, system=None, tools=None))
    assert [block.chars for block in blocks] == [5000, len(text["text"])]
    assert blocks[0].text == "image image/png"
    assert len(blocks[1].preview) == 200
    assert "\x1b" not in blocks[1].preview
    assert "\n" not in blocks[1].preview


def test_blocks_of_kinds_nobody_knows_are_shown_as_they_are() -> None:
    odd = {"type": "novelty", "value": 7, **_MARK}
    (block,) = blocks_of(request({"role": "user", "content": [odd]}, system=None, tools=None))
    assert (block.kind, json.loads(block.text)) == ("novelty", {"type": "novelty", "value": 7})


def test_only_what_came_in_between_is_new() -> None:
    asked = {"role": "user", "content": "hello"}
    answer = {"role": "assistant", "content": [{"type": "text", "text": "Hi."}]}
    before = blocks_of(request(asked))
    after = blocks_of(request(asked, answer, asked))
    new = new_blocks(before, after)
    assert [(after[at].role, after[at].text) for at in sorted(new)] == [
        ("assistant", "Hi."),
        ("user", "hello"),
    ]
    assert new_blocks(after, before) == set()


def test_a_moved_cache_mark_makes_nothing_new() -> None:
    def turn(**more: Any) -> dict[str, Any]:
        return {"role": "user", "content": [{"type": "text", "text": "hello", **more}]}

    assert not new_blocks(blocks_of(request(turn())), blocks_of(request(turn(**_MARK))))


def test_a_thought_is_known_by_its_signature() -> None:
    def turn(thought: str, signature: str) -> bytes:
        block = {"type": "thinking", "thinking": thought, "signature": signature}
        return request({"role": "assistant", "content": [block]}, system=None, tools=None)

    seen, redacted = turn("I think", "c2ln"), turn("<REDACTED>", "c2ln")
    assert not new_blocks(blocks_of(redacted), blocks_of(seen))
    assert new_blocks(blocks_of(turn("<REDACTED>", "b3Ro")), blocks_of(seen)) == {0}


def test_a_request_like_openais() -> None:
    body = encoded(
        {
            "instructions": "Be kind.",
            "input": [
                {
                    "type": "message",
                    "role": "user",
                    "content": [{"type": "input_text", "text": "a"}],
                },
                {"type": "function_call", "name": "shell", "arguments": "{}", "call_id": "c1"},
            ],
            "tools": [{"type": "function", "function": {"name": "shell"}}],
        }
    )
    assert [(block.section, block.role, block.kind, block.name) for block in blocks_of(body)] == [
        ("system", "", "text", ""),
        ("tools", "", "tool", "shell"),
        ("messages", "user", "input_text", ""),
        ("messages", "", "function_call", "shell"),
    ]


_json = st.recursive(
    st.none() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(("type", "role", "content", "text", "input", "source", "name")),
            inner,
            max_size=4,
        )
    ),
    max_leaves=10,
)


@given(st.dictionaries(st.sampled_from(("system", "tools", "messages", "input")), _json))
def test_any_json_lays_out(body: dict[str, Any]) -> None:
    blocks = blocks_of(encoded(body))
    assert new_blocks(blocks, blocks) == set()
    assert all(len(block.digest) == 8 for block in blocks)


@given(st.binary(max_size=40))
def test_what_is_no_request_has_no_blocks(body: bytes) -> None:
    assert blocks_of(b"x" + body) == []

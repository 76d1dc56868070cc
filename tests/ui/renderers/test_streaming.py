"""An answer that is coming in: all of it is shown, and what stands is not made again."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from her_tui.events.model import EventKind
from her_tui.ui.renderers.streaming import Streaming, continues, paragraphs
from tests.ui.hostile import HOSTILE
from tests.ui.replay_values import item

PARTS = st.lists(
    st.sampled_from(["word ", "\n", "\n\n", "```\n", "- item\n", "# head\n", "é", "| a |\n"]),
    max_size=40,
)


def said(streaming: Streaming) -> list[str]:
    blocks = streaming.blocks(())
    return [line.text for block in blocks for line in block.lines if line.text.strip()]


@given(PARTS, st.integers(0, 200))
def test_coming_in_by_pieces_or_at_once_it_says_the_same(parts: list[str], cut: int) -> None:
    text = "".join(parts)
    by_pieces, at_once = Streaming(), Streaming()
    by_pieces.show([("text", text[:cut])])
    by_pieces.blocks(())
    by_pieces.show([("text", text)])
    at_once.show([("text", text)])
    assert said(by_pieces) == said(at_once)


@given(PARTS)
def test_paragraphs_end_outside_of_code(parts: list[str]) -> None:
    text = "".join(parts)
    for end in paragraphs(text):
        assert text[:end].endswith("\n\n")
        assert text[:end].count("```") % 2 == 0


def test_only_the_last_paragraph_is_made_anew() -> None:
    streaming = Streaming()
    streaming.show([("text", "One.\n\nTwo.\n\nThr")])
    before = streaming.blocks(())
    assert streaming.show([("text", "One.\n\nTwo.\n\nThree")])
    after = streaming.blocks(())
    assert [old is new for old, new in zip(before, after, strict=True)] == [True, True, False]
    assert not streaming.show([("text", "One.\n\nTwo.\n\nThree")])


def test_what_the_flow_tells_already_is_not_told_twice() -> None:
    streaming = Streaming()
    streaming.show([("thinking", "Hm"), ("text", "Now we"), ("tool_use", '{"command": "ls')])
    items = [item(1, EventKind.THINKING, "Hm"), item(2, EventKind.TEXT, "Now we rest.")]
    blocks = streaming.blocks(items)
    assert len(blocks) == 1
    assert "ls" in blocks[0].lines[0].text


def test_another_answer_begins_anew() -> None:
    assert continues([("text", "a")], [("text", "ab"), ("text", "c")])
    assert not continues([("text", "a")], [("text", "b")])
    assert not continues([("text", "a"), ("text", "b")], [("text", "a")])
    streaming = Streaming()
    streaming.show([("text", "Old.\n\nx")])
    streaming.blocks(())
    streaming.show([("text", "New.\n\nx")])
    assert said(streaming) == ["New.", "x"]


def test_hostile_text_comes_in_harmless() -> None:
    for kind in ("text", "thinking", "tool_use"):
        streaming = Streaming()
        streaming.show([(kind, text) for text in HOSTILE])
        assert all(text.isprintable() for text in said(streaming))


def test_a_call_is_told_in_words() -> None:
    streaming = Streaming()
    streaming.show([("tool_use", 'Agent\n{"description": "Find the caller", "promp')])
    assert said(streaming) == ["▸ calls Agent  Find the caller"]


def test_no_empty_lines_come_first() -> None:
    for kind in ("text", "thinking"):
        streaming = Streaming()
        streaming.show([(kind, "\n\n\n\nSo.")])
        (block,) = streaming.blocks(())
        assert [line.text for line in block.lines if line.text != "∴ thinking …"] == ["", "So."]
        assert len(block.lines) == (3 if kind == "thinking" else 2)

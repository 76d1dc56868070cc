"""What the user says, as lines."""

from __future__ import annotations

import pytest

from her_tui.queries.annotations import Annotation
from her_tui.ui.renderers.annotation import annotation_blocks, signs
from her_tui.ui.screens.annotate import tags_in

NONE = Annotation()
FULL = Annotation(starred=True, tags=("auth", "release"), note="first\nsecond \x1b[31mline")


def test_signs_say_what_there_is() -> None:
    assert signs(NONE) == ""
    assert signs(FULL) == "★ #auth #release ✎"
    assert signs(Annotation(tags=("a\x1bb",))) == "#a␛b"


def test_nothing_said_shows_nothing() -> None:
    assert annotation_blocks(NONE, NONE) == ()
    assert annotation_blocks(NONE, Annotation(starred=True)) == ()


def test_a_note_stands_under_its_label_line_by_line() -> None:
    (block,) = annotation_blocks(FULL, Annotation(note="of the prompt"))
    shown = ["".join(span.text for span in (*line.prefix, *line.spans)) for line in block.lines]
    assert shown == [
        "",
        "✎ note  of the prompt",
        "✎ session  ★ #auth #release",
        "           first",
        "           second ␛[31mline",
    ]


@pytest.mark.parametrize(
    ("text", "tags"),
    [("", ()), ("a b", ("a", "b")), ("#a, #b,c  a", ("a", "b", "c")), ("# ##", ())],
)
def test_tags_are_words(text: str, tags: tuple[str, ...]) -> None:
    assert tags_in(text) == tags

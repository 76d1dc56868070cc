"""What the user says of a session or a prompt, beside it. Pure functions."""

from __future__ import annotations

from collections.abc import Iterator

from her_tui import units
from her_tui.queries.annotations import Annotation
from her_tui.ui.renderers.line import BLANK, Block, Line, Span, safe, split


def signs(annotation: Annotation) -> str:
    """``★ #auth #release ✎``: a star, tags, and that there is a note."""
    return " ".join((*_names(annotation), *(("✎",) if annotation.note else ())))


def annotation_blocks(session: Annotation, prompt: Annotation) -> tuple[Block, ...]:
    """What stands below a prompt: its note, and what is said of its session."""
    lines = [*_lines("note", "", prompt.note)]
    lines += _lines("session", " ".join(_names(session)), session.note)
    return (Block(("annotation", session, prompt), (BLANK, *lines)),) if lines else ()


def _names(annotation: Annotation) -> list[str]:
    star = [units.STAR] if annotation.starred else []
    return star + [f"#{safe(tag, 40)}" for tag in annotation.tags]


def _lines(label: str, names: str, note: str) -> Iterator[Line]:
    """Under one label: names, then the note."""
    lead = (Span(f"✎ {label}  ", "label"),)
    hang = (Span(" " * len(lead[0].text)),)
    spans = [Span(names, "mark")] if names else []
    spans += [Span(text) for text in split(note)] if note else []
    for at, span in enumerate(spans):
        yield Line((span,), hang if at else lead, hang)

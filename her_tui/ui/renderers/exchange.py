"""A prompt and its answer as blocks, to be read beside a list of prompts. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from her_tui import clock, units
from her_tui.queries.exchanges import Exchange
from her_tui.queries.finding import Hit
from her_tui.ui.renderers.finding import Match, matches_in
from her_tui.ui.renderers.line import BLANK, Block, Line, Span, line, safe
from her_tui.ui.renderers.prose import prose
from her_tui.ui.renderers.titles import short_model

#: The block that is the prompt.
PROMPT = 1

#: Words that are marked; a query of more is no query for words.
_WORDS = 24


def exchange_blocks(hit: Hit, exchange: Exchange) -> tuple[Block, ...]:
    """What was found, the prompt, and what came of it."""
    asked = prose(exchange.prompt) or [line("(empty prompt)", "dim")]
    if exchange.cut:
        asked.append(line("… Enter shows all of it", "more", wrap=False))
    blocks = [
        Block(("head", hit.event), (_head(hit),)),
        Block(("prompt", hit.event), tuple(asked)),
        Block(("facts", hit.event), (BLANK, _facts(exchange), BLANK), lead=1),
    ]
    for number, text in enumerate(exchange.answer):
        blocks.append(Block(("answer", hit.event, number), (*prose(text), BLANK)))
    if exchange.more:
        more = line("… Enter shows all of it", "more", wrap=False)
        blocks.append(Block(("more", hit.event), (more,)))
    return tuple(blocks)


def _head(hit: Hit) -> Line:
    """When it was, and why it was found."""
    facts = [units.moment(hit.ts)[:16], _ago(hit.ts)]
    facts += [reason for reason in hit.why if reason != "newest"]
    return line(" · ".join(safe(fact, 60) for fact in facts if fact), "dim")


def _ago(ts: int | None) -> str:
    age = units.age(ts, clock.now_ms())
    return f"{age} ago" if age[-1:] in ("m", "h", "d") and age[:1].isdigit() else ""


def _facts(exchange: Exchange) -> Line:
    """What the answer took."""
    if not exchange.answer and not exchange.actions:
        return line("not answered", "dim", wrap=False)
    facts = [
        safe(short_model(exchange.model), 40),
        units.count(exchange.actions, "action") if exchange.actions else "",
        units.duration(exchange.duration_ms),
    ]
    said = " · ".join(fact for fact in facts if fact)
    return Line((Span("answer ", "heading"), Span(said, "dim")), wrap=False)


def marks_in(blocks: Sequence[Block], hit: Hit) -> Mapping[int, Sequence[Match]]:
    """Where the words that were found in the passage are in ``blocks``."""
    words = {hit.snippet[start:end].strip().lower() for start, end in hit.marks[:_WORDS]}
    words.discard("")
    if not words:
        return {}
    every = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    pattern = re.compile(rf"(?<!\w)(?:{every})", re.IGNORECASE)
    found = {}
    for at, block in enumerate(blocks[PROMPT:], PROMPT):
        matches = tuple(matches_in(block.lines, pattern))
        if matches:
            found[at] = matches
    return found

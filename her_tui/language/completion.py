"""What could be typed next. Pure: what there is in the library is looked up by the caller."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from her_tui.language.filters import BY_NAME, CHOICES, FILTERS, MEASURES, FilterSpec, Values
from her_tui.language.lexer import Kind, Token, tokens
from her_tui.language.printer import write
from her_tui.language.tree import Filter, Operator

Lookup = Callable[[str], Sequence[str]]
"""Name of a filter -> the values that the library has for it, the likeliest first."""

#: Offered at most.
_MOST = 50

_MOMENTS = (
    ("today", "since midnight"),
    ("yesterday", "since yesterday's midnight"),
    ("24h", "a day ago"),
    ("7d", "a week ago"),
    ("30d", "a month ago"),
)
_MEASURES = {
    Values.DURATION: (">5s", ">30s", ">5m", "<1s"),
    Values.COUNT: (">10", ">20", ">100k", ">1M"),
    Values.MONEY: (">0.5", ">1", ">10"),
}


@dataclass(frozen=True, slots=True)
class Completion:
    """One way to go on: ``query[start:end]`` becomes ``text``."""

    start: int
    end: int
    text: str
    description: str
    """What it keeps, to be shown beside it; empty where the text says it."""


def complete(text: str, cursor: int, values: Lookup | None = None) -> tuple[Completion, ...]:
    """The ways to go on at ``cursor`` (0: before the first character), the likeliest first.

    ``values`` is asked only where the value of a filter that takes a text is typed (``project``,
    ``branch``, ``model``, ``tool``, ``tag``, ``agent``, ``file``, ``command``, ``session``); one it
    knows nothing of has none.
    """
    touched = _touched(text, cursor)
    if touched is None:
        return ()
    start, end = touched
    typed = text[start:cursor]
    name, colon, partial = typed.partition(":")
    spec = BY_NAME.get(name)
    offers = _of_value(spec, partial, values) if colon and spec else _of_name(typed)
    found = (
        Completion(start, end, offer, description)
        for offer, description in offers
        if offer != text[start:end]
    )
    return tuple(islice(found, _MOST))


def _touched(text: str, cursor: int) -> tuple[int, int] | None:
    """The span of the word or filter that the cursor is in or behind; an empty one where a word
    could start; None where nothing can be completed."""
    for token in tokens(text):
        if token.start < cursor <= token.end:
            if token.kind in (Kind.OPEN, Kind.MINUS) or token.text == "-":
                break
            return (token.start, token.end) if _is_open(token, text, cursor) else None
    return cursor, cursor


def _is_open(token: Token, text: str, cursor: int) -> bool:
    """Whether a completion could take the place of ``token``: not behind its closing quote."""
    if token.kind is not Kind.FILTER:
        return token.kind is Kind.WORD
    closed = cursor == token.end and text[token.end - 1] == '"'
    return not (closed and text.find('"', token.start, token.end) < token.end - 1)


def _of_name(typed: str) -> Iterator[tuple[str, str]]:
    """Filters whose name starts so, then choices that do."""
    for spec in FILTERS:
        if spec.name.startswith(typed):
            yield f"{spec.name}:", spec.description
    if not typed:
        return
    for spec in FILTERS:
        for choice in spec.choices:
            if choice.startswith(typed):
                yield f"{spec.name}:{choice}", _says(spec, choice)


def _says(spec: FilterSpec, choice: str) -> str:
    return CHOICES[choice] + " (with a later version)" * (choice in spec.later)


def _of_value(spec: FilterSpec, partial: str, values: Lookup | None) -> Iterator[tuple[str, str]]:
    if spec.values is Values.CHOICE:
        for choice in spec.choices:
            if choice.startswith(partial.lower()):
                yield f"{spec.name}:{choice}", _says(spec, choice)
    elif spec.values is Values.MOMENT:
        for moment, description in _MOMENTS:
            if moment.startswith(partial):
                yield f"{spec.name}:{moment}", description
    elif spec.values in MEASURES:
        for measure in _MEASURES[spec.values]:
            if measure.startswith(partial):
                yield f"{spec.name}:{measure}", ""
    elif values is not None:
        for value in _fitting(values(spec.name), partial.lstrip('"').replace('""', '"').lower()):
            yield write(Filter(spec.name, value, Operator.IS)), ""


def _fitting(known: Sequence[str], partial: str) -> Iterator[str]:
    """Those that start with ``partial``, then those that have it."""
    wanted = [value for value in dict.fromkeys(known) if partial in value.lower() and value.strip()]
    yield from (value for value in wanted if value.lower().startswith(partial))
    yield from (value for value in wanted if not value.lower().startswith(partial))

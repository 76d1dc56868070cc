"""A query as a tree. Frozen, comparable; `her_tui.language.printer` writes it down again."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Operator(StrEnum):
    """How a filter compares."""

    IS = ""
    MORE = ">"
    LEAST = ">="
    LESS = "<"
    MOST = "<="


@dataclass(frozen=True, slots=True)
class Word:
    """A word to find; with ``prefix`` (``auth*``) also longer ones that start with it."""

    text: str
    prefix: bool = False


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words to find side by side (``"merge conflict"``)."""

    text: str


@dataclass(frozen=True, slots=True)
class Filter:
    """A condition (``project:her``, ``cost:>0.5``); ``value`` as typed (a choice in small letters),
    checked by the parser."""

    name: str
    value: str
    operator: Operator = Operator.IS


@dataclass(frozen=True, slots=True)
class Not:
    """What must not be."""

    node: Node


@dataclass(frozen=True, slots=True)
class And:
    """All of them; at least two."""

    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Any of them; at least two."""

    nodes: tuple[Node, ...]


Node = Word | Phrase | Filter | Not | And | Or


@dataclass(frozen=True, slots=True)
class Query:
    """What was typed, understood."""

    node: Node | None = None
    """None: nothing was typed."""
    remarks: tuple[str, ...] = ()
    """What the user should know of how it was understood: a filter that does not exist and was
    taken for words, one whose analysis does not exist yet."""

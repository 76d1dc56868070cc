"""A tree as text: what `her_tui.language.parser` reads back as the same tree."""

from __future__ import annotations

from her_tui.language.lexer import Kind, excludes, tokens
from her_tui.language.tree import And, Filter, Node, Not, Or, Phrase, Word


def write(node: Node | None) -> str:
    """``node`` as a user would type it; empty for None."""
    return "" if node is None else _written(node, within=False)


def _written(node: Node, within: bool) -> str:
    """``within`` brackets, where one that closes has a meaning."""
    if isinstance(node, Word):
        return _word(node, within)
    if isinstance(node, Phrase):
        return _quoted(node.text)
    if isinstance(node, Filter):
        return f"{node.name}:{node.operator.value}{_value(node.value, within)}"
    if isinstance(node, Not):
        inner = _bracketed(node.node) if _is_group(node.node) else _written(node.node, within)
        return f"-{inner}" if excludes(inner[:1]) else f"NOT {inner}"
    if isinstance(node, And):
        return " ".join(
            _bracketed(part) if _is_group(part) else _written(part, within) for part in node.nodes
        )
    return " OR ".join(
        _bracketed(part) if isinstance(part, Or) else _written(part, within) for part in node.nodes
    )


def _is_group(node: Node) -> bool:
    return isinstance(node, And | Or)


def _bracketed(node: Node) -> str:
    return f"({_written(node, within=True)})"


def _word(word: Word, within: bool) -> str:
    text = word.text + "*" * word.prefix
    before, after = ("(", ")") if within else ("", "")
    found = list(tokens(before + text + after))
    if within:
        found = found[1:-1]
    # A word that would be read as something else is no word the parser made.
    plain = len(found) == 1 and found[0].kind is Kind.WORD and found[0].text == text
    return text if plain else _quoted(word.text)


def _value(value: str, within: bool) -> str:
    hinders = '"()' if within else '"'
    plain = value and not value.startswith(("//", ":", "<", ">"))
    if plain and not any(each.isspace() or each in hinders for each in value):
        return value
    return _quoted(value)


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'

"""Source code as lines with roles, through Pygments (which Textual brings along)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name, get_lexer_for_filename
from pygments.token import Token, _TokenType
from pygments.util import ClassNotFound

from her_tui.ui.renderers.line import Line, Span, split

#: Code longer than this is shown in one colour: highlighting costs about 1 ms per KB.
HIGHLIGHT_LIMIT = 60_000

#: Token types and their roles, the most special first: the first that contains a token counts.
_ROLES: tuple[tuple[_TokenType, str], ...] = (
    (Token.Comment, "comment"),
    (Token.Keyword, "keyword"),
    (Token.Operator.Word, "keyword"),
    (Token.Literal.String, "string"),
    (Token.Literal.Number, "number"),
    (Token.Name.Function, "name"),
    (Token.Name.Class, "name"),
    (Token.Name.Decorator, "name"),
    (Token.Name.Tag, "name"),
    (Token.Name.Attribute, "number"),
    (Token.Generic.Heading, "strong"),
    (Token.Generic.Inserted, "added"),
    (Token.Generic.Deleted, "removed"),
)


@lru_cache(maxsize=128)
def _role(token: _TokenType) -> str:
    return next((role for kind, role in _ROLES if token in kind), "")


@lru_cache(maxsize=64)
def _lexer(language: str, path: str) -> Lexer | None:
    """The lexer for a language's name, or else for a file's; None for plain text."""
    try:
        if language:
            return get_lexer_by_name(language, stripnl=False, ensurenl=False)
        if path:
            return get_lexer_for_filename(path, stripnl=False, ensurenl=False)
    except ClassNotFound:
        pass
    return None


def highlight(lines: list[str], language: str = "", path: str = "") -> Iterator[list[Span]]:
    """The spans of each of ``lines`` (harmless already), in the colours of the language."""
    lexer = _lexer(language.lower()[:40], path.rpartition("/")[2][-80:])
    text = "\n".join(lines)
    if lexer is None or len(text) > HIGHLIGHT_LIMIT:
        yield from ([Span(each)] if each else [] for each in lines)
        return
    row: list[Span] = []
    made = 0
    for token, value in lexer.get_tokens(text):
        role = _role(token)
        first, *others = value.split("\n")
        if first:
            row.append(Span(first, role))
        for piece in others:
            yield row
            made += 1
            row = [Span(piece, role)] if piece else []
    if made < len(lines):
        yield row
        made += 1
    yield from ([] for _ in range(len(lines) - made))


def code_lines(text: str, language: str = "", path: str = "") -> list[Line]:
    """Captured code as lines of the role ``code`` with a band behind them."""
    pieces = list(split(text))
    return [
        Line(tuple(spans), prefix=(Span(" ", "code"),), hang=(Span(" ", "code"),), fill="code")
        for spans in highlight(pieces, language, path)
    ]

"""What is searched: prompts of our own, and prose and code of the interpreter's standard library.

Nothing of the library is kept here: it is read from the Python that runs this, so another release
gives other documents. The same release always gives the same.
"""

from __future__ import annotations

import ast
import random
import re
import sysconfig
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

#: Documents of each sort.
COMMENTS, DOCSTRINGS, FUNCTIONS = 420, 900, 900

#: Lengths that are taken, in characters: a remark is no document, and one that is much longer than
#: a passage of the model would measure how texts are cut.
_SHORTEST, _LONGEST = 120, 1400

_SEED = 20
_LEFT_OUT = ("test", "idlelib", "lib2to3", "site-packages", "turtledemo", "encodings", "__phello__")
_COMMENT = re.compile(r"(?m)(?:^[ \t]*#[^\n]*\n){3,}")


class Document(NamedTuple):
    """One text of the collection."""

    number: int
    """From 0; its place in the collection."""
    sort: str
    """``prompt``, ``comment`` (both are prompts in the library), ``prose`` (a response), ``answer``
    (code in a response) or ``code`` (the same put into a file by a tool, which has no vector)."""
    text: str
    summary: str = ""
    """Of code: the first sentence of its docstring, which is not in ``text``."""


class Prompt(NamedTuple):
    """A prompt of ours, and questions that ask for it in other words."""

    text: str
    paraphrases: tuple[str, ...]


def prompts() -> list[Prompt]:
    """What is in ``prompts.txt``."""
    found: list[Prompt] = []
    text = (Path(__file__).parent / "prompts.txt").read_text(encoding="utf-8")
    for block in text.split("\n\n"):
        lines = [line for line in block.splitlines() if line and not line.startswith("#")]
        asked = tuple(line[2:] for line in lines if line.startswith("? "))
        said = " ".join(line for line in lines if not line.startswith("? "))
        if said:
            found.append(Prompt(said, asked))
    return found


def documents() -> list[Document]:
    """The collection, in an order that has nothing to do with what is what."""
    chance = random.Random(_SEED)
    comments, docstrings, functions = _library()
    texts: list[tuple[str, str, str]] = [("prompt", prompt.text, "") for prompt in prompts()]
    texts += [("comment", text, "") for text in chance.sample(comments, COMMENTS)]
    texts += [("prose", text, "") for text in chance.sample(docstrings, DOCSTRINGS)]
    for at, (text, summary) in enumerate(chance.sample(functions, FUNCTIONS)):
        texts.append(("code" if at % 2 else "answer", text, summary))
    chance.shuffle(texts)
    return [Document(number, *text) for number, text in enumerate(texts)]


def _library() -> tuple[list[str], list[str], list[tuple[str, str]]]:
    """Comments, docstrings, and functions with their summaries; each text once."""
    comments: dict[str, None] = {}
    docstrings: dict[str, None] = {}
    functions: dict[str, str] = {}
    for source in _sources():
        for match in _COMMENT.finditer(source):
            text = " ".join(line.strip(" \t#") for line in match[0].splitlines()).strip()
            if _fits(text) and _is_prose(text):
                comments[text] = None
        for node in ast.walk(ast.parse(source)):
            if not isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Module):
                continue
            told = ast.get_docstring(node) or ""
            body = _without_docstring(source, node) if isinstance(node, ast.FunctionDef) else ""
            summary = " ".join(told.split("\n\n")[0].split())
            # A function is one document or the other: its docstring is what is asked of its code.
            if body and _fits(body) and 30 <= len(summary) <= 160:
                functions[body] = summary
            elif _fits(told) and _is_prose(told):
                docstrings[told] = None
    return list(comments), list(docstrings), list(functions.items())


def _sources() -> Iterator[str]:
    root = Path(sysconfig.get_paths()["stdlib"])
    for file in sorted(root.rglob("*.py")):
        parts = file.relative_to(root).parts
        if not any(part.startswith(_LEFT_OUT) for part in parts):
            yield file.read_text(encoding="utf-8", errors="replace")


def _without_docstring(source: str, node: ast.FunctionDef) -> str:
    """The function's source but for its docstring; empty where it has none, or nothing else."""
    if ast.get_docstring(node) is None or len(node.body) < 2:
        return ""
    lines = source.splitlines()
    first = node.body[0]
    head = lines[node.lineno - 1 : first.lineno - 1]
    return textwrap.dedent("\n".join(head + lines[first.end_lineno : node.end_lineno]))


def _fits(text: str) -> bool:
    return _SHORTEST <= len(text) <= _LONGEST


def _is_prose(text: str) -> bool:
    """Whether it is mostly words: no table, no commented-out code."""
    letters = sum(character.isalpha() or character == " " for character in text)
    return letters > 0.85 * len(text)

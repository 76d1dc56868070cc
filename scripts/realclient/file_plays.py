"""A play for the genuine client that does to files whatever can be done to them."""

from __future__ import annotations

import json

from tests.support.answers import CWD, Step, say, use
from tests.support.api import Plays

_BIG = "".join(f"line {number} of a file that is not small\n" for number in range(4000))
_NOTEBOOK = {
    "cells": [
        {
            "cell_type": "code",
            "id": "a1",
            "metadata": {},
            "execution_count": None,
            "outputs": [],
            "source": ["print(1)\n", "print(2)"],
        }
    ],
    "metadata": {},
    "nbformat": 4,
    "nbformat_minor": 5,
}

#: What is there before the session begins.
FILES = {
    "there.py": b"one = 1\ntwo = 2\nthree = 3\n",
    "windows.txt": b"one\r\ntwo\r\nthree\r\n",
    "mixed.txt": b"one\ntwo\r\nthree\nfour\n",
    "marked.txt": b"\xef\xbb\xbfone\ntwo\n",
    "wide.txt": "one\ntwo\n".encode("utf-16"),
    "open.txt": b"no line feed\nat the end",
    "tabs.py": b"\tone\n\t\ttwo\n    three\n",
    "quotes.md": "“one” and it’s two\n".encode(),
    "words.txt": "naïve 日本 \N{GRINNING FACE} cafe\u0301\nline\u2028sep\ntwo\n".encode(),
    "book.ipynb": json.dumps(_NOTEBOOK, indent=1).encode(),
    "big.txt": _BIG.encode(),
    "formatted.py": b"a=1\n",
    "removed.txt": b"soon gone\n",
}

#: A file that the hook formats after every edit, as formatters do.
FORMATTED = "formatted.py"


def _read(name: str, **more: object) -> Step:
    return Step((use("Read", file_path=f"{CWD}/{name}", **more),))


def _edit(name: str, old: str, new: str, **more: object) -> Step:
    return Step((_edits(name, old, new, **more),))


def _edits(name: str, old: str, new: str, **more: object) -> dict[str, object]:
    return use("Edit", file_path=f"{CWD}/{name}", old_string=old, new_string=new, **more)


def _write(name: str, content: str) -> Step:
    return Step((use("Write", file_path=f"{CWD}/{name}", content=content),))


def _run(command: str) -> Step:
    return Step((use("Bash", command=command, description="Change files"),))


def _cell(source: str, **more: str) -> Step:
    cell = use("NotebookEdit", notebook_path=f"{CWD}/book.ipynb", cell_id="a1", new_source=source)
    cell["input"].update(more)
    return Step((cell,))


_FIRST = [
    *(_read(name) for name in FILES if name != "big.txt"),
    _read("big.txt", offset=70, limit=20),
    _edit("there.py", "two = 2", "two = 22"),
    _edit("there.py", "two = 22\n", ""),
    _edit("windows.txt", "two", "TWO\nand more"),
    _edit("mixed.txt", "three", "3"),
    _edit("marked.txt", "two", "TWO"),
    _edit("wide.txt", "two", "TWO"),
    _edit("open.txt", "at the end", "at its end"),
    _edit("tabs.py", "two", "2\n\tx"),
    _edit("tabs.py", "\tone", "\tONE\n\t\tTWO"),
    _edit("quotes.md", '"one" and it\'s', "'x' and"),
    _edit("words.txt", "two", "zwei \N{PARTY POPPER} $& \\1"),
    _edit("big.txt", "line 77 of", "LINE 77 OF"),
    _cell("print(3)"),
    _cell("print(4)", edit_mode="insert", cell_type="code"),
    _edit("formatted.py", "a=1", "a=2"),
    _edit("formatted.py", "a=2", "a=3"),
    _write("new/made.py", "def f():\n    return 'a'\n"),
    _write("dos.bat", "@echo off\r\necho hi\r\n"),
    _edit("dos.bat", "hi", "bye"),
    _write("empty.txt", ""),
    _edit("empty.txt", "", "no longer\n"),
    _edit("born.txt", "", "by an edit\nwith two lines"),
    say("The first half is done."),
]

_SECOND = [
    _read("there.py"),
    _edit("there.py", "three", "drei"),
    _edit("there.py", "not in it", "x"),
    _edit("windows.txt", "and more", ""),
    _write("windows.txt", "all new\n"),
    _write("marked.txt", "all new\n"),
    _edit("new/made.py", "a", "b", replace_all=True),
    _edit("new/made.py", "return", "return  # at once\n    return"),
    Step((_edits("new/made.py", "def", "async def"), _edits("new/made.py", "f()", "g()"))),
    _run("sed -i s/async// new/made.py"),
    _edit("new/made.py", "g()", "h()"),
    _run("rm removed.txt"),
    _read("removed.txt"),
    _write("removed.txt", "and back\n"),
    _run("git init -q && git add -A && git commit -qm 'All of it'"),
    Step(
        (
            use(
                "Agent",
                description="Edit as well",
                prompt="play:files-agent now",
                subagent_type="general-purpose",
                run_in_background=False,
            ),
        )
    ),
    _run("sleep 3"),  # at a terminal the subagent works behind
    _read("born.txt"),
    _edit("born.txt", "three lines", "3 lines"),
    _edit("big.txt", "line 79 of", "LINE 79 OF"),
    say("The second half is done."),
]

PLAYS: Plays = {
    "files": [*_FIRST[:-1], *_SECOND],
    "files-one": _FIRST,
    "files-two": _SECOND,
    "files-agent": [
        _read("born.txt"),
        _edit("born.txt", "two lines", "three lines"),
        _write("agents.txt", "mine\n"),
        _edit("agents.txt", "mine", "its"),
        say("The subagent is done."),
    ],
}

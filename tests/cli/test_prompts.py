"""``her-tui prompts``."""

from __future__ import annotations

import base64
import io
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from her_tui.paths import CLIPBOARD_NAME
from her_tui.queries import minds, texts
from her_tui.queries.library import Library
from her_tui.ui import clipboard
from tests.cli.conftest import Run


@pytest.fixture(autouse=True)
def kept(demo_home: Path) -> Iterator[None]:
    """Nothing is kept from one test to the next."""
    yield
    for home in (demo_home, Path(os.environ["HER_HOME"])):
        minds.forget(home)


@pytest.fixture
def copied(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was put on the desktop's clipboard."""
    taken: list[str] = []

    def take(text: str) -> bool:
        taken.append(text)
        return True

    monkeypatch.setattr(clipboard, "to_desktop", take)
    return taken


def whole(home: Path, event: int) -> str:
    """A prompt in full."""
    library = Library.open(home)
    return texts.texts(library, [event])[event]


def test_prompts_are_numbered(her: Run) -> None:
    printed = her("prompts", "tide")
    blocks = printed.out.strip().split("\n\n")
    assert [block.split(" ")[0] for block in blocks] == [
        f"{number}." for number in range(1, len(blocks) + 1)
    ]
    assert len(blocks) > 1
    assert all(" · prompt · " in block for block in blocks)


def test_json(her: Run) -> None:
    found = her("prompts", "tide", "--json", "--limit", "2").json
    assert len(found) == 2
    assert {hit["kind"] for hit in found} == {"prompt"}


def test_copy_takes_the_best_whole(her: Run, demo_home: Path, copied: list[str]) -> None:
    best, second, *_ = her("prompts", "tide", "--json").json
    printed = her("prompts", "tide", "--copy")
    assert printed.code == 0
    assert printed.out == ""
    assert copied == [whole(demo_home, best["event"])]
    assert f"Copied {len(copied[0]):,} characters to the clipboard: " in printed.err
    her("prompts", "tide", "--copy", "--nth", "2")
    assert copied[1] == whole(demo_home, second["event"])
    assert her("prompts", "tide", "--copy", "--json").json


def test_without_a_desktop_it_goes_to_a_file(
    her: Run, own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clipboard, "to_desktop", lambda text: False)
    printed = her("prompts", "tide", "--copy")
    file = own_home / CLIPBOARD_NAME
    assert str(file) in printed.err
    assert "tide" in file.read_text().lower()


def test_without_a_desktop_a_terminal_takes_it(her: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    terminal = Terminal()
    monkeypatch.setattr(clipboard, "to_desktop", lambda text: False)
    monkeypatch.setattr(sys, "stderr", terminal)
    her("prompts", "tide", "--copy")
    sent = terminal.getvalue().split("\x1b]52;c;")[1].split("\a")[0]
    assert "tide" in base64.b64decode(sent).decode().lower()


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("prompts",), 2, "Missing argument"),
        (("prompts", "x", "--nth", "2"), 2, "Add --copy"),
        (("prompts", "x", "--copy", "--nth", "0"), 2, "--nth"),
        (("prompts", "xyzzyplugh", "--copy"), 1, "no such prompt"),
        (("prompts", "has:odd"), 2, "At character 1"),
    ],
)
def test_what_cannot_be(
    her: Run, copied: list[str], arguments: tuple[str, ...], code: int, said: str
) -> None:
    printed = her(*arguments)
    assert printed.code == code
    assert said in printed.err
    assert not copied

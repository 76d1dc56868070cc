"""Hostile transcripts on a real terminal: not one foreign control character comes through."""

from __future__ import annotations

import base64
import json
import re
from pathlib import Path

import pytest

from her_tui.plaintext import for_clipboard
from tests.pty import hostile
from tests.pty.conftest import Started
from tests.pty.repertoire import copies, foreign
from tests.pty.terminal import Terminal
from tests.support.claude import session_id

_MARK = re.compile(r"[Ψψ]([a-z]+)")

#: Fields that the screen has to show, or the test would prove nothing.
_SHOWN = frozenset({
    "answer", "command", "description", "doing", "errortext", "output", "prompt",
    "purpose", "queued", "report", "server", "shell", "slash", "stderr", "subject", "task",
    "thinking", "title", "toolname", "url",
})  # fmt: skip

#: A paste is hostile too: it was copied from somewhere.
_PASTE = "\x1b[200~pasted\x9b31;5;8m\u202e\x7f\x1b[201~"
_FAST = 0.04


def check(terminal: Terminal) -> None:
    """Nothing foreign was written, and nothing went wrong."""
    assert foreign(bytes(terminal.output)) == []
    assert hostile.PLANTED_COPY not in copies(bytes(terminal.output))
    assert b"Traceback" not in terminal.output


class Reader:
    """Presses keys, and notes which fields came to the screen."""

    def __init__(self, terminal: Terminal) -> None:
        self.terminal = terminal
        self.seen: set[str] = set()

    def press(self, *keys: str, silence: float = _FAST) -> None:
        """Press each key, and look at what is shown after it."""
        for key in keys:
            self.terminal.press(key, silence=silence)
            self.seen |= set(_MARK.findall(self.terminal.text()))

    def browse(self) -> None:
        """The list, in all its orders, and its filter."""
        self.press("b", "b", "b", "s", "S", "s", "S", "h", "right", "left", "p", "escape")
        self.press("/")
        self.terminal.type("Ψprompt [/x] [@click=app.quit]")
        self.press("enter", silence=0.3)
        self.press("escape", "/")
        self.terminal.type(f"no such thing {_PASTE}")
        self.press("enter", silence=0.3)
        self.press("escape")

    def read(self) -> None:
        """The open session: every turn unfolded, its panels, and the text searched."""
        self.press("enter", silence=0.3)
        self.press(*"{" * 5, "t", "x")
        for _ in range(4):
            self.press("g", *["pagedown"] * 26, "}")
        self.press("x", "t", "g", *"{" * 5, "p", "j", "p", "p", "escape", "enter")
        for _ in range(16):
            self.press("]", "enter", "]", "enter")
        self.press("e", "E", "E", "s", "escape", "enter")
        self.press("n", "/")
        self.terminal.type(f"Ψoutput{_PASTE}")
        self.press("enter", "n", "N", "escape", "z", "z", "Z", "tab", "right", "left", "escape")

    def replay(self) -> None:
        """The deck, the state, files with their texts, bookmarks, and another session beside."""
        self.press("7", "space", ">", silence=0.3)
        self.press("space", "escape", "f6", "j", "j", "f5", silence=0.2)
        self.press("j", "enter", "v", "=", "escape", "escape", "R", silence=0.2)
        self.press("escape", "b", silence=0.2)
        self.terminal.type(f"Ψnote [/x]{_PASTE}")
        self.press("enter", "B", "j", "escape", ":", silence=0.3)
        self.terminal.type(f"Ψ[/x]{_PASTE}")
        self.press("escape", "C", "enter", silence=0.5)
        self.press("d", "x", "escape", silence=0.3)

    def use(self) -> None:
        """Dialogs, messages, the pager, and the mouse."""
        self.press("?", "pagedown", "escape", "ctrl+p")
        self.terminal.type(f"Ψtitle [/x]{_PASTE}")
        self.press("down", silence=0.3)
        self.press("escape", "escape", "c", "j", "j", "end", "escape", "r")
        self.press("D", "escape", "y", "Y", "T")
        for row in range(0, self.terminal.size[1], 3):
            self.terminal.point(20, row)
            self.terminal.point(90, row)
            self.press("")
        self.press("j", "o")


def test_nothing_captured_drives_the_terminal(started: Started, poisoned: Path) -> None:
    last = session_id(hostile.SESSIONS - 1)
    (poisoned / "state.json").write_text(json.dumps({"session": last}))
    with started(size=(130, 40), PAGER="true") as terminal:
        terminal.until("─response")
        reader = Reader(terminal)
        reader.browse()
        reader.read()
        reader.replay()
        reader.use()
        terminal.resize((80, 24))
        reader.press("j", "enter", silence=0.3)
        terminal.resize((160, 50))
        reader.press("escape", silence=0.3)
        check(terminal)
        assert terminal.leave("q") == 0
        check(terminal)
        assert _SHOWN - reader.seen == set()


@pytest.mark.parametrize("number", range(hostile.SESSIONS))
def test_what_is_copied_is_the_prompt_without_controls(
    started: Started, poisoned: Path, number: int
) -> None:
    shown = {"session": session_id(number), "playheads": {session_id(number): 2}}
    (poisoned / "state.json").write_text(json.dumps(shown))
    with started(SSH_TTY="/dev/pts/0") as terminal:
        terminal.until("Ψthinking")
        terminal.press("enter", "y")
        terminal.until("Copied")
        assert terminal.leave("q") == 0
        copied = [base64.b64decode(one).decode() for one in copies(bytes(terminal.output))]
        assert copied == [for_clipboard(hostile.prompt(number).replace(hostile.LONE, "\ufffd"))]
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f]", copied[0])
        check(terminal)


def test_deleting_asks_in_plain_text(started: Started, poisoned: Path) -> None:
    with started("delete", session_id(1)) as terminal:
        terminal.until("Delete it from the library?")
        assert "Ψtitle" in terminal.text()
        assert terminal.leave("n", "enter") == 130
        check(terminal)
    with started("delete", session_id(1)) as terminal:
        terminal.until("Delete it from the library?")
        assert terminal.leave("y", "enter") == 0
        assert "Deleted" in terminal.text()
        check(terminal)


def test_an_import_tells_of_files_it_cannot_name(
    started: Started, tmp_path: Path, surroundings: dict[str, str]
) -> None:
    root = tmp_path / "c"
    hostile.write(root)
    try:
        hostile.write_unnameable(root)
    except OSError:
        pytest.skip("this file system takes names of text only")
    with started("import", str(root)) as terminal:
        assert terminal.leave() == 0
        assert "its name" in terminal.text()
        assert f"{hostile.SESSIONS} sessions" in terminal.text()
        check(terminal)


_COMMANDS = (
    ("sessions",),
    ("sessions", "--json"),
    ("show", "ID"),
    ("show", "ID", "--json"),
    ("show", "ID", "--jsonl"),
    ("show", "ID", "--markdown"),
    ("stats",),
    ("stats", "--json"),
    *(("stats", "--by", key) for key in ("session", "project", "model", "day")),
    ("stats", "--by", "project", "--json"),
    ("doctor",),
    ("show", hostile.Poison(0)("id").replace("\0", "")),
    ("sessions", "--project", hostile.Poison(0)("cwd").replace("\0", "")),
    (hostile.Poison(0)("command").replace("\0", ""),),
    ("import", hostile.Poison(0)("file").replace("\0", "")),
)


@pytest.mark.parametrize("arguments", _COMMANDS, ids=lambda arguments: " ".join(arguments)[:20])
def test_commands_write_nothing_foreign_to_a_terminal(
    started: Started, poisoned: Path, arguments: tuple[str, ...]
) -> None:
    with started(*(session_id(1) if one == "ID" else one for one in arguments)) as terminal:
        assert terminal.leave() in (0, 1, 2)
        assert terminal.output
        check(terminal)

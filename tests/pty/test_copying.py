"""Copying from the screen: over ssh, in tmux, and where no way is left but a file."""

from __future__ import annotations

import base64
import os
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from her_tui.paths import CLIPBOARD_NAME
from her_tui.plaintext import for_clipboard
from her_tui.recorder.ingest import import_roots
from her_tui.ui.clipboard import OSC52_LIMIT
from tests.pty.conftest import Started
from tests.pty.repertoire import copies
from tests.support.claude import Script, session_id

#: What a human may have pasted into a prompt.
_PROMPT = (
    "Mend the parser\x1b[201~\x07\n"
    "\tthen rm -rf\x9b31m \x1b]0;x\x07 ü 日本 \U0001f469\u200d\U0001f467"
)


def _library(home: Path, prompt: str) -> None:
    script = Script(session_id(1))
    script.prompt(prompt)
    script.say("It is mended.")
    file = script.write(home.parent / "transcripts")
    import_roots(home, [file.parent])


@pytest.fixture
def recorded(surroundings: dict[str, str]) -> Path:
    """A library of one session with that prompt; its folder."""
    home = Path(surroundings["HER_HOME"])
    _library(home, _PROMPT)
    return home


def test_over_ssh_the_terminal_is_told(started: Started, recorded: Path) -> None:
    with started(SSH_TTY="/dev/pts/7") as terminal:
        terminal.until("It is mended")
        terminal.press("enter", "y")
        terminal.until("through the terminal")
        assert terminal.leave("q") == 0
        (told,) = copies(bytes(terminal.output))
        assert base64.b64decode(told).decode() == for_clipboard(_PROMPT)
    assert not (recorded / CLIPBOARD_NAME).exists()


def test_what_is_too_long_for_a_terminal_goes_to_a_private_file(
    started: Started, surroundings: dict[str, str]
) -> None:
    home = Path(surroundings["HER_HOME"])
    prompt = "ü" * OSC52_LIMIT
    _library(home, prompt)
    with started(SSH_TTY="/dev/pts/7", size=(200, 40)) as terminal:
        terminal.until("It is mended")
        terminal.press("enter", "g", "y")
        terminal.until(CLIPBOARD_NAME)
        assert terminal.leave("q") == 0
        assert copies(bytes(terminal.output)) == []
    file = home / CLIPBOARD_NAME
    assert file.read_text(encoding="utf-8") == prompt
    assert file.stat().st_mode & 0o777 == 0o600


class Tmux:
    """A tmux server of this test's own."""

    def __init__(self, program: str, folder: Path) -> None:
        self._command = [program, "-L", f"her-{os.getpid()}", "-f", "/dev/null"]
        self._environment = {
            "TMUX_TMPDIR": str(folder), "PATH": os.defpath, "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8",
            "TERM": "xterm-256color", "HOME": str(folder),
        }  # fmt: skip

    def __call__(self, *arguments: str) -> str:
        """What a tmux command prints."""
        done = subprocess.run(
            [*self._command, *arguments],
            env=self._environment,
            capture_output=True,
            timeout=10,
            check=False,
        )
        return done.stdout.decode()

    def sees(self, text: str) -> None:
        """Wait until the pane shows ``text``."""
        wait_until(lambda: text in self("capture-pane", "-p"))


def wait_until(true: Callable[[], object]) -> None:
    """Wait until ``true`` says so; fail if it never does."""
    end = time.monotonic() + 20
    while not true():
        assert time.monotonic() < end, "what was waited for did not happen"
        time.sleep(0.05)


@pytest.fixture
def tmux(tmp_path: Path) -> Iterator[Tmux]:
    """tmux, where it is installed."""
    program = shutil.which("tmux")
    if program is None:
        pytest.skip("tmux is not installed")
    server = Tmux(program, tmp_path)
    yield server
    server("kill-server")


@pytest.mark.parametrize("setting", ["on", "off", "external"])
def test_in_tmux_its_buffer_takes_the_prompt(
    tmux: Tmux, recorded: Path, surroundings: dict[str, str], setting: str
) -> None:
    program = shutil.which("tmux")
    assert program is not None
    (Path(surroundings["PATH"]) / "tmux").symlink_to(program)
    environment = [f"{name}={value}" for name, value in surroundings.items() if name != "TERM"]
    her = shlex.join(["env", *environment, sys.executable, "-m", "her_tui"])
    code = recorded.parent / "exit-code"
    tmux("new-session", "-d", "-x", "120", "-y", "36", "sleep 60")
    tmux("set-option", "-s", "set-clipboard", setting)
    tmux("respawn-pane", "-k", f"{her}; echo $? > {shlex.quote(str(code))}")
    tmux.sees("It is mended")
    tmux("send-keys", "Enter", "y")
    tmux.sees("to the tmux buffer")
    assert tmux("show-buffer") == for_clipboard(_PROMPT)
    tmux("send-keys", "q")
    wait_until(lambda: code.exists() and code.read_text())
    assert code.read_text() == "0\n"

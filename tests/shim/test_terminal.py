"""``her-tui run`` on a terminal: whether the client is started by it cannot be told."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest

from tests.pty.terminal import Terminal
from tests.support.starting import environment_for, run_command

pytestmark = pytest.mark.usefixtures("no_recorder_left")

_CLIENT = """\
#!{python}
import os, signal, sys, termios

def window(*_):
    size = os.get_terminal_size(0)
    print(f"window {{size.columns}}x{{size.lines}}", flush=True)

def interrupted(*_):
    print("interrupted", flush=True)

signal.signal(signal.SIGWINCH, window)
signal.signal(signal.SIGINT, interrupted)
print("terminals", *(os.isatty(number) for number in (0, 1, 2)))
print("leads", os.getpgrp() == os.tcgetpgrp(0), os.open("/dev/tty", os.O_RDWR) > 0)
print("canonical", bool(termios.tcgetattr(0)[3] & termios.ICANON))
window()
print("pid", os.getpid(), flush=True)
for line in sys.stdin:
    word = line.strip()
    if word == "leave":
        sys.exit(7)
    print("got", word, flush=True)
"""


@pytest.fixture
def program(home: Path) -> Path:
    """A client that tells what it sees of the terminal."""
    folder = home.parent / "bin"
    folder.mkdir()
    program = folder / "claude"
    program.write_text(_CLIENT.format(python=sys.executable))
    program.chmod(0o755)
    return program


def environment_of(home: Path, program: Path) -> dict[str, str]:
    """The user's, on a terminal."""
    return environment_for(home, program, TERM="xterm-256color", PS1="$ ", ENV="")


def test_the_terminal_is_the_clients(home: Path, program: Path) -> None:
    with Terminal(run_command("claude"), environment_of(home, program), (97, 31)) as terminal:
        terminal.until("pid ")
        assert "terminals True True True" in terminal.text()
        assert "leads True True" in terminal.text()
        assert "canonical True" in terminal.text()
        assert "window 97x31" in terminal.text()
        assert f"pid {terminal.process.pid}" in terminal.text()
        terminal.resize((60, 20))
        terminal.until("window 60x20")
        terminal.type("hello\r")
        terminal.until("got hello")
        terminal.type("\x03")
        terminal.until("interrupted")
        assert terminal.leave("leave\r") == 7


def test_only_the_client_writes_to_it(home: Path, program: Path) -> None:
    """Byte for byte what it would be without us, but for the process's number."""
    seen = []
    for command in (run_command("claude"), [str(program)]):
        with Terminal(command, environment_of(home, program)) as terminal:
            terminal.until("pid ")
            terminal.type("hello\r")
            terminal.until("got hello")
            assert terminal.leave("leave\r") == 7
            seen.append(bytes(terminal.output).replace(b"%d" % terminal.process.pid, b"PID"))
    assert seen[0] == seen[1]


def test_it_is_stopped_and_goes_on(home: Path, program: Path) -> None:
    """Job control, by a shell that knows nothing but the process that it started."""
    command = " ".join(run_command("claude"))
    with Terminal(["/bin/sh", "-i"], environment_of(home, program)) as terminal:
        terminal.until("$ ")
        terminal.type(f"{command}\r")
        terminal.until("pid ")
        terminal.type("\x1a")
        terminal.until("Stopped")
        terminal.type("echo back; fg\r")
        terminal.until("back")
        time.sleep(0.2)
        terminal.type("again\r")
        terminal.until("got again")
        terminal.type("leave\r")
        terminal.quiet()
        terminal.type("echo code $?\r")
        terminal.until("code 7")


def test_interrupting_it_before_it_is_there(home: Path, program: Path) -> None:
    """Nothing is said, and it ends as any program does that has not begun to listen."""
    with Terminal(
        run_command("--", "sh", "-c", "kill -INT $$"), environment_of(home, program)
    ) as t:
        t.quiet(0.3)
        assert t.process.wait(20) == -2
        assert bytes(t.output) == b""

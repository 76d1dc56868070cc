"""The copy chain: who is asked, in which order, and what is said afterwards."""

from __future__ import annotations

from pathlib import Path

import pytest

from her_tui.ui import clipboard
from her_tui.ui.clipboard import Copied, Ways


class Asked:
    """Ways of copying that record what they were given; only ``works`` take it."""

    def __init__(self, *works: str) -> None:
        self.works = works
        self.calls: list[tuple[str, str]] = []

    def ways(self) -> Ways:
        def way(name: str) -> bool:
            return name in self.works

        def desktop(text: str) -> bool:
            self.calls.append(("desktop", text))
            return way("desktop")

        def tmux(text: str) -> bool:
            self.calls.append(("tmux", text))
            return way("tmux")

        def terminal(text: str) -> bool:
            self.calls.append(("terminal", text))
            return way("terminal")

        def file(text: str) -> Path | None:
            self.calls.append(("file", text))
            return Path("/h/clipboard.txt") if way("file") else None

        return Ways(desktop, tmux, terminal, file)

    @property
    def order(self) -> list[str]:
        return [name for name, _ in self.calls]


@pytest.mark.parametrize(
    ("environment", "works", "order", "said"),
    [
        ({}, ("desktop",), ["desktop"], "to the clipboard"),
        ({"TMUX": "x"}, ("desktop", "tmux"), ["desktop"], "to the clipboard"),
        ({"TMUX": "x"}, ("tmux",), ["desktop", "tmux"], "to the tmux buffer"),
        ({}, ("terminal",), ["desktop", "terminal"], "through the terminal"),
        ({"SSH_TTY": "/dev/pts/1"}, ("desktop", "terminal"), ["terminal"], "through the terminal"),
        ({"SSH_CONNECTION": "a", "TMUX": "x"}, ("tmux",), ["tmux"], "to the tmux buffer"),
        ({}, ("file",), ["desktop", "terminal", "file"], "to /h/clipboard.txt"),
    ],
)
def test_the_first_way_that_works_takes_it(
    environment: dict[str, str], works: tuple[str, ...], order: list[str], said: str
) -> None:
    asked = Asked(*works)
    copied = clipboard.copy("hello", environment, asked.ways())
    assert asked.order == order
    assert said in str(copied)
    assert "5 characters" in str(copied)


def test_nothing_left_is_said() -> None:
    assert clipboard.copy("x", {}, Asked().ways()) is None


def test_what_is_copied_cannot_drive_a_terminal() -> None:
    asked = Asked("desktop")
    clipboard.copy("a\x1b[201~rm -rf\x07\x9b\ud83d\tb\r\nc", {}, asked.ways())
    assert asked.calls == [("desktop", "a[201~rm -rf\tb\nc")]


def test_a_long_text_does_not_go_through_the_terminal() -> None:
    asked = Asked("terminal", "file")
    clipboard.copy("x" * (clipboard.OSC52_LIMIT + 1), {}, asked.ways())
    assert asked.order == ["desktop", "file"]


def test_the_file_is_private(tmp_path: Path) -> None:
    file = clipboard.to_file(tmp_path / "home")("text")
    assert file is not None
    assert file.read_text() == "text"
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_failing_file_is_no_way(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("")
    assert clipboard.to_file(tmp_path / "home")("text") is None


def test_tmux_that_is_not_there_is_no_way(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert not clipboard.to_tmux("x")


def test_one_character() -> None:
    assert str(Copied(1, "somewhere")) == "Copied 1 character somewhere"

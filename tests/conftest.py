"""Every test runs in a house of its own: no setting of the developer's reaches it."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest

_SECRETS = ("_KEY", "_TOKEN", "SECRET", "PASSWORD")

#: What in the environment would change what a test sees.
_MEDDLERS = (
    "CLAUDE_CONFIG_DIR",
    "HER_CONFIG",
    "HER_NOW",
    "NO_COLOR",
    "SSH_CONNECTION",
    "SSH_TTY",
    "TEXTUAL_THEME",
    "TMUX",
    "XDG_CONFIG_HOME",
    "XDG_DATA_HOME",
)


@pytest.fixture(scope="session", autouse=True)
def _no_secrets() -> None:
    # A failing snapshot test writes the whole environment into its report.
    for name in list(os.environ):
        if any(mark in name.upper() for mark in _SECRETS):
            del os.environ[name]
    os.environ["TZ"] = "UTC"
    time.tzset()


@pytest.fixture(scope="session", autouse=True)
def _interruptible() -> None:
    # A shell starts what it puts into the background with interrupts ignored, which all that is
    # started from there inherits.
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Her's folder of this test (not created), in a user's home of this test."""
    user = tmp_path_factory.mktemp("user")
    for name in _MEDDLERS:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(user))
    monkeypatch.setenv("HER_HOME", str(user / "her"))
    monkeypatch.setenv("TEXTUAL_ANIMATIONS", "none")
    return user / "her"

"""Where this run's library is: the user's, or an invented one that is thrown away."""

from __future__ import annotations

import os
import shutil
import tempfile
from functools import cached_property
from pathlib import Path

from her_tui import paths
from her_tui.cli.output import narrate
from her_tui.config import Config, load


class Place:
    """Her's folder and configuration for one run."""

    def __init__(self, *, demo: bool = False) -> None:
        self.demo = demo
        self._scratch: Path | None = None

    @cached_property
    def home(self) -> Path:
        """Her's folder; the demo's is filled when it is first asked for."""
        return self._invent() if self.demo else paths.home()

    @cached_property
    def config(self) -> Config:
        """The user's settings; the demo has none."""
        return Config() if self.demo else load()

    def leave(self) -> None:
        """Throw the demo away."""
        if self._scratch is not None:
            shutil.rmtree(self._scratch, ignore_errors=True)

    def _invent(self) -> Path:
        from her_tui.demo import build

        self._scratch = Path(tempfile.mkdtemp(prefix="her-demo-"))
        home = self._scratch / "her"
        # Whatever else asks where things are, asks here: nothing of the user's is read.
        os.environ["HER_HOME"] = str(home)
        os.environ["HER_CONFIG"] = str(self._scratch / "config.toml")
        os.environ["CLAUDE_CONFIG_DIR"] = str(home / "claude")
        narrate("Preparing the demo …")
        build(home)
        return home

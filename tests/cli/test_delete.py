"""``her-tui delete``."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Run

pytest.importorskip("her_tui.recorder.deletion")

HERO = "f27ac6ac"


def test_a_deleted_session_does_not_come_back(her: Run, own_home: Path) -> None:
    assert her("delete", HERO, "--yes").code == 0
    assert her("show", HERO).code == 1
    her("import", str(own_home / "claude"))
    assert her("show", HERO).code == 1


def test_nobody_to_ask(her: Run, own_home: Path) -> None:
    assert her("delete", HERO).code == 2
    assert her("show", HERO).code == 0

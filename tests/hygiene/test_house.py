"""The house rules that no linter knows."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import her_tui

ROOT = Path(her_tui.__file__).parent
MODULES = sorted(ROOT.rglob("*.py"))

#: Longer than this a module has more than one subject, unless its docstring says why not.
_LINES = 400


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_is_one_subject_and_says_which(module: Path) -> None:
    text = module.read_text()
    assert len(text.splitlines()) <= _LINES
    assert not text.strip() or ast.get_docstring(ast.parse(text)), "a module says what it is for"


def test_the_app_is_a_table_of_contents() -> None:
    assert len((ROOT / "ui" / "app.py").read_text().splitlines()) <= 200


def imported_by(statement: str) -> set[str]:
    """The modules a fresh interpreter has after ``statement``."""
    told = subprocess.run(
        [sys.executable, "-c", f"{statement}\nimport sys; print(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    )
    return set(told.stdout.split())


@pytest.mark.parametrize(
    ("statement", "forbidden"),
    [
        ("import her_tui", {"textual", "peewee", "click", "orjson"}),
        ("import her_tui.events.model, her_tui.plaintext", {"textual", "rich", "peewee", "orjson"}),
        ("import her_tui.capture.agents", {"textual", "rich", "peewee", "sqlite3"}),
        ("import her_tui.recorder.follow", {"textual", "rich", "click", "genai_prices"}),
        ("import her_tui.queries.sessions, her_tui.queries.turns", {"textual", "rich", "peewee"}),
        ("import her_tui.ui.app", {"peewee", "genai_prices", "pyperclip", "markdown_it", "click"}),
    ],
)
def test_what_is_imported_before_it_is_needed(statement: str, forbidden: set[str]) -> None:
    assert imported_by(statement) & forbidden == set()

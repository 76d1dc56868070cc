"""The configuration file: what it may say, and what is said about what it may not."""

from __future__ import annotations

from pathlib import Path

import pytest

from her_tui.config import Config, load
from her_tui.errors import UsageError


def written(folder: Path, text: str) -> Path:
    """A configuration file that says ``text``."""
    file = folder / "config.toml"
    file.write_text(text)
    return file


def test_without_a_file_there_are_defaults(tmp_path: Path) -> None:
    assert load(tmp_path / "none.toml") == Config()


def test_everything_that_can_be_set(tmp_path: Path) -> None:
    file = written(
        tmp_path,
        'theme = "nord"\nexclude = ["~/private"]\n[keys]\n"session.copy_prompt" = "y,ctrl+y"\n',
    )
    assert load(file) == Config("nord", ("~/private",), {"session.copy_prompt": "y,ctrl+y"})


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("theme = 3", "theme must be a string"),
        ('exclude = "x"', "exclude must be a list"),
        ("exclude = [3]", "exclude must be a list"),
        ("[keys]\nx = 3", "keys must map"),
        ("colour = 1", "Unknown setting 'colour'"),
        ("theme =", "Cannot read the configuration"),
    ],
)
def test_a_wrong_setting_is_named_with_its_file(tmp_path: Path, text: str, complaint: str) -> None:
    file = written(tmp_path, text)
    with pytest.raises(UsageError, match=complaint) as caught:
        load(file)
    assert str(file) in caught.value.title
    assert caught.value.hint

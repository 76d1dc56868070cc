"""What the user decided survives; a file that cannot be read is no decision."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from her_tui.errors import LibraryUnusable
from her_tui.search import settings
from her_tui.search.settings import NAME, Settings


def test_nothing_is_decided_before_anybody_was_asked(home: Path) -> None:
    assert settings.load(home) == Settings(None, False, "", "", False)


def test_what_was_saved_is_loaded_and_private(home: Path) -> None:
    decided = Settings(True, True, "/a/b", "1:2:3", True)
    settings.save(home, decided)
    assert settings.load(home) == decided
    assert (home / NAME).stat().st_mode & 0o777 == 0o600
    settings.save(home, replace(decided, enabled=None))
    assert settings.load(home).enabled is None
    assert [file.name for file in home.iterdir()] == [NAME]


@pytest.mark.parametrize("content", [b"", b"[]", b"null", b"\xff", b'{"enabled"', b"7"])
def test_what_cannot_be_read_is_no_decision(home: Path, content: bytes) -> None:
    home.mkdir(parents=True)
    (home / NAME).write_bytes(content)
    assert settings.load(home) == Settings()


def test_what_does_not_fit_is_left_out(home: Path) -> None:
    home.mkdir(parents=True)
    (home / NAME).write_text('{"enabled": true, "paused": 1, "weights": null, "later": "x"}')
    assert settings.load(home) == Settings(enabled=True)


def test_a_folder_that_cannot_be_written(home: Path) -> None:
    home.parent.mkdir(exist_ok=True)
    home.write_text("a file")
    with pytest.raises(LibraryUnusable):
        settings.save(home, Settings())

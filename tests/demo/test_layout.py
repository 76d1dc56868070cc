"""The demo's transcripts: the same every time, laid out like the client's, private."""

from __future__ import annotations

from pathlib import Path

import pytest

from her_tui.demo import write_transcripts
from her_tui.demo.layout import expired, slug
from her_tui.demo.stories import all_stories
from her_tui.demo.world import DAY_MS, start_of
from tests.demo.conftest import NOW, Written


def content(root: Path) -> dict[str, tuple[bytes, float]]:
    return {
        str(file.relative_to(root)): (file.read_bytes(), file.stat().st_mtime)
        for file in root.rglob("*")
        if file.is_file()
    }


def test_the_same_time_gives_the_same_bytes(written: Written, tmp_path: Path) -> None:
    write_transcripts(tmp_path / "again", NOW)
    assert content(tmp_path / "again") == content(written.root)


@pytest.mark.parametrize("days", range(7))
def test_it_can_be_told_on_any_day(tmp_path: Path, days: int) -> None:
    now = NOW + days * DAY_MS + 7_000_000
    write_transcripts(tmp_path, now)
    assert max(file.stat().st_mtime for file in tmp_path.rglob("*.jsonl")) * 1000 <= now
    assert 3 <= len(list(expired(tmp_path, now))) <= 12


def test_transcripts_are_private(written: Written) -> None:
    assert {file.stat().st_mode & 0o777 for file in written.files()} == {0o600}


def test_folders_are_named_after_the_working_folder(written: Written) -> None:
    folder = written.root / "projects" / "-home-mira-code-tidewater"
    assert slug("/home/mira/code/tidewater") == folder.name
    assert folder.is_dir()


def test_nobody_works_at_the_weekend() -> None:
    earlier = [start_of(story, NOW) for story in all_stories() if story.day]
    days = {(int(start) // DAY_MS + 3) % 7 for start in earlier}  # 1970-01-01 was a Thursday
    assert days <= {0, 1, 2, 3, 4}


def test_some_files_are_about_to_be_deleted(written: Written) -> None:
    ages = [NOW - file.stat().st_mtime * 1000 for file in written.root.glob("projects/*/*.jsonl")]
    assert sum(25 * DAY_MS < age <= 30 * DAY_MS for age in ages) >= 3

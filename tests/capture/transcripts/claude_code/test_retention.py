"""How long the client keeps transcripts, by its settings."""

from __future__ import annotations

from pathlib import Path

import pytest

from her_tui.capture.transcripts.claude_code.retention import retention_days


@pytest.mark.parametrize(
    ("settings", "days"),
    [
        ('{"cleanupPeriodDays": 90}', 90),
        ('{"cleanupPeriodDays": 0}', 0),
        ('{"cleanupPeriodDays": "many"}', 30),
        ('{"cleanupPeriodDays": true}', 30),
        ("{}", 30),
        ("[1]", 30),
        ("{not json", 30),
    ],
)
def test_days(tmp_path: Path, settings: str, days: int) -> None:
    (tmp_path / "settings.json").write_text(settings)
    assert retention_days([tmp_path / "absent", tmp_path]) == days


def test_without_settings(tmp_path: Path) -> None:
    assert retention_days([tmp_path]) == 30

"""What a context holds: what the models' vendor says, or nothing."""

from __future__ import annotations

import pytest

from her_tui.pricing.windows import window


@pytest.mark.parametrize(
    ("model", "tokens"),
    [
        ("claude-opus-4-5-20251101", 200_000),
        ("claude-sonnet-4-5-20250929", 200_000),
        ("us.anthropic.claude-opus-4-5-20251101-v1:0", 200_000),
        ("claude-sonnet-4-5-20250929[1m]", 1_000_000),
        ("claude-opus-5-5", 1_000_000),  # as this model's client says in its status line
        ("claude-opus-4-6", 200_000),
        ("claude-sonnet-4-6[1m]", 1_000_000),
        ("llama-at-home", None),
        ("", None),
    ],
)
def test_windows(model: str, tokens: int | None) -> None:
    assert window(model) == tokens

"""What filters' values mean."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from her_tui.language.filters import FILTERS, FilterSpec
from her_tui.language.values import can_be, count, duration_ms, moment_ms, money, possible

NOW = round(datetime(2026, 11, 20, 11, 42, 52, tzinfo=UTC).timestamp() * 1000)


@pytest.fixture
def in_nepal(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """5 h 45 min ahead of UTC."""
    monkeypatch.setenv("TZ", "NPT-5:45")
    time.tzset()
    yield
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()


@pytest.mark.parametrize(
    ("text", "number"),
    [("0", 0), ("20", 20), ("100k", 100_000), ("1.5M", 1_500_000), ("1m", 1_000_000), (".5k", 500)],
)
def test_counts(text: str, number: int) -> None:
    assert count(text) == number


@pytest.mark.parametrize(
    ("text", "ms"),
    [
        ("500ms", 500),
        ("30s", 30_000),
        ("1.5s", 1_500),
        ("5m", 300_000),
        ("1m30s", 90_000),
        ("2h", 7_200_000),
        ("1d", 86_400_000),
        ("2w", 1_209_600_000),
    ],
)
def test_spans(text: str, ms: int) -> None:
    assert duration_ms(text) == ms


def test_money() -> None:
    assert (money("0.5"), money("$2"), money(".25"), money("3.")) == (0.5, 2.0, 0.25, 3.0)


@pytest.mark.parametrize("text", ["", "x", "1e5", "-1", "+1", "1,000", "٣", "9" * 10, "1..2", "."])
def test_what_is_none(text: str) -> None:
    assert count(text) is None
    assert money(text) is None
    assert duration_ms(text) is None
    assert moment_ms(text, NOW) is None


def test_days_are_local(in_nepal: None) -> None:
    def utc(year: int, month: int, day: int, hour: int, minute: int) -> int:
        return round(datetime(year, month, day, hour, minute, tzinfo=UTC).timestamp() * 1000)

    assert moment_ms("2026-10-01", NOW) == utc(2026, 9, 30, 18, 15)
    assert moment_ms("2026-10-01T14:30", NOW) == utc(2026, 10, 1, 8, 45)
    assert moment_ms("2026-10-01 14:30", NOW) == utc(2026, 10, 1, 8, 45)
    assert moment_ms("2026-10", NOW) == utc(2026, 9, 30, 18, 15)
    assert moment_ms("today", NOW) == utc(2026, 11, 19, 18, 15)
    assert moment_ms("yesterday", NOW) == utc(2026, 11, 18, 18, 15)


def test_how_long_ago() -> None:
    assert moment_ms("7d", NOW) == NOW - 7 * 86_400_000
    assert moment_ms("2w", NOW) == NOW - 14 * 86_400_000
    assert moment_ms("3h", NOW) == NOW - 3 * 3_600_000


@pytest.mark.parametrize(
    "text", ["2026-02-30", "2026-00-01", "2026-10-01T25:00", "2026-1-1", "0000-00-00", "26-10-01"]
)
def test_no_such_day(text: str) -> None:
    assert moment_ms(text, NOW) is None


@pytest.mark.parametrize("spec", FILTERS, ids=lambda spec: spec.name)
@given(text=st.text(max_size=30) | st.from_regex(r"[0-9.]{1,12}[a-zA-Z:-]{0,3}[0-9T:-]{0,12}"))
def test_whatever_is_possible_fits_into_the_database(spec: FilterSpec, text: str) -> None:
    assert can_be(spec)
    if possible(spec, text):
        for number in (count(text), duration_ms(text), moment_ms(text, NOW)):
            assert number is None or abs(number) < 1 << 62

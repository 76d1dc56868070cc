"""Numbers, money and times as people read them."""

from __future__ import annotations

from datetime import datetime

import pytest

from her_tui import units

MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000
NOW = 1_795_174_972_000


@pytest.mark.parametrize(
    ("number", "shown"),
    [(0, "0"), (999, "999"), (1_000, "1.0k"), (12_345, "12.3k"), (123_456, "123k"),
     (999_499, "999k"), (999_500, "1.0M"), (4_512_345, "4.5M"), (99_960_000, "100M"),
     (2_000_000_000, "2.0B"), (-1_500, "-1.5k"), (10**18, "1000000T")],
)  # fmt: skip
def test_counts_are_short(number: int, shown: str) -> None:
    assert units.compact(number) == shown


@pytest.mark.parametrize(
    ("dollars", "unpriced", "shown"),
    [(None, 0, "unpriced"), (0.0, 0, "$0.00"), (0.004, 0, "<$0.01"), (0.01, 0, "$0.01"),
     (12.345, 0, "$12.35"), (12.3, 4, "$12.30+"), (1234.4, 0, "$1,234"), (123_456.0, 0, "$123k")],
)  # fmt: skip
def test_money_says_what_is_not_known(dollars: float | None, unpriced: int, shown: str) -> None:
    assert units.money(dollars, unpriced) == shown


@pytest.mark.parametrize(
    ("span", "long", "short"),
    [(None, "", ""), (850, "850ms", "0s"), (1_000, "1s", "1s"), (1_540, "1.5s", "1s"),
     (59_999, "59s", "59s"), (200_000, "3m 20s", "3m"), (72 * MINUTE, "1h 12m", "1h12m"),
     (DAY * 2 + HOUR * 4, "2d 4h", "2d4h"), (DAY, "1d", "1d"), (-5, "0ms", "0s")],
)  # fmt: skip
def test_durations_have_two_units(span: int | None, long: str, short: str) -> None:
    assert units.duration(span) == long
    assert units.duration_short(span) == short


def test_seconds_that_went_by_are_told_in_one_way() -> None:
    told = [units.stopwatch(each) for each in (0, 65_999, 3_600_000, 90_061_000, -1)]
    assert told == ["0:00:00", "0:01:05", "1:00:00", "1d 1:01:01", "0:00:00"]
    assert [units.speed(each) for each in (0.25, 1.0, 64.0)] == ["0.25×", "1×", "64×"]


def test_ages_fit_a_column_of_six() -> None:
    spans = [0, MINUTE, 59 * MINUTE, HOUR, DAY, 6 * DAY, 7 * DAY, 200 * DAY, 999 * DAY]
    shown = [units.age(NOW - span, NOW) for span in spans]
    assert shown[:6] == ["now", "1m", "59m", "1h", "1d", "6d"]
    assert all(0 < len(text) <= 6 for text in shown)
    assert shown[-1].endswith("'24")
    assert units.age(None, NOW) == ""
    assert units.age(NOW + DAY, NOW) == "now"


@pytest.mark.parametrize(
    ("then", "shown"),
    [
        ("2026-11-18T00:05", "9h"),
        ("2026-11-17T23:55", "1d"),
        ("2026-11-17T00:05", "1d"),
        ("2026-11-16T23:55", "2d"),
        ("2026-11-16T00:05", "2d"),
        ("2026-11-12T00:05", "6d"),
        ("2026-11-11T23:55", "11 Nov"),
    ],
)
def test_days_are_those_of_the_calendar(then: str, shown: str) -> None:
    now = datetime.fromisoformat("2026-11-18T09:30")  # a Wednesday
    told = units.age(_ms(datetime.fromisoformat(then)), _ms(now))
    assert told == shown
    assert units.age(_ms(now) - 20 * MINUTE, _ms(now)) == "20m"


def _ms(moment: datetime) -> int:
    return round(moment.timestamp() * 1_000)


@pytest.mark.parametrize(
    ("count", "shown"),
    [(0, "0 B"), (999, "999 B"), (1_234, "1.2 kB"), (34_500_000, "34.5 MB"), (10**16, "10000 TB")],
)
def test_sizes(count: int, shown: str) -> None:
    assert units.size(count) == shown


def test_a_bar_is_full_only_when_all_is_done() -> None:
    assert units.bar(0, 10, 5) == "▱▱▱▱▱"
    assert units.bar(999, 1000, 10).count("▰") == 9
    assert units.bar(10, 10, 5) == "▰▰▰▰▰"
    assert units.percent(5, 0) == 0


def test_sparkline_tells_nothing_from_little() -> None:
    assert units.sparkline([0, 1, 1000]) == "·▁█"
    assert units.sparkline([]) == ""
    assert units.sparkline([0.0, 0.0]) == "··"


def test_names_of_folders(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/ada")
    assert units.project_name("/home/ada/code/engine/") == "engine"
    assert units.project_name("C:\\code\\engine") == "engine"
    assert units.project_name("") == ""
    assert units.home_path("/home/ada/code") == "~/code"
    assert units.home_path("/home/adam") == "/home/adam"


@pytest.mark.parametrize(
    ("day", "said"),
    [("2026-11-20", "Today"), ("2026-11-19", "Yesterday"), ("2026-11-18", "Wed 18 Nov"),
     ("2025-11-18", "18 Nov 2025"), ("2026-11-21", "Sat 21 Nov"), ("", ""), ("x", "x")],
)  # fmt: skip
def test_days_as_people_say_them(day: str, said: str) -> None:
    now = int(datetime(2026, 11, 20, 0, 30).timestamp() * 1_000)
    assert units.day_name(day, now) == said


def test_counted_nouns() -> None:
    assert units.count(1, "session") == "1 session"
    assert units.count(1234, "session") == "1,234 sessions"
    assert units.count(2, "reply", "replies") == "2 replies"


def test_spans_in_words() -> None:
    assert units.said_span(300_000) == "5 minutes"
    assert units.said_span(3_723_000) == "1 hour 2 minutes 3 seconds"
    assert units.said_span(1_500) == "1.5 seconds"
    assert units.said_span(1_000) == "1 second"
    assert units.said_span(250) == "250 milliseconds"
    assert units.said_span(99 * 3_600_000) == "4 days 3 hours"

"""Moments as people write them."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from her_tui.analysis.moments import (
    At,
    EventNumber,
    Identity,
    Moment,
    NoMoment,
    Offset,
    Share,
    TurnNumber,
    identifies,
    parse,
    split_reference,
    time_of,
)
from her_tui.errors import UsageError

_H, _M, _S = 3_600_000, 60_000, 1_000


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("12", TurnNumber(12)),
        ("turn=12", TurnNumber(12)),
        ("turn=0", TurnNumber(0)),
        ("turn 3", TurnNumber(3)),
        ("Turn 3/12", TurnNumber(3)),
        ("turn 1,204 / 4,000", TurnNumber(1_204)),
        ("t3", TurnNumber(3)),
        ("event 45", EventNumber(45)),
        ("event 1,045/2,300", EventNumber(1_045)),
        ("#1,045", EventNumber(1_045)),
        ("50%", Share(50)),
        ("12.5 %", Share(12.5)),
        ("100%", Share(100)),
        ("start", Offset(0)),
        ("end", Offset(0, back=True)),
        ("18.40", At("18:40")),
        ("9.03.20", At("9:03:20")),
        ("#345", EventNumber(345)),
        ("event=345", EventNumber(345)),
        ("event=0f3a-11", Identity("0f3a-11")),
        ("+90", Offset(90_000)),
        ("+1.5", Offset(1_500)),
        ("+1h2m", Offset(_H + 2 * _M)),
        ("+1:02:03", Offset(_H + 2 * _M + 3 * _S)),
        ("+2:03", Offset(2 * _M + 3 * _S)),
        ("+250ms", Offset(250)),
        ("-30s", Offset(-30_000, back=True)),
        ("-0", Offset(0, back=True)),
        ("14:03", At("14:03")),
        ("9:03:20", At("9:03:20")),
        ("time=14:03", At("14:03")),
        ("14:03:20.125", At("14:03:20.125")),
        ("2026-11-20", At("2026-11-20")),
        ("2026-11-20 14:03", At("2026-11-20 14:03")),
        ("2026-11-20T14:03:20Z", At("2026-11-20T14:03:20Z")),
        ("2026-11-20T14:03:20.125+01:00", At("2026-11-20T14:03:20.125+01:00")),
        (" 1b2c3d4e ", Identity("1b2c3d4e")),
        ("toolu_01AbC", Identity("toolu_01AbC")),
        ("1b2c3d4e:2", Identity("1b2c3d4e", 2)),
    ],
)
def test_what_can_be_written(text: str, moment: Moment) -> None:
    assert parse(text) == moment


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "+", "-", "#", "abc", "25:00", "14:61", "2026-13-01", "2026-02-30", "turn=",
        "turn=x", "turn=-1", "event=", "event=ab", "other=12",
        "error", "oauth", "turn", "turn x", "turn 1,2", "event", "101%",
        "%", "+1x", "+1:2", "#x", "two words", "é12345",
        "+" + "9" * 40, "9" * 40 + ":", "@12", "time=12",
    ],
)  # fmt: skip
def test_what_cannot(text: str) -> None:
    with pytest.raises(NoMoment) as raised:
        parse(text)
    assert "offset" in raised.value.hint
    assert len(raised.value.hint) < 80


def test_an_error_quotes_what_was_written() -> None:
    with pytest.raises(NoMoment, match="“error” is no moment"):
        parse(" error ")


@pytest.mark.parametrize("text", ["1b2c3d4e-11", "toolu_01AbC", "msg-1"])
def test_what_is_an_id(text: str) -> None:
    assert identifies(text)
    assert parse(f"event={text}") == Identity(text)


@pytest.mark.parametrize("text", ["error", "12", "t3", "18.40", "end", "1b2c3d4e:2", "", "a b c d"])
def test_what_is_none(text: str) -> None:
    assert not identifies(text)


@given(st.text(max_size=40))
def test_any_text_is_a_moment_or_a_usage_error(text: str) -> None:
    with suppress(UsageError):
        parse(text)
    with suppress(UsageError):
        split_reference(text)


@given(st.integers(0, 10**9 - 1), st.integers(0, 10**6), st.integers(0, 59), st.integers(0, 59))
def test_numbers_and_offsets_are_read_back(number: int, hours: int, minutes: int, sec: int) -> None:
    assert parse(str(number)) == parse(f"turn={number}") == TurnNumber(number)
    assert parse(f"t{number}") == parse(f"turn {number:,}/{number:,}") == TurnNumber(number)
    assert parse(f"event {number:,}/{number:,}") == EventNumber(number)
    assert parse(f"#{number}") == parse(f"event={number}") == EventNumber(number)
    ms = ((hours * 60 + minutes) * 60 + sec) * 1_000
    assert parse(f"+{hours}h{minutes}m{sec}s") == Offset(ms)
    assert parse(f"-{hours}h{minutes}m{sec}s") == Offset(-ms, back=True)
    if hours < 10**6:  # more digits are none of a clock
        assert parse(f"+{hours}:{minutes:02d}:{sec:02d}") == Offset(ms)


@pytest.mark.parametrize(
    ("text", "session", "moment"),
    [
        ("abcd", "abcd", None),
        ("abcd@14:03", "abcd", At("14:03")),
        ("abcd@2026-11-20T14:03:20Z", "abcd", At("2026-11-20T14:03:20Z")),
        ("abcd#turn=12", "abcd", TurnNumber(12)),
        ("abcd#12", "abcd", TurnNumber(12)),
        ("abcd#event=345", "abcd", EventNumber(345)),
        ("abcd@#345", "abcd", EventNumber(345)),
        ("abcd#event=1b2c3d4e", "abcd", Identity("1b2c3d4e")),
        ("abcd/a1@+90", "abcd/a1", Offset(90_000)),
        ("abcd@-30s", "abcd", Offset(-30_000, back=True)),
    ],
)
def test_references(text: str, session: str, moment: Moment | None) -> None:
    assert split_reference(text) == (session, moment)


@pytest.mark.parametrize("text", ["", "@12", "#turn=1", "abcd@", "abcd#", "abcd#turn=x"])
def test_what_is_no_reference(text: str) -> None:
    with pytest.raises(UsageError):
        split_reference(text)


def _ms(text: str) -> int:
    return round(datetime.fromisoformat(text).timestamp() * 1_000)


START, END = _ms("2026-11-20T14:03:20.500"), _ms("2026-11-21T09:00:00")


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("14:04", "2026-11-20T14:04:00"),
        ("14:03", "2026-11-20T14:03:20.500"),  # it began in this minute
        ("14:03:20", "2026-11-20T14:03:20.500"),
        ("14:02", None),
        ("8:30", "2026-11-21T08:30:00"),  # the first day has none
        ("23:59", "2026-11-20T23:59:00"),
        ("9:30", None),
        ("2026-11-20", "2026-11-20T14:03:20.500"),
        ("2026-11-19", None),
        ("2026-11-21", "2026-11-21T00:00:00"),
        ("2026-11-20T14:10:00Z", "2026-11-20T14:10:00+00:00"),
        ("2026-11-20T16:10:00+02:00", "2026-11-20T14:10:00+00:00"),
        ("2030-01-01", "2030-01-01T00:00:00"),
        ("0001-01-01T00:00:00+14:00", None),
    ],
)
def test_when_a_time_is(text: str, time: str | None) -> None:
    assert time_of(At(text), START, END) == (None if time is None else _ms(time))


def test_a_time_of_day_after_the_end_is_after_the_end() -> None:
    found = time_of(At("20:00"), START, _ms("2026-11-20T15:00:00"))
    assert found == _ms("2026-11-20T20:00:00")


@given(st.integers(0, 4 * 10**12), st.integers(0, 10**9), st.integers(0, 86_399))
def test_no_time_is_before_the_session(start: int, length: int, second: int) -> None:
    text = f"{second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}"
    found = time_of(At(text), start, start + length)
    assert found is None or found >= start

"""Prices: the client's own figure, or none."""

from __future__ import annotations

import dataclasses

import pytest

from her_tui.pricing.prices import Billed, price

_TIME = 1_793_000_000_000

RESPONSE = Billed(
    model="claude-opus-5-5",
    time=_TIME,
    input=14,
    output=321,
    cache_creation=200,
    cache_creation_1h=50,
    cache_read=3000,
)


def test_the_figure_the_client_itself_gives() -> None:
    assert price(RESPONSE) == pytest.approx(0.008226)


@pytest.mark.parametrize(
    "name",
    ["us.anthropic.claude-opus-5-5-v1:0", "anthropic/claude-opus-5-5", "claude-opus-5-5[1m]"],
)
def test_wrapped_names_are_known(name: str) -> None:
    assert price(dataclasses.replace(RESPONSE, model=name)) == price(RESPONSE)


def test_prices_follow_the_date() -> None:
    long = Billed("claude-sonnet-4-6", 1_772_000_000_000, 300_000, 0, 0, 0, 0)
    later = dataclasses.replace(long, time=1_775_000_000_000)
    assert (price(long) or 0) > (price(later) or 0) > 0


def test_an_unknown_model_is_unpriced_never_free() -> None:
    assert price(dataclasses.replace(RESPONSE, model="llama-at-home")) is None


def test_the_fast_mode_is_not_guessed() -> None:
    assert price(dataclasses.replace(RESPONSE, speed="fast")) is None

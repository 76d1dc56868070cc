"""The collector is stopped while a long session is read, and goes on afterwards, come what may."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from her_tui.ui.keeping import LONG, keeping


@pytest.fixture(autouse=True)
def thawed() -> Iterator[None]:
    yield
    gc.unfreeze()


def test_of_a_long_session_nothing_is_collected_and_all_is_kept() -> None:
    gc.unfreeze()
    with keeping(LONG):
        assert not gc.isenabled()
        made = [[number] for number in range(1_000)]
    assert gc.isenabled()
    assert gc.get_freeze_count() >= len(made)


def test_a_short_session_is_left_to_the_collector() -> None:
    gc.unfreeze()
    with keeping(LONG - 1):
        assert gc.isenabled()
    assert gc.get_freeze_count() == 0


def test_the_last_of_several_readers_lets_the_collector_go_on() -> None:
    with keeping(LONG):
        with pytest.raises(ValueError, match="broken"), keeping(LONG):
            raise ValueError("broken")
        assert not gc.isenabled()
    assert gc.isenabled()

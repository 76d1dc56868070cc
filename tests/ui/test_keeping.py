"""The collector is stopped while a long session is read, and goes on afterwards, come what may."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest

from her_tui.ui.keeping import LONG, READINGS, keeping


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


class Circle:
    """Refers to itself."""

    def __init__(self) -> None:
        self.me = self


def test_circles_do_not_stay_for_good() -> None:
    seen = []
    for _ in range(5 * READINGS):
        open_meanwhile = Circle()
        seen.append(weakref.ref(open_meanwhile))
        with keeping(LONG):
            pass
        del open_meanwhile
        assert sum(each() is not None for each in seen) <= READINGS + 1


def test_what_nobody_refers_to_before_a_reading_is_not_kept() -> None:
    gone = weakref.ref(Circle())
    with keeping(LONG):
        assert gone() is None

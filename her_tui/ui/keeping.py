"""The garbage collector, told of what stays.

What is read of a long session is hundreds of thousands of objects. The collector would look at all
of them over and over, while they are made and afterwards, and each time drop frames.
"""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager

#: Events from which on a session is long.
LONG = 5_000

#: Objects made, net, between two looks at the young ones; looks between two at the older ones, and
#: of these between two at all. Looking at all takes as long as several frames: with the figures the
#: interpreter starts with (700, 10, 10) that would be every few dozen seeks.
_THRESHOLDS = (2_000, 10, 50)

#: Readings of long sessions between two looks at all that was kept. Such a look takes about half of
#: what a reading takes; what it could free waits for so many.
READINGS = 20

_lock = threading.Lock()
_readers = 0
_readings = 0


def settle() -> None:
    """Before the screen starts: what was imported stays, and the collector takes its time."""
    gc.freeze()
    gc.set_threshold(*_THRESHOLDS)


@contextmanager
def keeping(events: int) -> Iterator[None]:
    """While what is read of a session of so many ``events`` is made, nothing is collected, and
    afterwards none of it is looked at for a while. Of a short session the collector takes care
    itself.

    What is kept goes all the same once nobody refers to it. Only circles stay, and not only those
    that were read: a dialog that was open meanwhile is one, too. So every so many readings all of
    it is looked at before the next.
    """
    if events < LONG:
        yield
        return
    _change(1)
    try:
        _tidy()
        yield
    finally:
        gc.freeze()
        _change(-1)


def _tidy() -> None:
    """Free the circles that nobody refers to: those made since the last reading, and now and then
    those among all that was kept. Not while another reading is half done."""
    global _readings
    with _lock:
        _readings += 1
        if _readers > 1:
            return
        if _readings > READINGS:
            _readings = 0
            gc.unfreeze()
        gc.collect()


def _change(step: int) -> None:
    """One reader more, or one less: the first stops the collector, the last lets it go on."""
    global _readers
    with _lock:
        _readers += step
        if _readers:
            gc.disable()
        else:
            gc.enable()

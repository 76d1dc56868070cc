"""The tee: bounded, in volumes, and honest about what it could not keep."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import cast

import pytest

from her_tui.shim.wire import tee as module
from her_tui.shim.wire.tee import QUEUE, Tee, Track
from her_tui.shim.wire.writer import Volume, Writer
from her_tui.spool.frames import END, GAP, REQUEST, RESPONSE_BODY, Frame, unpack


class Slow:
    """A writer that takes everything and writes when told to."""

    def __init__(self) -> None:
        self.settled = 0
        self.batches: list[tuple[Volume, bytes]] = []
        self.finished: list[Volume] = []

    def write(self, volume: Volume, parts: list[bytes], size: int) -> None:
        data = b"".join(parts)
        assert len(data) == size
        self.batches.append((volume, data))

    def finish(self, volume: Volume) -> None:
        self.finished.append(volume)

    def stop(self, timeout: float) -> None:
        """Nothing to stop."""

    def settle(self) -> None:
        """Everything is on the disk."""
        self.settled = sum(len(data) for _, data in self.batches)

    def frames(self) -> list[Frame]:
        return list(unpack(b"".join(data for _, data in self.batches)))


class Rig:
    """A tee, its writer and its clock."""

    def __init__(self) -> None:
        self.writer = Slow()
        self.timers: list[tuple[float, Callable[[], None]]] = []
        self.tee = Tee(cast(Writer, self.writer), self.later)

    def later(self, after: float, call: Callable[[], None]) -> None:
        self.timers.append((after, call))

    def ring(self) -> None:
        """Let all timers that are set run out."""
        timers, self.timers = self.timers, []
        for _, call in timers:
            call()


@pytest.fixture
def rig() -> Rig:
    return Rig()


def begin(rig: Rig) -> Track:
    track = rig.tee.begin()
    track.say(REQUEST, 1, {"method": "POST"})
    return track


def test_frames_come_in_order_and_together(rig: Rig) -> None:
    one, two = begin(rig), begin(rig)
    one.body(RESPONSE_BODY, 2, b"first")
    two.body(RESPONSE_BODY, 3, b"second")
    one.say(END, 4, {"outcome": "ok"})
    assert rig.writer.batches == []
    rig.ring()
    assert len(rig.writer.batches) == 1
    assert [(f.kind, f.exchange, f.payload[:6]) for f in rig.writer.frames()[2:]] == [
        (RESPONSE_BODY, 1, b"first"),
        (RESPONSE_BODY, 2, b"second"),
        (END, 1, b'{"outc'),
    ]


def test_what_comes_later_takes_the_earlier_along(rig: Rig) -> None:
    track = begin(rig)
    track.body(RESPONSE_BODY, 50_000_000, b"soon")
    assert rig.writer.batches == []
    track.body(RESPONSE_BODY, 150_000_000, b"later")
    assert len(rig.writer.frames()) == 3
    assert len(rig.timers) == 1


def test_a_full_queue_drops_bodies_and_says_how_much(rig: Rig) -> None:
    track = begin(rig)
    piece = bytes(1 << 20)
    for moment in range(20):
        track.body(RESPONSE_BODY, moment, piece)
    assert rig.tee.waiting <= QUEUE
    rig.tee.flush()
    kept = sum(f.kind == RESPONSE_BODY for f in rig.writer.frames())
    rig.writer.settle()
    track.body(RESPONSE_BODY, 30, b"again")
    track.say(END, 31, {"outcome": "ok"})
    rig.tee.flush()
    *_, gap, again, end = rig.writer.frames()
    assert (gap.kind, again.payload, end.kind) == (GAP, b"again", END)
    facts = json.loads(gap.payload)
    assert facts["bytes"] == (20 - kept) << 20
    assert facts["reason"]


def test_the_end_of_an_exchange_is_kept_when_the_queue_is_full(rig: Rig) -> None:
    track = begin(rig)
    for moment in range(10):
        track.body(RESPONSE_BODY, moment, bytes(1 << 20))
    track.say(END, 11, {"outcome": "ok"})
    rig.tee.flush()
    assert [f.kind for f in rig.writer.frames()[-2:]] == [GAP, END]


def test_volumes_follow_each_other_and_old_exchanges_finish_where_they_began(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "VOLUME", 1000)
    old = begin(rig)
    old.body(RESPONSE_BODY, 2, bytes(2000))
    new = begin(rig)
    old.say(END, 3, {"outcome": "ok"})
    old.close()
    new.say(END, 4, {"outcome": "ok"})
    new.close()
    rig.tee.flush()
    first, second = dict.fromkeys(volume for volume, _ in rig.writer.batches)
    told = {
        volume: [
            (frame.kind, frame.exchange)
            for other, data in rig.writer.batches
            for frame in unpack(data)
            if other is volume
        ]
        for volume in (first, second)
    }
    assert told[first] == [(REQUEST, 1), (RESPONSE_BODY, 1), (END, 1)]
    assert told[second] == [(REQUEST, 2), (END, 2)]
    assert rig.writer.finished == [first]


def test_a_volume_without_traffic_is_finished(rig: Rig) -> None:
    track = begin(rig)
    track.say(END, 2, {"outcome": "ok"})
    track.close()
    rig.ring()
    assert len(rig.writer.finished) == 1
    busy = begin(rig)
    busy.say(END, 2, {"outcome": "ok"})
    busy.close()
    begin(rig)
    rig.ring()
    assert len(rig.writer.finished) == 1


def test_a_volume_with_some_traffic_is_looked_at_by_one_timer(rig: Rig) -> None:
    for _ in range(100):
        track = begin(rig)
        track.say(END, 2, {"outcome": "ok"})
        track.close()
    assert len(rig.timers) == 2  # and that of the batch
    track = begin(rig)
    track.close()
    rig.ring()
    rig.ring()
    assert len(rig.writer.finished) == 1

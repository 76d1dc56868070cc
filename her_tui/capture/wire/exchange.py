"""Exchanges of one spool file, folded frame by frame into attempts."""

from __future__ import annotations

from typing import NamedTuple

from her_tui.capture.api.body import parsed
from her_tui.capture.api.kinds import is_messages, is_openai
from her_tui.capture.values import Json, count_or_zero, text_or
from her_tui.capture.wire.request import Request
from her_tui.capture.wire.response import Response
from her_tui.events.requests import Attempt, Channel, Outcome
from her_tui.spool.frames import (
    END,
    GAP,
    HELLO,
    REQUEST,
    REQUEST_BODY,
    REQUEST_END,
    RESPONSE,
    RESPONSE_BODY,
    Frame,
)

_NS_PER_MS = 1_000_000

#: What an `END` says -> (how the attempt ended, what an answer that never came is missing for).
_ENDS = {
    "ok": (Outcome.OK, "the answer had none"),
    "client": (Outcome.CLIENT, "the client broke off before it came"),
    "upstream": (Outcome.UPSTREAM, "the connection broke before it came"),
    "refused": (Outcome.UPSTREAM, "the API could not be reached"),
}
_UNKNOWN_END = (Outcome.LOST, "the end was not recorded")


class Gap(NamedTuple):
    """Frames that could not be kept."""

    at: int
    """Where its frame starts in the file: known again when the file is read again."""
    exchange: int
    """0: of any."""
    reason: str
    bytes: int
    time: int
    """Milliseconds since the epoch."""


class Exchanges:
    """Folds the frames of the spool file ``name`` into attempts.

    The first frame taken must be the file's first (it holds the clock). Reading may then resume at
    ``earliest`` of the last run: frames of exchanges that began before are passed over, and what
    is told again is told the same.

    Times: an attempt starts when its `REQUEST` frame says; the first byte of its response's body
    ends the time to first token; its duration ends with the last byte of that body, or, if it was
    broken off, when it was.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.gaps: list[Gap] = []
        """What could not be kept; the caller may empty it."""
        self._epoch = 0
        """What the wall clock showed at zero of the monotonic one, in nanoseconds."""
        self._open: dict[int, _Exchange] = {}
        self._finished: list[Attempt] = []

    def take(self, frame: Frame) -> None:
        """Fold in the next frame."""
        if frame.kind == HELLO:
            hello = parsed(frame.payload)
            wall, mono = hello.get("wall_ns"), hello.get("mono_ns")
            if isinstance(wall, int) and isinstance(mono, int):
                self._epoch = wall - mono
        elif frame.kind == REQUEST:
            self._begin(frame)
        else:
            exchange = self._open.get(frame.exchange)
            if frame.kind == GAP:
                self._gap(frame, exchange)
            elif exchange is not None:
                exchange.take(frame)
                if frame.kind == END:
                    del self._open[frame.exchange]
                    self._finished.append(exchange.ended(frame))

    def finished(self) -> list[Attempt]:
        """The attempts that ended since this was last asked, in the order they did."""
        finished, self._finished = self._finished, []
        return finished

    def open(self) -> list[Attempt]:
        """Every attempt in flight as it is now, its response as far as it came."""
        return [exchange.attempt() for exchange in self._open.values()]

    def abandon(self, reason: str) -> list[Attempt]:
        """Nobody will append to the file any more: what is in flight is lost, for ``reason``."""
        lost = [exchange.lost(reason) for exchange in self._open.values()]
        self._open.clear()
        return lost

    @property
    def earliest(self) -> int | None:
        """Where the first frame of the oldest attempt in flight starts; None if there is none."""
        return next((exchange.at for exchange in self._open.values()), None)

    def _wall(self, time: int) -> int:
        return (self._epoch + time) // _NS_PER_MS

    def _begin(self, frame: Frame) -> None:
        head = parsed(frame.payload)
        path = text_or(head.get("path"))
        if head.get("method") == "POST" and (is_messages(path) or is_openai(path)):
            key = f"{self.name}:{frame.exchange}"
            started = self._wall(frame.time)
            self._open[frame.exchange] = _Exchange(key, frame, started, Request(path, head))

    def _gap(self, frame: Frame, exchange: _Exchange | None) -> None:
        told = parsed(frame.payload)
        reason = text_or(told.get("reason")) or "unknown"
        size = count_or_zero(told.get("bytes"))
        time = self._wall(frame.time)
        self.gaps.append(Gap(frame.at, frame.exchange, reason, size, time))
        problem = f"{size} bytes could not be kept: {reason}"
        for hit in [exchange] if exchange else [] if frame.exchange else self._open.values():
            hit.gap(problem)


class _Exchange:
    """One request with its response, as far as they came."""

    def __init__(self, key: str, frame: Frame, started: int, request: Request) -> None:
        self.at = frame.at
        self._key, self._start, self._started = key, frame.time, started
        self._request = request
        self._response = Response()

    def take(self, frame: Frame) -> None:
        """Fold in a frame of this exchange."""
        if frame.kind == REQUEST_BODY:
            self._request.feed(frame.payload)
        elif frame.kind == REQUEST_END:
            self._request.end()
        elif frame.kind == RESPONSE:
            self._response.begin(parsed(frame.payload))
        elif frame.kind == RESPONSE_BODY:
            self._response.feed(frame.payload, self._elapsed(frame))

    def gap(self, problem: str) -> None:
        """Some of what was under way is not there."""
        if self._request.ended:
            self._response.stop(problem)
        else:
            self._request.stop(problem)

    def attempt(self) -> Attempt:
        """As it is now."""
        attempt = Attempt(Channel.WIRE, self._key, started=self._started)
        self._request.tell(attempt)
        self._response.tell(attempt)
        return attempt

    def ended(self, frame: Frame) -> Attempt:
        """As it ended by the `END` in ``frame``."""
        told = parsed(frame.payload)
        outcome, why = _ENDS.get(text_or(told.get("outcome")), _UNKNOWN_END)
        return self._closed(outcome, text_or(told.get("error")), why, self._elapsed(frame))

    def lost(self, reason: str) -> Attempt:
        """As far as it came, its end unknown for ``reason``."""
        return self._closed(Outcome.LOST, reason, reason, None)

    def _closed(self, outcome: Outcome, error: str, why: str, elapsed: float | None) -> Attempt:
        self._request.close(why)
        self._response.close()
        attempt = self.attempt()
        self._response.judge(attempt, outcome, error)
        whole = attempt.outcome in (Outcome.OK, Outcome.ERROR)
        last = self._response.last
        attempt.duration_ms = last if elapsed is None or (whole and last is not None) else elapsed
        _explain(attempt, why)
        return attempt

    def _elapsed(self, frame: Frame) -> float:
        return max(frame.time - self._start, 0) / _NS_PER_MS


def _explain(attempt: Attempt, why: str) -> None:
    """Say of every field that should be there why it is not."""
    absent: Json = {
        "status": attempt.status,
        "ttft_ms": attempt.ttft_ms,
        "duration_ms": attempt.duration_ms,
        "response_body": attempt.response_body,
    }
    for name, value in absent.items():
        if value is None:
            attempt.missing.setdefault(name, why)
    if attempt.tokens is None:
        usual = "the answer tells of none" if attempt.response_body else why
        attempt.missing.setdefault("tokens", attempt.missing.get("response_body", usual))

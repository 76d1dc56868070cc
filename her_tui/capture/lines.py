"""JSON Lines out of raw bytes, damage included.

In: the bytes of a file from the start of a line on. Out: every whole record with the span it was
read from, how many lines lost something, and how many bytes were read for good. Knows no agent:
what a record looks like is told by the caller. Does no input or output.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import orjson

_BOM = b"\xef\xbb\xbf"
_BLANK = " \t\r\n"

#: A place inside a damaged line where an object may start: a brace and a plain key.
_CANDIDATE = re.compile(r'\{\s*"\w{1,40}"\s*:')

#: How often a damaged line is tried anew, and how many times its length is scanned, before the
#: rest is given up. A torn record costs one attempt per level it was nested; junk costs them all.
_ATTEMPTS = 512
_SCANS = 24

_SURROGATE = re.compile("[\ud800-\udfff]")

_lenient = json.JSONDecoder(strict=False)


class Record(NamedTuple):
    """One whole record and the span of bytes that holds it."""

    at: int
    """Offset of its first byte in the data read."""
    size: int
    value: dict[str, Any]


class Lines:
    """The records of ``data``, by iterating once; the tallies are complete afterwards.

    ``is_record`` tells a record from an object nested in one: it is asked only where a line is
    damaged, about objects that follow something unreadable.
    """

    __slots__ = ("_data", "_final", "_is_record", "consumed", "damaged")

    def __init__(
        self, data: bytes, final: bool, is_record: Callable[[dict[str, Any]], bool]
    ) -> None:
        self._data = data
        self._final = final
        self._is_record = is_record
        self.damaged = 0
        """Lines of which something was lost."""
        self.consumed = 0
        """Bytes read for good, from the start of the data."""

    def __iter__(self) -> Iterator[Record]:
        data = self._data
        loads = orjson.loads
        start = len(_BOM) if data.startswith(_BOM) else 0
        while (end := data.find(b"\n", start)) >= 0:
            line = data[start:end]
            try:
                value = loads(line)
            except orjson.JSONDecodeError:
                yield from self._recover(line, start)
            else:
                if type(value) is dict:
                    yield Record(start, end - start, value)
                else:
                    self.damaged += 1
            start = end + 1
        self.consumed = min(start, len(data))
        if start < len(data):
            yield from self._tail(data[start:], start)

    def _recover(self, line: bytes, at: int) -> Iterator[Record]:
        """The records in a ``line`` the fast parser refused; counts what is lost."""
        if not line.strip():
            return
        value, intact = _load(line)
        if value is not None:
            yield Record(at, len(line), value)
        else:
            text = line.decode("latin-1")  # one character per byte, so positions are offsets
            spans, intact = _whole_spans(text, self._is_record)
            for start, end in spans:
                value, clean = _load(line[start:end])
                intact = intact and clean
                if value is not None:
                    yield Record(at + start, end - start, value)
        if not intact:
            self.damaged += 1

    def _tail(self, line: bytes, at: int) -> Iterator[Record]:
        """The records of a last line without its line feed, as far as they are whole.

        Objects end themselves, so what was read here is never read otherwise later.
        """
        ending = line.rstrip()
        if not ending or not (self._final or ending.endswith(b"}")):
            return
        text = line.decode("latin-1")
        if self._final:
            spans, intact = _whole_spans(text, self._is_record)
        else:
            spans, intact = _leading_spans(text, 0), True
        for start, end in spans:
            value, clean = _load(line[start:end])
            intact = intact and clean
            self.consumed = at + end
            if value is not None:
                yield Record(at + start, end - start, value)
        if not intact:
            self.damaged += 1


def load(raw: bytes) -> dict[str, Any] | None:
    """The record in ``raw``, the span of one; None if it holds no whole object.

    No text in it has lone surrogates, which neither a database nor a terminal takes.
    """
    return _load(raw)[0]


def _load(raw: bytes) -> tuple[dict[str, Any] | None, bool]:
    """The record in ``raw``, and whether nothing of it was lost."""
    try:
        value = orjson.loads(raw)
    except orjson.JSONDecodeError:
        pass
    else:
        return (value, True) if type(value) is dict else (None, False)
    raw = raw.removeprefix(_BOM)
    try:
        text, intact = raw.decode(), True
    except UnicodeDecodeError:
        text, intact = raw.decode(errors="replace"), False
    for strict in (True, False):  # lenient: takes raw control characters inside strings
        try:
            value = json.loads(text, strict=strict)
            if type(value) is dict:
                return _without_surrogates(value), intact
            return None, False
        except (ValueError, RecursionError):
            intact = False
    return None, False


def _without_surrogates(value: Any) -> Any:
    """``value`` with every lone surrogate in its texts replaced; deep nesting raises
    RecursionError."""
    if isinstance(value, str):
        return _SURROGATE.sub("\N{REPLACEMENT CHARACTER}", value)
    if isinstance(value, list):
        return [_without_surrogates(item) for item in value]
    if isinstance(value, dict):
        return {_without_surrogates(key): _without_surrogates(item) for key, item in value.items()}
    return value


def _skip_blank(text: str, at: int) -> int:
    while at < len(text) and text[at] in _BLANK:
        at += 1
    return at


def _leading_spans(text: str, at: int) -> list[tuple[int, int]]:
    """Spans of the whole objects written one after another from ``at`` on."""
    spans = []
    while (at := _skip_blank(text, at)) < len(text) and text[at] == "{":
        try:
            end = _lenient.raw_decode(text, at)[1]
        except (ValueError, RecursionError):
            break
        spans.append((at, end))
        at = end
    return spans


def _whole_spans(
    text: str, is_record: Callable[[dict[str, Any]], bool]
) -> tuple[list[tuple[int, int]], bool]:
    """Spans of every whole record in ``text``, and whether nothing lies between them."""
    spans = _leading_spans(text, 0)
    at = _skip_blank(text, spans[-1][1] if spans else 0)
    intact = at == len(text)
    attempts, budget = _ATTEMPTS, _SCANS * len(text)
    while at < len(text) and attempts and budget > 0:
        found = _CANDIDATE.search(text, at)
        if found is None:
            break
        start = found.start()
        try:
            end = _lenient.raw_decode(text, start)[1]
        except json.JSONDecodeError as error:
            attempts -= 1
            budget -= error.pos - start
            at = start + 1
            continue
        except (ValueError, RecursionError):
            attempts -= 1
            at = start + 1
            continue
        value = load(text[start:end].encode("latin-1"))
        if value is not None and is_record(value):
            spans.append((start, end))
            spans += _leading_spans(text, end)
            end = spans[-1][1]
        at = _skip_blank(text, end)
    return spans, intact

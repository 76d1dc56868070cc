"""What Her adds to the client's settings, and how it goes again.

What was added is kept in a ledger in Her's folder, with a copy of the settings as they were.
Settings that nobody has touched since are restored byte for byte. In others, exactly what was added
is taken out, as far as it still is what was added.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any, NamedTuple

from her_tui.shim.effective import BadSettings, decoded
from her_tui.shim.jsontext import drop, put, raw_at, value_at

Leaf = tuple[tuple[str, ...], Any]
"""A place in the settings, and the value there."""


class Added(NamedTuple):
    """What was added to one settings file."""

    leaves: list[tuple[list[str], Any, str | None]]
    """Place, value, and what was there before, as it was written."""
    made: list[list[str]]
    """Objects that were made on the way, the outer ones first."""
    digest: str
    """Of the settings as they were then."""
    backup: str | None
    """The file with the settings as they were before; None if there were none."""


def digest(data: bytes) -> str:
    """What ``data`` is recognized by."""
    return sha256(data).hexdigest()


def with_added(data: bytes | None, leaves: Sequence[Leaf]) -> tuple[bytes, Added]:
    """Settings ``data`` with ``leaves``, and what to remember so that they can go again. Raises
    `BadSettings` for settings that the client would not understand either."""
    text = _text(data)
    before = decoded(text.lstrip("\ufeff"))
    record: list[tuple[list[str], Any, str | None]] = []
    made: list[list[str]] = []
    try:
        for where, value in leaves:
            for depth in range(1, len(where)):
                if raw_at(text, where[:depth]) is None and list(where[:depth]) not in made:
                    made.append(list(where[:depth]))
            record.append((list(where), value, raw_at(text, where)))
            text = put(text, where, json.dumps(value, ensure_ascii=False))
    except ValueError as error:
        raise BadSettings(str(error)) from error
    _prove(before, text, leaves)
    after = text.encode()
    return after, Added(record, made, digest(after), None)


def without_added(data: bytes, added: Added) -> bytes:
    """Settings ``data`` without what was ``added``; a value that is another by now stays. Raises
    `BadSettings`."""
    text = _text(data)
    decoded(text.lstrip("\ufeff"))
    for where, value, before in reversed(added.leaves):
        if value_at(text, where) == value:
            text = drop(text, where) if before is None else put(text, where, before)
    for where in reversed(added.made):
        if value_at(text, where) == {}:
            text = drop(text, where)
    return text.encode()


def is_added(data: bytes, leaves: Sequence[Leaf]) -> bool:
    """Whether settings ``data`` have all of ``leaves``."""
    try:
        text = _text(data)
        decoded(text.lstrip("\ufeff"))
        return all(value_at(text, where) == value for where, value in leaves)
    except BadSettings:
        return False


def _text(data: bytes | None) -> str:
    if data is None or not data.strip():
        return "{}\n"
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadSettings(str(error)) from error


def _prove(before: Mapping[str, Any], text: str, leaves: Sequence[Leaf]) -> None:
    """That ``text`` says what it said ``before``, and ``leaves``; else nothing must be written."""
    wanted = json.loads(json.dumps(before))
    for where, value in leaves:
        place = wanted
        for key in where[:-1]:
            place = place.setdefault(key, {})
        place[where[-1]] = value
    if decoded(text.lstrip("\ufeff")) != wanted:
        raise BadSettings("they cannot be changed without changing what else they say")

"""Changing one member of a JSON text, and leaving every other character as it is.

The user's settings are theirs: order, indentation, line ends and odd spacing stay. What is put in
takes on the manner of its neighbours, and goes again without a trace.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any, NamedTuple

Where = Sequence[str]
"""The keys on the way to a member, from the outermost object."""

_SPACE = re.compile(r"[ \t\r\n]*")
_BLANKS = re.compile(r"[ \t]*")
_INDENT = re.compile(r"(\r?\n)([ \t]*)\Z")
_DECODER = json.JSONDecoder()


class _Member(NamedTuple):
    key: str
    start: int
    value: int
    end: int


class _Object(NamedTuple):
    start: int
    members: list[_Member]
    end: int
    """After the closing brace."""

    def find(self, key: str) -> _Member | None:
        """The member that counts: the last of several."""
        return next((each for each in reversed(self.members) if each.key == key), None)


def value_at(text: str, where: Where) -> Any:
    """The value at ``where``; None if there is none."""
    member = _member(text, where)
    return None if member is None else json.loads(text[member.value : member.end])


def raw_at(text: str, where: Where) -> str | None:
    """The value at ``where`` as it is written; None if there is none."""
    member = _member(text, where)
    return None if member is None else text[member.value : member.end]


def put(text: str, where: Where, raw: str) -> str:
    """``text`` with the value at ``where`` written as ``raw``; objects on the way are made. Raises
    `ValueError` where something else than an object is on the way."""
    place = _outermost(text)
    for depth, key in enumerate(where):
        member = place.find(key)
        inner = depth == len(where) - 1
        if member is None:
            longer = _insert(text, place, key, raw if inner else "{}")
            return longer if inner else put(longer, where, raw)
        if inner:
            return text[: member.value] + raw + text[member.end :]
        place = _object(text, member.value)
    return text


def drop(text: str, where: Where) -> str:
    """``text`` without the member at ``where``, if there is one."""
    place = _outermost(text)
    for key in where[:-1]:
        outer = place.find(key)
        if outer is None or text[outer.value] != "{":
            return text
        place = _object(text, outer.value)
    member = place.find(where[-1])
    if member is None:
        return text
    number = place.members.index(member)
    if number:
        return text[: place.members[number - 1].end] + text[member.end :]
    if len(place.members) > 1:
        return text[: member.start] + text[place.members[1].start :]
    return text[: place.start + 1] + text[place.end - 1 :]


def _outermost(text: str) -> _Object:
    return _object(text, _skip(text, 1 if text.startswith("\ufeff") else 0))


def _skip(text: str, place: int) -> int:
    match = _SPACE.match(text, place)
    return match.end() if match else place


def _object(text: str, start: int) -> _Object:
    """The object at ``start``; raises `ValueError` if something else is there."""
    if text[start : start + 1] != "{":
        raise ValueError("no JSON object where one is needed")
    members: list[_Member] = []
    place = _skip(text, start + 1)
    while text[place] != "}":
        key, after = _DECODER.raw_decode(text, place)
        value = _skip(text, _skip(text, after) + 1)
        _, end = _DECODER.raw_decode(text, value)
        members.append(_Member(key, place, value, end))
        place = _skip(text, end)
        if text[place] == ",":
            place = _skip(text, place + 1)
    return _Object(start, members, place + 1)


def _member(text: str, where: Where) -> _Member | None:
    place: _Object | None = _outermost(text)
    member = None
    for key in where:
        if place is None:
            return None
        member = place.find(key)
        if member is None:
            return None
        place = _object(text, member.value) if text[member.value] == "{" else None
    return member


def _insert(text: str, place: _Object, key: str, raw: str) -> str:
    """``text`` with a new last member of ``place``."""
    name = json.dumps(key, ensure_ascii=False)
    if not place.members:
        return text[: place.start] + _filled(text, place, f"{name}: {raw}") + text[place.end :]
    last = place.members[-1]
    if len(place.members) > 1:
        between = text[place.members[-2].end : last.start]
    else:
        between = "," + text[place.start + 1 : last.start]
    _, after_key = _DECODER.raw_decode(text, last.start)
    colon = text[after_key : last.value]
    return f"{text[: last.end]}{between}{name}{colon}{raw}{text[last.end :]}"


def _filled(text: str, place: _Object, member: str) -> str:
    """The empty object ``place`` with one ``member``, laid out as the text around it."""
    outermost = _outermost(text)
    first = outermost.members[0].start if outermost.members else outermost.end - 1
    lead = _INDENT.search(text, outermost.start, first)
    if lead is None and outermost.members:
        return f"{{{member}}}"  # all on one line
    newline, unit = (lead[1], lead[2] or "  ") if lead else ("\n", "  ")
    line = text.rfind("\n", 0, place.start) + 1
    own = _BLANKS.match(text, line)
    indent = own[0] if own else ""
    return f"{{{newline}{indent}{unit}{member}{newline}{indent}}}"

"""The body of a request: made the same whichever channel saw it, and what it says of itself."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from hashlib import blake2b
from typing import Any, NamedTuple

import orjson

from her_tui.capture.lines import load
from her_tui.capture.values import Json, dict_or_empty, list_or_empty, text_or

#: A string or a bracket. Strings are skipped without giving back what was read: linear, always.
_TOKEN = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"|[\[\]{}]', re.DOTALL)
_STRING = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"', re.DOTALL)
_COLON = re.compile(rb"\s*:\s*")
_BLANK = b" \t\r\n"
_OPENING, _CLOSING = (b"{", b"["), (b"}", b"]")

_SESSION = re.compile(r"session_([0-9a-fA-F-]{36})")
_PLAUSIBLE_ID = re.compile(r"[\w.:-]{1,128}", re.ASCII)

_VARIES = re.compile(rb'"(?:cache_control|thinking)"')


def parsed(body: bytes) -> Json:
    """The JSON object in ``body``; empty if it holds none."""
    return load(body) or {}


def dumped(value: Any) -> bytes:
    """``value``, which came out of JSON, as compact JSON; empty if it is nested too deep."""
    try:
        return orjson.dumps(value)
    except orjson.JSONEncodeError:  # deep nesting, or numbers beyond 64 bits
        pass
    try:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    except (ValueError, RecursionError):
        return b""


def normalise_request(body: bytes) -> bytes:
    """``body`` without what depends on the channel or names the machine, every other byte kept.

    A member ``betas`` of the top level is cut out (telemetry's copy has it, the wire's does not),
    and in ``metadata.user_id`` everything but the session's id is blanked. Applying it twice is
    applying it once; a body that is no JSON object comes back as it is.
    """
    edits: list[tuple[int, int, bytes]] = []
    for member in _top_level(body, (b'"betas"', b'"metadata"')):
        if body.startswith(b'"betas"', member.key):
            edits.append((*_with_comma(body, member), b""))
        else:
            edits += _blanked_ids(body, member)
    if not edits:
        return body
    parts: list[bytes] = []
    done = 0
    for start, end, replacement in edits:
        start = max(start, done)  # two members cut side by side share a comma
        parts += (body[done:start], replacement)
        done = max(done, end)
    parts.append(body[done:])
    return b"".join(parts)


class _Member(NamedTuple):
    key: int
    """Where its key starts."""
    value: int
    end: int
    """Where its value ends."""


def _top_level(body: bytes, keys: tuple[bytes, ...]) -> list[_Member]:
    """The members of the object ``body`` whose key is one of ``keys``.

    What is nested may have such members too. Rather than reading all from the start, the brackets
    are counted from the first candidate to the end, which is near: what is at the top is closed by
    one.
    """
    start = min((at for key in keys if (at := _first(body, key)) >= 0), default=-1)
    if start < 0:
        return []
    found: list[tuple[int, int, int]] = []  # key, value, depth
    depth = lowest = 0
    for token in _TOKEN.finditer(body, start):
        text = token[0]
        if text in _OPENING:
            depth += 1
        elif text in _CLOSING:
            depth -= 1
            lowest = min(lowest, depth)
        elif text in keys and (colon := _COLON.match(body, token.end())):
            found.append((token.start(), colon.end(), depth))
    if depth >= 0 or depth != lowest or not body.rstrip(_BLANK).endswith(b"}"):
        return []
    top = [(key, value) for key, value, at in found if at - depth == 1]
    return [_Member(key, value, _value_end(body, value)) for key, value in top]


def _first(body: bytes, key: bytes) -> int:
    """Where ``key`` with its quotes first is a string of its own; -1 if nowhere."""
    at = body.find(key)
    while at > 0 and body[at - 1 : at] == b"\\":
        at = body.find(key, at + 1)
    return at


def _value_end(body: bytes, at: int) -> int:
    """Where the value that starts at ``at`` ends."""
    if body[at : at + 1] not in (b'"', *_OPENING):
        while at < len(body) and body[at : at + 1] not in (b",", *_CLOSING):
            at += 1
        return at
    depth = 0
    for token in _TOKEN.finditer(body, at):
        depth += (token[0] in _OPENING) - (token[0] in _CLOSING)
        if depth <= 0:
            return token.end()
    return len(body)


def _with_comma(body: bytes, member: _Member) -> tuple[int, int]:
    """The span to cut so that ``member`` is gone: the comma after it goes too, else the one
    before."""
    end = _past_blanks(body, member.end)
    if body[end : end + 1] == b",":
        return member.key, end + 1
    start = len(body[: member.key].rstrip(_BLANK))
    return (start - 1 if body[start - 1 : start] == b"," else member.key), member.end


def _past_blanks(body: bytes, at: int) -> int:
    while at < len(body) and body[at] in _BLANK:
        at += 1
    return at


def _blanked_ids(body: bytes, metadata: _Member) -> Iterator[tuple[int, int, bytes]]:
    """The edits that blank what ``metadata`` tells of device and account."""
    value = body[metadata.value : metadata.end]
    if not value.startswith(b"{"):
        return
    for member in _top_level(value, (b'"user_id"',)):
        before = value[member.value : member.end]
        after = _session_only(before)
        if after != before:
            yield metadata.value + member.value, metadata.value + member.end, after


def _session_only(value: bytes) -> bytes:
    """The user id ``value``, as JSON, with nothing in it but the session's id."""
    text = _text(value)
    if text is None:
        return value if value in (b"null", b"") else b'""'
    inside = load(text.encode()) if text.startswith("{") else None
    if inside is not None:
        kept = {key: text_or(item) if key == "session_id" else "" for key, item in inside.items()}
        return value if kept == inside else dumped(dumped(kept).decode())
    session = _SESSION.search(text)
    return dumped(f"user__account__session_{session[1]}" if session else "")


def _text(value: bytes) -> str | None:
    """The text of the JSON string ``value``; None if it is none."""
    if not _STRING.fullmatch(value):
        return None
    inside = load(b'{"":' + value + b"}")
    return text_or(inside.get("")) if inside else None


def session_of(body: bytes | Json) -> str | None:
    """The session's id, from ``metadata.user_id``."""
    message = parsed(body) if isinstance(body, bytes) else body
    text = text_or(dict_or_empty(message.get("metadata")).get("user_id"))
    inside = load(text.encode("utf-8", "replace")) if text.startswith("{") else None
    if inside is not None:
        session = text_or(inside.get("session_id"))
    else:
        found = _SESSION.search(text)
        session = found[1] if found else ""
    return session if _PLAUSIBLE_ID.fullmatch(session) else None


def conversation_digest(body: bytes | Json) -> bytes:
    """16 bytes that are the same for every attempt at one response, in every channel: the
    messages, but for system turns, cache marks and thoughts. Empty if there are none."""
    message = parsed(body) if isinstance(body, bytes) else body
    turns = [
        turn
        for turn in list_or_empty(message.get("messages", message.get("input")))
        if not (isinstance(turn, dict) and turn.get("role") in ("system", "developer"))
    ]
    if not turns:
        return b""
    return blake2b(essence(turns), digest_size=16).digest()


def essence(value: Any) -> bytes:
    """``value``, which came out of JSON, as JSON without what differs where it means the same:
    cache marks, which are a matter of the request, and thoughts, which telemetry leaves out (they
    are known by their signatures)."""
    data = dumped(value)
    if not _VARIES.search(data):
        return data
    try:
        return dumped(_reduced(value))
    except RecursionError:  # no client nests so deep: to be told apart from nothing it may stay
        return data


def _reduced(value: Any) -> Any:
    if isinstance(value, list):
        return [_reduced(item) for item in value]
    if isinstance(value, dict):
        thought = value.get("type") == "thinking"
        return {
            key: _reduced(item)
            for key, item in value.items()
            if key != "cache_control" and not (thought and key == "thinking")
        }
    return value


def redacts_thinking(body: bytes) -> bool:
    """Thoughts in ``body`` were left out by the client, as it does in telemetry."""
    return b'"thinking":"<REDACTED>"' in body

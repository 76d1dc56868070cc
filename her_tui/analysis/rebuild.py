"""The text of a file as of any moment, rebuilt from what was recorded of its edits.

Nothing is guessed: a text is told only if every step to it is recorded, else the reason why not.
A text is known from a write, an original, a whole read or a backup, and is carried over edits from
there; each recorded original is held against what the edits before it left.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from her_tui import units
from her_tui.analysis.patching import fits, patched, replaced, takes_line_end
from her_tui.events.content import FileSeen, Part, Patch

_MARK = "\ufeff"
#: What stands for bytes that could not be decoded.
_LOST = "\ufffd"


class Why(StrEnum):
    """Why a text cannot be rebuilt."""

    NO_ORIGINAL = "what was in it before was not recorded"
    DOES_NOT_FIT = "an edit does not fit what was there"
    BY_USER = "the human changed an edit, and what it became was not recorded"
    UNCLEAR = "what the client made of an edit was not recorded"
    UNFINISHED = "whether an edit was made was not recorded"
    CHANGED = "something else changed it, and what it became was not recorded"
    ENCODING = "it has characters that were not recorded as they are"


@dataclass(frozen=True, slots=True)
class Revision:
    """One moment at which something is known of a file."""

    position: int
    """Where on the timeline: of an edit, its outcome; -1 before all of it."""
    event: int
    """Row id of that event."""
    action: int
    """Row id of the action; 0: what the client noted by itself, such as a backup."""
    edit: bool
    """It changed the file; else the file was only seen."""
    seen: FileSeen
    """What call and result together say."""
    patch: Patch | None = None
    finished: bool = True
    """Its outcome was recorded, or it needs none."""

    @property
    def anchored(self) -> bool:
        """It tells the whole file, whatever was known before."""
        seen = self.seen
        return seen.absent or seen.created or not (seen.before is None and seen.after is None)


@dataclass(frozen=True, slots=True)
class Text:
    """The text of a file as of a revision."""

    text: str | None
    """None: there is no such file, or it cannot be rebuilt."""
    why: str = ""
    """Why it cannot be rebuilt; empty if it could, or there was no file."""
    outside: bool = False
    """It differs from what the edits before it would have left: something else changed it."""
    exact: bool = True
    """Encoded in UTF-8, ``text`` is the file byte for byte. Else how the file was encoded and how
    its lines ended was not recorded: here they end with line feeds, and a byte order mark may be
    missing."""
    before: str | None = None
    """The text right before the revision, its line ends line feeds; None: there was no file, or
    it is not known."""


def caveats(text: Text, unseen: int) -> list[str]:
    """What one should know of a ``text`` before it is used, in sentences; ``unseen`` commands ran
    after it was recorded."""
    found = []
    if not text.exact:
        found.append(
            "How it was encoded and how its lines ended was not recorded: here it is UTF-8 with"
            " line feeds."
        )
    if unseen:
        found.append(
            f"{units.count(unseen, 'command')} ran after that was recorded: whether the file was"
            " changed is not known."
        )
    return found


@dataclass(frozen=True, slots=True)
class _Now:
    """What is known of the file between two revisions."""

    text: str | None = None
    """With line feeds for line ends, unless ``exact``."""
    why: str = Why.NO_ORIGINAL
    """Why the text is not known; empty: there is no such file."""
    exact: bool = False
    loose: bool = False
    """Known from a read: without a byte order mark, and perhaps decoded with a loss."""

    @property
    def plain(self) -> str | None:
        """The text with line feeds for line ends."""
        return None if self.text is None else plain(self.text)


_ABSENT = _Now(why="", exact=True)


def plain(text: str) -> str:
    """``text`` with line feeds for line ends."""
    return text.replace("\r\n", "\n")


def rebuild(revisions: Sequence[Revision]) -> list[Text]:
    """The text after each of the ``revisions`` of one file, which come in order of position."""
    texts = []
    now = _Now()
    for revision in revisions:
        now, text = _step(now, revision)
        texts.append(text)
    return texts


def start_of(revisions: Sequence[Revision]) -> Text:
    """The text before the first of the ``revisions`` of one file."""
    if not revisions:
        return Text(None, Why.NO_ORIGINAL)
    first = revisions[0]
    if first.seen.created:
        return Text(None)
    if first.edit and first.seen.before is not None:
        return _told(_Now(plain(first.seen.before), "", loose=True), False, None)
    return Text(None, Why.NO_ORIGINAL)


def _step(now: _Now, revision: Revision) -> tuple[_Now, Text]:
    """What is known after ``revision``."""
    seen = revision.seen
    if revision.edit and not revision.finished:
        then = _Now(why=Why.UNFINISHED)
        return then, _told(then, False, now.plain)
    if seen.undone:
        return now, _told(now, False, now.plain)
    if revision.edit:
        return _edit(now, revision)
    then, outside = _look(now, seen)
    return then, _told(then, outside, now.plain)


def _look(now: _Now, seen: FileSeen) -> tuple[_Now, bool]:
    """What is known after the file was ``seen``, and whether it is not what it should be."""
    if seen.absent:
        return _ABSENT, now.text is not None
    if seen.after is not None:
        then = _Now(seen.after if seen.exact else plain(seen.after), "", seen.exact, not seen.exact)
        if now.text is None or not _same(now, then):
            return then, _known(now)
        return (then if seen.exact else now), False
    if not _known(now) or not (seen.parts or seen.changed) or _holds(now, seen):
        return now, False
    return _Now(why=Why.CHANGED), True


def _edit(now: _Now, revision: Revision) -> tuple[_Now, Text]:
    """What is known after an edit."""
    seen = revision.seen
    base, outside = now, False
    if seen.created:
        base, outside = _ABSENT, bool(now.text)
    elif seen.before is not None:
        original = _Now(plain(seen.before), "")
        differs = _known(now) and (now.text is None or not _same(now, original))
        outside = differs and not (now.text is None and not original.text)
        base = original if differs or now.text is None else replace(now, loose=False)
        if now.loose or not base.exact:
            base = replace(base, text=original.text)
    after, why = _made(base, revision)
    then = _Now(why=why) if after is None else _laid(base, seen, after)
    return then, _told(then, outside, base.plain)


def _made(base: _Now, revision: Revision) -> tuple[str | None, str]:
    """The text that an edit makes of ``base``, with line feeds for line ends, or why not."""
    seen, patch = revision.seen, revision.patch
    if seen.after is not None:
        return (seen.after if seen.exact else plain(seen.after)), ""
    if base.text is None and (base.why or not _fills(seen)):
        return None, base.why or Why.DOES_NOT_FIT
    text = base.plain or ""
    found = replaced(text, seen.replacements) if seen.replacements else None
    if patch is not None and patch.exact:
        if found is None or not fits(patch, text, found):
            found = patched(patch, text)
        return found, "" if found is not None else Why.DOES_NOT_FIT
    if seen.by_user:
        return None, Why.BY_USER
    if found is None:
        return None, Why.DOES_NOT_FIT if seen.replacements else Why.UNCLEAR
    if any(takes_line_end(text, each.old, each.new) for each in seen.replacements):
        return None, Why.UNCLEAR
    return found, ""


def _fills(seen: FileSeen) -> bool:
    """The edit puts a text where nothing is."""
    return bool(seen.replacements) and not seen.replacements[0].old


def _laid(base: _Now, seen: FileSeen, after: str) -> _Now:
    """``after`` with the line ends and the encoding of ``base``, as far as they are known."""
    if seen.exact and seen.after is not None:
        return _Now(after, "", exact=True)
    if "\r" in "".join(each.new for each in seen.replacements):
        return _Now(why=Why.ENCODING)
    if not base.exact:
        return _Now(after, "", loose=base.loose and seen.after is None)
    ends = _ends(base.text or "")
    if seen.after is not None:
        alike = ends == "\n" and base.text is not None and "\r\n" not in seen.after
        return _Now(after, "", exact=alike)
    if ends == "\r\n":
        return _Now(after.replace("\n", ends), "", exact=True)
    return _Now(after, "", exact=ends == "\n")


def _ends(text: str) -> str:
    """How the lines of ``text`` end, if all end alike; else empty."""
    pairs = text.count("\r\n")
    if not pairs:
        return "\n"
    return "\r\n" if pairs == text.count("\n") else ""


def _known(now: _Now) -> bool:
    """It is known what is there, be it nothing."""
    return now.text is not None or not now.why


def _same(now: _Now, then: _Now) -> bool:
    """The two texts are one, but for what cannot be told of either."""
    one, other = now.plain or "", then.plain or ""
    if now.loose or then.loose:
        one, other = one.removeprefix(_MARK), other.removeprefix(_MARK)
    return one == other


def _holds(now: _Now, seen: FileSeen) -> bool:
    """The known text has the parts that were ``seen`` of it, and as many characters."""
    text = now.plain
    if text is None or not seen.parts:
        return False
    length = len(text.encode("utf-16-le", "surrogatepass")) // 2
    if seen.chars not in (None, length):
        return False
    lines = text.removeprefix(_MARK).split("\n")
    return all(_has(lines, part) for part in seen.parts)


def _has(lines: list[str], part: Part) -> bool:
    start = part.start - 1
    return tuple(lines[start : start + len(part.lines)]) == part.lines


def _told(now: _Now, outside: bool, before: str | None) -> Text:
    """What is told of ``now``: no text that may have other characters in the file."""
    text, why = now.text, now.why
    if text is not None and ((now.loose and _LOST in text) or _broken(text)):
        text, why = None, Why.ENCODING
    return Text(text, "" if text is not None else why, outside, now.exact, before)


def _broken(text: str) -> bool:
    """``text`` holds half a character, which no file does."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False

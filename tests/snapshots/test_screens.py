"""What the screens look like, in three sizes of window: ``make snap`` accepts what has changed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.snapshots.conftest import HERO, Scene, Size, Taken

_SMALL, _USUAL, _LARGE = (80, 24), (120, 36), (200, 60)
_TO_AN_EDIT = (*"}" * 3, *"]" * 4)

SCENES = {
    "list": Scene("Sign-in loops"),
    "edit": Scene("✎ edit", _TO_AN_EDIT, opened=HERO),
    "request": Scene("tools as before", (*_TO_AN_EDIT, "f7"), opened=HERO),
    "timing": Scene("first token", (*"}" * 5, *"]" * 4, "f8"), opened=HERO),
    "side": Scene("haiku-4-5", ("G", "f9"), opened=HERO),
    "on-its-way": Scene("is answering", ("enter",)),
    "projects": Scene("gullwing", ("b",)),
    "hits": Scene("Sign-in loops", ("/", *"sign-in")),
    "no-hits": Scene("No session matches", ("/", *"kraken")),
    "help": Scene("Next line", ("?",)),
    "palette": Scene("list: Filter", ("ctrl+p",)),
    "palette-hits": Scene("prompt  ", ("ctrl+p", *"holds")),
    "prompts": Scene("the latest 50 prompts", ("f",)),
    "prompts-hits": Scene("found", ("f", *"test")),
    "prompts-none": Scene("Nothing found for", ("f", *"kraken")),
    "prompts-wrong": Scene("takes a span of time", ("f", *"login latency:x")),
    "copy-menu": Scene("session id", ("c",), opened=HERO),
    "deletion": Scene("Delete this session?", ("D",)),
    "playing": Scene("▶", (*"5>>", "space"), opened=HERO, played=2.0),
    "paused": Scene("more in this turn", ("5",), opened=HERO),
    "live": Scene("● live", ("enter",)),
    "files": Scene("files", (*"7", "f5"), opened=HERO),
    "state": Scene("system and tools", (*"7", "f6"), opened=HERO),
    "bookmark": Scene("Bookmark", (*"5", "b"), opened=HERO),
    "moments": Scene("other marks", ("B",), opened=HERO),
    "jump": Scene("turn 4", (":", *"turn=4"), opened=HERO),
    "restore": Scene("Restore", (*"9", "f5", "R"), opened=HERO),
    "compare": Scene("They part", ("C", "enter", "d"), opened="test_hold_expires"),
    "empty": Scene("No Claude Code sessions found", empty=True),
}
#: Where the layout is that of another scene, the largest picture says nothing new.
LIGHT = Scene("✎ edit", _TO_AN_EDIT, opened=HERO, theme="her-light")


def ids(size: Size) -> str:
    """How a size is written."""
    return f"{size[0]}x{size[1]}"


@pytest.mark.parametrize("size", [_SMALL, _USUAL, _LARGE], ids=ids)
@pytest.mark.parametrize("name", SCENES)
def test_it_looks_as_it_did(taken: Taken, name: str, size: Size) -> None:
    assert taken(SCENES[name], size)


@pytest.mark.parametrize("size", [_SMALL, _USUAL], ids=ids)
def test_it_is_light_too(taken: Taken, size: Size) -> None:
    assert taken(LIGHT, size)


@pytest.mark.parametrize("size", [_SMALL, _USUAL], ids=ids)
def test_it_can_do_without_colours(
    taken: Taken, monkeypatch: pytest.MonkeyPatch, size: Size
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    assert taken(SCENES["edit"], size)


def test_no_picture_tells_where_it_was_made() -> None:
    for picture in (Path(__file__).parent / "__snapshots__").rglob("*.svg"):
        found = re.findall(r"/(?:tmp|root|work|Users|home/(?!mira)|private)\b[^<]*", _said(picture))
        assert found == [], picture.name


def _said(picture: Path) -> str:
    """The texts of a picture."""
    return "\n".join(re.findall(r"<text[^>]*>([^<]*)</text>", picture.read_text(encoding="utf-8")))

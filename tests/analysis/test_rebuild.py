"""Texts rebuilt from what was recorded: exactly, or not at all."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from her_tui.analysis.rebuild import Revision, Text, Why, caveats, plain, rebuild, start_of
from her_tui.events.content import FileSeen, Hunk, Part, Patch, Replacement
from tests.analysis.invented_client import MARK, PATH, Client

words = st.text(st.sampled_from("ab\t \n“é\N{GRINNING FACE}"), max_size=12)
replacements = st.builds(Replacement, words, words, st.booleans())
flags = st.booleans()
files = st.one_of(
    st.none(),
    st.builds(
        lambda text, crlf, mark: (mark + (text.replace("\n", "\r\n") if crlf else text)).encode(),
        st.text(st.sampled_from("ab\t \n“"), max_size=30),
        flags,
        st.sampled_from(("", MARK)),
    ),
)


def _do(client: Client, draw: st.DataObject) -> None:
    match draw.draw(st.integers(0, 9)):
        case 0:
            client.write(draw.draw(words), draw.draw(flags), draw.draw(flags))
        case 1 | 2 | 3 | 4:
            old = draw.draw(st.sampled_from([*_pieces(client.text), ""]))
            change = Replacement(old, draw.draw(words), draw.draw(flags))
            by_user = draw.draw(st.sampled_from(("", "", "", "b\n\tc", "  a")))
            original, patch = draw.draw(flags), draw.draw(flags)
            client.edit(change, original=original, patch=patch, by_user=by_user)
        case 5:
            client.read()
        case 6:
            client.glance(draw.draw(st.integers(0, 3)))
        case 7:
            client.backup()
        case 8:
            client.meddle(draw.draw(files), draw.draw(flags))
        case 9:
            client.unfinished(draw.draw(replacements), draw.draw(flags))


def _pieces(text: str) -> list[str]:
    return [text[at : at + size] for at in range(len(text)) for size in (1, 2, 5)][:40]


@given(files, st.integers(1, 12), st.data())
def test_never_a_wrong_text(start: bytes | None, steps: int, draw: st.DataObject) -> None:
    client = Client(start)
    for _ in range(steps):
        _do(client, draw)
    texts = rebuild(client.revisions)
    assert len(texts) == len(client.revisions)
    for text, truth, doubtful in zip(texts, client.truth, client.doubtful, strict=True):
        if doubtful or text.why:
            assert doubtful or text.text is None
        elif text.text is None:
            assert truth is None
        elif text.exact:
            assert text.text.encode() == truth
        else:
            assert truth is not None
            found = plain(truth.decode())
            assert text.text.removeprefix(MARK) == found.removeprefix(MARK)


@given(files, st.lists(replacements, max_size=8), st.data())
def test_with_all_recorded_every_text_is_there(
    start: bytes | None, changes: list[Replacement], draw: st.DataObject
) -> None:
    client = Client(start)
    client.backup()
    for change in changes:
        client.edit(change, original=True, patch=True)
        client.write(draw.draw(words), True, True)
    for text in rebuild(client.revisions)[1:]:
        assert text.text is not None
        assert not text.outside


@given(files, st.lists(replacements, max_size=6))
def test_a_start_is_enough(start: bytes | None, changes: list[Replacement]) -> None:
    """After a backup no original is needed, nor a patch, unless an edit takes a line end along."""
    client = Client(start)
    client.backup()
    for change in changes:
        client.edit(change, original=False, patch=False)
    for text, truth in zip(rebuild(client.revisions), client.truth, strict=True):
        if text.why:
            assert text.why in (Why.UNCLEAR, Why.ENCODING)
            break
        assert text.text is None or not text.exact or text.text.encode() == truth


def _edit(old: str, new: str, before: str | None = None, **more: object) -> Revision:
    seen = FileSeen(PATH, before=before, replacements=(Replacement(old, new),))
    return Revision(0, 0, 1, True, seen, **more)  # type: ignore[arg-type]


def _see(seen: FileSeen) -> Revision:
    return Revision(0, 0, 0, False, seen)


def test_line_ends_are_carried_over_edits() -> None:
    start = _see(FileSeen(PATH, after="a\r\nb\r\n", exact=True))
    texts = rebuild([start, _edit("b", "c\nd", "a\nb\n")])
    assert texts[1] == Text("a\r\nc\r\nd\r\n", before="a\nb\n")


def test_mixed_line_ends_are_not_guessed() -> None:
    start = _see(FileSeen(PATH, after="a\r\nb\n", exact=True))
    assert rebuild([start, _edit("b", "c")])[1] == Text("a\nc\n", exact=False, before="a\nb\n")


def test_what_something_else_changed_is_said() -> None:
    texts = rebuild([_edit("a", "b", "a\n"), _edit("c", "d", "b\nc\n")])
    assert [text.outside for text in texts] == [False, True]
    assert texts[1].text == "b\nd\n"
    assert texts[1].before == "b\nc\n"


@pytest.mark.parametrize(
    ("revisions", "why"),
    [
        ([_edit("a", "b")], Why.NO_ORIGINAL),
        ([_edit("x", "b", "a")], Why.DOES_NOT_FIT),
        ([_edit("a", "b", "a a")], Why.DOES_NOT_FIT),
        ([_edit("a", "", "a\nb\n")], Why.UNCLEAR),
        ([Revision(0, 0, 1, True, FileSeen(PATH, before="a"))], Why.UNCLEAR),
        ([_edit("a", "b", "a", finished=False)], Why.UNFINISHED),
        ([_edit("a", "b\rc", "a")], Why.ENCODING),
        ([_edit("a", "\ud83d", "a")], Why.ENCODING),
        ([_see(FileSeen(PATH, after="caf\ufffd"))], Why.ENCODING),
        (
            [_see(FileSeen(PATH, after="a")), _see(FileSeen(PATH, changed=True))],
            Why.CHANGED,
        ),
        (
            [_see(FileSeen(PATH, after="a\nb")), _see(FileSeen(PATH, parts=(Part(2, ("c",)),)))],
            Why.CHANGED,
        ),
        ([Revision(0, 0, 1, True, FileSeen(PATH, "", "a", by_user=True))], Why.BY_USER),
    ],
)
def test_reasons(revisions: list[Revision], why: Why) -> None:
    text = rebuild(revisions)[-1]
    assert text.text is None
    assert text.why == why


def test_the_reason_is_that_of_the_first_step_that_is_missing() -> None:
    texts = rebuild([_edit("a", "", "a\nb\n"), _edit("b", "c")])
    assert texts[1].why == Why.UNCLEAR


def test_a_notice_of_what_is_known_changes_nothing() -> None:
    told = FileSeen(PATH, changed=True, parts=(Part(2, ("b",)),), chars=3)
    texts = rebuild([_see(FileSeen(PATH, after="a\nb")), _see(told)])
    assert texts[1].text == "a\nb"
    assert not texts[1].outside


def test_files_that_are_not_there() -> None:
    created = Revision(0, 0, 1, True, FileSeen(PATH, after="a\n", exact=True, created=True))
    gone = _see(FileSeen(PATH, absent=True))
    texts = rebuild([gone, created, gone, created])
    assert [text.text for text in texts] == [None, "a\n", None, "a\n"]
    assert not any(text.why for text in texts)
    assert [text.outside for text in texts] == [False, False, True, False]


def test_an_edit_of_the_human_is_told_by_its_patch_alone() -> None:
    patch = Patch(PATH, (Hunk(1, 1, (" a", "-b", "+by hand")),))
    revision = _edit("b", "c", "a\nb\n", patch=patch)
    assert rebuild([revision])[0].text == "a\nby hand\n"


def test_an_edit_that_was_not_made() -> None:
    seen = FileSeen(PATH, after="b", undone=True, replacements=(Replacement("a", "b"),))
    texts = rebuild([_see(FileSeen(PATH, after="a")), Revision(0, 0, 1, True, seen)])
    assert texts[1].text == "a"


def test_the_start() -> None:
    assert start_of([]).why == Why.NO_ORIGINAL
    assert start_of([_edit("a", "b", "a")]).text == "a"
    assert start_of([_edit("a", "b")]).why == Why.NO_ORIGINAL
    created = Revision(0, 0, 1, True, FileSeen(PATH, after="a", created=True))
    assert start_of([created]) == Text(None)


def test_what_one_should_know_of_a_text() -> None:
    assert caveats(Text("a"), 0) == []
    assert len(caveats(Text("a", exact=False), 2)) == 2
    assert caveats(Text("a"), 1)[0].startswith("1 command ran after")

"""``her-tui search``."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from her_tui.cli import search
from her_tui.events.documents import DocumentKind
from her_tui.queries import minds
from her_tui.queries.hits import Hit
from her_tui.recorder.ingest import import_roots
from her_tui.search.encoder import open_numpy
from tests.cli.conftest import Run
from tests.support.claude import Script, session_id
from tests.support.meaning import BagOfWords, encode, use
from tests.support.model import make

KEYS = {
    "session", "event", "kind", "score", "why", "snippet", "timestamp", "title", "project", "agent",
    "starred", "detail",
}  # fmt: skip


@pytest.fixture(autouse=True)
def kept(demo_home: Path) -> Iterator[None]:
    """Nothing is kept from one test to the next."""
    yield
    for home in (demo_home, Path(os.environ["HER_HOME"])):
        minds.forget(home)


def test_json(her: Run) -> None:
    found = her("search", "parser", "OR", "test", "--json", "--limit", "20").json
    assert len(found) > 5
    for hit in found:
        assert set(hit) == KEYS
        assert hit["kind"] in search.KINDS.values()
        assert isinstance(hit["event"], int)
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", hit["timestamp"])
        assert hit["why"]
    scores = [hit["score"] for hit in found]
    assert scores == sorted(scores, reverse=True)


def test_json_is_ascii(her: Run) -> None:
    printed = her("search", "tide", "--json", "--limit", "50").out
    assert printed.isascii()
    assert "\x1b" not in printed
    assert "\x7f" not in printed


def test_in_prompts_are_prompts(her: Run) -> None:
    for where, kinds in (
        ("prompts", {"prompt"}),
        ("responses", {"response", "thinking"}),
        ("actions", {"action", "output", "task", "command"}),
    ):
        found = her("search", "test", "--in", where, "--json", "--limit", "50").json
        assert {hit["kind"] for hit in found} <= kinds
        assert found


def test_blocks_for_people(her: Run) -> None:
    printed = her("search", "tide", "--in", "prompts", "--limit", "2")
    blocks = printed.out.strip().split("\n\n")
    assert len(blocks) == 2
    head, passage, why = blocks[0].splitlines()
    assert " · prompt · " in head
    assert "tide" in passage.lower()
    assert why == "  (words: tide)"
    assert "\x1b" not in printed.out
    assert printed.err.startswith("Words only: ")
    assert "her-tui semantic enable" in printed.err


def test_by_words_nothing_is_said_of_meaning(her: Run) -> None:
    assert her("search", "tide", "--mode", "words").err == ""


def test_filters_and_exclusions(her: Run) -> None:
    found = her("search", "test", "project:sandbar", "--json").json
    assert {Path(hit["project"]).name for hit in found} == {"sandbar"}
    with_word = her("search", "tide", "--in", "prompts", "--json", "--limit", "50").json
    without = her("search", "tide", "-changelog", "--in", "prompts", "--json", "--limit", "50").json
    assert without
    assert len(without) < len(with_word)


def test_nothing_found(her: Run) -> None:
    printed = her("search", "xyzzyplugh", "--mode", "words")
    assert (printed.code, printed.out) == (0, "")
    assert printed.err == "Nothing was found.\n"
    assert her("search", "xyzzyplugh", "--json").json == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("search",), "Missing argument"),
        (("search", "x", "--jsno"), "No such option"),
        (("search", "x", "--limit", "0"), "--limit"),
        (("search", "x", "--limit", "51"), "--limit"),
        (("search", "x", "--mode", "magic"), "--mode"),
        (("search", "x", "--in", "nowhere"), "--in"),
        (("search", "is:odd"), "At character 1"),
        (("search", "(x"), "does not close"),
    ],
)
def test_what_cannot_be(her: Run, arguments: tuple[str, ...], said: str) -> None:
    printed = her(*arguments)
    assert printed.code == 2
    assert said in printed.err
    assert printed.out == ""


@pytest.mark.parametrize("text", ["🎉", "認証", '"', "*", "NEAR(", "the", "o" * 10_000, "\x1b[31m"])
def test_any_text_is_a_query(her: Run, text: str) -> None:
    printed = her("search", "--", text if text != "NEAR(" else '"NEAR("')
    assert printed.code == 0
    assert "\x1b" not in printed.out + printed.err


def test_a_word_with_two_dashes_after_two_dashes(her: Run) -> None:
    assert her("search", "--json", "--", "--no-verify").code == 0


def test_without_a_library(her: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HER_HOME", str(tmp_path / "none"))
    printed = her("search", "x")
    assert printed.code == 1
    assert "her-tui import" in printed.err


def test_without_an_index(her: Run, own_home: Path) -> None:
    (own_home / "words.db").unlink()
    printed = her("search", "tide")
    assert (printed.code, printed.out) == (0, "")
    assert "her-tui index" in printed.err


def test_by_meaning(her: Run, own_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    encoder = BagOfWords({"ebb": "tide"})
    encode(own_home, encoder)
    use(encoder, monkeypatch)
    found = her("search", "ebb", "--mode", "meaning", "--in", "prompts", "--json").json
    assert any("tide" in hit["snippet"].lower() for hit in found[:5])
    assert all(hit["why"][0].startswith("meaning 0.") for hit in found)


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def _hit(snippet: str, marks: tuple[tuple[int, int], ...]) -> Hit:
    return Hit(
        event=1, kind=DocumentKind.PROMPT, session=1, session_id="abcdef123456", agent_name="x",
        agent=0, ts=0, score=1, why=("words: a\x1b[2J",), snippet=snippet, marks=marks,
        title="\x1b]0;mine\a", project="/src/\u202eevil",
    )  # fmt: skip


def test_words_are_bold_where_that_can_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    out = _Terminal()
    monkeypatch.setattr(sys, "stdout", out)
    search.print_block(_hit("a b", ((2, 3),)))
    assert "  a \x1b[1mb\x1b[0m\n" in out.getvalue()
    monkeypatch.setenv("NO_COLOR", "1")
    out.truncate(0)
    search.print_block(_hit("a b", ((2, 3),)))
    assert "\x1b" not in out.getvalue()


def test_captured_text_cannot_drive_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    out = _Terminal()
    monkeypatch.setattr(sys, "stdout", out)
    search.print_block(_hit("one \x1b[31mtwo\x9b\u202e\nthree\t!", ((4, 8),)))
    printed = out.getvalue().replace("\x1b[1m", "").replace("\x1b[0m", "")
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]", printed)


def test_only_meaning_imports_numpy_and_nothing_imports_torch(tmp_path: Path) -> None:
    """In a process of its own, with a small model of the genuine one's shape."""
    home, model = tmp_path / "her", tmp_path / "model"
    script = Script(session_id(1))
    script.prompt("word one")
    script.say("word two")
    script.write(tmp_path)
    import_roots(home, [tmp_path])
    enabled = {"enabled": True, "weights": str(model), "stamp": make(model)}
    encode(home, open_numpy(model))
    for mode, numpy in (("words", False), ("meaning", True), ("hybrid", True)):
        code = (
            "import sys; from pathlib import Path\n"
            "from her_tui.search import settings\n"
            f"settings.save(Path({str(home)!r}), settings.Settings(**{enabled!r}))\n"
            "from her_tui.cli.run import run\n"
            f"code = run(['search', 'word', '--mode', {mode!r}, '--json'])\n"
            "names = ('numpy', 'torch', 'transformers', 'sentence_transformers', 'textual')\n"
            "print(code, [n for n in names if n in sys.modules], file=sys.stderr)\n"
        )
        done = subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "HER_HOME": str(home)},
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stderr.splitlines()[-1] == f"0 {['numpy'] if numpy else []}"
        assert '"event"' in done.stdout

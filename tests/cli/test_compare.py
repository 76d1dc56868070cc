"""Sessions side by side, on the command line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from her_tui.recorder.ingest import import_roots
from tests.cli.conftest import Ran, Run
from tests.support.claude import Script, busy_session, session_id


@pytest.fixture
def hold(her: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Ran]:
    """Runs ``her-tui compare`` on a library of these sessions."""
    monkeypatch.setenv("HER_HOME", str(tmp_path / "her"))

    def call(scripts: list[Script], *arguments: str) -> Ran:
        for script in scripts:
            script.write(tmp_path / "client")
        import_roots(tmp_path / "her", [tmp_path / "client"])
        return her("compare", *(script.session for script in scripts), *arguments)

    return call


def other_end(number: int) -> Script:
    """A busy session that ends otherwise than its twin, in words no terminal should see."""
    script = busy_session(number, 2)
    script.prompt("Now \x1b]0;gone\x07 | *bold* the tests")
    script.say("Done.")
    return script


def twin(number: int) -> Script:
    script = busy_session(number, 2)
    script.prompt("Now the manual")
    script.say("Done.")
    return script


def same_texts(one: Script, other: Script) -> tuple[Script, Script]:
    """``other`` with the outputs of ``one``, whose commits have other names."""
    for record, source in zip(other.records, one.records, strict=False):
        if record["type"] == "user" and isinstance(record["message"]["content"], list):
            block, said = record["message"]["content"][0], source["message"]["content"][0]
            block["content"] = said["content"]
    return one, other


def test_where_two_part_is_told_in_their_own_words(hold: Callable[..., Ran]) -> None:
    ran = hold([*same_texts(twin(1), other_end(2))])
    assert ran.code == 0
    assert "another prompt" in ran.out
    assert "Now the manual" in ran.out
    assert "\x1b" not in ran.out
    assert "≠  3  3" in ran.out
    assert [line.split()[0] for line in ran.out.splitlines() if line.startswith(("=", "≠"))] == [
        "=",
        "=",
        "≠",
        "=",
    ]


def test_as_json(hold: Callable[..., Ran]) -> None:
    ran = hold([*same_texts(twin(1), other_end(2))], "--json")
    assert ran.out.isascii()
    told = ran.json
    assert told["divergence"]["what"] == "another prompt"
    assert told["divergence"]["left"]["turn"] == 3
    assert told["divergence"]["left"]["text"] == "Now the manual"
    assert told["ends"] is None
    assert told["identical"] is False
    assert [pair["mark"] for pair in told["turns"]] == ["same", "same", "like"]
    assert told["left"]["prompts"] == 3
    assert told["delta"]["prompts"] == 0
    assert set(told["left"]["tokens"]) == {"input", "output", "cache_creation", "cache_read"}


def test_twice_is_the_same(hold: Callable[..., Ran]) -> None:
    scripts = [*same_texts(twin(1), other_end(2))]
    assert hold(scripts, "--json").out == hold(scripts, "--json").out


def test_a_fork_and_what_it_was_forked_from(hold: Callable[..., Ran]) -> None:
    original = twin(1)
    fork = original.fork(session_id(2), len(original.records))
    fork.prompt("And now?")
    ran = hold([fork, original], "--json")
    assert ran.json["divergence"] is None
    assert ran.json["ends"]["side"] == "right"
    assert ran.json["ends"]["record"] == len(original.records)
    assert ran.json["ends"]["next"]["text"] == "And now?"
    text = hold([fork, original]).out
    assert f"ends at record {len(original.records)} of" in text
    assert "do not diverge" in text


def test_a_session_and_itself(hold: Callable[..., Ran], her: Run) -> None:
    hold([twin(1), other_end(2)])
    told = her("compare", session_id(1), session_id(1), "--json").json
    assert (told["identical"], told["divergence"], told["ends"]) == (True, None, None)
    assert "say the same" in her("compare", session_id(1), session_id(1)).out


def test_the_two_branches_of_a_session(hold: Callable[..., Ran], her: Run) -> None:
    script = twin(1)
    prompts = [record for record in script.records if isinstance(record["message"]["content"], str)]
    script.prompt("Now the tests")
    script.records[-1]["parentUuid"] = prompts[-1]["parentUuid"]
    ran = hold([script], "--json")
    assert ran.json["left"]["reference"].endswith("#branch=1")
    assert ran.json["divergence"]["right"]["text"] == "Now the tests"
    assert ran.json["left"]["left_out"]["prompts"] == 1
    other = her("compare", session_id(1), f"{session_id(1)}#branch=2", "--json").json
    assert other["identical"] is True


def test_as_markdown(hold: Callable[..., Ran]) -> None:
    ran = hold([*same_texts(twin(1), other_end(2))], "--markdown")
    assert ran.out.startswith("# ")
    assert "| prompts | 3 | 3 |  |" in ran.out
    assert r"\| \*bold\* the tests" in ran.out
    assert "\x1b" not in ran.out


@pytest.mark.parametrize(
    ("arguments", "code"),
    [((), 2), (("nowhere", "either"), 1), (("#branch=2",), 1)],
)
def test_what_cannot_be_compared(her: Run, arguments: tuple[str, ...], code: int) -> None:
    ran = her("compare", *arguments)
    assert (ran.code, ran.out) == (code, "")


def test_one_branch_alone_is_no_comparison(hold: Callable[..., Ran]) -> None:
    ran = hold([twin(1)])
    assert ran.code == 2
    assert "never rewound" in ran.err


def test_sessions_without_times(hold: Callable[..., Ran]) -> None:
    scripts = [*same_texts(twin(1), other_end(2))]
    for script in scripts:
        for record in script.records:
            del record["timestamp"]
    told = hold(scripts, "--json").json
    assert told["divergence"]["what"] == "another prompt"
    assert told["divergence"]["left"]["time"] is None
    assert (told["left"]["started"], told["left"]["duration_ms"]) == (None, 0)


def test_a_session_twice_is_said(her: Run) -> None:
    ran = her("compare", "f27ac6ac", "f27ac6ac-b4ce")
    assert ran.out.splitlines() == [
        "A and B are the same session twice.",
        "They say the same from start to end",
    ]
    assert her("compare", "f27ac6ac", "f27ac6ac", "--json").json

"""Whether things can be found by meaning, in one sentence."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from her_tui.queries import encoding, meaning
from her_tui.queries.encoding import EncoderStatus, Mark, Phase
from her_tui.queries.meaning import Readiness
from her_tui.search import settings
from her_tui.search.settings import Settings

GONE = 2**22 + 1


def state(
    home: Path, status: EncoderStatus | None = None, **wanted: object
) -> meaning.MeaningState:
    """The state where the user wanted this and an encoder left that."""
    home.mkdir(mode=0o700, exist_ok=True)
    values = {"enabled": True, "weights": str(home), **wanted}
    settings.save(home, Settings(**values))  # type: ignore[arg-type]
    if status is not None:
        encoding.write(home, status)
    return meaning.state(home)


def test_nobody_was_asked_yet(home: Path) -> None:
    told = meaning.state(home)
    assert told.readiness is Readiness.NEVER_ASKED
    assert told.message == "Words only: her-tui semantic enable adds meaning, offline."
    assert not told.usable


def test_what_is_in_the_way(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert state(home, enabled=False).readiness is Readiness.OFF
    assert state(home, weights="").readiness is Readiness.NO_WEIGHTS
    assert state(home, weights=str(home / "gone")).readiness is Readiness.NO_WEIGHTS
    damaged = EncoderStatus(Phase.FAILED, message="Not genuine", hint="Try", damaged="x")
    told = state(home, damaged, stamp="x")
    assert (told.readiness, told.message) == (
        Readiness.DAMAGED,
        "Stopped at 0 of 0: Not genuine. Try",
    )
    monkeypatch.setattr(meaning, "find_spec", lambda name: None)
    assert state(home).readiness is Readiness.NO_NUMPY


@pytest.mark.parametrize(
    ("status", "readiness", "message"),
    [
        (EncoderStatus(), Readiness.PARTIAL, "Nothing is encoded yet: it begins"),
        (EncoderStatus(Phase.STARTING, pid=os.getpid()), Readiness.PARTIAL, "The encoder starts."),
        (
            EncoderStatus(Phase.ENCODING, 12_430, 13_002, "numpy", pid=os.getpid()),
            Readiness.PARTIAL,
            "Encoding 12,430 of 13,002 (numpy), newest first.",
        ),
        (
            EncoderStatus(Phase.ENCODING, 5, 9, "numpy", pid=GONE),
            Readiness.PARTIAL,
            "Interrupted at 5 of 9: it goes on",
        ),
        (EncoderStatus(Phase.ENDED, 5, 9), Readiness.PARTIAL, "5 of 9 encoded: it goes on"),
        (
            EncoderStatus(Phase.WAITING, 1_009, 1_009, "numpy", pid=os.getpid()),
            Readiness.READY,
            "All 1,009 documents can be found by meaning.",
        ),
        (EncoderStatus(Phase.ENDED, 9, 9), Readiness.READY, "All 9 documents"),
    ],
)
def test_how_far_it_is(
    home: Path, status: EncoderStatus, readiness: Readiness, message: str
) -> None:
    told = state(home, status)
    assert told.readiness is readiness
    assert told.message.startswith(message)
    assert told.usable
    assert told.encoding is (told.message.startswith(("Encoding", "The encoder")))
    assert told.engine == (status.engine if status.pid == os.getpid() else "")


def test_paused(home: Path) -> None:
    told = state(home, EncoderStatus(Phase.ENDED, 5, 9), paused=True)
    assert told.message == "Paused at 5 of 9: her-tui index goes on."
    assert told.paused
    told = state(home, EncoderStatus(Phase.ENDED, 9, 9), paused=True)
    assert told.message.endswith("by meaning. Encoding is paused: her-tui index goes on.")


def test_a_state_is_read_as_it_was_written(home: Path) -> None:
    home.mkdir()
    status = EncoderStatus(
        Phase.ENCODING, 1, 2, "numpy", 3.5, "m", "h", "x", os.getpid(), Mark("x", "1", 7, 9)
    )
    encoding.write(home, status)
    assert encoding.read(home) == status
    assert (home / encoding.STATUS_NAME).stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    "said", [b"", b"[]", b"{}", b"{", b'{"phase": "x"}', b'{"mark": 1}', b'{"mark": {"x": 1}}']
)
def test_a_state_that_makes_no_sense_is_none(home: Path, said: bytes) -> None:
    home.mkdir()
    (home / encoding.STATUS_NAME).write_bytes(said)
    assert encoding.read(home) == EncoderStatus()


def test_a_folder_that_cannot_be_written_to_is_no_error(home: Path) -> None:
    encoding.write(home / "nowhere", EncoderStatus())

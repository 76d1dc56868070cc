"""The recorder, the encoder and a model together, in processes of their own."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from her_tui.capture.agents import ADAPTERS
from her_tui.queries import encoding, meaning
from her_tui.queries.encoding import Phase
from her_tui.queries.meaning import Readiness
from her_tui.recorder import encoder_start, follow
from her_tui.recorder.follow import Recorder
from her_tui.search import encoder, vectors
from her_tui.store.locks import viewer_lock
from tests.recorder.test_follow import eventually, prompts
from tests.support.claude import Script, busy_session, session_id
from tests.support.encoding import enable, expected, stored
from tests.support.model import make

pytestmark = pytest.mark.fault


@pytest.fixture
def recorder(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Recorder]:
    """A recorder that follows ``tmp_path``, with a screen open, and a model that can be loaded."""
    monkeypatch.setattr(encoder_start, "_LOOK_SECONDS", 0.1)
    monkeypatch.setattr(encoder_start, "_FIRST_PAUSE_SECONDS", 0.1)
    monkeypatch.setattr(follow, "RESCAN_SECONDS", 0.1)
    stamp = make(home.parent / "model")
    enable(home, weights=str(home.parent / "model"), stamp=stamp)
    recorder = Recorder(home, [(ADAPTERS[0], tmp_path)])
    thread = threading.Thread(target=recorder.run)
    with viewer_lock(home):
        thread.start()
        yield recorder
        recorder.stop()
        thread.join(20)
        pid = encoding.read(home).pid
        if encoder_start.is_encoder(pid):
            os.kill(pid, signal.SIGKILL)


def ready(home: Path, documents: int) -> bool:
    """Whether so many can be found by meaning, and that is all."""
    state = meaning.state(home)
    return state.readiness is Readiness.READY and state.done == documents


def test_what_is_recorded_is_encoded_even_if_the_encoder_is_killed(
    home: Path, tmp_path: Path, recorder: Recorder
) -> None:
    script = busy_session(1)
    script.write(tmp_path)
    eventually(lambda: prompts(home) == 3)
    eventually(lambda: ready(home, len(expected(home))), 60)
    first = encoding.read(home)
    assert first.engine == "numpy"
    assert first.phase is Phase.WAITING, "it stays a while for what comes"

    os.kill(first.pid, signal.SIGKILL)
    script.prompt("What is the meaning of this?")
    script.write(tmp_path)
    eventually(lambda: prompts(home) == 4)
    eventually(lambda: ready(home, len(expected(home))), 60)
    assert encoding.read(home).pid != first.pid

    with_text = Script(session_id(2), 2)
    with_text.prompt("the value of a line is none")
    with_text.write(tmp_path)
    eventually(lambda: prompts(home) == 5)
    eventually(lambda: ready(home, len(expected(home))), 60)
    wanted = vectors.pack(encoder.open_numpy(home.parent / "model").encode([
        "the value of a line is none"
    ]))  # fmt: skip
    assert [wanted[0].body] in stored(home).values()
    assert stored(home).keys() == expected(home).keys()


def test_paused_nothing_is_started(home: Path, tmp_path: Path, recorder: Recorder) -> None:
    enable(home, paused=True)
    busy_session(1).write(tmp_path)
    eventually(lambda: prompts(home) == 3)
    assert encoding.read(home).phase is Phase.ABSENT
    assert not (home / "vectors.db").exists()

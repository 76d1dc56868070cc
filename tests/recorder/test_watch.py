"""Noticing changes: hints are followed up alone, and looks at everything find the rest."""

from __future__ import annotations

import os
import threading
from pathlib import Path

from her_tui.capture.agents import ADAPTERS
from her_tui.recorder.watch import Changes, Watch
from tests.support.claude import busy_session


def names(changes: Changes | None) -> list[str]:
    """The names of the files that changed."""
    return sorted(Path(found.path).name for _, found in changes.files) if changes else []


def test_the_first_look_and_every_new_file_ask_for_everything(tmp_path: Path) -> None:
    roots = [(ADAPTERS[0], tmp_path)]
    watch = Watch(rescan=0)
    assert watch.changes(roots) == Changes(
        whole=True
    )  # of nothing: the library is made all the same
    assert watch.changes(roots) is None
    busy_session(1).write(tmp_path)
    assert watch.changes(roots) == Changes(whole=True)
    assert watch.changes(roots) is None
    busy_session(2).write(tmp_path)
    assert watch.changes(roots) == Changes(whole=True)
    busy_session(2).write(tmp_path).unlink()
    assert watch.changes(roots) == Changes(whole=True)
    watch.forget()
    assert watch.changes(roots) == Changes(whole=True)


def test_a_file_that_grew_is_named(tmp_path: Path) -> None:
    roots = [(ADAPTERS[0], tmp_path)]
    watch = Watch(rescan=0)
    file = busy_session(1).write(tmp_path)
    busy_session(2).write(tmp_path)
    watch.changes(roots)
    with file.open("ab") as stream:
        stream.write(b"{}\n")
    assert names(watch.changes(roots)) == [file.name]
    assert watch.changes(roots) is None


def test_between_looks_only_what_is_hinted_at_is_looked_at(tmp_path: Path) -> None:
    roots = [(ADAPTERS[0], tmp_path)]
    watch = Watch(rescan=60)
    first, second = (busy_session(number).write(tmp_path) for number in (1, 2))
    watch.changes(roots)
    for file in (first, second):
        with file.open("ab") as stream:
            stream.write(b"{}\n")
    watch._hinted.put(os.fspath(second))
    watch._hinted.put(os.fspath(tmp_path / "settings.json"))
    assert names(watch.changes(roots)) == [second.name]

    new = busy_session(3).write(tmp_path)
    assert watch.changes(roots) is None
    watch._hinted.put(os.fspath(new))
    assert watch.changes(roots) == Changes(whole=True)


def test_the_kernels_hint_ends_the_wait(tmp_path: Path) -> None:
    roots = [(ADAPTERS[0], tmp_path)]
    watch = Watch(rescan=20)
    file = busy_session(1).write(tmp_path)
    watch.changes(roots)

    def grow() -> None:
        with file.open("ab") as stream:
            stream.write(b"{}\n")

    timer = threading.Timer(1.0, grow)
    timer.start()
    thread = threading.Thread(target=watch.wait, args=([tmp_path], [], 20.0, threading.Event()))
    thread.start()
    thread.join(10)
    assert not thread.is_alive()
    timer.join()
    watch.close()
    assert names(watch.changes(roots)) == [file.name]

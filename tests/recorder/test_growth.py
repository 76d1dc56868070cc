"""A file that grows, is cut, rewritten and moved while it is followed ends as one import of it."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from her_tui.recorder.ingest import import_roots
from tests.support.claude import add_commands, busy_session
from tests.support.library import contents

_SCRIPT = add_commands(busy_session(1, turns=6))
_SCRIPT.records[5:5] = [
    {
        "type": "queue-operation",
        "operation": operation,
        "timestamp": f"2026-11-01T09:00:0{number}.000Z",
        "sessionId": _SCRIPT.session,
        **({"content": "and mind the tests"} if operation == "enqueue" else {}),
    }
    for number, operation in enumerate(("enqueue", "remove", "enqueue", "dequeue"))
]
for place in (0, 9, 20, len(_SCRIPT.records) - 1):
    _MODE = {"type": "permission-mode", "permissionMode": f"mode-{place}"}
    _SCRIPT.records.insert(place, {**_MODE, "sessionId": _SCRIPT.session})
_WHOLE = _SCRIPT.bytes()

_cut = st.integers(0, len(_WHOLE))


@st.composite
def lives(draw: st.DrawFn) -> list[tuple[str, int]]:
    """What happens to a file: it grows to an offset, is truncated, replaced, or moved."""
    happenings: list[tuple[str, int]] = []
    size = 0
    for _ in range(draw(st.integers(1, 12))):
        what = draw(st.sampled_from(("grow", "grow", "grow", "truncate", "replace", "move")))
        if what == "grow":
            size = draw(st.integers(size, len(_WHOLE)))
        elif what == "truncate":
            size = draw(st.integers(0, size))
        happenings.append((what, size))
    return [*happenings, ("grow", len(_WHOLE))]


def _live(root: Path, home: Path, life: list[tuple[str, int]]) -> None:
    folder = root / "projects" / "-src-demo"
    folder.mkdir(parents=True)
    file = folder / f"{_SCRIPT.session}.jsonl"
    file.touch()
    for step, (what, size) in enumerate(life):
        if what == "move":
            folder = root / "projects" / f"-src-{step}"
            folder.mkdir()
            file = file.rename(folder / file.name)
        elif what == "replace":
            other = file.with_suffix(".new")
            other.write_bytes(_WHOLE[:size])
            other.replace(file)
        elif what == "truncate":
            with file.open("r+b") as stream:
                stream.truncate(size)
        else:
            with file.open("ab") as stream:
                stream.write(_WHOLE[file.stat().st_size : size])
        import_roots(home, [root])


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(life=lives())
def test_any_life_of_a_file_ends_like_one_import(life: list[tuple[str, int]]) -> None:
    scratch = Path(tempfile.mkdtemp())
    try:
        _live(scratch / "claude", scratch / "followed", life)
        import_roots(scratch / "once", [scratch / "claude"])
        assert contents(scratch / "followed") == contents(scratch / "once")
    finally:
        shutil.rmtree(scratch)


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(cuts=st.lists(_cut, min_size=50, max_size=50))
def test_fifty_cuts_anywhere_end_like_one_import(cuts: list[int]) -> None:
    scratch = Path(tempfile.mkdtemp())
    try:
        life = [("grow", size) for size in (*sorted(cuts), len(_WHOLE))]
        _live(scratch / "claude", scratch / "followed", life)
        import_roots(scratch / "once", [scratch / "claude"])
        assert contents(scratch / "followed") == contents(scratch / "once")
    finally:
        shutil.rmtree(scratch)

"""Writes the demo's transcripts to a folder laid out like the client's, and imports them."""

from __future__ import annotations

import json
import os
import random
import re
from collections.abc import Iterator
from pathlib import Path

from her_tui.clock import now_ms as clock_now
from her_tui.demo.ids import Ids
from her_tui.demo.incidents import inherit
from her_tui.demo.outcomes import Json
from her_tui.demo.recording import record
from her_tui.demo.stories import all_stories
from her_tui.demo.transcript import Transcript
from her_tui.demo.world import DAY_MS, Story, start_of
from her_tui.demo.writer import Stage

#: The client deletes transcripts that rested for this many days.
_KEPT_DAYS = 30


def build(home: Path, now_ms: int | None = None) -> None:
    """Fill the library below ``home`` with the demo's sessions.

    The transcripts are written below ``home`` too. Those that the client would have deleted by now
    are removed after the import, so that the library holds the only copy.
    """
    from her_tui.recorder.ingest import import_roots

    now = clock_now() if now_ms is None else now_ms
    root = home / "claude"
    told = write_transcripts(root, now)
    import_roots(home, [root])
    record(home, told, now)
    for file in expired(root, now):
        file.unlink()
    import_roots(home, [root])


def write_transcripts(root: Path, now_ms: int) -> list[tuple[Story, Transcript]]:
    """Write the demo's transcripts below ``root``: the same bytes for the same ``now_ms``. The
    stories, as they were told."""
    told: dict[str, Transcript] = {}
    stories = all_stories()
    for story in stories:
        transcript = _perform(story, now_ms, told)
        told[story.key] = transcript
        _save(root, story, transcript)
    _write_empty(root, now_ms)
    _write(root / "settings.json", b'{\n  "model": "opus"\n}\n', now_ms)
    return [(story, told[story.key]) for story in stories]


def expired(root: Path, now_ms: int) -> Iterator[Path]:
    """The transcripts below ``root`` that the client would have deleted by ``now_ms``."""
    for file in sorted(root.glob("projects/*/*.jsonl")):
        if now_ms - file.stat().st_mtime * 1000 > _KEPT_DAYS * DAY_MS:
            yield file


def slug(folder: str) -> str:
    """The name of a project's folder among the client's transcripts."""
    return re.sub(r"[^a-zA-Z0-9]", "-", folder)


def _perform(story: Story, now_ms: int, told: dict[str, Transcript]) -> Transcript:
    """Tell ``story``; a live one is shifted so that it has just reached now."""
    transcript = _tell(story, start_of(story, now_ms), told)
    if story.live:
        late = transcript.now - now_ms
        transcript = _tell(story, start_of(story, now_ms) - late, told)
    return transcript


def _tell(story: Story, start: float, told: dict[str, Transcript]) -> Transcript:
    ids = Ids(story.key)
    stage = Stage(
        session_id=ids.uuid(),
        cwd=story.project.worktree or story.project.folder,
        branch=story.branch,
        version=story.version,
        ids=ids,
        chance=random.Random(story.key),
    )
    transcript = Transcript(stage, story.model, start)
    transcript.state("mode", mode="normal")
    transcript.state("permission-mode", permissionMode="default")
    if story.project.worktree:
        transcript.state("worktree-state", worktreeSession=_worktree(story, stage.session_id))
    if story.fork_of:
        inherit(transcript, told[story.fork_of])
    story.tell(transcript)
    if story.live:
        transcript.respond()
    else:
        transcript.end_turn()
    if story.title:
        transcript.state("ai-title", aiTitle=story.title)
    if story.name:
        transcript.state("custom-title", customTitle=story.name)
    return transcript


def _worktree(story: Story, session_id: str) -> Json:
    return {
        "originalCwd": story.project.folder,
        "worktreePath": story.project.worktree,
        "worktreeName": Path(story.project.worktree).name,
        "worktreeBranch": story.branch,
        "sessionId": session_id,
    }


def _save(root: Path, story: Story, transcript: Transcript) -> None:
    stage, ended = transcript.stage, transcript.now
    folder = root / "projects" / slug(stage.cwd)
    _write(folder / f"{stage.session_id}.jsonl", _lines(transcript.lines), ended)
    subagents = folder / stage.session_id / "subagents"
    for agent, lines in stage.agents.items():
        _write(subagents / f"agent-{agent}.jsonl", _lines(lines), ended)
        meta = json.dumps(stage.descriptions[agent]).encode()
        _write(subagents / f"agent-{agent}.meta.json", meta, ended)
    for name, content in stage.kept.items():
        _write(root / name, content, ended)


def _write_empty(root: Path, now_ms: int) -> None:
    """A session that was opened and closed again: a file without a record."""
    ids = Ids("nothing happened")
    folder = root / "projects" / slug("/home/mira/inkpot")
    _write(folder / f"{ids.uuid()}.jsonl", b"", now_ms - 4 * DAY_MS)


def _lines(lines: list[bytes]) -> bytes:
    return b"".join(line + b"\n" for line in lines)


def _write(file: Path, content: bytes, modified_ms: float) -> None:
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    file.write_bytes(content)
    file.chmod(0o600)
    os.utime(file, (modified_ms / 1000, modified_ms / 1000))

"""The texts of files as of every moment, held against copies that a hook made at those moments."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from realclient import file_plays
from realclient.place import Place, her
from realclient.report import Report
from realclient.terminal import Terminal

_PATIENCE_SECONDS = 200
#: A file too large for its original to be recorded: without a terminal nothing tells it.
_BIG = "big.txt"

_FREE = ("--output-format", "json", "--dangerously-skip-permissions")

#: Copies the folder after every action, and then formats a file, as formatters do.
_HOOK = f"""
import json, os, shutil, sys
told = json.load(sys.stdin)
root = os.environ["HER_WORK"]
to = os.path.join(os.environ["HER_COPIES"], told["tool_use_id"])
shutil.copytree(root, to, ignore=shutil.ignore_patterns(".git"), dirs_exist_ok=True)
path = str(told["tool_input"].get("file_path"))
if told["tool_name"] == "Edit" and path.endswith({file_plays.FORMATTED!r}):
    with open(path, "a") as stream:
        stream.write("# formatted\\n")
"""


@dataclass
class _Tally:
    """How often a text was right, told as not known, or wrong."""

    counts: Counter[str]
    wrong: list[str]
    missing: list[str]
    """Edits whose own text could not be rebuilt."""


def play(place: Place, report: Report) -> None:
    """Play the files' plays, import what the client wrote, and compare."""
    _hook(place)
    work = place.work("files")
    _headless(place, work, report)
    _terminal(place, place.work("files-terminal"), report)
    done = subprocess.run(
        [*her(), "import", str(place.config)],
        env=dict(place.environment()),
        capture_output=True,
        text=True,
    )
    report.check("imported", done.returncode == 0, done.stderr[-300:])
    for name in ("files", "files-terminal"):
        _compare(place, name, report)


def _hook(place: Place) -> None:
    script = place.folder / "copy_tree.py"
    script.write_text(_HOOK)
    file = place.config / "settings.json"
    settings = json.loads(file.read_text())
    run = {"type": "command", "command": f"{sys.executable} -SE {script}", "timeout": 20}
    events = ("PostToolUse", "PostToolUseFailure")
    settings["hooks"] = {event: [{"hooks": [run]}] for event in events}
    file.write_text(json.dumps(settings))


def _environment(place: Place, work: Path) -> Mapping[str, str]:
    for name, content in file_plays.FILES.items():
        (work / name).write_bytes(content)
    copies = place.folder / "copies" / work.name
    copies.mkdir(parents=True, exist_ok=True)
    return place.environment(HER_WORK=str(work), HER_COPIES=str(copies))


def _headless(place: Place, work: Path, report: Report) -> None:
    done = subprocess.run(
        ["claude", "-p", "Please play:files", *_FREE],
        cwd=work,
        env=dict(_environment(place, work)),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=_PATIENCE_SECONDS,
    )
    said = "second half is done" in done.stdout
    report.check("files: played to the end", said, done.stdout[-200:] + done.stderr[-200:])


def _terminal(place: Place, work: Path, report: Report) -> None:
    """The same at a terminal, where the client keeps the originals too; between the two prompts a
    human edits a file."""
    line = ["claude", "--dangerously-skip-permissions"]
    with Terminal(line, work, _environment(place, work), "150x45") as terminal:
        up = terminal.wait("bypass permissions on")
        report.check("the client comes up", up, terminal.screen()[-400:])
        time.sleep(1)
        terminal.say("Please play:files-one")
        half = terminal.wait("first half is done", _PATIENCE_SECONDS)
        report.check("files: the first half", half, terminal.screen()[-400:])
        with (work / "there.py").open("a") as stream:
            stream.write("four = 4  # by hand\n")
        time.sleep(1)
        terminal.say("Please play:files-two")
        whole = terminal.wait("second half is done", _PATIENCE_SECONDS)
        report.check("files: the second half", whole, terminal.screen()[-400:])
        time.sleep(1)
        terminal.say("/exit")
        time.sleep(3)


def _compare(place: Place, name: str, report: Report) -> None:
    """Hold every file as of every action against its copy, in this process; and each edit's own
    file against what the command gives back."""
    from her_tui.queries import timeline as timelines
    from her_tui.queries.library import Library

    work, copies = place.work(name), place.folder / "copies" / name
    library = Library.open(place.her)
    rows = library.rows(
        "SELECT id, session_id FROM session WHERE parent IS NULL AND cwd = ?", (str(work),)
    )
    report.check(f"{name}: one session is recorded", len(rows) == 1, rows)
    session, session_id = rows[0]
    line = timelines.load(library, session)
    places = {event: position for position, event in enumerate(line.ids)}
    ends = library.rows(
        "SELECT a.tool_use_id, e.id, a.target, a.kind, a.status, e.key FROM action a"
        " JOIN event e ON e.action = a.id AND e.kind = 13 WHERE a.session = ?",
        (session,),
    )
    moments = [(places[row[1]], *row) for row in ends if (copies / row[0]).is_dir()]
    report.check(f"{name}: copies at every action", len(moments) > 20, len(moments))
    tally = _everything(library, line, work, copies, [(each[0], each[1]) for each in moments])
    own = [each for each in moments if each[4] == "edit" and each[5] == "ok"]
    _own(library, line, [(each[0], each[3]) for each in own], tally)
    report.none(f"{name}: no text is wrong", tally.wrong)
    for what, count in sorted(tally.counts.items()):
        report.say(f"{count:5} {what}")
    unread = [each for each in tally.missing if not (name == "files" and _BIG in each)]
    report.none(f"{name}: every edit's text is rebuilt", unread)
    _commands(place, session_id, work, copies, own, report)


def _everything(
    library: object, line: object, work: Path, copies: Path, moments: list[tuple[int, str]]
) -> _Tally:
    """Each file as of each moment."""
    from her_tui.queries.revisions import every

    tally = _Tally(Counter(), [], [])
    for history in every(library, line):  # type: ignore[arg-type]
        name = Path(history.path).relative_to(work)
        for position, action in moments:
            copy = copies / action / name
            truth = copy.read_bytes() if copy.exists() else None
            text = history.at(position)
            if text is None:
                tally.counts["not known yet"] += 1
            elif text.why:
                tally.counts[f"cannot be rebuilt: {text.why}"] += 1
            else:
                kind = _verdict(text.text, text.exact, truth)
                if kind == "WRONG" and history.unseen(position):
                    kind = "changed by a command that ran since, which is said to be possible"
                if kind == "WRONG" and name.name == file_plays.FORMATTED:
                    kind = "changed by a hook, which nothing records"
                tally.counts[kind] += 1
                if kind == "WRONG":
                    tally.wrong.append(f"{name} @{position}: {text.text!r:.80} not {truth!r:.80}")
    return tally


def _verdict(text: str | None, exact: bool, truth: bytes | None) -> str:
    if text is None:
        return "right: no such file" if truth is None else "WRONG"
    if truth is None:
        return "WRONG"
    if text.encode() == truth:
        return "right, byte for byte" if exact else "right, though its bytes were not recorded"
    wide = truth.startswith(b"\xff\xfe")
    plain = truth.decode("utf-16" if wide else "utf-8-sig", "replace").replace("\r\n", "\n")
    if not exact and text.removeprefix("\ufeff") == plain:
        return "right but for line ends or encoding, which is said"
    return "WRONG"


def _own(library: object, line: object, own: list[tuple[int, str]], tally: _Tally) -> None:
    from her_tui.queries.revisions import history

    for position, target in own:
        text = history(library, line, target).at(position)  # type: ignore[arg-type]
        if text is None or text.why:
            tally.missing.append(f"{target} @{position}: {text and text.why}")


def _commands(
    place: Place,
    session: str,
    work: Path,
    copies: Path,
    own: list[tuple[object, ...]],
    report: Report,
) -> None:
    """What the command writes as of each edit is the file of then."""
    wrong = []
    for target, action, key in _sample(own):
        to = place.folder / "out" / "restored"
        if target.endswith(_BIG) and work.name == "files":
            continue
        to.unlink(missing_ok=True)
        moment = f"{session}@{key.hex()}"
        line = [*her(), "restore", moment, target, "--to", str(to)]
        done = subprocess.run(
            line, env=dict(place.environment()), capture_output=True, text=True, cwd=work
        )
        truth = (copies / action / Path(target).relative_to(work)).read_bytes()
        told = to.read_bytes() if to.exists() else None
        same = told == truth or (told and _verdict(told.decode(), False, truth) != "WRONG")
        if not same or (told != truth and "was not recorded" not in done.stderr):
            wrong.append(f"{target} after {action}: {told!r:.80} not {truth!r:.80} {done.stderr}")
    report.none("her-tui restore writes them", wrong)


def _sample(own: list[tuple[object, ...]]) -> Iterator[tuple[str, str, bytes]]:
    """The last edit of each file."""
    last = {str(each[3]): each for each in own}
    for target, each in last.items():
        key = each[6]
        assert isinstance(key, bytes)
        yield target, str(each[1]), key

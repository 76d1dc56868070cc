"""A client that edits one invented file, and records as much of it as it is told to."""

from __future__ import annotations

from dataclasses import replace

from her_tui.analysis.hunks import compare
from her_tui.analysis.patching import replaced
from her_tui.analysis.rebuild import Revision
from her_tui.events.content import FileSeen, Hunk, Part, Patch, Replacement

PATH = "/src/a.txt"
MARK = "\ufeff"


class Client:
    """One file, and what was recorded of it."""

    def __init__(self, data: bytes | None) -> None:
        self.data = data
        self.revisions: list[Revision] = []
        self.truth: list[bytes | None] = []
        """The file after each revision."""
        self.doubtful: list[bool] = []
        """For each revision: something changed the file, and nothing has told the whole since."""
        self.changed = False

    @property
    def text(self) -> str:
        """What the client makes of the file: line feeds for line ends, the mark kept."""
        return (self.data or b"").decode().replace("\r\n", "\n")

    def note(self, seen: FileSeen, patch: Patch | None = None, *, edit: bool = True) -> None:
        """Record a revision."""
        revision = Revision(len(self.revisions), 0, int(edit), edit, seen, patch)
        self.changed = self.changed and not revision.anchored
        self.revisions.append(revision)
        self.truth.append(self.data)
        self.doubtful.append(self.changed)

    def put(self, text: str) -> None:
        """Write ``text`` with the line ends of the file."""
        old = (self.data or b"").decode()
        pairs = old.count("\r\n")
        ends = "\r\n" if pairs > old.count("\n") - pairs else "\n"
        self.data = text.replace("\n", ends).encode()

    def write(self, content: str, modern: bool, original: bool) -> None:
        """Write the whole file; clients that are not ``modern`` keep its line ends."""
        seen = FileSeen(PATH, after=content, exact=modern, created=not self.data)
        if self.data and original:
            seen = replace(seen, before=self.text)
        if modern or not self.data:
            self.data = content.encode()
        else:
            self.put(content)
        self.note(seen)

    def edit(self, change: Replacement, *, original: bool, patch: bool, by_user: str = "") -> None:
        """Replace something, if it is there; the human may add words at the end."""
        before = self.text
        after = replaced(before, (change,))
        if self.data is None or after is None:
            return
        self.put(after + by_user)
        seen = FileSeen(PATH, before=before if original else None, replacements=(change,))
        seen = replace(seen, by_user=bool(by_user))
        hunks = compare(before, self.text).hunks
        shown = Patch(PATH, tuple(_blanks(hunk) for hunk in hunks)) if patch and hunks else None
        self.note(seen, shown)

    def unfinished(self, change: Replacement, made: bool) -> None:
        """An edit whose outcome nobody wrote down."""
        after = replaced(self.text, (change,))
        if made and after is not None:
            self.put(after)
        self.note(FileSeen(PATH, replacements=(change,)))
        self.revisions[-1] = replace(self.revisions[-1], finished=False)

    def read(self) -> None:
        """Read the whole file."""
        if self.data is None:
            self.note(FileSeen(PATH, absent=True), edit=False)
        else:
            self.note(FileSeen(PATH, after=self.text.removeprefix(MARK)), edit=False)

    def glance(self, start: int) -> None:
        """Read some lines."""
        lines = self.text.removeprefix(MARK).split("\n")[start : start + 2]
        if self.data is not None and lines:
            self.note(FileSeen(PATH, parts=(Part(start + 1, tuple(lines)),)), edit=False)

    def backup(self) -> None:
        """Copy the file."""
        text = None if self.data is None else self.data.decode()
        self.note(FileSeen(PATH, after=text, exact=True, absent=text is None), edit=False)

    def meddle(self, data: bytes | None, told: bool) -> None:
        """Something else changes the file, and the client may notice."""
        self.data = data
        self.changed = True
        if told:
            self.note(FileSeen(PATH, changed=True), edit=False)


def _blanks(hunk: Hunk) -> Hunk:
    """The hunk as it is recorded: with blanks where lines start with tabs."""
    return replace(hunk, lines=tuple(_blank(line) for line in hunk.lines))


def _blank(line: str) -> str:
    bare = line[1:].lstrip("\t")
    return line[:1] + "  " * (len(line) - 1 - len(bare)) + bare

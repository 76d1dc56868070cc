"""What can be done with the session on screen: copy from it, open it, resume it, delete it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

from textual.app import App, SuspendNotSupported
from textual.message import Message

from her_tui import units
from her_tui.errors import HerError
from her_tui.plaintext import one_line
from her_tui.ui import clipboard, external, loading, messages
from her_tui.ui.commands import run
from her_tui.ui.screens.choose import Choose
from her_tui.ui.screens.confirm import Confirm
from her_tui.ui.screens.standing import Standing

_DELETE_SECONDS = 120


class SessionActions(Standing):
    """The actions named ``session.…``."""

    home: Path

    # Copying

    def action_copy_prompt(self) -> None:
        """Copy what the human asked at the playhead."""
        self._copy("prompt", self.detail.prompt_text())

    def action_copy_response(self) -> None:
        """Copy what the agent answered at the playhead."""
        self._copy("response", self.detail.response_text())

    def action_copy_menu(self) -> None:
        """Choose what to copy."""
        row = self.session
        if row is None:
            return
        entries = [
            *self.detail.copy_menu(),
            ("session id", row.session_id),
            ("title", row.title),
            ("transcript file", row.path),
            ("project folder", row.cwd or row.project),
            ("command to resume", external.resume_command(row)),
        ]
        shown = [(label, text) for label, text in entries if text]

        def chosen(number: int | None) -> None:
            if number is not None:
                self._copy(*shown[number])

        self.app.push_screen(Choose("Copy", shown), chosen)

    def on_copy_requested(self, event: messages.CopyRequested) -> None:
        """A panel wants something copied."""
        self._copy(event.label, event.text)

    def _copy(self, label: str, text: str) -> None:
        if not text:
            self.say_problem(f"There is no {label} here", "Move the playhead to one.")
            return
        self.copy_soon(label, lambda: text)

    def copy_soon(self, label: str, text: Callable[[], str]) -> None:
        """Copy what ``text`` gives, and say so."""
        loading.run_job(self, "clipboard", copy_job(self.app, self.home, label, text))

    # Other programs

    def action_open_external(self) -> None:
        """Open the file under the cursor in the editor, else what is there in the pager."""
        file = self.detail.selected_file()
        if file:
            path = Path(file)
            if self.session is not None and not path.is_absolute():
                path = Path(self.session.cwd) / path
            if external.is_file(str(path)):
                self._edit(path)
                return
        text, suffix = self.detail.open_text()
        if text:
            self._page(text, suffix)
        else:
            self.say_problem("There is nothing to open here", "Move the playhead to a prompt.")

    def on_open_externally(self, event: messages.OpenExternally) -> None:
        """A panel wants a file or a text opened."""
        if event.path is not None:
            self._edit(event.path)
        else:
            self._page(event.text, event.suffix)

    def _edit(self, path: Path) -> None:
        self._foreground(lambda: external.editor(os.environ, shutil.which, path))

    def _page(self, text: str, suffix: str) -> None:
        try:
            with external.private_file(self.home, text, suffix) as file:
                self._foreground(lambda: external.pager(os.environ, shutil.which, file))
        except (OSError, HerError) as error:
            self.say_problem(f"Cannot write the text for the pager: {error}", "")

    def action_resume(self) -> None:
        """Go on with the session in its client; come back when the client ends."""
        row = self.session
        if row is not None:
            self._foreground(lambda: external.resume(row, shutil.which))

    def _foreground(self, plan: Callable[[], external.Program]) -> None:
        """Run what ``plan`` says on this terminal, or say why it cannot be."""
        try:
            program = plan()
            with self.app.suspend():
                code = external.run(program)
        except HerError as error:
            self.say_problem(error.title, error.hint)
        except SuspendNotSupported:
            self.say_problem("This terminal cannot be lent to another program", "")
        else:
            name = Path(program.arguments[0]).name
            if code == 127:
                self.say_problem(f"{name} could not be started", "")
            elif code:
                self.say_problem(f"{name} ended with exit code {code}", "")

    # Deleting

    def action_delete(self) -> None:
        """Delete the session from the library, after asking."""
        row = self.session
        if row is None:
            return
        if row.parent is not None:
            self.say_problem("A subagent is deleted with its session", "Press ← to go there.")
            return
        lines = (
            one_line(row.title, 120) or "(no title)",
            f"{units.count(row.prompts, 'prompt')}, {units.count(row.actions, 'action')}, "
            f"{units.moment(row.started)}",
            "",
            "Her forgets it for good and does not record it again.",
            "The client's own file stays where it is.",
        )

        def answered(yes: bool | None) -> None:
            if yes:
                session = row.session_id
                loading.run_job(self, "deletion", lambda: _delete(self.home, session))

        self.app.push_screen(Confirm("Delete this session?", lines, "Delete"), answered)

    # Saying

    def say_problem(self, title: str, hint: str = "") -> None:
        """Tell the user what cannot be done, and the way out, where a subclass has room to."""
        raise NotImplementedError


def copy_job(app: App[object], home: Path, label: str, text: Callable[[], str]) -> loading.Job:
    """Copies what ``text`` gives, whichever way the terminal has, and says so."""

    def through_terminal(text: str) -> bool:
        app.call_from_thread(app.copy_to_clipboard, text)
        return True

    def job() -> Message:
        ways = clipboard.Ways(
            desktop=clipboard.to_desktop,
            tmux=clipboard.to_tmux,
            terminal=through_terminal,
            file=clipboard.to_file(home),
        )
        copied = clipboard.copy(text(), os.environ, ways)
        if copied is None:
            return messages.Problem("Nothing took the text", "Check that HER_HOME is writable.")
        return messages.Notice(f"{copied}: {label}")

    return job


def _delete(home: Path, session: str) -> Message:
    """Have the command line delete ``session``: the screen itself never writes to the library."""
    arguments = ("delete", session, "--yes")
    done = run(home, arguments, seconds=_DELETE_SECONDS, outlives=True)
    if done.failed:
        return messages.Problem(f"The session was not deleted: {done.title}", done.hint)
    return messages.Notice("Deleted the session")

"""What the user says of sessions and prompts: stars, tags and notes."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from textual.message import Message

from her_tui.queries.annotations import Annotation
from her_tui.recorder.annotate import Subject, annotating
from her_tui.ui import loading, messages
from her_tui.ui.actions import Region
from her_tui.ui.screens.annotate import Annotate, Said
from her_tui.ui.screens.session_actions import SessionActions

_NONE = Annotation()


class Annotating(SessionActions):
    """The actions that write down what the user says of the session, or of the prompt at the
    playhead."""

    _problem_said = ""
    """What is wrong with the annotations, once it was said."""

    @property
    def region_in_focus(self) -> Region:
        """The region that keys go to: the main screen, which has them all, tells."""
        raise NotImplementedError

    @property
    def annotations(self) -> Mapping[bytes, Annotation]:
        """What is said of the session on screen (key ``b""``) and of its prompts."""
        return self.detail.annotations

    def session_shown(self) -> None:
        """Another session is on screen."""
        super().session_shown()
        self.read_annotations()

    def read_annotations(self) -> None:
        """Read again what is said of the session on screen."""
        row, library = self.session, self.library
        if row is not None and library is not None:
            job = partial(loading.read_annotations, library, row.id, row.agent, row.session_id)
            loading.run_job(self, "notes", job)

    def on_annotations_read(self, event: loading.AnnotationsRead) -> None:
        """What is said was read; that of another session is dropped."""
        if self.session is not None and event.session == self.session.id:
            self.detail.show_annotations(event.found)
        problem = self.library.own_problem if self.library is not None else None
        if problem is not None and problem.title != self._problem_said:
            self._problem_said = problem.title
            self.say_problem(problem.title, problem.hint)

    def _subject(self) -> tuple[str, Subject] | None:
        """What is meant, and its name: in the list the session, else the prompt."""
        row = self.session
        if row is None:
            return None
        if row.parent is not None:
            self.say_problem("A subagent has no stars and notes of its own", "Press ← to leave it.")
            return None
        key = b"" if self.region_in_focus is Region.LIST else self.detail.prompt_key()
        return ("prompt" if key else "session"), Subject(row.agent, row.session_id, key)

    def action_star(self) -> None:
        """Make it a favourite, or no more."""
        meant = self._subject()
        if meant is None:
            return
        name, subject = meant
        starred = not self.annotations.get(subject.key, _NONE).starred
        said = "is a favourite" if starred else "is no favourite any more"

        def job() -> Message:
            with annotating(self.home) as annotations:
                annotations.star(subject, starred)
            return messages.Notice(f"The {name} {said}")

        self._write(job)

    def action_annotate(self) -> None:
        """Write tags and a note."""
        meant = self._subject()
        if meant is None:
            return
        name, subject = meant
        before = self.annotations.get(subject.key, _NONE)

        def written(said: Said | None) -> None:
            if said is not None:
                self._write(partial(self._say, name, subject, before, said))

        self.app.push_screen(Annotate(name, before), written)

    def _say(self, name: str, subject: Subject, before: Annotation, said: Said) -> Message:
        with annotating(self.home) as annotations:
            for tag in set(before.tags) - set(said.tags):
                annotations.tag(subject, tag, present=False)
            for tag in said.tags:
                annotations.tag(subject, tag)
            if said.note != before.note:
                annotations.note(subject, said.note)
        return messages.Notice(f"Tags and note of the {name} are written down")

    def _write(self, job: loading.Job) -> None:
        loading.run_job(self, "notes", job, self.read_annotations)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """There must be something to speak of."""
        if action in ("star", "annotate"):
            return self.session is not None
        return super().check_action(action, parameters)

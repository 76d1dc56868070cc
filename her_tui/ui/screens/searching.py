"""Searching from the main screen: the prompt search, and whether things are found by meaning.

What changes that, and takes its time, is left to the command line in a process of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from textual.message import Message

from her_tui.queries.meaning import MeaningState, Readiness
from her_tui.search import settings
from her_tui.ui import loading, messages, watch
from her_tui.ui.commands import run
from her_tui.ui.screens.browse import Browse
from her_tui.ui.screens.confirm import Confirm

if TYPE_CHECKING:
    from her_tui.queries.finding import Hit
    from her_tui.ui.screens.asking import Place

#: Fetching and hashing the weights, on a slow line.
_SECONDS = 1_800

_ENABLE = (
    "Prompts, answers and commits are then found by what they mean, not only by their words.",
    "",
    "Their meaning is computed on this machine by a small model, all-MiniLM-L6-v2.",
    "If its weights are not here yet, 92 MB are fetched from huggingface.co, once; nothing of yours"
    " is sent anywhere. Texts are learnt in the background, the newest first; ctrl+p switches it"
    " off again.",
)


class Searching(Browse):
    """The actions named ``prompts.…`` and ``meaning.…``."""

    keys: Mapping[str, str]
    meaning = MeaningState()
    """Whether things are found by meaning, as last seen."""
    _left: Place | None = None
    """Where the prompt search was left to open what it found."""
    _offered = True
    """It was offered; until that is known, assumed."""

    # Prompts

    def action_search_prompts(self) -> None:
        """Search what was asked."""
        self._search(None)

    def action_similar_prompts(self) -> None:
        """Prompts like the one at the playhead."""
        timeline = self.timeline
        turn = timeline.turn_at(self.playhead) if timeline is not None else 0
        if timeline is None or not turn:
            self.say_problem("There is no prompt here", "Move the playhead to one.")
            return
        event = timeline.ids[timeline.prompts[turn - 1]]
        self._search((event, self.detail.prompt_text() or "this prompt"))

    def _search(self, like: tuple[int, str] | None) -> None:
        from her_tui.ui.finding import LibraryFinder  # deferred: not for the first paint
        from her_tui.ui.screens.prompts import PromptSearch

        finder = LibraryFinder(self.library, self.home) if self.library is not None else None
        self.read_vocabulary()
        left = self._left if like is None else None
        screen = PromptSearch(
            self.home, finder, self.keys, self._demo, like, self.known_values, left
        )
        self.app.push_screen(screen, self._searched)

    def _searched(self, chosen: tuple[Hit, Place] | None) -> None:
        """The prompt search is over: open what was chosen, and go on there next time."""
        self.read_annotations()
        self._left = None
        if chosen is not None:
            hit, self._left = chosen
            self.go_to(hit.session, hit.event)

    # Meaning

    def on_meaning_seen(self, event: watch.MeaningSeen) -> None:
        """It is another state."""
        self.meaning = event.state
        self.status.show_meaning(event.state)
        self.show_hints()

    @property
    def offers_meaning(self) -> bool:
        """The palette offers to find by meaning: never asked, and never offered before."""
        asked = self.meaning.readiness is not Readiness.NEVER_ASKED
        return not asked and not self._offered and not self._demo

    def offer_made(self) -> None:
        """The palette was opened, and has offered it if it had to: not again."""
        if self.offers_meaning:
            self._offered = True
            loading.run_job(self, "settings", partial(_remember_offer, self.home))

    def read_offered(self) -> None:
        """Find out whether it was offered before."""

        def job() -> None:
            self._offered = settings.load(self.home).offered

        loading.run_job(self, "settings", job)

    def action_enable_meaning(self) -> None:
        """Find by meaning, too, after asking."""

        def answered(yes: bool | None) -> None:
            if yes:
                self.status.notice("Getting ready to find by meaning …")
                # Nothing is recorded in the demo, so no encoder comes by itself.
                encode = (("index",),) if self._demo else ()
                self._tell("Meaning is not enabled", ("semantic", "enable", "--yes"), *encode)

        question = "Find by what is meant, too?"
        self.app.push_screen(Confirm(question, _ENABLE, "Enable", "Not now"), answered)

    def action_disable_meaning(self) -> None:
        """Find by words alone."""
        self._tell("Meaning is not switched off", ("semantic", "off"))

    def action_pause_encoding(self) -> None:
        """Learn no more, for now."""
        self._tell("It is not paused", ("index", "--stop"))

    def action_resume_encoding(self) -> None:
        """Go on learning."""

        def job() -> Message:
            from her_tui.recorder import indexing  # deferred: not for the first paint

            indexing.resume(self.home)
            return messages.Notice("Learning what texts mean goes on")

        loading.run_job(self, "meaning", job)

    def _tell(self, failed: str, *commands: Sequence[str]) -> None:
        """Have the command line do them, one after the other, as far as they succeed."""

        def job() -> Message:
            for arguments in commands:
                done = run(self.home, arguments, seconds=_SECONDS)
                if done.failed:
                    return messages.Problem(f"{failed}: {done.title}", done.hint)
            return messages.Notice(done.title)

        loading.run_job(self, "meaning", job)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what would change something."""
        state = self.meaning
        match action:
            case "enable_meaning":
                return not state.usable and state.readiness is not Readiness.NO_NUMPY
            case "disable_meaning":
                return state.usable
            case "pause_encoding":
                return state.readiness is Readiness.PARTIAL and not state.paused
            case "resume_encoding":
                return state.paused
            case "similar_prompts":
                return self.timeline is not None and bool(self.timeline.prompts)
        return super().check_action(action, parameters)


def _remember_offer(home: Path) -> None:
    """Never offer it again."""
    known = settings.load(home)
    if not known.offered:
        settings.save(home, replace(known, offered=True))

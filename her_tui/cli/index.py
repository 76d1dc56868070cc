"""``her-tui index``: bring what can be searched up to date, or say how far it is."""

from __future__ import annotations

import click

from her_tui import units
from her_tui.cli.describe import Json
from her_tui.cli.output import Column, narrate, print_json, print_table
from her_tui.cli.place import Place
from her_tui.cli.progress import ProgressLine
from her_tui.errors import UsageError
from her_tui.queries import indexes, meaning
from her_tui.queries.encoding import EncoderStatus
from her_tui.queries.indexes import Indexes
from her_tui.queries.library import Library


@click.command("index")
@click.option("--status", "ask", is_flag=True, help="Say what is indexed, and what runs.")
@click.option("--json", "as_json", is_flag=True, help="With --status: print one object.")
@click.option("--rebuild", is_flag=True, help="Make both indexes anew.")
@click.option("--stop", is_flag=True, help="Pause encoding until her-tui index goes on.")
@click.pass_obj
def command(place: Place, ask: bool, as_json: bool, rebuild: bool, stop: bool) -> None:
    """Bring what can be searched up to date now, and wait for it: words, and meaning.

    While Her is open this happens by itself; encoding takes only processor time that nobody else
    wants. Ctrl+C stops the waiting: what is encoded stays, and the rest follows.
    """
    if ask + rebuild + stop > 1 or (as_json and not ask):
        raise UsageError(
            "These options do not go together", "One of --status [--json], --rebuild, --stop."
        )
    if ask:
        _tell(indexes.look(place.home), as_json)
    elif stop:
        _stop(place)
    else:
        _index(place, rebuild)


def _index(place: Place, rebuild: bool) -> None:
    from her_tui.recorder import encoder_start, indexing
    from her_tui.search import settings, weights

    progress = ProgressLine()
    Library.open(place.home).close()
    if rebuild:
        if settings.load(place.home).enabled:
            weights.verified(place.home)  # else what is thrown away would not come back
        indexing.forget_meaning(place.home, waiting=_wait_for_encoder)
    indexing.words(
        place.home,
        progress.show,
        waiting=lambda: narrate("Waiting for another Her to finish writing …"),
        anew=rebuild,
    )
    indexing.resume(place.home)
    if encoder_start.may_run(settings.load(place.home)):
        try:
            indexing.meaning(place.home, lambda status: _draw(progress, status))
        except KeyboardInterrupt:
            progress.clear()
            narrate("No longer waiting. " + meaning.state(place.home).message)
            raise
    progress.clear()
    told = indexes.look(place.home)
    print(f"{units.count(told.words, 'document')} can be found by words.")
    print(told.meaning.message)


def _draw(progress: ProgressLine, status: EncoderStatus) -> None:
    amount = f"{status.done:,} of {status.total:,}" if status.total else "starting"
    speed = f", {status.speed:.0f}/s" if status.speed else ""
    progress.draw("encoding", status.done, status.total, amount + speed)


def _stop(place: Place) -> None:
    from her_tui.recorder import indexing

    indexing.pause(place.home, waiting=_wait_for_encoder)
    print(meaning.state(place.home).message)


def _wait_for_encoder() -> None:
    narrate("Waiting for the encoder to finish its batch …")


def _tell(told: Indexes, as_json: bool) -> None:
    if as_json:
        print_json(_described(told))
        return
    behind = f", {told.words_behind:,} events to come" if told.words_behind else ""
    by_words = f"{units.count(told.words, 'document')}{behind}"
    rows = [("words", by_words, units.size(told.words_bytes))]
    rows.append(("meaning", told.meaning.message, units.size(told.meaning_bytes)))
    rows.append(("encoder", _encoder(told.encoder), ""))
    rows.append(("recorder", str(told.recorder), ""))
    print_table([Column(""), Column("", flexible=True), Column("", right=True)], rows)


def _encoder(status: EncoderStatus) -> str:
    if not status.at_work:
        return "not running"
    speed = f", {status.speed:.0f} documents a second" if status.speed else ""
    engine = f", {status.engine}" if status.engine else ""
    return f"{status.phase} (process {status.pid}{engine}{speed})"


def _described(told: Indexes) -> Json:
    return {
        "words": {
            "documents": told.words,
            "events_behind": told.words_behind,
            "bytes": told.words_bytes,
        },
        "meaning": {
            "readiness": str(told.meaning.readiness),
            "done": told.meaning.done,
            "total": told.meaning.total,
            "vectors": told.vectors,
            "paused": told.meaning.paused,
            "message": told.meaning.message,
            "bytes": told.meaning_bytes,
        },
        "encoder": {
            "phase": str(told.encoder.phase),
            "pid": told.encoder.pid if told.encoder.at_work else None,
            "engine": told.encoder.engine or None,
            "documents_per_second": told.encoder.speed,
        },
        "recorder": {"phase": str(told.recorder)},
    }

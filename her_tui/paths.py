"""Where things live, and the permissions they live with.

Everything Her writes is below one folder (0700, files 0600): ``HER_HOME`` if set, else the
platform's data folder. Configuration is read from ``HER_CONFIG`` or the platform's config folder.
"""

from __future__ import annotations

import os
from pathlib import Path

from her_tui.errors import LibraryUnusable

LIBRARY_NAME = "library.db"
INDEX_NAME = "words.db"

#: Where a copied text is left if no clipboard takes it.
CLIPBOARD_NAME = "clipboard.txt"


def home() -> Path:
    """Her's own folder (not created here)."""
    override = os.environ.get("HER_HOME")
    if override:
        return Path(override).expanduser()
    import platformdirs  # deferred: costs a third of the interpreter's own start

    return Path(platformdirs.user_data_dir("her-tui", appauthor=False))


def config_file() -> Path:
    """The user's configuration file (TOML); it need not exist."""
    override = os.environ.get("HER_CONFIG")
    if override:
        return Path(override).expanduser()
    import platformdirs

    return Path(platformdirs.user_config_dir("her-tui", appauthor=False)) / "config.toml"


def ensure_private_dir(folder: Path) -> Path:
    """Create ``folder`` (0700) and its parents, or tighten it; raises `LibraryUnusable`."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if folder.stat().st_mode & 0o077:
            folder.chmod(0o700)
    except OSError as error:
        raise LibraryUnusable(
            f"Cannot use the folder {folder}: {error.strerror or error}",
            "Set HER_HOME to a folder you can write to.",
        ) from error
    return folder


def create_private_file(file: Path) -> None:
    """Create ``file`` empty with 0600, before anything else may create it wider."""
    try:
        os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except FileExistsError:
        if file.stat().st_mode & 0o077:
            file.chmod(0o600)
    except OSError as error:
        raise LibraryUnusable(
            f"Cannot create {file}: {error.strerror or error}",
            "Free some space, or set HER_HOME to a folder you can write to.",
        ) from error


def stamp(file: Path) -> tuple[int, int, int] | None:
    """What changes with the contents of a small file that is replaced as a whole; None without
    one."""
    try:
        stat = file.stat()
    except OSError:
        return None
    return stat.st_ino, stat.st_mtime_ns, stat.st_size


def claude_roots() -> list[Path]:
    """The client's configuration folders that may hold transcripts, in order of precedence.

    ``CLAUDE_CONFIG_DIR`` (a comma list is honoured, as other readers do), else ``~/.claude`` and
    ``$XDG_CONFIG_HOME/claude``. Only existing folders are returned.
    """
    configured = os.environ.get("CLAUDE_CONFIG_DIR")
    if configured:
        candidates = [Path(part).expanduser() for part in configured.split(",") if part.strip()]
    else:
        config_home = os.environ.get("XDG_CONFIG_HOME") or "~/.config"
        candidates = [Path("~/.claude").expanduser(), Path(config_home).expanduser() / "claude"]
    return [folder for folder in candidates if folder.is_dir()]


def replace_private_file(file: Path, text: str) -> None:
    """Put ``text`` into ``file`` (0600), replacing what was there in one step, whoever else does so
    meanwhile; half a surrogate pair becomes a question mark. Raises `OSError`."""
    import tempfile  # deferred: most who come here only read

    handle, name = tempfile.mkstemp(dir=file.parent, prefix=file.name, suffix=".new")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", errors="replace") as stream:
            stream.write(text)
        Path(name).replace(file)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise

"""How much of what waits in the spool is in the library already."""

from __future__ import annotations

from pathlib import Path

from her_tui.errors import HerError
from her_tui.queries.library import Library


def taken_in(home: Path) -> dict[str, int]:
    """The bytes of each spool file, by its name, that the library has; empty without a library."""
    try:
        library = Library.open(home)
    except HerError:
        return {}
    try:
        rows = library.rows("SELECT name, consumed FROM spooled")
        return {str(name): int(consumed) for name, consumed in rows}
    except HerError:
        return {}
    finally:
        library.close()

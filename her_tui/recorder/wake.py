"""``python -m her_tui.recorder.wake``: start the recorder of HER_HOME unless it runs; say nothing.

For the hooks of the client's plugin, which look with a shell and come here only if it does not.
"""

from __future__ import annotations

from her_tui import paths
from her_tui.errors import HerError
from her_tui.paths import ensure_private_dir
from her_tui.recorder.process import start


def main() -> None:
    """Start the recorder if it can be started."""
    try:
        start(ensure_private_dir(paths.home()))
    except (HerError, OSError):
        return  # `her-tui doctor` tells; whoever called us must not notice


if __name__ == "__main__":
    main()

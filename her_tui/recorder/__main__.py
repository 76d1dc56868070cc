"""``python -m her_tui.recorder``: record until nobody watches any more."""

from __future__ import annotations

from her_tui import paths
from her_tui.recorder.follow import main

if __name__ == "__main__":
    main(paths.home())

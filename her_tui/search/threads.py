"""numpy with one thread: how every module here imports it.

The linear algebra below numpy starts a thread a core unless told otherwise when it is loaded. Here
one is right: queries are small, and a back-fill is not to take the machine from what runs beside
it (on a busy machine two threads took longer than one).
"""

from __future__ import annotations

import os
import sys

from her_tui.errors import HerError

#: Read when the library is loaded: OpenBLAS (in the wheels), OpenMP, MKL, Accelerate.
_NAMES = (
    "OPENBLAS_NUM_THREADS",
    "OMP_NUM_THREADS",
    "MKL_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
)


def import_numpy() -> None:
    """Import numpy, with one thread unless the user's environment says how many. What is started
    from here later finds the environment as it was. Raises `HerError` where there is no numpy."""
    if sys.modules.get("numpy") is not None:
        return
    ours = [name for name in _NAMES if name not in os.environ]
    os.environ.update(dict.fromkeys(ours, "1"))
    try:
        import numpy as np

        np.ones((2, 2)) @ np.ones((2, 2))  # some read it when they are first used
    except ImportError as error:
        raise HerError(
            "Searching by meaning needs numpy, which is not installed",
            "Install it: pip install 'her-tui[meaning]'.",
        ) from error
    finally:
        for name in ours:
            os.environ.pop(name, None)

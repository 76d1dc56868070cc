"""The command ``her-tui``: decides which way to go before anything heavy is imported."""

from __future__ import annotations

import sys

#: Commands that go another way than click's: module and function, which takes the arguments that
#: follow and returns the exit code.
_AT_ONCE = {
    "run": "her_tui.shim.run:main",
    "wire": "her_tui.shim.wire.command:main",
}


def main() -> None:
    """Run the command line and exit with its code."""
    at_once = _AT_ONCE.get(sys.argv[1]) if len(sys.argv) > 1 else None
    # Help is click's, for these as for all.
    if at_once is not None and sys.argv[2:3] not in (["--help"], ["-h"]):
        module, _, function = at_once.partition(":")
        __import__(module)
        sys.exit(getattr(sys.modules[module], function)(sys.argv[2:]))

    from her_tui.cli.run import run

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()

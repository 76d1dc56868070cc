"""What a wire is to do, and the words between its two processes."""

from __future__ import annotations


class Orders:
    """One wire's upstream, and where it records."""

    __slots__ = ("home", "pid", "run", "token", "upstream")

    def __init__(
        self, home: str, upstream: str, run: str = "", token: str = "", pid: int | None = None
    ) -> None:
        """``token`` is asked for in front of every path, unless it is empty. A wire with a ``pid``
        lives as long as that process, another until it is told to stop."""
        self.home, self.upstream, self.run = home, upstream, run
        self.token, self.pid = token, pid


#: File descriptors of a launched supervisor: the listening socket, and its orders, as JSON.
LISTENER, ORDERS = 3, 4

#: To the pipe: the client is gone.
LEAVE = b"l"
#: To the supervisor: a recorder is needed.
WAKE = b"w"

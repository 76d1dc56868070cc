"""The recorder's receiver, as the client will see it: where it is, and whether it is there."""

from __future__ import annotations

import json
import socket
import time
from pathlib import Path

from her_tui.processes import lives
from her_tui.recorder.endpoint import LOOPBACK, Endpoint, settled, told
from her_tui.recorder.process import hangs, start
from her_tui.store.locks import recorder_lock

#: How long the client waits for an answer. One that is late is not missing: the recorder may be
#: busy, and has promised to be alive.
_ANSWER_SECONDS = 0.05

#: How long a recorder that was started may take until it listens.
PATIENCE_SECONDS = 2.0

_LOOK_SECONDS = 0.02
_AGAIN_SECONDS = 0.5


def serving(home: Path) -> Endpoint | None:
    """The receiver, if it is there now.

    The token is sent to nobody but the process that holds the recorder's lock: the port alone might
    have become another user's.
    """
    endpoint = told(home)
    if endpoint is None or not _is_recorder(home, endpoint.pid):
        return None
    return endpoint if _answers(home, endpoint) else None


def bring_up(home: Path, patience: float = PATIENCE_SECONDS) -> Endpoint | None:
    """The receiver, started if need be; None if it is not there in time. Raises `HerError` or
    `OSError` where the recorder cannot be started."""
    settled(home)
    endpoint = serving(home)
    deadline = time.monotonic() + patience
    started = 0.0
    while endpoint is None and time.monotonic() < deadline:
        # More than once: the recorder that was found may have been about to leave.
        if time.monotonic() - started >= _AGAIN_SECONDS:
            start(home)
            started = time.monotonic()
        time.sleep(_LOOK_SECONDS)
        endpoint = serving(home)
    return endpoint


def _is_recorder(home: Path, pid: int) -> bool:
    """Whether a recorder runs, and ``pid`` is a process of ours that may be it."""
    if not lives(pid):
        return False
    lock = recorder_lock(home)
    if lock.try_acquire():
        lock.release()
        return False
    return True


def _answers(home: Path, endpoint: Endpoint) -> bool:
    """Whether the process that we know answers there, or may be about to."""
    request = (
        f"GET /{endpoint.token}/health HTTP/1.1\r\n"
        f"Host: {LOOPBACK}:{endpoint.port}\r\nConnection: close\r\n\r\n"
    )
    answer = b""
    try:
        with socket.socket() as connection:
            connection.settimeout(_ANSWER_SECONDS)
            connection.connect((LOOPBACK, endpoint.port))
            connection.sendall(request.encode())
            while len(answer) < 4096 and (part := connection.recv(4096)):
                answer += part
        head, _, body = answer.partition(b"\r\n\r\n")
        return head.startswith(b"HTTP/1.1 200 ") and json.loads(body)["pid"] == endpoint.pid
    except TimeoutError:
        return not hangs(home)
    except (OSError, ValueError, KeyError, TypeError):
        return False

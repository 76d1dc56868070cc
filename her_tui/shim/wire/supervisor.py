"""The process that holds the listening socket, and puts a new pipe behind it when one dies.

Small and idle: it imports nothing that it does not need, sleeps until something happens, and never
touches what passes. While no pipe is there, connections wait in the socket's backlog.
"""

from __future__ import annotations

import os
import select
import signal
import socket
import sys
import time
from typing import NoReturn

from her_tui.shim.wire.orders import LEAVE, LISTENER, ORDERS, WAKE, Orders

#: A pipe that has lived shorter is replaced after a pause: one that cannot live costs little.
_SHORT_LIFE_SECONDS = 1.0
_PAUSE_SECONDS = 0.2

_TO_STOP = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)

#: How long a pipe may take to write down what it has when it is told to stop.
_STOP_SECONDS = 4.0

#: How often we look for the process we serve where the system does not tell of its end.
_LOOK_SECONDS = 1.0

#: A pipe that will not do better when started again.
UNUSABLE = 3


class Supervisor:
    """One listening socket and the pipe behind it."""

    def __init__(self, listener: socket.socket, orders: Orders) -> None:
        self._listener, self._orders = listener, orders
        self._served: int | None = None
        self._pipe = 0
        self._started = 0.0
        self._control: socket.socket | None = None
        self._waking, self._wake = os.pipe()
        self._stopping = self._leaving = False
        self._short_lives = 0

    def serve(self, *, wake_recorder: bool = False) -> int:
        """Keep a pipe running until told to stop, or the served process is gone; the exit code.

        With ``wake_recorder``, see to it that a recorder runs."""
        self._listen_for_signals()
        self._start_pipe()
        if wake_recorder:
            self._wake_recorder()
        self._watch()
        while True:
            self._wait()
            if self._stopping:
                return self._end()
            code = self._dead_pipe()
            if code is None:
                continue
            if self._leaving:
                return 0
            if code == UNUSABLE and self._orders.pid is None:
                return code  # somebody is there to read why; a client had better wait
            self._rest()
            self._start_pipe()

    # What wakes us

    def _listen_for_signals(self) -> None:
        for end in (self._waking, self._wake):
            os.set_blocking(end, False)
        signal.set_wakeup_fd(self._wake)
        signal.signal(signal.SIGCHLD, lambda *_: None)  # the wake-up is all we want of it
        for number in _TO_STOP:
            signal.signal(number, self._stop)

    def _stop(self, *_: object) -> None:
        self._stopping = True

    def _watch(self) -> None:
        """Have the end of the served process wake us, where the system can do that."""
        if self._orders.pid is None or not hasattr(os, "pidfd_open"):
            return
        try:
            self._served = os.pidfd_open(self._orders.pid)
        except ProcessLookupError:
            self._leave()
        except OSError:
            return  # an old kernel: we look from time to time

    def _wait(self) -> None:
        """Sleep until something happens; heed what is no signal."""
        control, served = self._control, self._served
        watched = [fd for fd in (self._waking, control, served) if fd is not None]
        looking = self._orders.pid is not None and served is None and not self._leaving
        ready, _, _ = select.select(watched, [], [], _LOOK_SECONDS if looking else None)
        if self._waking in ready:
            os.read(self._waking, 512)
        if control in ready and control is not None:
            said = control.recv(16)
            if WAKE in said:
                self._wake_recorder()
            elif not said:
                self._control = None
        if served in ready or (looking and not self._is_served()):
            self._leave()

    def _is_served(self) -> bool:
        try:
            os.kill(self._orders.pid or 0, 0)
        except ProcessLookupError:
            return False
        return True

    # The pipe

    def _start_pipe(self) -> None:
        self._started = time.monotonic()
        self._control, theirs = socket.socketpair()
        self._pipe = self._fork()
        if self._pipe == 0:
            self._become_pipe(theirs)
        theirs.close()

    def _fork(self) -> int:
        """Fork, as soon as the system lets us: we are all that holds the socket."""
        while True:
            try:
                return os.fork()
            except OSError:
                time.sleep(_PAUSE_SECONDS)

    def _rest(self) -> None:
        """Pause before the next pipe, the longer the more of them lived but a moment."""
        if time.monotonic() - self._started > _SHORT_LIFE_SECONDS:
            self._short_lives = 0
            return
        self._short_lives += 1
        time.sleep(_PAUSE_SECONDS * 2 ** min(max(self._short_lives - 3, 0), 4))

    def _become_pipe(self, control: socket.socket) -> NoReturn:
        """In the child: pass bytes until told to stop."""
        code = 1
        try:
            self._forget_parent()
            from her_tui.shim.wire.pipe import run

            run(self._listener, control, self._orders, os.environ)
            code = 0
        except (OSError, ValueError) as error:
            print(f"her-tui wire: {error}", file=sys.stderr)
            code = UNUSABLE
        except Exception as error:  # ours; what it says may hold what passes
            print(f"her-tui wire: {type(error).__name__}", file=sys.stderr)
        finally:
            os._exit(code)

    def _forget_parent(self) -> None:
        """In a child: what the parent holds for itself is not ours."""
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        for number in (signal.SIGINT, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)  # the terminal tells all; the parent tells us
        os.close(self._waking)
        os.close(self._wake)
        if self._control is not None:
            self._control.close()
        if self._served is not None:
            os.close(self._served)

    def _dead_pipe(self) -> int | None:
        """Bury dead children; the exit code of the pipe if it is among them."""
        code = None
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return code
            if pid == 0:
                return code
            if pid == self._pipe:
                code = os.waitstatus_to_exitcode(status)

    # The recorder

    def _wake_recorder(self) -> None:
        """Start the recorder, unless it runs, from a child: it takes imports that we can spare."""
        if os.fork():
            return
        try:
            self._forget_parent()
            from pathlib import Path

            from her_tui.paths import ensure_private_dir
            from her_tui.recorder.process import start

            start(ensure_private_dir(Path(self._orders.home)))
        except Exception as error:
            print(
                f"her-tui wire: the recorder does not start ({error}); what is recorded waits in "
                f"{self._orders.home}",
                file=sys.stderr,
            )
        finally:
            os._exit(0)

    # The end

    def _leave(self) -> None:
        """The served process is gone: take nothing new, let the pipe finish what it is at."""
        self._leaving = True
        self._listener.close()
        if self._served is not None:
            os.close(self._served)
            self._served = None
        if self._control is not None:
            try:
                self._control.send(LEAVE)
            except OSError:
                return  # it has just died

    def _end(self) -> int:
        """Stop the pipe; it has what it recorded to write down."""
        self._listener.close()
        deadline = time.monotonic() + _STOP_SECONDS
        number = signal.SIGTERM
        while self._dead_pipe() is None:
            try:
                os.kill(self._pipe, number)
            except ProcessLookupError:
                break
            if time.monotonic() > deadline:
                number = signal.SIGKILL
            select.select([self._waking], [], [], 0.2)
        return 0


def obey() -> int:
    """Serve what `her_tui.shim.wire.launch` has left in our file descriptors; the exit code."""
    import json

    listener = socket.socket(fileno=LISTENER)
    listener.set_inheritable(False)
    with open(ORDERS, "rb") as given:  # noqa: PTH123 - a descriptor
        orders = Orders(**json.load(given))
    return Supervisor(listener, orders).serve()

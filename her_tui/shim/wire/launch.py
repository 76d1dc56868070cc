"""Bringing up a wire for one run of the client, from the process that is about to become it.

The socket is bound and listens before `launch` returns; the supervisor behind it is still starting
then, and finds in the backlog what came meanwhile. It is no child of the client's, is not in its
process group, and has nothing of the run in its arguments.
"""

from __future__ import annotations

import errno
import fcntl
import json
import os
import socket
import sys
from collections.abc import Mapping
from typing import NoReturn

import her_tui
from her_tui.shim.wire.gate import gate_for
from her_tui.shim.wire.orders import LISTENER, ORDERS
from her_tui.shim.wire.upstream import parse

#: What the supervisor is given of the environment: where to find the network's gates and
#: certificates. Keys of the user's stay where they are.
PASSED_ON = frozenset(
    {
        "HOME",
        "PATH",
        "LANG",
        "LC_ALL",
        "TZ",
        "TMPDIR",
        "XDG_DATA_HOME",
        "XDG_CONFIG_HOME",
        "XDG_RUNTIME_DIR",
        "CLAUDE_CONFIG_DIR",
        "HER_CONFIG",
        "HTTP_PROXY",
        "HTTPS_PROXY",
        "NO_PROXY",
        "http_proxy",
        "https_proxy",
        "no_proxy",
        "SSL_CERT_FILE",
        "SSL_CERT_DIR",
        "NODE_EXTRA_CA_CERTS",
        "CLAUDE_CODE_CLIENT_CERT",
        "CLAUDE_CODE_CLIENT_KEY",
        "CLAUDE_CODE_CLIENT_KEY_PASSPHRASE",
    }
)

_START = (
    "import sys; sys.path.append(sys.argv[1]); "
    "from her_tui.shim.wire.supervisor import obey; sys.exit(obey())"
)


def launch(
    home: str, upstream: str, run: str, pid: int, environment: Mapping[str, str] | None = None
) -> str:
    """Bring up a wire before ``upstream`` (a base URL) that lives as long as the process ``pid``,
    and return the base URL to give to the client in its place.

    ``run`` names the run in what is recorded below ``home``. ``environment`` is the client's, if it
    is another than ours. Raises `OSError` if the system does not let us, `ValueError` if
    ``upstream`` is no base URL or the environment's proxy is none that we speak to.
    """
    given = os.environ if environment is None else environment
    gate_for(parse(upstream), given)
    token = os.urandom(16).hex()
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(256)
        port = listener.getsockname()[1]
        orders = {
            "home": os.path.abspath(home),  # noqa: PTH100 - pathlib is too dear beside the client
            "upstream": upstream,
            "run": run,
            "token": token,
            "pid": pid,
        }
        passed = {name: given[name] for name in PASSED_ON if name in given}
        _spawn(listener.fileno(), json.dumps(orders).encode(), passed)
    return f"http://127.0.0.1:{port}/{token}"


def _spawn(listener: int, orders: bytes, environment: Mapping[str, str]) -> None:
    """Start a supervisor that init will wait for. Raises `OSError` if it could not be started."""
    orders_end, orders_in = os.pipe()
    failure_end, failure_in = os.pipe()
    try:
        os.write(orders_in, orders)
        os.close(orders_in)
        child = os.fork()
        if child == 0:
            _become_supervisor(listener, orders_end, failure_in, environment)
        os.close(failure_in)
        os.waitpid(child, 0)
        failure = os.read(failure_end, 16)  # ends when the supervisor has replaced our image
        if failure:
            raise OSError(int(failure), os.strerror(int(failure)))
    finally:
        os.close(orders_end)
        os.close(failure_end)


def _become_supervisor(
    listener: int, orders: int, failure: int, environment: Mapping[str, str]
) -> NoReturn:
    """In the forked child: leave the session and the parent, keep three files, and start over."""
    try:
        os.setsid()
        if os.fork():
            os._exit(0)
        nothing = os.open(os.devnull, os.O_RDWR)
        # First out of the way of the numbers they are to have.
        above = [fcntl.fcntl(fd, fcntl.F_DUPFD, 64) for fd in (nothing, listener, orders, failure)]
        for number in (0, 1, 2):
            os.dup2(above[0], number)
        for number, held in enumerate(above[1:], start=LISTENER):
            os.dup2(held, number, inheritable=number <= ORDERS)
        failure = ORDERS + 1
        os.closerange(failure + 1, 1024)
        root = os.path.dirname(os.path.dirname(her_tui.__file__))  # noqa: PTH120
        os.chdir("/")
        os.execve(sys.executable, [sys.executable, "-I", "-c", _START, root], dict(environment))
    except OSError as error:
        os.write(failure, b"%d" % (error.errno or errno.EIO))
    finally:
        os._exit(1)

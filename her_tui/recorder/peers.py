"""Who is at the other end of a loopback connection."""

from __future__ import annotations

import os
import socket
import struct
from typing import Any

_TABLE = "/proc/net/tcp"
_ADDRESS, _PEER, _UID = 1, 2, 7


def is_our_own(peer: Any, own: Any) -> bool:
    """Whether the process at ``peer`` (address, port), connected to ``own``, runs as this user.
    True where the system does not tell: then the token alone decides."""
    uid = _uid_of(_named(peer), _named(own))
    return uid is None or uid == os.geteuid()


def _named(address: Any) -> str:
    """An address as the kernel's table writes it."""
    (number,) = struct.unpack("=I", socket.inet_aton(str(address[0])))
    return f"{number:08X}:{int(address[1]):04X}"


def _uid_of(local: str, remote: str) -> int | None:
    """The owner of the socket whose own end is ``local``."""
    try:
        with open(_TABLE, encoding="ascii") as table:  # noqa: PTH123 - read per connection
            for line in table:
                if local not in line:
                    continue
                fields = line.split()
                if fields[_ADDRESS] == local and fields[_PEER] == remote:
                    return int(fields[_UID])
    except (OSError, ValueError, IndexError):
        return None
    return None

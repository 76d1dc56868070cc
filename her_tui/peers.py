"""Who is at the other end of a connection on loopback."""

from __future__ import annotations

import os
import socket
import struct
from pathlib import Path

#: Ask the kernel for one TCP socket by its addresses: `struct nlmsghdr` and `struct
#: inet_diag_req_v2` of Linux, and where the answer has the user.
_NETLINK_SOCK_DIAG = 4
_SOCK_DIAG_BY_FAMILY = 20
_QUERY = struct.Struct("=IHHIIBBBxIHH4s12x4s12xIII")
_ANSWER_TYPE = struct.Struct("=IH")
_ANSWER_USER = struct.Struct("=I")
_USER_AT = 16 + 64
_ANY_COOKIE = 0xFFFFFFFF

Address = tuple[str, int]


def is_stranger(ours: Address, theirs: Address) -> bool:
    """Whether the other end of the connection that we accepted belongs to another user.

    False if the system does not tell: the token and the Host are looked at in any case.
    """
    user = _user_by_netlink(theirs, ours)
    if user is None:
        user = _user_by_listing(theirs, ours)
    return user is not None and user not in {os.geteuid(), 0}


def _user_by_netlink(local: Address, remote: Address) -> int | None:
    """The owner of the socket, asked for by its addresses: a twentieth of a millisecond."""
    family = getattr(socket, "AF_NETLINK", None)
    if family is None:
        return None
    question = _QUERY.pack(
        _QUERY.size,
        _SOCK_DIAG_BY_FAMILY,
        1,  # NLM_F_REQUEST
        1,
        0,
        socket.AF_INET,
        socket.IPPROTO_TCP,
        0,
        _ANY_COOKIE,
        socket.htons(local[1]),
        socket.htons(remote[1]),
        socket.inet_aton(local[0]),
        socket.inet_aton(remote[0]),
        0,
        _ANY_COOKIE,
        _ANY_COOKIE,
    )
    try:
        with socket.socket(family, socket.SOCK_RAW, _NETLINK_SOCK_DIAG) as kernel:
            kernel.settimeout(0.05)
            kernel.send(question)
            answer = kernel.recv(4096)
    except OSError:
        return None  # not built into this kernel, or not allowed here
    if len(answer) < _USER_AT + 4 or _ANSWER_TYPE.unpack_from(answer)[1] != _SOCK_DIAG_BY_FAMILY:
        return None
    return int(_ANSWER_USER.unpack_from(answer, _USER_AT)[0])


def _user_by_listing(local: Address, remote: Address) -> int | None:
    """The same from the list of all sockets, which takes longer the more there are."""
    try:
        listing = Path("/proc/net/tcp").read_bytes()
    except OSError:
        return None
    wanted = f"{_in_hex(local)} {_in_hex(remote)} ".encode()
    at = listing.find(wanted)
    if at < 0:
        return None
    # state, queues, timer, retransmissions, user
    return int(listing[at + len(wanted) : listing.index(b"\n", at)].split()[4])


def _in_hex(address: Address) -> str:
    (number,) = struct.unpack("=I", socket.inet_aton(address[0]))
    return f"{number:08X}:{address[1]:04X}"

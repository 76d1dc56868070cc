"""Who may use the pipe: a program of this user, on this machine, that was given its address.

A page in a browser reaches loopback too, by a name that somebody else resolves (Host) or by a
cross-site request (Origin, Sec-Fetch-Site); another user of the machine reaches it as well, and
would put his words into this user's history.
"""

from __future__ import annotations

import hmac
import os
import socket
import struct
from pathlib import Path

from her_tui.shim.wire.heads import Refused, Request

#: Headers that browsers send and cannot be made to leave out.
_BROWSERS = (b"origin", b"sec-fetch-site")

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


def admit(request: Request, token: bytes, port: int) -> bytes:
    """The path and query that ``request`` asks the upstream for, without the token; raises
    `Refused` if it does not come from a client that was given the address."""
    hosts = request.fields.get(b"host", [])
    if len(hosts) != 1 or hosts[0].lower() not in {
        b"127.0.0.1:%d" % port,
        b"localhost:%d" % port,
    }:
        raise Refused(421)
    if any(name in request.fields for name in _BROWSERS):
        raise Refused(403)
    if not token:
        return request.target
    start = len(token) + 1
    given, path = request.target[1:start], request.target[start:]
    if not hmac.compare_digest(given, token) or (path and path[:1] not in b"/?"):
        raise Refused(404)
    return path if path.startswith(b"/") else b"/" + path


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

"""Who may use the pipe: a program of this user, on this machine, that was given its address.

A page in a browser reaches loopback too, by a name that somebody else resolves (Host) or by a
cross-site request (Origin, Sec-Fetch-Site); another user of the machine reaches it as well, and
would put his words into this user's history.
"""

from __future__ import annotations

import hmac

from her_tui.shim.wire.heads import Refused, Request

#: Headers that browsers send and cannot be made to leave out.
_BROWSERS = (b"origin", b"sec-fetch-site")


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

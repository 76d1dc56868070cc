"""The HTTP proxy between this machine and the upstream, if the environment names one.

Called gate here: a proxy is what others would call the pipe.
"""

from __future__ import annotations

import re
from binascii import b2a_base64
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from her_tui.shim.wire.upstream import Upstream


class Gate(NamedTuple):
    """An HTTP proxy."""

    secure: bool
    host: str
    port: int
    credentials: bytes
    """A header line, or empty."""


def gate_for(upstream: Upstream, environment: Mapping[str, str]) -> Gate | None:
    """The proxy to go through, if any. Raises `ValueError` for one that we cannot speak to."""
    schemes = ("https", "http") if upstream.secure else ("http",)
    names = [name for scheme in schemes for name in (f"{scheme}_proxy", f"{scheme}_PROXY".upper())]
    url = next((environment[name] for name in names if environment.get(name)), "")
    excepted = environment.get("no_proxy") or environment.get("NO_PROXY") or ""
    if not url or _is_excepted(upstream, excepted):
        return None
    parts = urlsplit(url if "://" in url else f"http://{url}")
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("the proxy of the environment is no HTTP proxy")
    secure = parts.scheme == "https"
    credentials = b""
    if parts.username is not None:
        pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}".encode()
        credentials = b"Proxy-Authorization: Basic " + b2a_base64(pair, newline=False) + b"\r\n"
    return Gate(secure, parts.hostname, parts.port or (443 if secure else 80), credentials)


def _is_excepted(upstream: Upstream, exceptions: str) -> bool:
    for entry in re.split(r"[,\s]+", exceptions.lower()):
        host, colon, port = entry.rpartition(":")
        if not colon or not port.isdigit():
            host, port = entry, ""
        host = host.strip("[]").removeprefix("*.").lstrip(".")
        if port and int(port) != upstream.port:
            continue
        if entry == "*" or (host and f".{upstream.host}".endswith(f".{host}")):
            return True
    return False

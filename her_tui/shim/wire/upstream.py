"""The API a wire stands before: its base URL, taken apart."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import urlsplit


class Upstream(NamedTuple):
    """One upstream; no secret is part of it."""

    scheme: str
    """``http`` or ``https``."""
    host: str
    port: int
    base: str
    """What comes before every path, without a slash at its end; may be empty."""

    @property
    def secure(self) -> bool:
        """Whether it speaks TLS."""
        return self.scheme == "https"

    @property
    def authority(self) -> str:
        """Host and port as the Host header has them: the scheme's own port is left out."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def origin(self) -> str:
        """Scheme, host and port; no path."""
        return f"{self.scheme}://{self.authority}"


_PORTS = {"http": 80, "https": 443}


def parse(url: str) -> Upstream:
    """The upstream whose base URL is ``url``; raises `ValueError`, in words for the user."""
    parts = urlsplit(url.strip())
    if parts.scheme not in _PORTS or not parts.hostname:
        raise ValueError(f"not an http or https URL: {url}")
    if parts.username is not None or parts.query or parts.fragment:
        raise ValueError("a base URL has no credentials, query or fragment")
    if not url.isascii() or any(mark <= " " for mark in parts.path):
        raise ValueError("a base URL is written in plain ASCII, the rest percent-encoded")
    port = parts.port or _PORTS[parts.scheme]
    return Upstream(parts.scheme, parts.hostname, port, parts.path.rstrip("/"))

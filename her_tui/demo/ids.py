"""Identities shaped like the client's, the same on every run."""

from __future__ import annotations

import hashlib
import uuid

_BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


class Ids:
    """A stream of identities that depends on ``seed`` alone."""

    def __init__(self, seed: str) -> None:
        self._seed = seed
        self._count = 0

    def _digest(self) -> bytes:
        self._count += 1
        return hashlib.blake2b(f"{self._seed}/{self._count}".encode(), digest_size=32).digest()

    def uuid(self) -> str:
        """A random-looking version 4 UUID."""
        return str(uuid.UUID(bytes=self._digest()[:16], version=4))

    def hex(self, length: int) -> str:
        """``length`` hexadecimal digits (at most 64), such as a commit's sha."""
        return self._digest().hex()[:length]

    def name(self, prefix: str) -> str:
        """An API object's id: ``msg_01…``, ``req_01…``, ``toolu_01…``."""
        return f"{prefix}_01" + "".join(_BASE62[byte % 62] for byte in self._digest()[:22])

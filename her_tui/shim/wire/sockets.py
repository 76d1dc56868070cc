"""What the transports of asyncio do not tell about their sockets, or do to them."""

from __future__ import annotations

import asyncio
import os
import socket
import struct
from asyncio.trsock import TransportSocket

#: Bytes that a transport holds back before the other side is told to wait.
BUFFER = 256 * 1024

_RESET, _CLEAN = struct.pack("ii", 1, 0), struct.pack("ii", 0, 0)

#: Of Linux' `struct tcp_info`: its length up to the bytes acknowledged, where these are, and the
#: states in which the other end has closed.
_INFO_BYTES = 128
_ACKNOWLEDGED = struct.Struct("=120xQ")
_CLOSED = {7, 8, 9}  # CLOSE, CLOSE_WAIT, LAST_ACK


def send_at_once(transport: asyncio.Transport) -> None:
    """Let small writes go out without waiting for more: asyncio does so only for sockets that say
    they are TCP, which one that was accepted from an inherited listener does not."""
    link = transport.get_extra_info("socket")
    link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def reset(transport: asyncio.Transport) -> None:
    """Close at once, so that the other end sees an error."""
    end_with_reset(transport, True)
    transport.abort()


def end_with_reset(transport: asyncio.Transport, wanted: bool) -> None:
    """Whether the other end is to see an error when the connection closes, even if that is because
    we were killed."""
    link = transport.get_extra_info("socket")
    if link is not None and link.fileno() >= 0:
        link.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET if wanted else _CLEAN)


def has_left(transport: asyncio.Transport) -> bool:
    """Whether the other end has closed, behind bytes that were not read yet. False where the
    system does not tell."""
    information = _information(transport.get_extra_info("socket"))
    return bool(information) and information[0] in _CLOSED


def acknowledged(link: socket.socket) -> int | None:
    """How many bytes the other end's system has taken, ever; None where ours does not tell."""
    information = _information(link)
    return _ACKNOWLEDGED.unpack(information)[0] if len(information) == _INFO_BYTES else None


def _information(link: socket.socket | TransportSocket) -> bytes:
    option = getattr(socket, "TCP_INFO", None)
    if option is None or not hasattr(os, "pidfd_open"):  # not Linux: another structure, if any
        return b""
    try:
        return link.getsockopt(socket.IPPROTO_TCP, option, _INFO_BYTES)
    except OSError:
        return b""


def words(error: Exception | None) -> str:
    """An error of the network's in a few words; nothing that was sent is among them."""
    if error is None:
        return ""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error) or type(error).__name__

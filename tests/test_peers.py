"""Who is at the other end of a connection on loopback."""

from __future__ import annotations

import os
import socket

import pytest

from her_tui import peers


@pytest.mark.parametrize("mine", [True, False])
def test_both_ways_of_asking_for_the_user_agree(
    mine: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        client = socket.create_connection(listener.getsockname())
        served, _ = listener.accept()
        ours, theirs = served.getsockname(), served.getpeername()
        with client, served:
            asked = peers._user_by_netlink(theirs, ours)
            listed = peers._user_by_listing(theirs, ours)
            known = {user for user in (asked, listed) if user is not None}
            assert known <= {os.getuid()}
            if not mine:
                monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
                if os.getuid() == 0:
                    return  # root may look at everything anyway
            assert peers.is_stranger(ours, theirs) is (not mine and bool(known))


def test_a_system_that_does_not_tell_turns_nobody_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(peers, "_user_by_netlink", lambda *_: None)
    monkeypatch.setattr(peers, "_user_by_listing", lambda *_: None)
    assert not peers.is_stranger(("127.0.0.1", 1), ("127.0.0.1", 2))

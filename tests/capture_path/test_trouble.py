"""What goes wrong on the way is told, and costs no fact that can be had."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.capture_path.conftest import CapturePath, address_of, settles, start, until
from tests.support.client import Client
from tests.support.exporter import ExportingClient
from tests.support.told import by_request_id, differences

_ASK = (
    "import sys; from tests.support.client import Client;"
    " Client(sys.argv[1], sys.argv[2]).ask('Please play:long')"
)


@contextmanager
def another_wire(path: CapturePath, upstream: str) -> Iterator[str]:
    """A wire before ``upstream``, into the same library; its base URL."""
    wire = start(path.environment, "-m", "her_tui", "wire", "--upstream", upstream, "--token")
    try:
        yield until(lambda: address_of(wire))
    finally:
        wire.terminate()
        wire.wait(30)
        assert wire.stderr is not None
        wire.stderr.close()


def test_a_client_that_is_killed_leaves_what_it_had(path: CapturePath) -> None:
    session = path.session()
    client = subprocess.Popen(
        [sys.executable, "-c", _ASK, path.wire, session],
        cwd=Path(__file__).parents[2],
        env=path.environment,
    )
    until(lambda: any(each["response_body"] for each in path.requests(session)))
    client.send_signal(signal.SIGKILL)
    client.wait()
    (row,) = path.settled(session, 1)["responses"]
    assert row["outcome"] == "client"
    (told,) = path.requests(session)
    assert "goes on" in told["response_body"]


def test_an_upstream_that_is_not_there_is_told(path: CapturePath) -> None:
    with socket.create_server(("127.0.0.1", 0)) as held:
        port = held.getsockname()[1]
    with another_wire(path, f"http://127.0.0.1:{port}") as base:
        client = Client(base, path.session())
        got = client.ask("Is anybody there?")
        client.close()
        assert got.broken
        (row,) = path.settled(client.session, 1)["responses"]
        assert (row["outcome"], row["status"]) == ("upstream", None)
        (told,) = path.requests(client.session)
        assert told["request_body"]
        assert told["response_body"] is None
        assert told["error"]


def test_a_very_long_request_is_kept_whole(path: CapturePath) -> None:
    client = path.client()
    words = "".join(f"{number:08x} " for number in range(900_000))
    client.ask(f"Please play:hello {words}")
    client.close()
    path.settled(client.session, 1)
    (seen,) = (each for each in path.api.messages if each.session_id == client.session)
    (told,) = path.requests(client.session)
    assert len(seen.request) > 8_000_000
    assert differences(seen, told) == []


def test_a_killed_recorder_costs_no_fact(path: CapturePath) -> None:
    client = ExportingClient(path.wire, path.home, path.session())
    for number in range(6):
        client.ask("Please play:hello")
        client.exporter.flush()
        if number in (1, 3):
            path.recorder.kill()
            path.recorder.wait()
            client.ask("Please play:hello")  # nobody receives, the wire goes on
            path.bring_recorder()
    client.close()
    seen = [each for each in path.api.messages if each.session_id == client.session]
    assert len(seen) == 8

    def wrong() -> list[str]:
        known = by_request_id(path.whole(client.session, 8))
        return [what for each in seen for what in differences(each, known[each.request_id])]

    assert settles(wrong) == []

"""``her-tui run --wire``: a pipe before the API that the client would have spoken to."""

from __future__ import annotations

import json
import os
import socket
import time
from pathlib import Path
from typing import Any

import pytest

from tests.support.starting import environment_for, make_client, start, told
from tests.support.upstream import Request, Upstream

pytestmark = pytest.mark.usefixtures("no_recorder_left")

_ASKS = """
import urllib.request
base = json.loads(told["settings"])["env"]["ANTHROPIC_BASE_URL"]
asked = urllib.request.Request(base + "/v1/messages", b"{}", {"content-type": "application/json"})
with urllib.request.urlopen(asked) as answer:
    print(answer.read().decode())
"""


def env_of(client: Path) -> dict[str, str]:
    """What the client was told by its settings."""
    settings: dict[str, Any] = json.loads(told(client)["settings"])
    env: dict[str, str] = settings["env"]
    return env


def test_requests_pass_to_where_they_would_have_gone(home: Path) -> None:
    client = make_client(home.parent / "bin", _ASKS)
    settings = home.parent / ".claude" / "settings.json"
    settings.parent.mkdir()
    with Upstream(lambda request: request.answer(200, b"it came through")) as upstream:
        settings.write_text(json.dumps({"env": {"ANTHROPIC_BASE_URL": f"{upstream.url}/gate"}}))
        environment = environment_for(home, client, ANTHROPIC_BASE_URL="http://127.0.0.1:9")
        ran = start(environment, "--wire", "claude", "-p")
        assert ran.stdout == "it came through\n"
        (request,) = upstream.requests
        assert isinstance(request, Request)
        assert request.path == "/gate/v1/messages"
    assert not ran.stderr, "nothing is given up behind a base URL of the user's own"
    assert "ENABLE_TOOL_SEARCH" not in env_of(client)
    assert json.loads((home / "clients" / str(told(client)["pid"])).read_bytes())["wire"]


def test_what_is_given_up_is_said_once(home: Path, client: Path) -> None:
    first = start(environment_for(home, client), "--wire", "claude")
    assert first.returncode == 0
    assert first.stderr.count("\n") == 1
    assert "Remote Control" in first.stderr
    assert env_of(client)["ENABLE_TOOL_SEARCH"] == "true"
    assert env_of(client)["ANTHROPIC_BASE_URL"].startswith("http://127.0.0.1:")
    assert not start(environment_for(home, client), "--wire", "claude").stderr


def test_without_being_asked_there_is_none(home: Path, client: Path) -> None:
    start(environment_for(home, client), "claude")
    assert "ANTHROPIC_BASE_URL" not in env_of(client)


def test_the_users_choice_of_tools_stays(home: Path, client: Path) -> None:
    start(environment_for(home, client, ENABLE_TOOL_SEARCH="auto:5"), "--wire", "claude")
    assert "ENABLE_TOOL_SEARCH" not in env_of(client)


@pytest.mark.parametrize(
    ("switch", "said"),
    [
        ({"CLAUDE_CODE_USE_BEDROCK": "1"}, "Amazon Bedrock"),
        ({"ANTHROPIC_BASE_URL": "ftp://x"}, "http"),
        ({"HTTPS_PROXY": "socks5://127.0.0.1:1"}, "proxy"),
    ],
)
def test_where_it_cannot_be_had(
    home: Path, client: Path, switch: dict[str, str], said: str
) -> None:
    ran = start(environment_for(home, client, **switch), "--wire", "claude")
    assert ran.returncode == 0
    assert ran.stderr.count("\n") == 1
    assert said in ran.stderr
    assert "ANTHROPIC_BASE_URL" not in env_of(client)
    assert "OTEL_LOGS_EXPORTER" in env_of(client)


def test_loopback_is_not_behind_a_proxy(home: Path, client: Path) -> None:
    environment = environment_for(
        home, client, HTTP_PROXY="http://proxy.example:3128", NO_PROXY="intern.example"
    )
    start(environment, "--wire", "claude")
    assert env_of(client)["NO_PROXY"] == "intern.example,127.0.0.1"
    assert env_of(client)["no_proxy"] == "127.0.0.1"
    start({**environment, "NO_PROXY": "*", "no_proxy": "*"}, "--wire", "claude")
    assert "NO_PROXY" not in env_of(client)


def test_nothing_of_it_outlives_the_client(home: Path, client: Path) -> None:
    start(environment_for(home, client), "--wire", "claude")
    base = env_of(client)["ANTHROPIC_BASE_URL"]
    port = int(base.split(":")[2].split("/")[0])
    deadline = time.monotonic() + 10
    while _listens(port) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not _listens(port)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_another_program_is_told_through_its_environment(home: Path, client: Path) -> None:
    ran = start(environment_for(home, client), "--wire", "--", "env")
    told_of = dict(line.split("=", 1) for line in ran.stdout.splitlines() if "=" in line)
    assert told_of["ANTHROPIC_BASE_URL"].startswith("http://127.0.0.1:")
    assert os.environ.get("ANTHROPIC_BASE_URL") is None

"""What a client does behind the wire is told as the API saw it."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import pytest

from tests.capture_path.conftest import CapturePath, Told, until
from tests.capture_path.plays import LONG
from tests.support.client import CANARY, Client
from tests.support.told import by_request_id, differences


def check(path: CapturePath, client: Client) -> list[Told]:
    """Every request of the client's session is told as the API saw it; what is told."""
    seen = [each for each in path.api.messages if each.session_id == client.session]
    path.settled(client.session, len(seen))
    told = path.requests(client.session)
    known = by_request_id(told)
    assert len(told) == len(seen)
    assert {each.request_id: differences(each, known[each.request_id]) for each in seen} == {
        each.request_id: [] for each in seen
    }
    return told


def responses(path: CapturePath, client: Client, attempts: int) -> list[Told]:
    """The responses of the client's session, once that many attempts are over."""
    client.close()
    rows: list[Told] = path.settled(client.session, attempts)["responses"]
    return rows


def test_an_answer_is_told_as_the_api_sent_it(path: CapturePath) -> None:
    client = path.client()
    got = client.ask("Please play:work")
    (row,) = responses(path, client, 1)
    (told,) = check(path, client)
    assert told["response_body"].encode() == got.body
    assert (row["kind"], row["status"], row["attempts"]) == ("main", 200, 1)
    assert row["stop_reason"] == "tool_use"
    assert row["channels"] == ["wire"]
    assert row["missing"] == {}


def test_retries_are_one_response(path: CapturePath) -> None:
    client = path.client()
    for _ in range(3):
        client.ask("Please play:retries")
    (row,) = responses(path, client, 3)
    assert [each["status"] for each in row["attempt_list"]] == [529, 429, 200]
    assert [each["outcome"] for each in row["attempt_list"]] == ["error", "error", "ok"]
    assert "overloaded_error" in row["attempt_list"][0]["error"]
    check(path, client)


def test_words_of_a_cut_stream_are_kept(path: CapturePath) -> None:
    client = path.client()
    assert client.ask("Please play:cut").broken
    client.ask("Please play:cut")
    (row,) = responses(path, client, 2)
    assert [each["outcome"] for each in row["attempt_list"]] == ["upstream", "ok"]
    cut = check(path, client)[0]
    assert "These words" in cut["response_body"]
    assert "message_stop" not in cut["response_body"]


def test_an_error_in_the_stream_and_the_fallback_are_one_response(path: CapturePath) -> None:
    client = path.client()
    client.ask("Please play:fallback")
    client.ask("Please play:fallback", stream=False)
    (row,) = responses(path, client, 2)
    first, second = row["attempt_list"]
    assert (first["status"], first["outcome"], first["streamed"]) == (200, "error", True)
    assert (second["status"], second["outcome"], second["streamed"]) == (200, "ok", False)
    check(path, client)


def test_a_packed_answer_is_told_unpacked(path: CapturePath) -> None:
    client = path.client()
    got = client.ask("Please play:packed")
    client.close()
    assert got.headers["content-encoding"] == "gzip"
    (told,) = check(path, client)
    assert "message_stop" in told["response_body"]
    assert len(told["chunks"]) > 1


def test_variants_that_are_all_rejected_are_one_response(path: CapturePath) -> None:
    client = path.client()
    for number in range(6):
        client.ask("Please play:rejected", max_tokens=32000 - number, thinking={"variant": number})
    (row,) = responses(path, client, 6)
    assert (row["attempts"], row["status"], row["outcome"]) == (6, 400, "error")
    assert row["message_id"] is None
    assert "too strange" in row["attempt_list"][0]["error"]
    check(path, client)


def test_an_answer_the_client_had_enough_of_is_kept_as_far_as_it_came(path: CapturePath) -> None:
    client = path.client()
    got = client.ask("Please play:long", leave_after=900)
    (row,) = responses(path, client, 1)
    assert row["outcome"] == "client"
    (told,) = check(path, client)
    assert told["response_body"].encode().startswith(got.body)
    assert LONG not in told["response_body"]


def test_a_slow_answer_keeps_its_times(path: CapturePath) -> None:
    client = path.client()
    client.ask("Please play:slow")
    (row,) = responses(path, client, 1)
    (told,) = check(path, client)
    assert row["ttft_ms"] >= 60
    assert round(row["duration_ms"], 3) >= told["chunks"][-1][1]
    assert len(told["chunks"]) > 3


def test_side_requests_are_told_by_their_purpose(path: CapturePath) -> None:
    client = path.client()
    client.ask("Please play:hello")
    client.title("Name this")
    client.classify("May it?")
    client.count("How long?")
    rows = responses(path, client, 4)
    assert sorted(row["kind"] for row in rows) == ["classifier", "count", "main", "title"]
    told = {row["kind"]: row for row in rows}
    assert told["count"]["message_id"] is None
    assert told["count"]["tokens"]["input"] > 0
    assert told["title"]["tokens"]["output"] > 0
    check(path, client)


def test_a_summary_of_the_context_is_a_side_request(path: CapturePath) -> None:
    client = path.client()
    client.ask("CRITICAL: answer with text only, an <analysis> block, then a <summary> block.")
    (row,) = responses(path, client, 1)
    assert row["kind"] == "compact"


def test_what_subagents_ask_at_once_is_theirs(path: CapturePath) -> None:
    session = path.session()
    agents = ["", "a1111111111111111", "a2222222222222222"]
    clients = [Client(path.wire, session) for _ in agents]

    def run(client: Client, agent: str) -> None:
        client.ask(f"Please play:slow as {agent or 'main'}", agent=agent)
        client.close()

    threads = [
        threading.Thread(target=run, args=pair) for pair in zip(clients, agents, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    rows = path.settled(session, 3)["responses"]
    assert sorted((row["agent_id"] or "", row["kind"]) for row in rows) == [
        ("", "main"), ("a1111111111111111", "subagent"), ("a2222222222222222", "subagent"),
    ]  # fmt: skip
    check(path, clients[0])


def test_two_clients_at_once_stay_apart(path: CapturePath) -> None:
    clients = [path.client(), path.client()]

    def run(client: Client) -> None:
        for _ in range(5):
            client.ask("Please play:slow")
        client.close()

    threads = [threading.Thread(target=run, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for client in clients:
        path.settled(client.session, 5)
        assert len(check(path, client)) == 5


def test_an_answer_under_way_is_told_at_once(path: CapturePath) -> None:
    client = path.client()
    thread = threading.Thread(target=client.ask, args=("Please play:long",))
    thread.start()

    def under_way() -> list[Told]:
        told = path.requests(client.session)
        return [each for each in told if each["outcome"] == "pending" and each["response_body"]]

    assert "goes on" in until(under_way)[0]["response_body"]
    thread.join()
    (row,) = responses(path, client, 1)
    assert (row["outcome"], row["stop_reason"]) == ("ok", "end_turn")
    check(path, client)


def test_what_is_asked_to_be_kept_has_no_credentials(path: CapturePath) -> None:
    client = path.client()
    client.ask("Please play:hello")
    responses(path, client, 1)
    found = [
        str(file)
        for file in path.home.rglob("*")
        if file.is_file() and CANARY.encode() in file.read_bytes()
    ]
    assert found == []


def test_the_command_line_tells_it(path: CapturePath, capfd: pytest.CaptureFixture[str]) -> None:
    client = path.client()
    client.ask("Please play:hello")
    responses(path, client, 1)
    printed = run_cli(path, "show", client.session, "--json")
    (row,) = json.loads(printed)["responses"]
    assert row["status"] == 200
    (line,) = run_cli(path, "show", client.session, "--requests").splitlines()
    assert json.loads(line)["request_id"] == row["request_id"]


def run_cli(path: CapturePath, *arguments: str) -> str:
    """What the command line prints."""
    import subprocess
    import sys

    return subprocess.run(
        [sys.executable, "-m", "her_tui", *arguments],
        env=path.environment,
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
    ).stdout

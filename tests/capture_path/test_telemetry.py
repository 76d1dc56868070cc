"""What the client's telemetry says of its requests is told, alone and beside the wire."""

from __future__ import annotations

import pytest

from tests.capture_path.conftest import CapturePath, Told, settles, until
from tests.support.answers import Json
from tests.support.exporter import ExportingClient
from tests.support.told import by_request_id, differences, differences_in_telemetry

#: A conversation that has a thought in it.
THOUGHT: list[Json] = [
    {"role": "user", "content": "Please play:hello"},
    {"role": "assistant", "content": [{"type": "thinking", "thinking": "Well \"then\"."}]},
    {"role": "user", "content": "Go on"},
]  # fmt: skip


@pytest.fixture(params=["telemetry", "telemetry and wire"])
def base(path: CapturePath, request: pytest.FixtureRequest) -> str:
    """The base URL of the client: the API's own, or the wire's."""
    return path.api.url if request.param == "telemetry" else path.wire


def client_at(path: CapturePath, base: str) -> ExportingClient:
    """A client with telemetry and a session of its own."""
    return ExportingClient(base, path.home, path.session())


def check(path: CapturePath, client: ExportingClient, base: str) -> list[Told]:
    """Each request is told once, and as the API saw it; what is told of them."""
    client.close()
    seen = [each for each in path.api.messages if each.session_id == client.session]
    differ = differences if base == path.wire else differences_in_telemetry

    def wrong() -> dict[str, list[str]]:
        known = by_request_id(path.whole(client.session, len(seen)))
        asked = seen if base == path.wire else [each for each in seen if each.usage]
        found = {each.request_id: differ(each, known[each.request_id]) for each in asked}
        return {name: what for name, what in found.items() if what}

    assert settles(wrong) == {}
    return path.requests(client.session)


def responses(path: CapturePath, client: ExportingClient) -> list[Told]:
    """The responses of the client's session."""
    rows: list[Told] = path.told(client.session)["responses"]
    return rows


def test_an_answered_request_is_told_whole(path: CapturePath, base: str) -> None:
    client = client_at(path, base)
    client.ask("Please play:work")
    check(path, client, base)
    (row,) = responses(path, client)
    assert (row["kind"], row["status"], row["attempts"]) == ("main", 200, 1)
    assert row["stop_reason"] == "tool_use"
    assert row["ttft_ms"] is not None
    assert row["duration_ms"] >= row["ttft_ms"]
    channels = ["telemetry"] if base == path.api.url else ["telemetry", "wire"]
    assert row["channels"] == channels


def test_thoughts_that_telemetry_withholds_come_from_the_wire(path: CapturePath, base: str) -> None:
    client = client_at(path, base)
    client.ask("", messages=THOUGHT)
    (told,) = check(path, client, base)
    withheld = base == path.api.url
    assert ("request_body" in told["missing"]) is withheld
    assert ("<REDACTED>" in told["request_body"]) is withheld


def test_retries_are_one_response(path: CapturePath, base: str) -> None:
    client = client_at(path, base)
    for _ in range(3):
        client.ask("Please play:retries")
    check(path, client, base)
    (row,) = responses(path, client)
    statuses = [None, None, 200] if base == path.api.url else [529, 429, 200]
    assert [each["status"] for each in row["attempt_list"]] == statuses


def test_a_cut_stream_and_its_retry_are_one_response(path: CapturePath, base: str) -> None:
    client = client_at(path, base)
    client.ask("Please play:cut")
    client.ask("Please play:cut")
    check(path, client, base)
    (row,) = responses(path, client)
    assert (row["attempts"], row["outcome"]) == (2, "ok")


def test_a_fallback_is_one_response(path: CapturePath, base: str) -> None:
    client = client_at(path, base)
    client.ask("Please play:fallback")
    client.ask("Please play:fallback", stream=False)
    check(path, client, base)
    (row,) = responses(path, client)
    assert [each["streamed"] for each in row["attempt_list"]] == [True, False]


def test_a_rejected_request_is_told_with_its_error(path: CapturePath, base: str) -> None:
    client = client_at(path, base)
    for number in range(4):
        got = client.ask("Please play:rejected", max_tokens=32000 - number)
    client.gives_up(got, 4)
    check(path, client, base)
    (row,) = responses(path, client)
    assert (row["attempts"], row["status"], row["outcome"]) == (4, 400, "error")
    assert "too strange" in row["attempt_list"][-1]["error"]


def test_side_requests_and_subagents_are_told_as_such(path: CapturePath, base: str) -> None:
    client = client_at(path, base)
    client.ask("Please play:hello")
    client.ask("Name it", source="generate_session_title", tools=[])
    client.ask("A summary", source="compact")
    client.ask("Please play:work", source="agent:builtin:Explore", agent="a3333333333333333")
    check(path, client, base)
    rows = responses(path, client)
    assert sorted((row["kind"], row["agent_id"]) for row in rows) == [
        ("compact", None), ("main", None), ("subagent", "a3333333333333333"), ("title", None),
    ]  # fmt: skip
    spent = sum(row["tokens"]["output"] for row in rows)
    until(lambda: path.told(client.session)["tokens"]["output"] == spent)


def test_raw_bodies_do_not_stay(path: CapturePath, base: str) -> None:
    client = client_at(path, base)
    client.ask("Please play:hello")
    check(path, client, base)
    path.emptied()

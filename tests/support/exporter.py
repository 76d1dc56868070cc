"""What the genuine client's telemetry says of the requests of a scripted client."""

from __future__ import annotations

import http.client
import json
import re
import time
import uuid
from pathlib import Path
from typing import Any

from tests.support.channels import event, export
from tests.support.client import Client, Got
from tests.support.told import message

_THOUGHT = re.compile(rb'"thinking":"(?:[^"\\]|\\.)*"')
_JSON = {"Content-Type": "application/json"}


class Exporter:
    """The telemetry of one client process, into the receiver and the folder of bodies below
    ``home``."""

    def __init__(self, home: Path, session: str) -> None:
        told = json.loads((home / "receiver.json").read_bytes())
        self._address = ("127.0.0.1", int(told["port"]))
        self._path = f"/{told['token']}/-/v1/logs"
        self._folder = home / "spool" / "bodies"
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._session = session
        self._records: list[dict[str, Any]] = []
        self._sequence = 0

    def sends(self, body: bytes, **about: Any) -> str:
        """A request is about to be sent: its body goes into a file; the client's own id of it."""
        identity = str(uuid.uuid4())
        # The client's copy names beta features, which the request itself has as a header.
        copy = body.replace(b'"metadata":', b'"betas":["one-2026","two-2026"],"metadata":', 1)
        self._write(f"{identity}.request.json", _THOUGHT.sub(b'"thinking":"<REDACTED>"', copy))
        self.says("api_request_body", request_body_id=identity, **about)
        return identity

    def answered(self, identity: str, got: Got, **about: Any) -> None:
        """The request ``identity`` was answered with a whole message."""
        told = message(got.body)
        request_id, usage = got.headers["request-id"], told["usage"]
        self.says(
            "api_request",
            request_id=request_id,
            input_tokens=usage["input_tokens"],
            output_tokens=usage["output_tokens"],
            cache_read_tokens=usage["cache_read_input_tokens"],
            cache_creation_tokens=usage["cache_creation_input_tokens"],
            cost_usd=0.0125,
            duration_ms=round((got.last_ms or 0.0) + 2),
            ttft_ms=round((got.first_ms or 0.0) + 2),
            speed="normal",
            effort="medium",
            **about,
        )
        self.says(
            "api_response_body",
            request_id=request_id,
            request_body_id=identity,
            message__id=told["id"],
            **about,
        )
        for block in told["content"]:
            if block["type"] == "thinking":
                block["thinking"] = "<REDACTED>"
        self._write(f"{request_id}.response.json", json.dumps(told).encode())
        entry = {
            "timestamp": "2026-11-25T12:00:00.000Z",
            "session_id": self._session,
            "query_source": about["query_source"],
            "model": about["model"],
            "request_id": request_id,
            "message_id": told["id"],
            "message_uuid": str(uuid.uuid4()),
            "request_file": f"{identity}.request.json",
            "response_file": f"{request_id}.response.json",
        }
        with (self._folder / "index.jsonl").open("a") as stream:
            stream.write(json.dumps(entry) + "\n")

    def gave_up(self, got: Got, attempt: int, **about: Any) -> None:
        """The last attempt failed too."""
        self.says(
            "api_error",
            error=json.loads(got.body)["error"]["message"],
            status_code=str(got.status),
            request_id=got.headers["request-id"],
            duration_ms=3,
            attempt=attempt,
            **about,
        )

    def says(self, name: str, **values: Any) -> None:
        """An event, to be exported with the next."""
        now = time.time_ns() // 1_000_000
        self._records.append(event(name, self._session, self._sequence, now, **values))
        self._sequence += 1

    def flush(self) -> None:
        """Export what there is."""
        connection = http.client.HTTPConnection(*self._address, timeout=10)
        connection.request("POST", self._path, export(*self._records), _JSON)
        answer = connection.getresponse()
        answer.read()
        connection.close()
        assert answer.status == 200
        self._records.clear()

    def _write(self, name: str, data: bytes) -> None:
        (self._folder / name).write_bytes(data)


class ExportingClient:
    """A scripted client with telemetry: what it asks for goes both ways."""

    def __init__(self, base: str, home: Path, session: str) -> None:
        self.session = session
        self.client = Client(base, session)
        self.exporter = Exporter(home, session)

    def ask(self, words: str, source: str = "sdk", agent: str = "", **more: Any) -> Got:
        """Ask once; of an attempt that fails telemetry tells no more than that it was made."""
        about = {"model": more.get("model", "claude-opus-4-5"), "query_source": source}
        if agent:
            about["agent_id"] = agent
        identity = self.exporter.sends(self.client.body(words, **more), **about)
        got = self.client.ask(words, agent=agent, **more)
        if got.status == 200 and not got.broken and b'"type":"error"' not in got.body:
            self.exporter.answered(identity, got, **about)
        return got

    def gives_up(self, got: Got, attempt: int) -> None:
        """The failed attempt was the last."""
        about = {"model": "claude-opus-4-5", "query_source": "sdk"}
        self.exporter.gave_up(got, attempt, **about)

    def close(self) -> None:
        """The process ends: what was not exported yet, is."""
        self.exporter.flush()
        self.client.close()

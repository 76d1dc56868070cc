"""The lower half of a transcript: records, their chain and clock, responses and what they cost.

A `Writer` collects the blocks of one response, writes them as the client does (one record per
block, the same usage on each), then the results of its tool calls. It reads no clock and no
randomness but its own, so the same calls give the same bytes.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

from her_tui.demo.ids import Ids
from her_tui.demo.outcomes import Json, Outcome

#: A prompt cache lives this long without use, in milliseconds.
_CACHE_LIFE = 300_000
#: Tokens of instructions and tool descriptions that precede every conversation.
_PREAMBLE = 16_400


@dataclass(slots=True)
class Stage:
    """What a session's transcript and those of its subagents share."""

    session_id: str
    cwd: str
    branch: str
    version: str
    ids: Ids
    chance: random.Random
    files: dict[str, str] = field(default_factory=dict)
    """The project's files as they are at this moment of the story, by absolute path."""
    kept: dict[str, bytes] = field(default_factory=dict)
    """Files the client keeps beside the transcript, by path below its root."""
    agents: dict[str, list[bytes]] = field(default_factory=dict)
    """Transcripts of finished subagents, by agent id."""
    descriptions: dict[str, Json] = field(default_factory=dict)
    """What the client notes about each subagent, by agent id."""
    cut: list[tuple[float, str]] = field(default_factory=list)
    """Answers that broke off, and when: no transcript has their text."""
    gaps: list[tuple[float, int]] = field(default_factory=list)
    """When telemetry did not arrive, and how many events of it."""
    coming: str = ""
    """So much has come of the answer that is on its way."""


@dataclass(slots=True)
class _Call:
    """A tool call of the response being collected, and how it will end."""

    id: str
    outcome: Outcome | None
    """None: the result is written later, or never."""
    seconds: float
    record: str = ""
    """The uuid of the record that holds the call."""


def iso(ms: float) -> str:
    """A time as records have it: UTC with milliseconds and Z."""
    moment = datetime.fromtimestamp(int(ms) // 1000, UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{int(ms) % 1000:03d}Z"


def tokens_of(value: object) -> int:
    """Roughly how many tokens a text or a JSON value is."""
    text = value if isinstance(value, str) else json.dumps(value)
    return len(text) // 4 + 3


class Writer:
    """Writes one file of a session: its main transcript, or a subagent's."""

    def __init__(self, stage: Stage, model: str, start_ms: float, agent: str = "") -> None:
        self.stage = stage
        self.model = model
        self.now = start_ms
        self.agent = agent
        self.lines: list[bytes] = []
        self.head: str | None = None
        """The uuid the next record continues."""
        self.prompt_id = stage.ids.uuid()
        self._blocks: list[Json] = []
        self._calls: list[_Call] = []
        self._together = False
        self._context = _PREAMBLE + stage.chance.randint(1_500, 6_000)
        self._cached = _PREAMBLE
        self._last_request = start_ms

    # Records

    def note(self, record: Json) -> None:
        """Append a record that is not part of the conversation's chain."""
        self.lines.append(json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode())

    def chain(self, record: Json, parent: str | None = "") -> str:
        """Append a record to the chain and return its uuid; it continues ``parent`` or the head."""
        identity = self.stage.ids.uuid()
        envelope: Json = {
            "parentUuid": self.head if parent == "" else parent,
            "isSidechain": bool(self.agent),
            **({"agentId": self.agent} if self.agent else {}),
            **record,
            "uuid": identity,
            "timestamp": iso(self.now),
            "userType": "external",
            "entrypoint": "cli",
            "cwd": self.stage.cwd,
            "sessionId": self.stage.session_id,
            "version": self.stage.version,
            "gitBranch": self.stage.branch,
        }
        self.note(envelope)
        self.head = identity
        return identity

    def user(self, content: object, **extra: object) -> str:
        """Append a record of the user's side."""
        self._context += tokens_of(content)
        message = {"role": "user", "content": content}
        return self.chain({"promptId": self.prompt_id, "type": "user", "message": message, **extra})

    def state(self, kind: str, **values: object) -> None:
        """Append a record about the session itself, such as its title."""
        self.note({"type": kind, **values, "sessionId": self.stage.session_id})

    def weigh(self, tokens: int) -> None:
        """Count context the story does not spell out: its files are shorter than real ones."""
        self._context += tokens

    def forget(self, tokens: int) -> None:
        """Drop the conversation to ``tokens``, as compaction does; nothing of it is cached."""
        self._context = tokens
        self._cached = 0

    @property
    def context(self) -> int:
        """Tokens the next request would send."""
        return self._context

    # Responses

    def block(self, block: Json) -> None:
        """Add a block to the response being collected."""
        self._blocks.append(block)

    def call(self, name: str, given: Json, outcome: Outcome | None, seconds: float) -> str:
        """Add a tool call, and unless calls are being collected run it; return its id."""
        identity = self.stage.ids.name("toolu")
        self._blocks.append({"type": "tool_use", "id": identity, "name": name, "input": given})
        self._calls.append(_Call(identity, outcome, seconds))
        if not self._together:
            self.respond()
        return identity

    @contextmanager
    def together(self) -> Iterator[None]:
        """Calls made inside belong to one response and run side by side."""
        self._together = True
        yield
        self._together = False
        self.respond()

    def respond(self, stop: str | None = None) -> None:
        """Write the collected response, if any, and the results of its calls."""
        if not self._blocks:
            return
        calls, self._calls = self._calls, []
        blocks, self._blocks = self._blocks, []
        stop = stop or ("tool_use" if calls else "end_turn")
        self._write_response(blocks, calls, stop)
        for call in calls:
            if call.outcome is not None:
                self.now += call.seconds * 1000
                self.result(call.id, call.record, call.outcome)

    def result(self, call: str, record: str, outcome: Outcome) -> None:
        """Write the outcome of the tool call ``call``, which the record ``record`` made."""
        answer: Json = {"tool_use_id": call, "type": "tool_result", "content": outcome.content}
        if outcome.error:
            answer["is_error"] = True
        self.weigh(self.stage.chance.randint(900, 6_800))
        decision = {
            "decision": "accept" if outcome.accepted else "reject",
            "source": outcome.source or ("config" if outcome.accepted else "user_reject"),
        }
        self.user(
            [answer],
            toolUseResult=outcome.result,
            sourceToolAssistantUUID=record,
            permissionDecision=decision,
        )

    def _write_response(self, blocks: list[Json], calls: list[_Call], stop: str) -> None:
        # Much of what a model writes is thinking that its client does not keep.
        output = sum(tokens_of(block) for block in blocks) * 2 + self.stage.chance.randint(
            180, 1_400
        )
        identity, request = self.stage.ids.name("msg"), self.stage.ids.name("req")
        usage = self._usage(output)
        reference = self._request()
        self.now += self.stage.chance.randint(700, 2_300)
        waiting = {call.id: call for call in calls}
        for index, block in enumerate(blocks):
            self.now += output / len(blocks) * self.stage.chance.uniform(11, 19)
            message: Json = {
                "id": identity,
                "type": "message",
                "role": "assistant",
                "model": self.model,
                "content": [block],
                "stop_reason": stop,
                "stop_sequence": None,
                "usage": usage,
            }
            record = self.chain(
                {
                    "message": message,
                    "apiBlockIndex": index,
                    "requestId": request,
                    "requestRef": reference,
                    "type": "assistant",
                    "effort": "high",
                }
            )
            if block.get("id") in waiting:
                waiting[str(block["id"])].record = record
        self._context += output

    def _request(self) -> str:
        identity = self.stage.ids.uuid()
        self.note(
            {
                "type": "api-request",
                "sessionId": self.stage.session_id,
                **({"agentId": self.agent} if self.agent else {}),
                "id": identity,
                "timestamp": iso(self.now),
                "version": self.stage.version,
                "querySource": "agent:builtin:general-purpose"
                if self.agent
                else "repl_main_thread",
                "params": {"model": self.model, "max_tokens": 64_000},
            }
        )
        return identity

    def _usage(self, output: int) -> Json:
        if self.now - self._last_request > _CACHE_LIFE:
            self._cached = 0
        created, read = max(0, self._context - self._cached), self._cached
        self._cached, self._last_request = self._context, self.now
        return {
            "input_tokens": self.stage.chance.randint(2, 14),
            "cache_creation_input_tokens": created,
            "cache_read_input_tokens": read,
            "output_tokens": output,
            "server_tool_use": {"web_search_requests": 0, "web_fetch_requests": 0},
            "service_tier": "standard",
            "cache_creation": {
                "ephemeral_1h_input_tokens": 0,
                "ephemeral_5m_input_tokens": created,
            },
        }

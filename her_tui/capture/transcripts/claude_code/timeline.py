"""The facts of one read while they are gathered, and the record being read.

Handlers of the several kinds of records share one `Timeline`; it carries what each event of a
record has in common, so that they only say what differs.
"""

from __future__ import annotations

from her_tui.capture.transcripts.claude_code.records import Json, milliseconds
from her_tui.events.model import (
    PREVIEW,
    Action,
    Event,
    EventKind,
    Facts,
    Flag,
    Response,
    SubagentInfo,
)
from her_tui.plaintext import one_line

MARKED_COPY = int(Flag.MARKED_COPY)

#: The subagent of a sidechain record that names none (client 0.2 to 1.0).
NAMELESS = "sidechain"


class Timeline:
    """Facts being gathered, and the envelope of the record at hand."""

    __slots__ = (
        "agent",
        "at",
        "awaiting",
        "facts",
        "file_agent",
        "flags",
        "origins",
        "parent",
        "seen",
        "session_ids",
        "size",
        "slugs",
        "subagents",
        "ts",
        "uuid",
    )

    def __init__(self, file_agent: str | None) -> None:
        self.facts = Facts()
        self.file_agent = file_agent
        """The subagent whose file this is; None for a main transcript."""
        self.seen: set[str] = set()
        """Identities of the records read."""
        self.origins: dict[str, str] = {}
        """Uuid to the identity of the record it is a copy of, where they differ."""
        self.awaiting: dict[str, tuple[str, Json]] = {}
        """Tool name and arguments of the calls whose outcome may need them, by tool-use id."""
        self.session_ids: dict[str, None] = {}
        """The sessions the records name, in order."""
        self.slugs: set[str] = set()
        """The pet names of the session."""
        self.subagents: dict[str, SubagentInfo] = {}
        self.at = 0
        self.size = 0
        self.ts: int | None = None
        self.uuid: str | None = None
        self.parent: str | None = None
        self.agent: str | None = None
        self.flags = 0
        """Flags all events of the record have."""

    def open(self, record: Json, at: int, size: int) -> bool:
        """Take over the envelope of ``record``; False if it was read before."""
        get = record.get
        uuid = get("uuid")
        flags = 0
        if type(uuid) is str:
            forked = get("forkedFrom")
            if forked is not None:
                flags = MARKED_COPY
                origin = forked.get("messageUuid") if type(forked) is dict else None
                if type(origin) is str and origin != uuid:
                    self.origins[uuid] = origin
                    uuid = origin
            if uuid in self.seen:
                return False
            self.seen.add(uuid)
        else:
            uuid = None
        sent_by = get("requestSessionId")
        if sent_by is not None and sent_by != get("sessionId"):
            flags = MARKED_COPY
        parent = get("parentUuid")
        if type(parent) is not str:
            parent = None
        elif self.origins:
            parent = self.origins.get(parent, parent)
        if self.file_agent is None and not get("isSidechain"):
            self.agent = None
        else:
            named = get("agentId")
            self.agent = named if type(named) is str else self.file_agent or NAMELESS
        self.uuid = uuid
        self.parent = parent
        self.flags = flags
        self.at = at
        self.size = size
        self.ts = milliseconds(get("timestamp"))
        return True

    def add(
        self,
        kind: EventKind,
        block: int,
        text: str,
        detail: str = "",
        flags: int = 0,
        action: str | None = None,
        response: tuple[str, str] | None = None,
        digest: int = 0,
        chars: int = -1,
    ) -> None:
        """Put one event on the timeline; ``chars`` is given where ``text`` is not the full one."""
        self.facts.events.append(
            Event(
                kind,
                self.ts,
                self.uuid,
                self.parent,
                self.at,
                self.size,
                block,
                self.agent,
                response,
                action,
                self.flags | flags,
                detail,
                len(text) if chars < 0 else chars,
                one_line(text, PREVIEW) if text else "",
                digest,
            )
        )

    def action(self, tool_use_id: str) -> Action:
        """The action of ``tool_use_id``, made if this read has not seen it."""
        action = self.facts.actions.get(tool_use_id)
        if action is None:
            action = self.facts.actions[tool_use_id] = Action(tool_use_id, self.agent)
            action.marked_copy = self.flags & MARKED_COPY != 0
        return action

    def response(self, key: tuple[str, str], agent: str | None, model: str) -> Response:
        """The response of ``key``, made if this read has not seen it."""
        response = self.facts.responses.get(key)
        if response is None:
            response = self.facts.responses[key] = Response(key[0], key[1], agent, model)
            response.marked_copy = self.flags & MARKED_COPY != 0
        elif model and not response.model:
            response.model = model
        return response

    def subagent(self, agent: str, type_: str, description: str, tool_use_id: str | None) -> None:
        """Note what is known of subagent ``agent``; what was known before stays."""
        known = self.subagents.get(agent)
        parent = self.agent if self.agent != agent else None
        if known is None:
            found = SubagentInfo(agent, type_, description, tool_use_id, parent)
        else:
            found = SubagentInfo(
                agent,
                known.type or type_,
                known.description or description,
                known.tool_use_id or tool_use_id,
                known.parent or parent,
            )
        self.subagents[agent] = found

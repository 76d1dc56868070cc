"""Facts, as an adapter reads them out of a captured file and the store keeps them.

Every fact has an identity of its own (a record's uuid, a response's message and request id, a
tool call's id), and every field merges without regard to order: import the same files in any
order, twice, or overlapping, and the library ends the same. Times are milliseconds since the
epoch (UTC); None where the record has no time.

`NamedTuple` rather than dataclass: an import makes a few of these for every line it reads.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum, IntFlag, StrEnum
from typing import NamedTuple

#: Characters that the library keeps of the text of an event, and of what an action acts on; the
#: rest stays in the raw record.
PREVIEW = 200


class EventKind(IntEnum):
    """What one point on the timeline is. The numbers are stored: never change or reuse one."""

    PROMPT = 1
    """What the human typed; `Event.detail` is a `PromptKind`."""
    COMMAND = 2
    """A slash command the human ran; detail: its name (``/compact``)."""
    SHELL = 3
    """A shell command the human ran themselves (``!git status``)."""
    INTERRUPT = 4
    """The human stopped the agent."""
    QUEUE = 5
    """The input queue changed; detail: ``enqueue``, ``dequeue``, ``remove`` or ``popAll``."""
    TASK = 6
    """The task a subagent was given by its parent."""
    INJECTED = 7
    """Text the harness put before the model: reminders, attachments, plan hand-offs, summaries;
    detail: which."""
    THINKING = 10
    TEXT = 11
    """A text block of a response."""
    TOOL_USE = 12
    """The start of an action."""
    TOOL_RESULT = 13
    """The outcome of an action."""
    BLOCK = 14
    """Any other block of a response (server tools, fallbacks); detail: its type."""
    COMPACTION = 20
    """The context was compacted; detail: ``manual`` or ``auto``."""
    API_ERROR = 21
    """A request failed for good, as shown to the human; detail: its class or status."""
    RETRY = 22
    """A request failed and was tried again; detail: the status or connection error."""
    NOTICE = 23
    """Anything else the harness noted; detail: its subtype."""
    MODE = 24
    """The permission mode from here on; detail: the mode (``plan``, ``acceptEdits`` …)."""
    SNAPSHOT = 25
    """The client noted which files it keeps the originals of."""
    GAP = 30
    """A stretch that could not be recorded; detail: the reason."""


PLAIN_BLOCKS = frozenset((EventKind.THINKING, EventKind.TEXT, EventKind.TOOL_USE))
"""What responses are made of, as far as it is read."""

BLOCKS = PLAIN_BLOCKS | {EventKind.BLOCK}
"""What responses are made of."""

HIDDEN = frozenset((EventKind.QUEUE, EventKind.MODE, EventKind.SNAPSHOT))
"""What is recorded beside the conversation: no point of a timeline, of no turn, in no count."""


class Flag(IntFlag):
    """Properties of an event, stored as bits: never change or reuse one."""

    ERROR = 1
    COMMIT = 2
    COPIED = 4
    """The same fact belongs to another session (`Copied histories` in ARCHITECTURE.md)."""
    IMAGE = 8
    REWIND = 16
    """A prompt that continues from an earlier point than the last answer."""
    EDIT = 32
    PLAN = 64
    MARKED_COPY = 128
    """The record itself says that it was copied from another session."""
    LOCAL = 256
    """Of a command: the client carries it out, the agent is not asked. Of a note: so it is with the
    command right behind it."""


class PromptKind(StrEnum):
    """How a prompt reached the agent."""

    PLAIN = "plain"
    MIXED = "mixed"
    """Typed while a tool ran, and delivered in the record of that tool's result."""
    QUEUED = "queued"
    """Typed while the agent was busy, and delivered as an attachment."""


class ActionKind(StrEnum):
    """What a tool call does, whatever the tool is called."""

    EDIT = "edit"
    READ = "read"
    COMMAND = "command"
    SEARCH = "search"
    WEB = "web"
    MCP = "mcp"
    SUBAGENT = "subagent"
    TODO = "todo"
    OTHER = "other"


class Status(StrEnum):
    """How an action ended."""

    PENDING = "pending"
    """No outcome was recorded (yet)."""
    OK = "ok"
    FAILED = "failed"
    INVALID = "invalid"
    """Refused by the harness before it ran: bad arguments, file not read first."""
    REJECTED = "rejected"
    """Refused by the human."""
    CANCELLED = "cancelled"
    """Not run, because a call beside it failed."""


FAILED = (Status.FAILED, Status.INVALID, Status.REJECTED, Status.CANCELLED)
"""How an action ends badly: every result that the client marked as an error."""


class Event(NamedTuple):
    """One point on the timeline, and where its record is kept."""

    kind: EventKind
    ts: int | None
    uuid: str | None
    """Identity of the record: its uuid, or the uuid it was copied from where the record says so."""
    parent: str | None
    """The uuid of the record this one continues."""
    at: int
    """Byte offset of the record in its file."""
    size: int
    """Length of the record in bytes."""
    block: int
    """Which content block of the record, from 0."""
    agent: str | None
    """The subagent's id; None on the main thread."""
    response: tuple[str, str] | None
    """(message id, request id) of the response the block belongs to."""
    action: str | None
    """The tool-use id of the action it starts or ends."""
    flags: int
    detail: str
    chars: int
    """Length of the full text, in characters."""
    preview: str
    """The first characters of the text on one line; the full text is read from the record."""
    digest: int
    """A 63-bit hash of the whole text of prompts and queue operations, else 0."""


class Response:
    """One API response: what all records with its (message id, request id) say together.

    The client repeats the usage on every record of a response and fills in its final value only
    on the last, in some versions never: a field keeps the largest value seen.
    """

    __slots__ = (
        "agent",
        "cache_creation",
        "cache_creation_1h",
        "cache_read",
        "effort",
        "ended",
        "input",
        "kind",
        "marked_copy",
        "message_id",
        "model",
        "output",
        "request_id",
        "speed",
        "started",
        "stop_reason",
        "web_searches",
    )

    def __init__(self, message_id: str, request_id: str, agent: str | None, model: str) -> None:
        self.message_id = message_id
        self.request_id = request_id
        self.agent = agent
        self.model = model
        self.started: int | None = None
        """Time of its first block."""
        self.ended: int | None = None
        """Time of its last block."""
        self.stop_reason: str | None = None
        """None while no record carries one: interrupted, or never finalised by that version."""
        self.input = 0
        """Uncached input tokens."""
        self.output = 0
        self.cache_creation = 0
        self.cache_creation_1h = 0
        """The part of ``cache_creation`` written for an hour."""
        self.cache_read = 0
        self.web_searches = 0
        self.speed = ""
        """``fast`` where the fast mode was billed, else empty."""
        self.effort = ""
        self.kind = ""
        """What a side request was for (`her_tui.events.requests.RequestKind`); empty for the
        conversation's own."""
        self.marked_copy = False


class Action:
    """One tool call with its outcome, keyed by its tool-use id.

    The call and its result are two records, often in two reads; each side fills its own fields and
    leaves the other's None.
    """

    __slots__ = (
        "added",
        "agent",
        "commits",
        "duration_ms",
        "ended",
        "kind",
        "marked_copy",
        "name",
        "output_chars",
        "permission",
        "removed",
        "response",
        "sha",
        "started",
        "status",
        "subagent",
        "subject",
        "target",
        "tool_use_id",
    )

    def __init__(self, tool_use_id: str, agent: str | None) -> None:
        self.tool_use_id = tool_use_id
        self.agent = agent
        self.response: tuple[str, str] | None = None
        self.name: str | None = None
        """The tool's name as recorded; None while only the result was seen."""
        self.kind: ActionKind | None = None
        self.target: str | None = None
        """What it acts on, on one line: a path, a command, a pattern, an address."""
        self.started: int | None = None
        self.ended: int | None = None
        self.duration_ms: int | None = None
        """Time in the tool, where recorded."""
        self.status: Status | None = None
        """None while no result was seen."""
        self.added: int | None = None
        """Lines added by an edit, from its recorded patch."""
        self.removed: int | None = None
        self.commits: bool | None = None
        """The command runs ``git commit``."""
        self.sha: str | None = None
        """The commit its output reports."""
        self.subject: str | None = None
        self.subagent: str | None = None
        """Id of the subagent it launched."""
        self.output_chars: int | None = None
        self.permission: str | None = None
        """Who let it run, or did not: ``<decision>:<source>`` (``accept:config``)."""
        self.marked_copy = False


class SubagentInfo(NamedTuple):
    """What is known of a subagent beside its records."""

    agent: str
    type: str
    description: str
    tool_use_id: str | None
    """The action of the parent that launched it."""
    parent: str | None
    """The subagent that launched it, if not the main thread."""


class Title(IntEnum):
    """Where a session's title comes from; the greatest that is present wins."""

    FIRST_PROMPT = 1
    SUMMARY = 2
    LAST_PROMPT = 3
    AI = 4
    CUSTOM = 5


@dataclass(slots=True)
class SessionFacts:
    """What records say of their session as a whole. None: nothing was said."""

    cwd: str | None = None
    """Working folder of the first record that has one."""
    branch: str | None = None
    """Git branch last seen."""
    version: str | None = None
    """Client version last seen."""
    entrypoint: str | None = None
    """How the client was started (``cli``, ``sdk-py``, ``claude-vscode`` …)."""
    forked_from: str | None = None
    """Session id this one says it was forked from."""
    first_ts: int | None = None
    last_ts: int | None = None
    titles: dict[Title, str] = field(default_factory=dict)
    """Last title seen per origin, without `Title.SUMMARY`, which names its session by a record."""
    subagents: list[SubagentInfo] = field(default_factory=list)


@dataclass(slots=True)
class Facts:
    """All that one read of one file yields."""

    events: list[Event] = field(default_factory=list)
    responses: dict[tuple[str, str], Response] = field(default_factory=dict)
    actions: dict[str, Action] = field(default_factory=dict)
    session: SessionFacts = field(default_factory=SessionFacts)
    summaries: list[tuple[str, str]] = field(default_factory=list)
    """(uuid of a record anywhere, title of the session that holds it)."""
    session_ids: list[str] = field(default_factory=list)
    """Distinct session ids the records name, in order of appearance."""
    records: int = 0
    """Whole records read, copies and unknown ones included."""
    unknown: dict[str, int] = field(default_factory=dict)
    """Records of types we do not know, by type: kept raw, never fatal."""
    damaged: int = 0
    """Lines of which something was lost."""
    bulk: list[tuple[int, int]] = field(default_factory=list)
    """Spans (start, length) of the bytes read that are likely to be repeated in other sessions
    word for word, such as system prompts: the store keeps each once."""
    mentions: list[tuple[str | None, str]] = field(default_factory=list)
    """(session id, or None for the file's own session; name) of files kept beside a session whose
    path does not tell whose they are: plans, pasted texts."""
    places: list[tuple[int, int, str]] = field(default_factory=list)
    """Of a file that belongs to no session: (start, length, working folder) of its records."""
    consumed: int = 0
    """Bytes read for good, from the start of the read; the rest is a line still being written."""

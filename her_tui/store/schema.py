"""The tables of the library, whole on one screen.

Times are milliseconds since the epoch (UTC). ``key`` columns hold a record's uuid as 16 bytes
(any other identifier as its UTF-8). Bulk writing goes through `writer`; these models are the
schema's definition.
"""

from __future__ import annotations

from peewee import (
    SQL,
    AutoField,
    BlobField,
    CompositeKey,
    FloatField,
    IntegerField,
    Model,
    SmallIntegerField,
    TextField,
)


class Session(Model):
    """A session or a subagent, with its sums, so that a list never aggregates."""

    id = AutoField(constraints=[SQL("AUTOINCREMENT")])  # never reused: a deletion waits with one
    agent = TextField()
    session_id = TextField()  # of a subagent: <session id>/<agent id>
    parent = IntegerField(null=True)  # the session a subagent belongs to
    tool_use_id = TextField(null=True)  # the action that launched a subagent
    forked_from = TextField(default="")
    titles = TextField(default="{}")  # JSON, `events.model.Title` -> last seen
    title = TextField(default="")
    cwd = TextField(default="")
    project = TextField(default="")
    branch = TextField(default="")
    version = TextField(default="")
    entrypoint = TextField(default="")
    model = TextField(default="")
    started = IntegerField(null=True)
    ended = IntegerField(null=True)
    prompts = IntegerField(default=0)
    prompts_queue_only = IntegerField(default=0)
    responses = IntegerField(default=0)
    actions = IntegerField(default=0)
    edits = IntegerField(default=0)
    commits = IntegerField(default=0)
    errors = IntegerField(default=0)
    input = IntegerField(default=0)
    output = IntegerField(default=0)
    cache_creation = IntegerField(default=0)
    cache_read = IntegerField(default=0)
    cost = FloatField(null=True)
    unpriced = IntegerField(default=0)
    spent = FloatField(null=True)  # the part of cost that no other session counts
    spent_tokens = IntegerField(default=0)
    subagents = IntegerField(default=0)
    damaged = IntegerField(default=0)
    brief = SmallIntegerField(default=1)  # 1: empty, 2: one-shot; hidden unless asked for
    path = TextField(default="")
    mtime = IntegerField(default=0)  # of its newest file
    gone = SmallIntegerField(default=0)  # 1: the client deleted its transcript

    class Meta:
        indexes = ((("agent", "session_id"), True),)


class Source(Model):
    """A captured transcript, and how far it was read; its bytes are in `Chunk` and ``tail``."""

    id = AutoField()
    agent = TextField()
    path = TextField()
    role = TextField()
    session = IntegerField(null=True)
    agent_id = TextField(default="")
    state = SmallIntegerField(default=0)  # `sources.State`
    device = IntegerField(default=0)
    inode = IntegerField(default=0)
    size = IntegerField(default=0)
    mtime_ns = IntegerField(default=0)
    consumed = IntegerField(default=0)
    head = BlobField(default=b"")  # hash of the first bytes: tells a replaced file
    head_size = IntegerField(default=0)
    joint = BlobField(default=b"")  # hash of the last bytes consumed: tells a rewritten one
    tail = BlobField(null=True)  # compressed bytes of a last line still being written
    records = IntegerField(default=0)
    damaged = IntegerField(default=0)
    torn = SmallIntegerField(default=0)  # 1: the tail is no whole record (yet)
    unknown = TextField(default="{}")  # JSON, record type -> count

    class Meta:
        indexes = ((("path",), False), (("session",), False))


class Chunk(Model):
    """Whole raw lines of a source, compressed."""

    id = AutoField()
    source = IntegerField()
    at = IntegerField()
    size = IntegerField()
    base = IntegerField(null=True)  # a chunk whose first base_size bytes are the dictionary
    base_size = IntegerField(default=0)
    spans = BlobField(null=True)  # where `Blob`s belong, see `raw`
    data = BlobField()

    class Meta:
        indexes = ((("source", "at"), True),)


class Blob(Model):
    """Bytes kept once, by their hash: prompt bulk and files kept beside sessions."""

    hash = BlobField(primary_key=True)
    size = IntegerField()
    data = BlobField()

    class Meta:
        without_rowid = True


class Kept(Model):
    """A file of the client kept beside its session: originals, large outputs, plans, pastes."""

    id = AutoField()
    agent = TextField()
    session_id = TextField(default="")  # empty: not tied to one session
    kind = TextField()
    name = TextField()
    path = TextField()
    hash = BlobField()
    size = IntegerField()
    mtime_ns = IntegerField()

    class Meta:
        indexes = ((("path",), True), (("session_id",), False))


class Event(Model):
    """One point on a timeline; its full text stays in the raw record."""

    id = AutoField(constraints=[SQL("AUTOINCREMENT")])  # never reused: the index knows them by id
    session = IntegerField()
    agent = IntegerField(default=0)  # `Session` row of the subagent; 0: the main thread
    source = IntegerField()
    at = IntegerField()
    size = IntegerField()
    block = SmallIntegerField(default=0)
    kind = SmallIntegerField()
    ts = IntegerField(null=True)
    key = BlobField(null=True)
    parent = BlobField(null=True)
    response = IntegerField(null=True)
    action = IntegerField(null=True)
    flags = IntegerField(default=0)
    detail = TextField(default="")
    chars = IntegerField(default=0)
    preview = TextField(default="")
    digest = IntegerField(default=0)

    class Meta:
        indexes = ((("session", "kind"), False), (("key", "block", "session"), True))


class Response(Model):
    """One API response, once per session that holds it."""

    id = AutoField()
    session = IntegerField()
    agent = IntegerField(default=0)
    message_id = TextField()
    request_id = TextField()
    model = TextField()
    started = IntegerField(null=True)
    ended = IntegerField(null=True)
    stop_reason = TextField(null=True)
    input = IntegerField(default=0)
    output = IntegerField(default=0)
    cache_creation = IntegerField(default=0)
    cache_creation_1h = IntegerField(default=0)
    cache_read = IntegerField(default=0)
    web_searches = IntegerField(default=0)
    speed = TextField(default="")
    effort = TextField(default="")
    kind = TextField(default="")  # `events.requests.RequestKind` of a side request, else empty
    cost = FloatField(null=True)
    priced = SmallIntegerField(default=0)  # 0: not yet, 1: yes, 2: of unknown price
    marked = SmallIntegerField(default=0)  # the records say they are copies
    copied = SmallIntegerField(default=0)  # another session owns it

    class Meta:
        indexes = (
            (("message_id", "request_id", "session"), True),
            (("session",), False),
        )


class Action(Model):
    """One tool call with its outcome, once per session that holds it."""

    id = AutoField()
    session = IntegerField()
    agent = IntegerField(default=0)
    tool_use_id = TextField()
    response = IntegerField(null=True)
    name = TextField(null=True)
    kind = TextField(null=True)
    target = TextField(null=True)
    started = IntegerField(null=True)
    ended = IntegerField(null=True)
    duration_ms = IntegerField(null=True)
    status = TextField(null=True)
    added = IntegerField(null=True)
    removed = IntegerField(null=True)
    commits = SmallIntegerField(null=True)
    sha = TextField(null=True)
    subject = TextField(null=True)
    subagent = TextField(null=True)
    output_chars = IntegerField(null=True)
    permission = TextField(null=True)  # who let it run or not: `<decision>:<source>`
    marked = SmallIntegerField(default=0)
    copied = SmallIntegerField(default=0)

    class Meta:
        indexes = ((("tool_use_id", "session"), True), (("session",), False))


class Request(Model):
    """One attempt on the API, whichever channels saw it (`events.requests.Attempt`)."""

    id = AutoField()
    session = IntegerField()
    agent = IntegerField(default=0)
    wire = TextField(null=True)  # its key on the wire
    telemetry = TextField(null=True)  # its key in telemetry
    channels = SmallIntegerField(default=0)  # `events.requests.Channel` bits
    kind = TextField(default="")
    query_source = TextField(default="")
    request_id = TextField(null=True)
    message_id = TextField(null=True)
    model = TextField(default="")
    started = IntegerField(null=True)
    ttft_ms = FloatField(null=True)
    duration_ms = FloatField(null=True)
    status = IntegerField(null=True)
    outcome = TextField(default="pending")
    error = TextField(default="")
    streamed = SmallIntegerField(null=True)
    stop_reason = TextField(null=True)
    effort = TextField(default="")
    input = IntegerField(null=True)  # null in all six: no usage is known
    output = IntegerField(null=True)
    cache_creation = IntegerField(null=True)
    cache_creation_1h = IntegerField(null=True)
    cache_read = IntegerField(null=True)
    web_searches = IntegerField(null=True)
    speed = TextField(default="")
    cost_usd = FloatField(null=True)  # the client's own figure
    conversation = BlobField(default=b"")
    request_body = IntegerField(null=True)  # `Body`
    response_body = IntegerField(null=True)
    chunks = BlobField(null=True)  # arrivals, see `bodies.pack_chunks`
    missing = TextField(default="{}")  # JSON, field -> why it is not there

    class Meta:
        indexes = (
            (("wire",), True),
            (("telemetry",), True),
            (("session", "started"), False),
            (("request_id",), False),
            (("message_id",), False),
        )


class Body(Model):
    """The body of a request or a response, stored as what is new in it, see `bodies`."""

    id = AutoField(constraints=[SQL("AUTOINCREMENT")])
    digest = BlobField(unique=True)  # of the whole
    session = IntegerField()  # whose it was first
    size = IntegerField()
    base = IntegerField(null=True)  # the body whose recipe is the dictionary
    data = BlobField()


class Piece(Model):
    """A long string out of bodies, kept once."""

    hash = BlobField(primary_key=True)
    size = IntegerField()
    data = BlobField()

    class Meta:
        without_rowid = True


class Spooled(Model):
    """How far a spool file was read for good."""

    name = TextField(primary_key=True)
    consumed = IntegerField()


class Sequence(Model):
    """The last telemetry event seen of a stream: what is missing between two is a gap."""

    stream = TextField(primary_key=True)
    last = IntegerField()
    ts = IntegerField()


class SessionDay(Model):
    """What a session spent on one local day, each response counted once in the library."""

    session = IntegerField()
    day = TextField()
    cost = FloatField(null=True)
    tokens = IntegerField(default=0)
    prompts = IntegerField(default=0)

    class Meta:
        primary_key = CompositeKey("session", "day")
        indexes = ((("day",), False),)


class Summary(Model):
    """A title that names its session by one of its records; old clients write it elsewhere."""

    key = BlobField()
    title = TextField()

    class Meta:
        primary_key = CompositeKey("key", "title")


class Mention(Model):
    """A file beside sessions that a session speaks of: its name tells whose it is."""

    agent = TextField()
    session_id = TextField()
    name = TextField()

    class Meta:
        primary_key = CompositeKey("agent", "name", "session_id")


class Tombstone(Model):
    """A session the user deleted: it must not come back from its file."""

    agent = TextField()
    session_id = TextField()
    deleted = IntegerField()

    class Meta:
        primary_key = CompositeKey("agent", "session_id")


class Setting(Model):
    """Small facts about the library itself."""

    name = TextField(primary_key=True)
    value = TextField()


TABLES: tuple[type[Model], ...] = (
    Session,
    Source,
    Chunk,
    Blob,
    Kept,
    Event,
    Response,
    Action,
    Request,
    Body,
    Piece,
    Spooled,
    Sequence,
    SessionDay,
    Summary,
    Mention,
    Tombstone,
    Setting,
)

"""What records say of their session as a whole: where, which version, and what it is called."""

from __future__ import annotations

from her_tui.capture.transcripts.claude_code.records import Json, dict_or_empty, text_or
from her_tui.capture.transcripts.claude_code.timeline import Timeline
from her_tui.events.model import SessionFacts, SubagentInfo, Title
from her_tui.plaintext import one_line

#: Characters of a title kept.
_TITLE = 200

#: Client ≥ 2.1.96 writes this for a folder without a repository and for a detached head alike.
_NO_BRANCH = "HEAD"


def take_envelope(timeline: Timeline, record: Json) -> None:
    """Fold the envelope of the ``record`` at hand into its session's facts."""
    session = timeline.facts.session
    ts = timeline.ts
    if ts is not None:
        if session.first_ts is None or ts < session.first_ts:
            session.first_ts = ts
        if session.last_ts is None or ts > session.last_ts:
            session.last_ts = ts
    get = record.get
    session_id = get("sessionId")
    if type(session_id) is str:
        timeline.session_ids[session_id] = None
    slug = get("slug")
    if slug is not None and slug not in timeline.slugs and type(slug) is str:
        # Client ≥ 2.0.76: the session's pet name, and that of its plan.
        timeline.slugs.add(slug)
        timeline.facts.mentions.append((None, f"{slug}.md"))
    version = get("version")
    if type(version) is not str:
        return
    session.version = version
    branch = get("gitBranch")
    if type(branch) is str and branch and branch != _NO_BRANCH:
        session.branch = branch
    if session.cwd is None:
        session.cwd = text_or(get("cwd")) or None
    if session.entrypoint is None:
        session.entrypoint = text_or(get("entrypoint")) or None


def take_origin(session: SessionFacts, record: Json) -> None:
    """Note the session a copied ``record`` was copied from."""
    if session.forked_from is not None:
        return
    forked = dict_or_empty(record.get("forkedFrom"))
    origin = text_or(forked.get("sessionId")) or text_or(record.get("requestSessionId"))
    if origin and origin != record.get("sessionId"):
        session.forked_from = origin


def take_title(session: SessionFacts, title: Title, text: object) -> None:
    """Note a title of the session; an empty one says nothing."""
    if isinstance(text, str) and (line := one_line(text, _TITLE)):
        session.titles[title] = line


def take_ai_title(timeline: Timeline, record: Json) -> None:
    """An ``ai-title`` record (client ≥ 2.1.112)."""
    take_title(timeline.facts.session, Title.AI, record.get("aiTitle"))


def take_custom_title(timeline: Timeline, record: Json) -> None:
    """A ``custom-title`` record: what the human called the session."""
    take_title(timeline.facts.session, Title.CUSTOM, record.get("customTitle"))


def take_last_prompt(timeline: Timeline, record: Json) -> None:
    """A ``last-prompt`` record (client ≥ 2.1.69)."""
    take_title(timeline.facts.session, Title.LAST_PROMPT, record.get("lastPrompt"))


def take_summary(timeline: Timeline, record: Json) -> None:
    """A ``summary`` record: names the session that holds a record, often another than its own."""
    leaf = record.get("leafUuid")
    if isinstance(leaf, str) and (line := one_line(text_or(record.get("summary")), _TITLE)):
        timeline.facts.summaries.append((leaf, line))


def subagent_of_meta(agent: str, meta: Json) -> SubagentInfo:
    """What the description file ``agent-<id>.meta.json`` (client ≥ 2.1.96) tells."""
    return SubagentInfo(
        agent,
        text_or(meta.get("agentType")),
        text_or(meta.get("description")),
        text_or(meta.get("toolUseId")) or None,
        text_or(meta.get("parentAgentId")) or None,
    )

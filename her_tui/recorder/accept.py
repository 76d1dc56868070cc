"""What channels beside the transcripts tell, into the library: whose it is, and whether it is kept.

A session that the user deleted, or whose project is excluded, is not brought back by another
channel. One that has no transcript (yet) is made: what the model was sent names its folder.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from her_tui.capture.agents import UNNAMED
from her_tui.capture.telemetry.facts import ToolFact
from her_tui.capture.wire.exchange import Gap
from her_tui.events.model import Action, Event, EventKind, Facts
from her_tui.events.requests import Attempt, Outcome, RequestKind
from her_tui.recorder import stand_in
from her_tui.recorder.exclusion import Exclusion
from her_tui.store import requests, sessions, sources
from her_tui.store.facts import SessionRef
from her_tui.store.requests import Owner
from her_tui.store.writer import Writer

#: The agent whose client names its sessions; a session of one that does not has its wire's name.
_CLIENT = "claude-code"

#: Where the client tells the model which folder it works in.
_FOLDER = re.compile(rb"[Ww]orking directory:?(?: is)?:? ([^\\\"\n<]{1,1000})")

#: Longer than this a request is not under way any more: the client gives up after ten minutes.
UNDER_WAY_MS = 15 * 60_000


class Accept:
    """Takes in what channels tell, in the caller's transaction."""

    def __init__(self, writer: Writer, exclusion: Exclusion) -> None:
        self._writer = writer
        self._database = writer.database
        self._exclusion = exclusion

    def attempt(self, attempt: Attempt, unnamed: str = "") -> bool:
        """Keep ``attempt``; ``unnamed`` is the session of a client that names none. False if it
        cannot be told yet whose it is."""
        agent, session_id = _CLIENT, attempt.session_id
        known = requests.session_of(self._database, attempt) if session_id is None else None
        if known is not None:
            agent, session_id = sessions.identity(self._database, known)
        elif session_id is None:
            agent, session_id = UNNAMED, unnamed
        if not session_id:
            return False
        if agent == UNNAMED and attempt.kind is RequestKind.OTHER:
            attempt.kind = RequestKind.MAIN  # a client that has one purpose
        session = self._session(agent, session_id, attempt.request_body)
        if session is not None:
            self._merge(agent, session, attempt)
        return True

    def _merge(self, agent: str, session: SessionRef, attempt: Attempt) -> None:
        row = 0
        if attempt.agent_id:
            row = sessions.ensure_subagent(self._database, agent, session, attempt.agent_id)
        merged = requests.merge(self._database, Owner(session.id, row), attempt)
        names = {number: name for name, number in session.agents.items()}
        response = requests.response_of(merged, names.get(merged["agent"]))
        facts = Facts()
        if merged["started"] is not None:
            facts.session.first_ts = merged["started"]
            facts.session.last_ts = merged["started"] + round(merged["duration_ms"] or 0)
        if response is not None:
            facts.responses[response.message_id, response.request_id] = response
        self._writer.add(agent, session, facts)
        if self._stands_in(agent, session):
            stand_in.write_down(self._writer, agent, session, attempt)
        if attempt.outcome is Outcome.LOST:
            said = f"A request was under way: {attempt.error or 'its end was not recorded'}"
            self.gap(session, f"request {attempt.key}", "request", attempt.started, said)

    def _stands_in(self, agent: str, session: SessionRef) -> bool:
        """Whether what is seen of ``session`` is to be written down as a transcript."""
        if agent == UNNAMED:
            return True
        source = sources.channel_size(self._database, session.id)
        return source > 0 and not sources.has_transcript(self._database, session.id)

    def settle(self, now: int) -> None:
        """Settle what telemetry saw begin and will not tell the end of, as of ``now``."""
        requests.overtaken(self._database, "telemetry tells only of the last attempt")
        said = "A request was under way when its client ended, or telemetry did"
        for row in requests.given_up(self._database, now - UNDER_WAY_MS, said):
            session = sessions.find(
                self._database, *sessions.identity(self._database, row["session"])
            )
            if session is not None:
                self.gap(session, f"request {row['telemetry']}", "request", row["started"], said)

    def tools(self, told: Iterable[ToolFact]) -> None:
        """Keep what telemetry tells of actions: how long each took, and who let it run."""
        by_session: dict[str, Facts] = {}
        for fact in told:
            facts = by_session.setdefault(fact.session_id, Facts())
            action = facts.actions.get(fact.tool_use_id)
            if action is None:
                action = Action(fact.tool_use_id, fact.agent_id)
                facts.actions[fact.tool_use_id] = action
            if fact.duration_ms is not None:
                action.duration_ms = fact.duration_ms
            action.permission = fact.permission or action.permission
        for session_id, facts in by_session.items():
            session = self._session(_CLIENT, session_id, None)
            if session is not None:
                self._writer.add(_CLIENT, session, facts)

    def lost(self, session_id: str, first: int, count: int, ts: int) -> None:
        """Note that ``count`` telemetry events from number ``first`` on never came."""
        session = self._session(_CLIENT, session_id, None)
        if session is not None:
            events = "event" if count == 1 else "events"
            said = f"{count} telemetry {events} did not arrive"
            self.gap(session, f"telemetry {ts} {first}", "telemetry", ts, said, count)

    def wire_gap(self, name: str, gap: Gap, unnamed: str) -> None:
        """Note what the wire of the spool file ``name`` could not keep, in the session it was of:
        that of the exchange, else the last one that the file tells of."""
        exchange = f"{name}:{gap.exchange}" if gap.exchange else f"{name}:*"
        number = requests.latest_session(self._database, exchange)
        if number is None:
            session = self._session(UNNAMED, unnamed, None)
        else:
            session = sessions.find(self._database, *sessions.identity(self._database, number))
        if session is not None:
            said = f"{gap.bytes} bytes of the wire could not be kept: {gap.reason}"
            self.gap(session, f"wire {name} {gap.at}", "wire", gap.time, said)

    def gap(
        self,
        session: SessionRef,
        identity: str,
        reason: str,
        ts: int | None,
        said: str,
        count: int = 1,
    ) -> None:
        """Put on the timeline of ``session`` that something was not recorded."""
        facts = Facts()
        facts.events.append(
            Event(
                kind=EventKind.GAP,
                ts=ts,
                uuid=f"gap {identity}",
                parent=None,
                at=0,
                size=0,
                block=0,
                agent=None,
                response=None,
                action=None,
                flags=0,
                detail=reason,
                chars=count,
                preview=said,
                digest=0,
            )
        )
        self._writer.add(_CLIENT, session, facts)

    def _session(self, agent: str, session_id: str, body: bytes | None) -> SessionRef | None:
        """The session, made if need be; None if nothing of it may be kept."""
        session = sessions.find(self._database, agent, session_id)
        if session is None and (
            sessions.is_deleted(self._database, agent, session_id)
            or sources.is_excluded(self._database, session_id)
        ):
            return None
        folder = sessions.named(self._database, session.id)[1] if session else ""
        if not folder:
            found = _FOLDER.search(body) if body is not None else None
            folder = found[1].decode("utf-8", "replace").strip() if found else ""
            if self._exclusion.covers(folder):
                return None
            if session is None:
                session = sessions.find_or_add(self._database, agent, session_id)
            if folder:
                facts = Facts()
                facts.session.cwd = folder
                self._writer.add(agent, session, facts)
        elif self._exclusion.covers(folder):
            return None
        return session

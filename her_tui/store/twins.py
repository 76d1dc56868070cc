"""Twins: rows of the same attempt that two channels made before either could know."""

from __future__ import annotations

from peewee import SqliteDatabase

from her_tui.events.requests import Channel, Outcome
from her_tui.store import bodies, turns
from her_tui.store.attempt_rows import BODIES, Row, first, overlay, save

#: Two channels note the start of the same attempt within this time, in milliseconds: telemetry just
#: before it is sent, the wire when its first byte arrives. Retries are half a second apart or more.
_SAME_MS = 450


def with_twin(database: SqliteDatabase, row: Row) -> Row:
    """``row`` with the one that turned out to be of the same attempt folded in."""
    twin = _answered_twin(database, row) or _unanswered_twin(database, row)
    if twin is None and row["outcome"] != Outcome.PENDING:
        twin = bodiless_twin(database, row)
    if twin is None:
        return row
    stays, goes = (row, twin) if row["channels"] & Channel.WIRE else (twin, row)
    return joined(database, stays, goes)


def joined(database: SqliteDatabase, stays: Row, goes: Row) -> Row:
    """``stays`` with what ``goes`` tells, which is no row any more."""
    told = {
        name: value
        for name, value in goes.items()
        if name not in ("id", "session") and value not in (None, "", b"", {})
    }
    if not told["agent"]:
        del told["agent"]
    database.connection().execute("DELETE FROM request WHERE id = ?", (goes["id"],))
    turns.changed(database, goes["session"], goes["started"])
    loose = {row[name] for row in (stays, goes) for name in BODIES} - {None}
    overlay(stays, told, goes["channels"])
    save(database, stays)
    bodies.drop(database, loose - {stays[name] for name in BODIES})
    return stays


def _answered_twin(database: SqliteDatabase, row: Row) -> Row | None:
    """A row that another channel, or a record without a key, made of the same request id. (Two keys
    of one channel are two attempts: an upstream may give all its answers one id, or none.)"""
    if not row["request_id"]:
        return None
    return first(
        database,
        "request_id = ? AND id <> ? AND (wire IS NULL OR ? IS NULL)"
        " AND (telemetry IS NULL OR ? IS NULL) ORDER BY abs(started - ?)",
        row["request_id"],
        row["id"],
        row["wire"],
        row["telemetry"],
        row["started"],
    )


def _unanswered_twin(database: SqliteDatabase, row: Row) -> Row | None:
    """The other channel's row for the same messages at about the same time. (Their bodies may
    differ: the client leaves its thinking out of telemetry's.)"""
    own, other = ("wire", "telemetry") if row["wire"] else ("telemetry", "wire")
    if None in (row[own], row["started"]) or row[other] is not None or not row["conversation"]:
        return None
    return first(
        database,
        f"session = ? AND {own} IS NULL AND {other} IS NOT NULL AND conversation = ?"
        " AND abs(started - ?) <= ? AND (request_id IS NULL OR ifnull(?, request_id) = request_id)"
        " AND model = ?"
        " AND ifnull(streamed, -1) IN (-1, ifnull(?, streamed))"
        " ORDER BY abs(started - ?)",
        row["session"],
        row["conversation"],
        row["started"],
        _SAME_MS,
        row["request_id"],
        row["model"],
        row["streamed"],
        row["started"],
    )


def bodiless_twin(database: SqliteDatabase, row: Row) -> Row | None:
    """The other channel's row for an attempt of which telemetry tells nothing but that it was made,
    and will tell no more: the one of the same purpose that began nearest, the wire's after
    telemetry's rather than before."""
    if row["started"] is None or (row["wire"] and row["telemetry"]):
        return None
    if row["wire"]:
        other = "wire IS NULL AND conversation = x'' AND outcome <> 'pending'"
        order = "started > ?2"
    elif not row["conversation"]:
        other, order = "wire IS NOT NULL AND telemetry IS NULL", "started < ?2"
    else:
        return None
    return first(
        database,
        f"session = ?1 AND {other} AND started BETWEEN ?2 - ?3 AND ?2 + ?3 AND agent = ?4"
        " AND kind = ?5 AND model = ?6 AND id <> ?7"
        " AND (request_id IS NULL OR ifnull(?8, request_id) = request_id)"
        f" ORDER BY {order}, abs(started - ?2)",
        row["session"],
        row["started"],
        _SAME_MS,
        row["agent"],
        row["kind"],
        row["model"],
        row["id"],
        row["request_id"],
    )

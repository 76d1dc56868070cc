"""The checks of ``her-tui doctor`` on channels: which there are, and how to get the others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from her_tui import units
from her_tui.cli.checks import Finding, Verdict
from her_tui.shim import program, state, wiring
from her_tui.shim.effective import BadSettings, decoded, user_settings
from her_tui.shim.state import Capture

#: More than this should have been taken in by a recorder that is well.
_MANY_BYTES = 256 << 20


def channels(home: Path, environment: Mapping[str, str]) -> Iterator[Finding]:
    """Every channel: whether it is there, what it tells, and how to get it."""
    capture = state.look(home, environment)
    yield client(environment)
    yield telemetry(capture)
    if capture.installed:
        yield hooks(environment)
    yield wire(environment)
    yield from receiver(capture)
    yield from backlog(capture)


def client(environment: Mapping[str, str]) -> Finding:
    """Whether there is a client to record."""
    try:
        path = program.find(program.CLIENT, environment)
    except program.NoProgram as error:
        return Finding("client", Verdict.WARN, _sentence(str(error)), "")
    return Finding("client", Verdict.OK, units.home_path(path))


def telemetry(capture: Capture) -> Finding:
    """The channel that tells times, retries, side requests and what was sent."""
    if capture.aside:
        return Finding(
            "telemetry",
            Verdict.WARN,
            f"Left alone: {capture.aside}. No times, retries and requests but by the wire",
            "her-tui run --wire claude records them; or end that export, then her-tui install.",
        )
    if capture.misled:
        return Finding(
            "telemetry",
            Verdict.WARN,
            "The client's settings name an address that is Her's no more",
            "Run her-tui install again.",
        )
    if capture.installed:
        return Finding("telemetry", Verdict.OK, "Every session tells Her (her-tui install)")
    return Finding(
        "telemetry",
        Verdict.WARN,
        "Only sessions started with her-tui run tell times, retries, side requests and contexts",
        "her-tui install has every session recorded so.",
    )


def hooks(environment: Mapping[str, str]) -> Finding:
    """Whether the plugin that wakes the recorder may run."""
    try:
        settings = decoded(user_settings(environment).read_bytes())
    except (OSError, BadSettings):
        settings = {}
    if settings.get("disableAllHooks"):
        return Finding(
            "plugin",
            Verdict.WARN,
            "disableAllHooks in the client's settings keeps the recorder from being woken",
            "Leave her-tui open, or start the client with her-tui run.",
        )
    return Finding("plugin", Verdict.OK, "Wakes the recorder when a session starts or ends")


def wire(environment: Mapping[str, str]) -> Finding:
    """The channel that sees every chunk, and what was cut off."""
    try:
        wiring.upstream_of(state.around(environment))
    except wiring.NoWire as error:
        return Finding("wire", Verdict.OK, f"Not to be had here: {error}")
    what = "On request: each chunk of an answer, and answers that were cut off"
    return Finding("wire", Verdict.OK, what, "her-tui run --wire claude records a session so.")


def receiver(capture: Capture) -> Iterator[Finding]:
    """Whether telemetry is heard."""
    if capture.hangs:
        yield Finding(
            "receiver",
            Verdict.WARN,
            "The recorder hangs",
            "It is replaced when a client or her-tui starts next.",
        )
    elif capture.recorder.pid and capture.recorder.telemetry and not capture.listening:
        yield Finding(
            "receiver",
            Verdict.WARN,
            f"The recorder does not answer on port {capture.port}",
            "Restart it: end the process that her-tui status names.",
        )
    elif capture.listening:
        yield Finding("receiver", Verdict.OK, f"Listens on 127.0.0.1:{capture.port}")


def backlog(capture: Capture) -> Iterator[Finding]:
    """What waits for the recorder, if it is too much."""
    size = capture.waiting.spool_bytes + capture.waiting.body_bytes
    if size >= _MANY_BYTES:
        yield Finding(
            "backlog",
            Verdict.WARN,
            f"{units.size(size)} wait to be taken into the library",
            "Open her-tui, and leave her open until they are.",
        )


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]

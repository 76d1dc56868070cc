"""Which channels record a run of the client, and what it is told so that they do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from her_tui.errors import HerError
from her_tui.paths import ensure_private_dir
from her_tui.recorder import endpoint
from her_tui.recorder.process import start
from her_tui.shim import program, reach, runs, telemetry, wiring
from her_tui.shim.arguments import SETTINGS, SOURCES, last, starts_session, with_settings
from her_tui.shim.effective import ALL_SOURCES, BadSettings, Effective, effective, given
from her_tui.shim.narrate import in_words, say, say_once


def recorded(
    home: Path, command: Sequence[str], environment: dict[str, str], *, wire: bool
) -> tuple[list[str], dict[str, str]]:
    """``command`` and ``environment`` so that the process that becomes it is recorded.

    A client is told through a settings file, which counts before all others; any other program
    through its environment, for the client that it may start. Raises what the system or the library
    does not let us do.
    """
    is_client = program.is_client(command[0])
    if is_client and not starts_session(command[1:]):
        return list(command), environment
    theirs = last(command[1:], SETTINGS) if is_client else None
    if theirs is not None and runs.is_prepared(home, theirs.value or ""):
        return list(command), environment
    try:
        settings = given(theirs.value or "") if theirs else {}
    except BadSettings as error:
        say(f"this run is recorded by its transcripts alone: --settings: {error}")
        return list(command), environment
    ensure_private_dir(home)
    around = effective(environment, Path.cwd(), settings, _sources(command[1:], is_client))
    run = runs.new_name()
    block = _block(home, run, around, wire)
    name = Path(command[0]).name
    runs.register(home, {"run": run, "wire": "HER_WIRE" in block, "program": name})
    if not block:
        return list(command), environment
    if not is_client:
        return list(command), {**environment, **block}
    file = runs.write_settings(home, run, _merged(settings, block))
    return [command[0], *with_settings(command[1:], str(file))], environment


def _sources(arguments: Sequence[str], is_client: bool) -> tuple[str, ...]:
    """The settings files that the client will heed, by name."""
    if not is_client:
        return ALL_SOURCES
    if "--restricted" in arguments:
        return ()
    chosen = last(arguments, SOURCES)
    return tuple((chosen.value or "").replace(" ", "").split(",")) if chosen else ALL_SOURCES


def _merged(settings: Mapping[str, Any], block: Mapping[str, str]) -> dict[str, Any]:
    return {**settings, "env": {**settings.get("env", {}), **block}}


def _block(home: Path, run: str, around: Effective, wire: bool) -> dict[str, str]:
    """What the client is told by all channels that can be had."""
    block = _telemetry(home, run, around)
    if wire:
        block |= _wire(home, run, around)
    return block


def _telemetry(home: Path, run: str, around: Effective) -> dict[str, str]:
    reason = telemetry.taken(around, endpoint.told(home))
    if reason:
        say_once(home, f"{reason}, so Her keeps out of it and records the rest")
    try:
        if reason:
            start(home)
            return {}
        receiver = reach.bring_up(home)
        if receiver is None:
            say("the recorder does not answer: no telemetry of this run. Run her-tui doctor")
            return {}
        block = telemetry.fitted(home, receiver, run, around)
    except (HerError, OSError) as error:
        say(f"no telemetry of this run: {in_words(error)}")
        return {}
    if telemetry.own_bodies(home, around):
        say_once(home, "you keep raw API bodies yourself, so Her records none in this way")
    return block


def _wire(home: Path, run: str, around: Effective) -> dict[str, str]:
    try:
        wire = wiring.bring_up(home, run, around)
    except wiring.NoWire as error:
        say(f"no wire for this run: {error}")
        return {}
    if wire.given_up:
        say_once(home, wiring.GIVEN_UP)
    return wire.block

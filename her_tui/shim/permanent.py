"""``her-tui install`` and ``uninstall``: recording every session, however the client is started.

By the client's own settings: their ``env`` turns telemetry on, and a plugin wakes the recorder. A
program called ``claude`` in front of the client's would miss the sessions of editors and of the
desktop, break with every other wrapper, and cost each start; settings are one documented file.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from her_tui.errors import HerError
from her_tui.paths import ensure_private_dir
from her_tui.recorder import endpoint
from her_tui.shim import plugin, telemetry
from her_tui.shim.effective import BadSettings, decoded, effective, user_settings
from her_tui.shim.jsontext import drop, value_at
from her_tui.shim.rewriting import Unsteady, back_up, read, rewrite, target
from her_tui.shim.settings import Added, Leaf, digest, is_added, with_added, without_added

_LEDGER = "install.json"


class Installed(NamedTuple):
    """What an installation came to."""

    settings: Path
    aside: str
    """Why telemetry was left alone; empty if it was not."""
    changed: bool


def install(home: Path, environment: Mapping[str, str]) -> Installed:
    """Have every session of this user recorded; again and again does no harm. Raises `HerError`."""
    ensure_private_dir(home)
    file = target(user_settings(environment))
    try:
        receiver = endpoint.settled(home)
        plugin.write(home, environment)
        ledger = _ledger(home)
        known = ledger.get(str(file))
        before = read(file)
        pristine = _pristine(before, known)
        aside = _aside(pristine, environment, receiver)
        leaves = list(_leaves(home, environment, pristine, receiver, bool(aside)))
        if before is not None and known is not None and is_exactly(before, known, leaves):
            return Installed(file, aside, False)
        _add(home, file, leaves, ledger)
    except BadSettings as error:
        raise HerError(
            f"{file} cannot be changed: {error}", "Mend the file, then install again."
        ) from error
    except Unsteady as error:
        raise HerError(str(error), "Close the client, then install again.") from error
    except OSError as error:
        raise HerError(
            f"{error.filename or file}: {error.strerror}",
            "Nothing was changed; sessions can be recorded with her-tui run.",
        ) from error
    return Installed(file, aside, True)


def is_exactly(data: bytes, added: Added, leaves: list[Leaf]) -> bool:
    """Whether settings ``data`` have ``leaves``, and were given no others."""
    given = {tuple(where) for where, _, _ in added.leaves}
    return given == {where for where, _ in leaves} and is_added(data, leaves)


def uninstall(home: Path) -> list[Path]:
    """Take out of all settings what was added to them; the files it was taken out of. Raises
    `HerError`."""
    ledger = _ledger(home)
    done = []
    for name, added in list(ledger.items()):
        file = Path(name)
        try:
            rewrite(file, lambda data, added=added: _restored(data, added))  # type: ignore[misc]
            _forget_plugin(home, file.parent)
            del ledger[name]
            _keep(home, ledger)
        except BadSettings as error:
            raise HerError(
                f"{file} cannot be changed: {error}", "Mend the file, then uninstall again."
            ) from error
        except Unsteady as error:
            raise HerError(str(error), "Close the client, then uninstall again.") from error
        except OSError as error:
            raise HerError(f"{error.filename or file}: {error.strerror}") from error
        done.append(file)
    return done


def installed(home: Path, environment: Mapping[str, str]) -> Added | None:
    """What was added to the settings that count in this ``environment``, if it is there still."""
    file = target(user_settings(environment))
    added = _ledger(home).get(str(file))
    try:
        data = read(file)
    except OSError:
        return None
    if added is None or data is None:
        return None
    return added if is_added(data, [(tuple(w), value) for w, value, _ in added.leaves]) else None


def _leaves(
    home: Path,
    environment: Mapping[str, str],
    pristine: bytes | None,
    receiver: endpoint.Endpoint,
    aside: bool,
) -> Iterator[Leaf]:
    if not aside:
        around = effective(environment, home, _settings(pristine), ())
        for name, value in telemetry.fitted(home, receiver, "-", around).items():
            yield ("env", name), value
    place = ("extraKnownMarketplaces", plugin.MARKETPLACE, "source")
    yield (*place, "source"), "directory"
    yield (*place, "path"), str(plugin.folder(home))
    yield ("enabledPlugins", plugin.ID), True


def _aside(
    pristine: bytes | None, environment: Mapping[str, str], receiver: endpoint.Endpoint
) -> str:
    around = effective(environment, Path(os.devnull), _settings(pristine), ())
    return telemetry.taken(around, receiver)


def _settings(data: bytes | None) -> Mapping[str, object]:
    return decoded(data) if data and data.strip() else {}


def _pristine(data: bytes | None, known: Added | None) -> bytes | None:
    """The settings as they would be without us."""
    return data if data is None or known is None else _restored(data, known)


def _restored(data: bytes | None, added: Added) -> bytes | None:
    if data is None:
        return None
    if digest(data) == added.digest:
        if added.backup is None:
            return None
        with suppress(OSError):  # a copy that is gone is not needed
            return Path(added.backup).read_bytes()
    left = without_added(data, added)
    # A file that was not there before is not needed for nothing.
    return None if added.backup is None and decoded(left) == {} else left


def _add(home: Path, file: Path, leaves: list[Leaf], ledger: dict[str, Added]) -> None:
    """Write the settings with ``leaves``. The ledger is first: what it says of settings that were
    then not written is recognized as not so."""
    known = ledger.get(str(file))

    def change(data: bytes | None) -> bytes:
        pristine = _pristine(data, known)
        after, added = with_added(pristine, leaves)
        backup = None if pristine is None else str(back_up(home, pristine))
        ledger[str(file)] = added._replace(backup=backup)
        _keep(home, ledger)
        return after

    rewrite(file, change)


def _forget_plugin(home: Path, folder: Path) -> None:
    """Take our marketplace out of the client's list of those it has seen, which it leaves there."""
    file = target(folder / "plugins" / "known_marketplaces.json")
    ours = str(plugin.folder(home))

    def change(data: bytes | None) -> bytes | None:
        if data is None:
            return None
        text = data.decode("utf-8")
        seen = value_at(text, [plugin.MARKETPLACE])
        if isinstance(seen, dict) and seen.get("installLocation") == ours:
            text = drop(text, [plugin.MARKETPLACE])
        return text.encode()

    try:
        rewrite(file, change)
    except ValueError:
        return  # it is not as we know it: the client's business


def _ledger(home: Path) -> dict[str, Added]:
    try:
        values = json.loads((home / _LEDGER).read_bytes())
        return {name: Added(**added) for name, added in values.items()}
    except FileNotFoundError:
        return {}
    except (ValueError, TypeError, AttributeError) as error:
        raise HerError(
            f"{home / _LEDGER} cannot be read",
            f"Take what names Her out of the client's settings; copies are in {home}/backups.",
        ) from error


def _keep(home: Path, ledger: Mapping[str, Added]) -> None:
    file, scratch = home / _LEDGER, home / f"{_LEDGER}.{os.getpid()}"
    descriptor = os.open(scratch, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as out:
        json.dump({name: added._asdict() for name, added in ledger.items()}, out, indent=1)
        out.flush()
        os.fsync(out.fileno())
    scratch.replace(file)

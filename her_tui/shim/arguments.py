"""The client's command line, as far as we must understand it: its ``--settings``, and whether a
session will come of it.

Options that we do not know are taken for options without a value; the worst that follows is that we
find no ``--settings`` where there is one in an odd place.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

SETTINGS = "--settings"
SOURCES = "--setting-sources"

#: Options that take the next argument, whatever it looks like.
_VALUED = frozenset(
    {
        "--add-dir",
        "--agent",
        "--agents",
        "--allowed-tools",
        "--allowedTools",
        "--append-system-prompt",
        "--append-system-prompt-file",
        "--autocompact",
        "--betas",
        "--debug-file",
        "--disallowed-tools",
        "--disallowedTools",
        "--effort",
        "--environment",
        "--fallback-model",
        "--file",
        "--input-format",
        "--json-schema",
        "--max-budget-usd",
        "--max-turns",
        "--mcp-config",
        "--model",
        "--name",
        "--output-format",
        "--permission-mode",
        "--permission-prompt-tool",
        "--permission-prompts",
        "--plugin-dir",
        "--plugin-url",
        "--remote-control-session-name-prefix",
        "--session-id",
        "--system-prompt",
        "--system-prompt-file",
        "--system-prompt-snapshot",
        "--tools",
        "-n",
        SETTINGS,
        SOURCES,
    }
)

#: Options that take the next argument unless it looks like an option.
_MAY_BE_VALUED = frozenset(
    {
        "--debug",
        "--from-pr",
        "--prompt-suggestions",
        "--remote-control",
        "--resume",
        "--teleport",
        "--worktree",
        "-d",
        "-r",
        "-w",
    }
)

#: Nothing is said to the API here, or nothing that we could see.
_NO_SESSION_OPTIONS = frozenset({"--version", "-v", "--help", "-h", "--cloud", "--desktop"})

#: The session is another process's, which outlives the one we start.
_ELSEWHERE = frozenset({"--bg", "--background", "--tmux"})

_NO_SESSION_COMMANDS = frozenset(
    {
        "agents",
        "attach",
        "auth",
        "auto-mode",
        "config",
        "doctor",
        "gateway",
        "help",
        "import",
        "install",
        "kill",
        "logs",
        "mcp",
        "migrate-installer",
        "plugin",
        "plugins",
        "purge",
        "respawn",
        "rm",
        "setup-token",
        "stop",
        "ultrareview",
        "update",
        "upgrade",
    }
)


class Option(NamedTuple):
    """One option of a command line."""

    name: str
    value: str | None
    first: int
    """Where its name is."""
    after: int
    """Where the argument after it is."""


def options(arguments: Sequence[str]) -> Iterator[Option]:
    """The options in ``arguments``, up to ``--``; other arguments have an empty name."""
    place = 0
    while place < len(arguments) and arguments[place] != "--":
        found = _option(arguments, place)
        yield found
        place = found.after


def _option(arguments: Sequence[str], place: int) -> Option:
    word = arguments[place]
    following = arguments[place + 1] if place + 1 < len(arguments) else None
    name, equals, value = word.partition("=")
    if not word.startswith("-") or word == "-":
        return Option("", word, place, place + 1)
    if equals:
        return Option(name, value, place, place + 1)
    takes = name in _VALUED or (name in _MAY_BE_VALUED and not (following or "-").startswith("-"))
    if takes and following is not None:
        return Option(name, following, place, place + 2)
    return Option(name, None, place, place + 1)


def last(arguments: Sequence[str], name: str) -> Option | None:
    """The option called ``name`` that counts: the client takes the last of several."""
    found = [each for each in options(arguments) if each.name == name and each.value is not None]
    return found[-1] if found else None


def with_settings(arguments: Sequence[str], file: str) -> list[str]:
    """``arguments`` with ``file`` in the place of the user's settings, or in front."""
    theirs = last(arguments, SETTINGS)
    if theirs is None:
        return [SETTINGS, file, *arguments]
    return [*arguments[: theirs.first], SETTINGS, file, *arguments[theirs.after :]]


def starts_session(arguments: Sequence[str]) -> bool:
    """Whether the process that is started with ``arguments`` will hold a session."""
    found = list(options(arguments))
    if {each.name for each in found} & (_NO_SESSION_OPTIONS | _ELSEWHERE):
        return False
    first = next((each.value for each in found if not each.name), None)
    return first not in _NO_SESSION_COMMANDS

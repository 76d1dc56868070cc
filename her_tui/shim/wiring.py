"""The wire, for one run of the client: before which API it goes, and what the client is told."""

from __future__ import annotations

import os
from pathlib import Path

from her_tui.shim.effective import Effective
from her_tui.shim.narrate import in_words

_BASE_URL = "ANTHROPIC_BASE_URL"
_DEFAULT = "https://api.anthropic.com"
_TOOL_SEARCH = "ENABLE_TOOL_SEARCH"

#: For a client that is started by a client on a wire: what lies behind that wire.
_BEHIND = "HER_WIRE"

#: The client speaks to another API than Anthropic's, in a way of its own.
_OTHER_APIS = {
    "CLAUDE_CODE_USE_BEDROCK": "Amazon Bedrock",
    "CLAUDE_CODE_USE_MANTLE": "Amazon Bedrock",
    "CLAUDE_CODE_USE_ANTHROPIC_AWS": "Claude on AWS",
    "CLAUDE_CODE_USE_VERTEX": "Google Vertex AI",
    "CLAUDE_CODE_USE_FOUNDRY": "Microsoft Foundry",
}

#: Said once: what a client does without when its requests go to a base URL of its own.
GIVEN_UP = (
    "the wire stands before the API, and the client behaves otherwise behind a base URL of its "
    "own: no Remote Control, tool input is not streamed as it is written, and in auto mode its "
    "checks may be charged, or asked of you. Tool search stays on (ENABLE_TOOL_SEARCH). Without "
    "--wire nothing of this applies."
)


class NoWire(Exception):
    """The wire cannot be had: why, in words for the user."""


class Wire:
    """What to tell the client so that its requests pass the wire."""

    __slots__ = ("block", "given_up")

    def __init__(self, block: dict[str, str], given_up: bool) -> None:
        self.block = block
        self.given_up = given_up
        """Whether the client loses something that it has without the wire."""


def bring_up(home: Path, run: str, around: Effective) -> Wire:
    """A wire for the client that this process will become and that would see ``around``. Raises
    `NoWire`."""
    upstream = upstream_of(around)
    from her_tui.shim.wire.launch import launch

    try:
        base = launch(os.fspath(home), upstream, run, os.getpid(), around.values)
    except (OSError, ValueError) as error:
        raise NoWire(in_words(error)) from error
    block = {_BASE_URL: base, _BEHIND: f"{base} {upstream}"}
    given_up = upstream.rstrip("/") == _DEFAULT
    if given_up and not around.get(_TOOL_SEARCH):
        block[_TOOL_SEARCH] = "true"
    return Wire(block | _past_proxies(around), given_up)


def upstream_of(around: Effective) -> str:
    """The base URL of the API that the client would speak to. Raises `NoWire`."""
    for name, api in _OTHER_APIS.items():
        if around.is_on(name):
            raise NoWire(f"the client speaks to {api}, which the wire does not")
    if _BASE_URL in around.managed:
        raise NoWire("your organization's settings decide where requests go")
    base = around.get(_BASE_URL)
    outer, _, behind = around.get(_BEHIND).partition(" ")
    if outer and base == outer:
        return behind  # a wire before a wire would record everything twice
    return base or _DEFAULT


def _past_proxies(around: Effective) -> dict[str, str]:
    """Loopback is not to be looked for behind a proxy: the client asks one for plain HTTP, too."""
    if not any(around.get(name) for name in ("HTTP_PROXY", "http_proxy")):
        return {}
    told = {}
    for name in ("NO_PROXY", "no_proxy"):
        hosts = [host.strip() for host in around.get(name).split(",") if host.strip()]
        if not {"*", "127.0.0.1"} & set(hosts):
            told[name] = ",".join([*hosts, "127.0.0.1"])
    return told

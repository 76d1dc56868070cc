"""The checks of the terminal: what it can show, and where a copied text goes."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping

from her_tui.cli.checks import Finding, Verdict

_HELPERS = ("wl-copy", "xclip", "xsel", "pbcopy", "clip.exe")
_TIMEOUT = 2.0


def terminal(environment: Mapping[str, str], is_terminal: bool) -> Iterator[Finding]:
    """Colours, the encoding, and what stands between us and the terminal."""
    name = environment.get("TERM", "")
    if not is_terminal:
        yield Finding("terminal", Verdict.OK, "This is no terminal; nothing to check")
        return
    if name in ("", "dumb"):
        yield Finding(
            "terminal",
            Verdict.WARN,
            f"TERM is {name or 'not set'}: the screen cannot be drawn",
            "Set TERM, for example to xterm-256color.",
        )
        return
    colours = environment.get("COLORTERM", "") in ("truecolor", "24bit")
    depth = "all colours" if colours or "direct" in name else "256 colours or fewer"
    if environment.get("NO_COLOR"):
        depth = "no colours (NO_COLOR)"
    yield Finding("terminal", Verdict.OK, f"{name}, {depth}")
    encoding = (sys.stdout.encoding or "").lower().replace("-", "")
    if encoding != "utf8":
        yield Finding(
            "encoding",
            Verdict.WARN,
            f"The terminal's encoding is {encoding or 'unknown'}",
            "Set LANG to a UTF-8 locale, for example C.UTF-8.",
        )


def clipboard(environment: Mapping[str, str]) -> Iterator[Finding]:
    """The way a copied text takes."""
    remote = bool(environment.get("SSH_TTY") or environment.get("SSH_CONNECTION"))
    helper = next((name for name in _HELPERS if shutil.which(name)), "")
    display = environment.get("WAYLAND_DISPLAY") or environment.get("DISPLAY")
    reachable = bool(display) or helper in ("pbcopy", "clip.exe")
    if helper and reachable and not remote:
        yield Finding("clipboard", Verdict.OK, f"Copies go to the desktop, through {helper}")
    elif environment.get("TMUX"):
        yield _tmux()
    else:
        what = "Copies go through the terminal (OSC 52), and to a file if that is too long"
        yield Finding("clipboard", Verdict.OK, what)


def _tmux() -> Finding:
    """Whether tmux hands what is copied on to the terminal."""
    setting = _tmux_option("set-clipboard")
    if setting in ("on", "external"):
        return Finding("clipboard", Verdict.OK, f"Copies go through tmux (set-clipboard {setting})")
    return Finding(
        "clipboard",
        Verdict.WARN,
        f"tmux keeps copies to itself (set-clipboard {setting or 'unknown'})",
        "Put 'set -g set-clipboard on' into ~/.tmux.conf.",
    )


def _tmux_option(name: str) -> str:
    try:
        done = subprocess.run(
            ["tmux", "show-options", "-gv", name],
            capture_output=True,
            text=True,
            timeout=_TIMEOUT,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip()

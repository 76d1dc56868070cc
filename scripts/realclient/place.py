"""Where the genuine client lives and runs: installed into a scratch folder, with homes to throw
away, a key that is none, and a network that has only loopback."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

#: The client that what we know of it was seen with.
VERSION = "2.1.328"
PACKAGE = "@anthropic-ai/claude-code"
KEY = "sk-ant-not-a-key-only-a-placeholder"

_INSIDE = "HER_REALCLIENT_INSIDE"


def scratch() -> Path:
    """The folder that everything is below: ``HER_REALCLIENT``, or one in the temporary folder."""
    chosen = os.environ.get("HER_REALCLIENT")
    return Path(chosen) if chosen else Path(tempfile.gettempdir()) / "her-realclient"


def install() -> None:
    """Install the client with npm, unless it is there."""
    folder = scratch() / "npm"
    if (folder / "node_modules" / ".bin" / "claude").exists():
        return
    command = ["npm", "install", "--no-audit", "--no-fund", "--prefix", str(folder)]
    subprocess.run([*command, f"{PACKAGE}@{VERSION}"], check=True)


def enter_namespace(module: str, arguments: list[str]) -> None:
    """Go on in a network namespace that has only loopback; exit where none can be had, since the
    client tries to reach hosts on the internet."""
    if os.environ.get(_INSIDE):
        return
    own = ["--net"] if os.geteuid() == 0 else ["--net", "--map-root-user"]
    if subprocess.run(["unshare", *own, "true"], stderr=subprocess.DEVNULL).returncode:
        sys.exit("realclient: no network namespace can be had here, so the client is not run")
    os.environ[_INSIDE] = "1"
    up = 'ip link set lo up && exec "$0" "$@"'
    command = [sys.executable, "-m", module, *arguments]
    os.execvp("unshare", ["unshare", *own, "sh", "-c", up, *command])


def her() -> list[str]:
    """The command under test: ``HER_TUI``, or the one beside this Python."""
    chosen = os.environ.get("HER_TUI")
    return chosen.split() if chosen else [str(Path(sys.executable).parent / "her-tui")]


@dataclass(frozen=True)
class Place:
    """One user: a home of the client's, a home of Her's, folders to work in."""

    folder: Path
    api: str
    """Base URL of the scripted API."""

    @classmethod
    def fresh(cls, name: str, api: str) -> Place:
        """A user who has nothing yet but a configured client."""
        folder = scratch() / "runs" / name
        shutil.rmtree(folder, ignore_errors=True)
        place = cls(folder, api)
        for each in (place.config, place.her, folder / "out"):
            each.mkdir(parents=True, mode=0o700)
        settings = {"skipDangerousModePermissionPrompt": True, "cleanupPeriodDays": 9999}
        (place.config / "settings.json").write_text(json.dumps(settings, indent=1))
        (folder / "home" / ".gitconfig").write_text(
            "[user]\n name = Dev\n email = dev@example.invalid\n[init]\n defaultBranch = main\n"
        )
        return place

    @property
    def config(self) -> Path:
        """The client's configuration folder."""
        return self.folder / "home" / ".claude"

    @property
    def her(self) -> Path:
        """Her's folder."""
        return self.folder / "her"

    def work(self, name: str) -> Path:
        """A folder the client trusts."""
        folder = self.folder / "work" / name
        folder.mkdir(parents=True, exist_ok=True)
        self._trust()
        return folder

    def _trust(self) -> None:
        """Answer beforehand everything the client asks when it is new, and spare it the look for
        plugins on the internet."""
        trusted = {"hasTrustDialogAccepted": True, "hasCompletedProjectOnboarding": True}
        state = {
            "hasCompletedOnboarding": True,
            "lastOnboardingVersion": VERSION,
            "theme": "dark",
            "numStartups": 3,
            "bypassPermissionsModeAccepted": True,
            "officialMarketplaceAutoInstallAttempted": True,
            "officialMarketplaceAutoInstalled": True,
            "customApiKeyResponses": {"approved": [KEY[-20:]], "rejected": []},
            "projects": {str(each): trusted for each in (self.folder / "work").iterdir()},
        }
        file = self.config / ".claude.json"
        known = json.loads(file.read_text()) if file.exists() else {}
        known.setdefault("projects", {})
        projects = {**state.pop("projects"), **known["projects"]}  # type: ignore[dict-item]
        file.write_text(json.dumps({**known, **state, "projects": projects}))

    def environment(self, **more: str) -> Mapping[str, str]:
        """All the environment that the client gets."""
        client = scratch() / "npm" / "node_modules" / ".bin"
        return {
            "PATH": f"{client}:/usr/local/bin:/usr/bin:/bin",
            "TERM": "xterm-256color",
            "LANG": "C.UTF-8",
            "HOME": str(self.folder / "home"),
            "CLAUDE_CONFIG_DIR": str(self.config),
            "ANTHROPIC_API_KEY": KEY,
            "ANTHROPIC_BASE_URL": self.api,
            "DISABLE_TELEMETRY": "1",
            "DISABLE_ERROR_REPORTING": "1",
            "DISABLE_AUTOUPDATER": "1",
            "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
            "IS_SANDBOX": "1",
            "HER_HOME": str(self.her),
            **more,
        }

    def stop_recorder(self) -> None:
        """End the recorder of this user, in good order."""
        try:
            pid = json.loads((self.her / "receiver.json").read_bytes())["pid"]
            os.kill(pid, signal.SIGTERM)
        except (OSError, ValueError, KeyError):
            return
        for _ in range(200):
            try:
                os.kill(pid, 0)
            except ProcessLookupError:
                return
            time.sleep(0.05)

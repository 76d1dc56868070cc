"""Installing into the client's settings, and taking it back."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from her_tui.errors import HerError
from her_tui.recorder import endpoint
from her_tui.shim import plugin
from her_tui.shim import settings as added_to
from her_tui.shim.effective import BadSettings, user_settings
from her_tui.shim.permanent import install, installed, uninstall
from tests.shim.test_jsontext import read, texts

LEAVES = [
    (("env", "CLAUDE_CODE_ENABLE_TELEMETRY"), "1"),
    (("env", "OTEL_LOGS_EXPORTER"), "otlp"),
    (("extraKnownMarketplaces", "her-local", "source", "source"), "directory"),
    (("extraKnownMarketplaces", "her-local", "source", "path"), '/a "b"/c'),
    (("enabledPlugins", "her-capture@her-local"), True),
]

ODD = b"""{
    "zeta": 1,   "unknown key": [ 1,2 , {"a":null} ],\r
\t"env" : {"EDITOR":"vi"},
  "hooks": {},
    "enabledPlugins": { }, "\\u00e9": "\xc3\xa9", "n": 1e3 }

"""


@pytest.fixture
def environment(home: Path) -> dict[str, str]:
    """The user's."""
    return {"HOME": str(home.parent), "PATH": "/usr/bin:/bin"}


@pytest.fixture
def file(environment: dict[str, str]) -> Path:
    """The client's settings, not there yet."""
    return user_settings(environment)


def write(file: Path, data: bytes, mode: int = 0o600) -> None:
    """Settings of the user's."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data)
    file.chmod(mode)


@given(texts())
def test_only_what_was_added_goes_from_settings_that_changed(text: str) -> None:
    before = read(text)
    try:
        data, added = added_to.with_added(text.encode(), LEAVES)
    except BadSettings:
        assert not all(isinstance(before.get(where[0], {}), dict) for where, _ in LEAVES)
        return
    for where, value in LEAVES:
        place: Any = read(data.decode())
        for key in where:
            place = place[key]
        assert place == value
    left = added_to.without_added(data, added)
    assert read(left.decode()) == before
    rewritten = json.dumps({"theirs": 1, **read(data.decode())}, indent=3, sort_keys=True)
    left = added_to.without_added(rewritten.encode(), added)
    assert read(left.decode()) == {"theirs": 1, **before}


@settings(max_examples=25)
@given(texts())
def test_settings_are_restored_byte_for_byte(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    user = tmp_path_factory.mktemp("user")
    environment = {"HOME": str(user), "CLAUDE_CONFIG_DIR": str(user / "config")}
    file = user / "config" / "settings.json"
    write(file, text.encode())
    try:
        install(user / "her", environment)
    except HerError:
        assert file.read_bytes() == text.encode()
        return
    assert file.read_bytes() != text.encode()
    assert uninstall(user / "her") == [file]
    assert file.read_bytes() == text.encode()


@pytest.mark.parametrize("data", [ODD, b"\xef\xbb\xbf" + ODD, b"{}", b"", b"\n"])
@pytest.mark.parametrize("mode", [0o600, 0o644])
def test_odd_settings(
    home: Path, environment: dict[str, str], file: Path, data: bytes, mode: int
) -> None:
    write(file, data, mode)
    assert install(home, environment).changed
    assert file.stat().st_mode & 0o777 == mode
    (backup,) = (home / "backups").iterdir()
    assert backup.read_bytes() == data
    assert backup.stat().st_mode & 0o777 == 0o600
    uninstall(home)
    assert file.read_bytes() == data
    assert file.stat().st_mode & 0o777 == mode
    assert [each.name for each in file.parent.iterdir()] == ["settings.json"]


def test_settings_behind_links(home: Path, environment: dict[str, str], file: Path) -> None:
    real = home.parent / "dotfiles" / "claude.json"
    write(real, ODD)
    file.parent.mkdir()
    (home.parent / "link").symlink_to(real)
    file.symlink_to(home.parent / "link")
    install(home, environment)
    assert file.is_symlink()
    assert b"OTEL_LOGS_EXPORTER" in real.read_bytes()
    uninstall(home)
    assert file.is_symlink()
    assert real.read_bytes() == ODD


def test_without_settings_there_are_none_afterwards(
    home: Path, environment: dict[str, str], file: Path
) -> None:
    install(home, environment)
    assert file.stat().st_mode & 0o777 == 0o600
    uninstall(home)
    assert not file.exists()


def test_again_and_again(home: Path, environment: dict[str, str], file: Path) -> None:
    write(file, ODD)
    assert install(home, environment).changed
    once = file.read_bytes()
    assert not install(home, environment).changed
    assert file.read_bytes() == once
    assert len(list((home / "backups").iterdir())) == 1
    assert uninstall(home) == [file]
    assert uninstall(home) == []
    assert file.read_bytes() == ODD


def test_what_the_client_writes_meanwhile_stays(
    home: Path, environment: dict[str, str], file: Path
) -> None:
    write(file, ODD)
    install(home, environment)
    now = json.loads(file.read_bytes())
    now["env"]["NEW"] = "1"
    now["model"] = "opus"
    file.write_text(json.dumps(now, indent=2))
    assert installed(home, environment) is not None
    uninstall(home)
    wanted = json.loads(ODD)
    wanted["env"]["NEW"] = "1"
    wanted["model"] = "opus"
    assert json.loads(file.read_bytes()) == wanted
    assert b"OTEL" not in file.read_bytes()


def test_a_value_that_the_user_changed_is_theirs(
    home: Path, environment: dict[str, str], file: Path
) -> None:
    write(file, b'{"env": {"OTEL_LOGS_EXPORT_INTERVAL": "9"}}')
    install(home, environment)
    text = file.read_text()
    assert '"1000"' in text
    file.write_text(text.replace('"otlp"', '"console"'))
    uninstall(home)
    assert json.loads(file.read_bytes()) == {
        "env": {"OTEL_LOGS_EXPORT_INTERVAL": "9", "OTEL_LOGS_EXPORTER": "console"}
    }


def test_a_new_address_is_installed_over_the_old_one(
    home: Path, environment: dict[str, str], file: Path
) -> None:
    write(file, ODD)
    install(home, environment)
    moved = endpoint.Endpoint(4321, "token", 0)
    (home / endpoint.NAME).write_text(json.dumps(moved._asdict()))
    assert install(home, environment).changed
    assert json.loads(file.read_bytes())["env"]["OTEL_EXPORTER_OTLP_ENDPOINT"] == moved.url("-")
    uninstall(home)
    assert file.read_bytes() == ODD


def test_one_that_exports_telemetry_keeps_it(
    home: Path, environment: dict[str, str], file: Path
) -> None:
    theirs = {"CLAUDE_CODE_ENABLE_TELEMETRY": "1", "OTEL_LOGS_EXPORTER": "otlp"}
    write(file, json.dumps({"env": theirs}).encode())
    done = install(home, environment)
    assert "OTEL_LOGS_EXPORTER" in done.aside
    assert json.loads(file.read_bytes())["env"] == theirs
    assert json.loads(file.read_bytes())["enabledPlugins"] == {plugin.ID: True}
    uninstall(home)
    assert json.loads(file.read_bytes()) == {"env": theirs}


@pytest.mark.parametrize(
    "data", [b"{", b"[]", b'{"env": 3}', b"\xff", b"// no\n{}", b'{"enabledPlugins": []}']
)
def test_settings_that_cannot_be_understood_are_left_alone(
    home: Path, environment: dict[str, str], file: Path, data: bytes
) -> None:
    write(file, data)
    with pytest.raises(HerError, match="cannot be changed"):
        install(home, environment)
    assert file.read_bytes() == data
    assert uninstall(home) == []


def test_settings_that_somebody_keeps_writing(
    home: Path, environment: dict[str, str], file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever is faster, nothing of theirs is lost."""
    write(file, b'{"n": 0}')
    written = added_to.with_added

    def meddle(*arguments: Any) -> Any:
        count = json.loads(file.read_bytes())["n"]
        if count < 3:
            file.write_text(json.dumps({"n": count + 1}))
        return written(*arguments)

    monkeypatch.setattr("her_tui.shim.permanent.with_added", meddle)
    install(home, environment)
    assert json.loads(file.read_bytes())["n"] == 3
    uninstall(home)
    assert file.read_bytes() == b'{"n": 3}'


def test_the_clients_list_of_marketplaces_forgets_ours(
    home: Path, environment: dict[str, str], file: Path
) -> None:
    write(file, ODD)
    install(home, environment)
    known = file.parent / "plugins" / "known_marketplaces.json"
    known.parent.mkdir()
    other = '{\n  "theirs": {"installLocation": "/x"}'
    ours = json.dumps({"installLocation": str(home / "plugin")})
    known.write_text(f'{other},\n  "her-local": {ours}\n}}')
    uninstall(home)
    assert known.read_text() == f"{other}\n}}"


def test_a_token_that_was_agreed_upon_stays(home: Path, environment: dict[str, str]) -> None:
    install(home, environment)
    first = endpoint.told(home)
    install(home, environment)
    assert endpoint.told(home) == first
    assert first is not None
    assert first.pid == 0
    assert (home / endpoint.NAME).stat().st_mode & 0o777 == 0o600


def test_the_plugin_is_one_that_the_client_takes(home: Path, environment: dict[str, str]) -> None:
    install(home, environment)
    top = home / "plugin"
    market = json.loads((top / ".claude-plugin" / "marketplace.json").read_bytes())
    (entry,) = market["plugins"]
    folder = top / entry["source"]
    about = json.loads((folder / ".claude-plugin" / "plugin.json").read_bytes())
    assert f"{about['name']}@{market['name']}" == plugin.ID
    hooks = json.loads((folder / "hooks" / "hooks.json").read_bytes())["hooks"]
    assert set(hooks) == {"SessionStart", "SessionEnd"}
    for (group,) in hooks.values():
        (handler,) = group["hooks"]
        assert handler["command"] == "/bin/sh"
        script = handler["args"][0].replace("${CLAUDE_PLUGIN_ROOT}", os.fspath(folder))
        assert Path(script).is_file()

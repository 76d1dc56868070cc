"""``her-tui run``: the client gets what it would have got, and one file more."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from her_tui.recorder import endpoint
from her_tui.shim import reach
from tests.support.starting import environment_for, make_client, run_command, start, told

pytestmark = pytest.mark.usefixtures("no_recorder_left")

CANARY = "sk-ant-canary-run"


def block_of(found: Any) -> dict[str, str]:
    """The environment that the client was given by its settings."""
    env: dict[str, str] = json.loads(found["settings"])["env"]
    return env


def test_the_client_is_told_where_to_tell(home: Path, client: Path) -> None:
    ran = start(environment_for(home, client), "--", "claude", "-p", "a b", "")
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "")
    found = told(client)
    receiver = reach.serving(home)
    assert receiver is not None
    assert found["argv"][1] == "--settings"
    assert found["argv"][3:] == ["-p", "a b", ""]
    run = Path(found["argv"][2]).stem
    assert found["mode"] == 0o600
    assert block_of(found) == {
        "CLAUDE_CODE_ENABLE_TELEMETRY": "1",
        "OTEL_LOGS_EXPORTER": "otlp",
        "OTEL_EXPORTER_OTLP_PROTOCOL": "http/json",
        "OTEL_EXPORTER_OTLP_ENDPOINT": receiver.url(run),
        "OTEL_LOGS_EXPORT_INTERVAL": "1000",
        "OTEL_LOG_RAW_API_BODIES": f"file:{home}/spool/bodies",
    }
    for folder in (home / "spool", home / "spool" / "bodies", home / "runs", home / "clients"):
        assert folder.stat().st_mode & 0o777 == 0o700


def test_no_token_in_the_arguments_or_the_environment(home: Path, client: Path) -> None:
    start(environment_for(home, client), "claude", "--settings", '{"model": "opus"}')
    found = told(client)
    receiver = endpoint.told(home)
    assert receiver is not None
    assert receiver.token in found["settings"]
    assert receiver.token not in json.dumps([found["argv"], found["command_line"], found["env"]])


def test_the_process_is_the_clients(home: Path, client: Path) -> None:
    with subprocess.Popen(run_command("claude"), env=environment_for(home, client)) as process:
        pass
    found = told(client)
    assert found["pid"] == process.pid
    assert found["ppid"] == os.getpid()
    registered = json.loads((home / "clients" / str(process.pid)).read_bytes())
    assert registered["program"] == "claude"
    assert not registered["wire"]


def test_what_is_piped_in_is_the_clients(home: Path, client: Path) -> None:
    environment = environment_for(home, client, READ_STDIN="1")
    start(environment, "claude", "-p", input="a prompt\n" * 1000)
    assert told(client)["stdin"] == "a prompt\n" * 1000


@pytest.mark.parametrize("code", [0, 1, 42, 255])
def test_the_exit_code_is_the_clients(home: Path, code: int) -> None:
    client = make_client(home.parent / "bin", f"sys.exit({code})")
    assert start(environment_for(home, client), "claude").returncode == code


def test_a_signal_ends_it_as_it_would_end_the_client(home: Path) -> None:
    for number in (signal.SIGTERM, signal.SIGKILL):
        client = make_client(home.parent / "bin", f"os.kill(os.getpid(), {int(number)})")
        assert start(environment_for(home, client), "claude").returncode == -number


def test_no_signal_is_ignored_that_was_not(home: Path, client: Path) -> None:
    environment = environment_for(home, client)
    for name, number in (("PIPE", signal.SIGPIPE), ("INT", signal.SIGINT), ("XFSZ", 25)):
        ran = start(environment, "--", "sh", "-c", f"kill -{name} $$; echo alive")
        assert ran.returncode == -number
        assert not ran.stdout


def test_the_environment_is_the_users(home: Path, client: Path) -> None:
    environment = environment_for(home, client, ODD="a=b\nc", LC_ALL="", LANG="C")
    ran = start(environment, "--", "env", "-0")
    seen = dict(item.split("=", 1) for item in ran.stdout.split("\0") if item)
    extra = {name for name in seen if name.startswith(("OTEL_", "CLAUDE_CODE_"))}
    assert {name: value for name, value in seen.items() if name not in extra} == environment
    assert len(extra) == 6


def test_open_files_are_passed_on(home: Path, client: Path) -> None:
    reading, writing = os.pipe()
    os.write(writing, b"from afar")
    os.close(writing)
    os.set_inheritable(reading, True)
    environment = environment_for(home, client)
    ran = start(environment, "--", "sh", "-c", f"cat /dev/fd/{reading}", pass_fds=(reading,))
    os.close(reading)
    assert ran.stdout == "from afar"


@pytest.mark.parametrize("given", ["file", "inline", "joined"])
def test_the_users_settings_are_kept(home: Path, client: Path, given: str) -> None:
    theirs = {
        "model": "opus",
        "env": {"EDITOR": "vi", "OTEL_LOGS_EXPORT_INTERVAL": "9"},
        "permissions": {"deny": ["Read(.env)"]},
        "odd": "\ud800",
    }
    file = home.parent / "settings.json"
    file.write_text(json.dumps(theirs))
    value = str(file) if given == "file" else json.dumps(theirs)
    words = [f"--settings={value}"] if given == "joined" else ["--settings", value]
    start(environment_for(home, client), "claude", "-p", *words, "--verbose", "--", "--settings")
    found = told(client)
    assert found["argv"][1:3] == ["-p", "--settings"]
    assert found["argv"][4:] == ["--verbose", "--", "--settings"]
    merged = json.loads(found["settings"])
    assert merged.pop("env") == {"EDITOR": "vi", **block_of(found)}
    assert block_of(found)["OTEL_LOGS_EXPORT_INTERVAL"] == "1000"
    del theirs["env"]
    assert merged == theirs
    assert json.loads(file.read_text()) == {**theirs, "env": json.loads(file.read_text())["env"]}


@pytest.mark.parametrize("value", ["{not json", "/no/such/file", '{"env": []}', '{"a": NaN}'])
def test_settings_that_make_no_sense_stay_the_clients_business(
    home: Path, client: Path, value: str
) -> None:
    ran = start(environment_for(home, client), "claude", "--settings", value)
    assert told(client)["argv"][1:] == ["--settings", value]
    assert ran.stderr.count("\n") == 1
    assert "transcripts alone" in ran.stderr


@pytest.mark.parametrize(
    "words",
    [
        ["--version"],
        ["--help"],
        ["mcp", "list"],
        ["--model", "opus", "doctor"],
        ["--bg", "do it"],
        ["--worktree", "x", "--tmux"],
    ],
)
def test_what_holds_no_session_is_left_alone(home: Path, client: Path, words: list[str]) -> None:
    ran = start(environment_for(home, client), "claude", *words)
    assert told(client)["argv"][1:] == words
    assert not ran.stderr
    assert not home.exists()


def test_any_other_command_is_told_through_its_environment(home: Path, client: Path) -> None:
    make_client(client.parent, name="agent")
    start(environment_for(home, client), "agent", "--settings", "mine")
    found = told(client)
    assert found["argv"][1:] == ["--settings", "mine"]
    assert found["env"]["CLAUDE_CODE_ENABLE_TELEMETRY"] == "1"


def test_one_that_exports_telemetry_keeps_it(home: Path, client: Path) -> None:
    settings = home.parent / ".claude" / "settings.json"
    settings.parent.mkdir()
    theirs = {
        "CLAUDE_CODE_ENABLE_TELEMETRY": "1",
        "OTEL_METRICS_EXPORTER": "otlp",
        "OTEL_EXPORTER_OTLP_ENDPOINT": "https://collector.example",
    }
    settings.write_text(json.dumps({"env": theirs}))
    first = start(environment_for(home, client), "claude", "-p")
    assert told(client)["argv"][1:] == ["-p"]
    assert first.stderr.count("\n") == 1
    assert "you export telemetry yourself (OTEL_METRICS_EXPORTER)" in first.stderr
    second = start(environment_for(home, client), "claude", "-p")
    assert not second.stderr
    assert (home / "clients" / str(told(client)["pid"])).exists()


def test_what_is_meant_for_other_programs_leads_nowhere(home: Path, client: Path) -> None:
    environment = environment_for(
        home,
        client,
        OTEL_METRICS_EXPORTER="otlp",
        OTEL_EXPORTER_OTLP_LOGS_ENDPOINT="https://collector.example/v1/logs",
        OTEL_EXPORTER_OTLP_HEADERS=f"Authorization={CANARY}",
    )
    start(environment, "claude")
    block = block_of(told(client))
    assert block["OTEL_METRICS_EXPORTER"] == "none"
    assert block["OTEL_EXPORTER_OTLP_LOGS_ENDPOINT"] == (
        block["OTEL_EXPORTER_OTLP_ENDPOINT"] + "/v1/logs"
    )
    assert block["OTEL_EXPORTER_OTLP_HEADERS"] == ""
    assert CANARY not in told(client)["settings"]


def test_bodies_that_the_user_keeps_stay_where_they_are(home: Path, client: Path) -> None:
    environment = environment_for(home, client, OTEL_LOG_RAW_API_BODIES="file:/mine")
    ran = start(environment, "claude")
    assert "OTEL_LOG_RAW_API_BODIES" not in block_of(told(client))
    assert "bodies" in ran.stderr


def test_nothing_of_the_users_is_kept_but_in_the_clients_file(home: Path, client: Path) -> None:
    settings = json.dumps({"env": {"ANTHROPIC_API_KEY": CANARY + "-settings"}})
    environment = environment_for(home, client, ANTHROPIC_API_KEY=CANARY + "-env")
    start(environment, "--wire", "claude", "--settings", settings)
    assert told(client)["env"]["ANTHROPIC_API_KEY"] == CANARY + "-env"
    mine = Path(told(client)["argv"][2])
    for file in home.rglob("*"):
        if file.is_file() and file != mine:
            assert CANARY.encode() not in file.read_bytes(), file


def test_settings_of_runs_that_are_over_go(home: Path, client: Path) -> None:
    for _ in range(3):
        start(environment_for(home, client), "claude")
    assert [file.name for file in (home / "runs").iterdir()] == [Path(told(client)["argv"][2]).name]


def test_a_home_that_cannot_be_written(home: Path, client: Path) -> None:
    home.write_text("in the way")
    ran = start(environment_for(home, client), "claude", "-p")
    assert ran.returncode == 0
    assert told(client)["argv"][1:] == ["-p"]
    assert ran.stderr.count("\n") == 1


def test_a_full_disk(home: Path, client: Path) -> None:
    """No file may have a single byte, but for what the client writes."""
    words = " ".join(run_command("--wire", "claude", "-p"))
    client.write_text('#!/bin/sh\necho "$@"\nexit 5\n')
    done = subprocess.run(
        ["/bin/sh", "-c", f"ulimit -f 0; exec {words}"],
        env=environment_for(home, client),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 5
    assert done.stdout == "-p\n"
    assert done.stderr.startswith("her-tui: ")


def test_a_recorder_that_does_not_start(
    home: Path, client: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its database library cannot be loaded; the client does not care."""
    broken = home.parent / "broken"
    broken.mkdir()
    (broken / "peewee.py").write_text("raise ImportError")
    ran = start(environment_for(home, client, PYTHONPATH=str(broken)), "claude", "-p")
    assert told(client)["argv"][1:] == ["-p"]
    assert ran.stderr.count("\n") == 1
    assert "her-tui doctor" in ran.stderr


def test_an_unknown_option_is_not_taken_for_the_clients(home: Path, client: Path) -> None:
    ran = start(environment_for(home, client), "--wired", "claude")
    assert ran.returncode == 2
    assert "--wired" in ran.stderr


def test_it_imports_nothing_that_the_screen_needs(home: Path, client: Path) -> None:
    code = (
        "import os, sys, her_tui.__main__\n"
        "os.execve = lambda *_: (print(*sys.modules, flush=True), os._exit(0))\n"
        "sys.argv[1:] = ['run', '--wire', 'claude']\n"
        "her_tui.__main__.main()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=environment_for(home, client),
        capture_output=True,
        text=True,
        check=True,
    )
    modules = {name.partition(".")[0] for name in done.stdout.split()}
    assert "her_tui" in modules
    assert not modules & {"click", "textual", "rich", "peewee", "orjson", "sqlite3", "pysqlite3"}

"""What the client will see of settings, and what is concluded from it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from her_tui.recorder.endpoint import Endpoint
from her_tui.shim import telemetry, wiring
from her_tui.shim.arguments import last, starts_session, with_settings
from her_tui.shim.effective import Effective, effective

RECEIVER = Endpoint(4000, "secret", 1)
SOURCES = ("environment", "user", "project", "local", "chosen", "managed")


def settings(folder: Path, name: str, **env: str) -> None:
    """A settings file with this ``env``."""
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps({"env": env}))


def seen(tmp_path: Path, *sources: str, **options: object) -> Effective:
    """What a client sees where each of ``sources`` sets WHERE."""
    config, project, managed = tmp_path / "config", tmp_path / "project", tmp_path / "managed"
    environment = {"CLAUDE_CONFIG_DIR": str(config)}
    if "environment" in sources:
        environment["WHERE"] = "environment"
    for source, folder, name in (
        ("user", config, "settings.json"),
        ("project", project, ".claude/settings.json"),
        ("local", project, ".claude/settings.local.json"),
        ("managed", managed, "managed-settings.json"),
    ):
        if source in sources:
            settings(folder, name, WHERE=source)
    chosen = {"env": {"WHERE": "chosen"}} if "chosen" in sources else None
    return effective(environment, project, chosen, managed_folder=managed, **options)  # type: ignore[arg-type]


@pytest.mark.parametrize("number", range(len(SOURCES)))
def test_the_later_source_wins(tmp_path: Path, number: int) -> None:
    assert seen(tmp_path, *SOURCES[: number + 1]).get("WHERE") == SOURCES[number]


def test_sources_that_were_not_chosen(tmp_path: Path) -> None:
    around = seen(tmp_path, "user", "project", "local", sources=("user",))
    assert around.get("WHERE") == "user"


def test_settings_dropped_beside_the_managed_ones(tmp_path: Path) -> None:
    settings(tmp_path / "managed" / "managed-settings.d", "10-a.json", A="1")
    settings(tmp_path / "managed" / "managed-settings.d", "20-b.json", A="2")
    around = seen(tmp_path, "managed")
    assert around.managed == {"WHERE": "managed", "A": "2"}


@pytest.mark.parametrize("text", ["{", "[]", '{"env": 1}', '{"env": {"WHERE": ["x"]}}', "\xff"])
def test_settings_that_the_client_would_not_load(tmp_path: Path, text: str) -> None:
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "settings.json").write_text(text, encoding="latin-1")
    assert seen(tmp_path, "environment").get("WHERE") == "environment"


def around_of(values: Mapping[str, str], managed: Mapping[str, str] | None = None) -> Effective:
    """An environment that the client sees."""
    return Effective({**values, **(managed or {})}, managed or {})


@pytest.mark.parametrize(
    ("values", "taken"),
    [
        ({}, False),
        ({"CLAUDE_CODE_ENABLE_TELEMETRY": "1"}, False),
        ({"OTEL_LOGS_EXPORTER": "otlp"}, False),
        ({"CLAUDE_CODE_ENABLE_TELEMETRY": "1", "OTEL_LOGS_EXPORTER": "otlp"}, True),
        ({"CLAUDE_CODE_ENABLE_TELEMETRY": "true", "OTEL_METRICS_EXPORTER": "prometheus"}, True),
        ({"CLAUDE_CODE_ENABLE_TELEMETRY": "0", "OTEL_LOGS_EXPORTER": "otlp"}, False),
        ({"CLAUDE_CODE_ENABLE_TELEMETRY": "1", "OTEL_LOGS_EXPORTER": "none"}, False),
    ],
)
def test_whose_telemetry_it_is(values: dict[str, str], taken: bool) -> None:
    assert bool(telemetry.taken(around_of(values), RECEIVER)) is taken


def test_our_own_telemetry_is_not_the_users(tmp_path: Path) -> None:
    ours = telemetry.block(tmp_path, RECEIVER)
    assert not telemetry.taken(around_of(ours), RECEIVER)
    assert not telemetry.taken(around_of(ours), RECEIVER._replace(port=1))
    assert telemetry.taken(around_of(ours), RECEIVER._replace(token="other"))
    assert telemetry.taken(around_of(ours), None)
    assert not telemetry.own_bodies(tmp_path, around_of(ours))


def test_what_the_organization_decides() -> None:
    around = around_of({}, {"CLAUDE_CODE_ENABLE_TELEMETRY": "0"})
    assert "organization" in telemetry.taken(around, RECEIVER)
    with pytest.raises(wiring.NoWire, match="organization"):
        wiring.upstream_of(around_of({}, {"ANTHROPIC_BASE_URL": "https://gateway.example"}))


def test_metrics_and_traces_are_never_asked_for(tmp_path: Path) -> None:
    assert not {name for name in telemetry.block(tmp_path, RECEIVER) if "METRIC" in name}
    assert not {name for name in telemetry.block(tmp_path, RECEIVER) if "TRACE" in name}


def test_the_upstream() -> None:
    assert wiring.upstream_of(around_of({})) == "https://api.anthropic.com"
    assert wiring.upstream_of(around_of({"ANTHROPIC_BASE_URL": "http://gate/x"})) == "http://gate/x"
    outer = {"ANTHROPIC_BASE_URL": "http://127.0.0.1:1/t", "HER_WIRE": "http://127.0.0.1:1/t u"}
    assert wiring.upstream_of(around_of(outer)) == "u"
    moved = around_of({**outer, "ANTHROPIC_BASE_URL": "http://gate"})
    assert wiring.upstream_of(moved) == "http://gate"
    with pytest.raises(wiring.NoWire, match="Vertex"):
        wiring.upstream_of(around_of({"CLAUDE_CODE_USE_VERTEX": "1"}))


def test_the_users_settings_on_the_command_line() -> None:
    words = ["-p", "--settings", "a", "--model", "--settings", "--settings=b", "--", "--settings"]
    option = last(words, "--settings")
    assert option is not None
    assert option.value == "b"
    assert with_settings(words, "F") == [*words[:5], "--settings", "F", "--", "--settings"]
    assert with_settings(["mcp"], "F") == ["--settings", "F", "mcp"]
    assert last(["--settings"], "--settings") is None
    assert last(["--add-dir", "x", "--settings", "y"], "--settings") is not None


@pytest.mark.parametrize(
    ("words", "session"),
    [
        ([], True),
        (["what is mcp?"], True),
        (["-p", "doctor, doctor"], True),
        (["-r", "mcp"], True),
        (["--model", "mcp", "hello"], True),
        (["-d", "mcp", "-p"], True),
        (["--", "mcp"], True),
        (["mcp", "list"], False),
        (["-d", "--model", "opus", "update"], False),
        (["-p", "--version"], False),
        (["--bg", "x"], False),
        (["--tmux=classic", "-w"], False),
    ],
)
def test_whether_a_session_comes_of_it(words: list[str], session: bool) -> None:
    assert starts_session(words) is session

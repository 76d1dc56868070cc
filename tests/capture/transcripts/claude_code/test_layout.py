"""Which files are found, and what their paths tell."""

from __future__ import annotations

from pathlib import Path

import pytest

from her_tui.capture.adapter import Found, Role
from tests.capture.transcripts.claude_code.claude_records import SESSION, adapter, encode, user

Files = list[tuple[str, Role, str | None, str | None, str]]


def _make(root: Path, *names: str) -> None:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(encode(user("x")))


def _found(root: Path) -> Files:
    return [
        (Path(found.path).name, found.role, found.session_id, found.agent_id, found.kind)
        for found in adapter.discover(root)
    ]


MAIN_FILE = (f"{SESSION}.jsonl", Role.MAIN, SESSION, None, "")
BESIDE = ("agent-0f0d113f.jsonl", Role.SUBAGENT, None, "0f0d113f", "")
NESTED: Files = [
    ("agent-a1.jsonl", Role.SUBAGENT, SESSION, "a1", ""),
    ("agent-a1.meta.json", Role.KEPT, SESSION, "a1", "meta"),
    ("agent-b2.jsonl", Role.SUBAGENT, SESSION, "b2", ""),
    ("toolu_1.txt", Role.KEPT, SESSION, None, "tool-result"),
]


@pytest.fixture
def client_folder(tmp_path: Path) -> Path:
    root = tmp_path / ".claude"
    _make(
        root,
        f"projects/-src/{SESSION}.jsonl",
        "projects/-src/agent-0f0d113f.jsonl",
        f"projects/-src/{SESSION}/subagents/agent-a1.jsonl",
        f"projects/-src/{SESSION}/subagents/agent-a1.meta.json",
        f"projects/-src/{SESSION}/subagents/workflows/run1/agent-b2.jsonl",
        f"projects/-src/{SESSION}/subagents/workflows/run1/journal.jsonl",
        f"projects/-src/{SESSION}/tool-results/toolu_1.txt",
        f"projects/-src/{SESSION}/custom-title.json",
        f"projects/-src/{SESSION}.orphaned-1.jsonl",
        f"projects/-src/{SESSION}.jsonl.superseded-1",
        "projects/-src/memory/MEMORY.jsonl",
        "history.jsonl",
        f"file-history/{SESSION}/abcd@v1",
        "plans/small-plan.md",
        "paste-cache/1234.txt",
        f"image-cache/{SESSION}/1.png",
        "plugins/market/data.jsonl",
        ".credentials.json",
        "settings.json",
    )
    return root


def test_the_configuration_folder(client_folder: Path) -> None:
    assert _found(client_folder) == [
        ("history.jsonl", Role.HISTORY, None, None, ""),
        MAIN_FILE,
        BESIDE,
        *sorted(NESTED[:2]),
        NESTED[2],
        NESTED[3],
        ("abcd@v1", Role.KEPT, SESSION, None, "file-history"),
        ("small-plan.md", Role.KEPT, None, None, "plan"),
        ("1234.txt", Role.KEPT, None, None, "paste"),
        ("1.png", Role.KEPT, SESSION, None, "image"),
    ]


@pytest.mark.parametrize("inner", ["projects", "projects/-src"])
def test_a_folder_of_transcripts(client_folder: Path, inner: str) -> None:
    assert sorted(_found(client_folder / inner)) == sorted([MAIN_FILE, BESIDE, *NESTED])


def test_the_folder_of_a_session(client_folder: Path) -> None:
    assert sorted(_found(client_folder / "projects/-src" / SESSION)) == sorted(NESTED)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (f"{SESSION}.jsonl", MAIN_FILE),
        ("agent-0f0d113f.jsonl", BESIDE),
        (f"{SESSION}/subagents/agent-a1.jsonl", NESTED[0]),
    ],
)
def test_one_file(
    client_folder: Path, name: str, expected: tuple[str, Role, str, str, str]
) -> None:
    assert _found(client_folder / "projects/-src" / name) == [expected]


def test_any_folder_of_json_lines(tmp_path: Path) -> None:
    _make(tmp_path, "export.jsonl", "notes.txt")
    assert list(adapter.discover(tmp_path)) == [
        Found(str(tmp_path / "export.jsonl"), Role.MAIN, None, None, "", "")
    ]


def test_links_out_of_the_root_are_passed_over(client_folder: Path, tmp_path: Path) -> None:
    _make(tmp_path, f"elsewhere/{SESSION}.jsonl")
    project = client_folder / "projects" / "-linked"
    project.mkdir()
    (project / "folder").symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    (project / "a.jsonl").symlink_to(tmp_path / "elsewhere" / f"{SESSION}.jsonl")
    (project / "loop").symlink_to(client_folder, target_is_directory=True)
    (project / "gone.jsonl").symlink_to(tmp_path / "nothing")
    (project / "b.jsonl").symlink_to(client_folder / "projects" / "-src" / f"{SESSION}.jsonl")
    assert list(adapter.discover(client_folder / "projects/-linked")) == []
    names = [Path(found.path) for found in adapter.discover(client_folder / "projects")]
    assert [path.name for path in names if "-linked" in path.parts] == ["b.jsonl"]


def test_a_root_that_does_not_exist(tmp_path: Path) -> None:
    assert list(adapter.discover(tmp_path / "nothing")) == []


def test_what_cannot_be_listed_is_passed_over(
    client_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import os

    real = os.scandir

    def refuse(path: str) -> object:
        if path.endswith(SESSION):
            raise PermissionError(path)
        return real(path)

    monkeypatch.setattr(os, "scandir", refuse)
    assert _found(client_folder / "projects") == [MAIN_FILE, BESIDE]


def test_roots(client_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLAUDE_CONFIG_DIR", str(client_folder))
    assert adapter.roots() == [client_folder]

"""``her-tui semantic``: enabled only with genuine weights, fetched only after a yes."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from her_tui.cli import semantic
from her_tui.search import settings, weights
from her_tui.search.settings import Settings
from her_tui.store.vectors import NAME as VECTORS
from tests.cli.conftest import Run
from tests.support import genuine
from tests.support.hub import Hub, serving


@pytest.fixture
def hub(own_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    """A mirror with weights; there are none on this machine."""
    genuine.nowhere(monkeypatch, tmp_path / "user")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with serving(genuine.pin(monkeypatch, tmp_path / "served")) as hub:
        monkeypatch.setenv("HF_ENDPOINT", hub.address)
        yield hub


class Terminal(io.StringIO):
    """A person who types this."""

    def isatty(self) -> bool:
        return True


def test_weights_that_are_here_are_used_and_nothing_is_fetched(
    her: Run, hub: Hub, own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HER_MODEL_DIR", str(hub.folder))
    ran = her("semantic", "enable")
    assert ran.code == 0
    assert "genuine" in ran.out
    assert "her-tui index" in ran.out.splitlines()[-1]
    assert hub.asked == []
    assert settings.load(own_home) == Settings(
        enabled=True, weights=str(hub.folder), stamp=weights.stamp(hub.folder), offered=True
    )


def test_nobody_there_to_be_asked(her: Run, hub: Hub, own_home: Path) -> None:
    ran = her("semantic", "enable")
    assert ran.code == 2
    assert "--yes" in ran.err
    assert hub.asked == []
    assert settings.load(own_home) == Settings()


def test_a_script_says_yes_beforehand(her: Run, hub: Hub, own_home: Path) -> None:
    ran = her("semantic", "enable", "--yes")
    assert (ran.code, ran.err) == (0, "")
    assert settings.load(own_home).weights == str(own_home / "model")
    assert weights.verified(own_home) == own_home / "model"


@pytest.mark.parametrize(("answer", "code", "fetched"), [("y\n", 0, True), ("n\n", 130, False)])
def test_a_person_is_told_what_and_from_where_and_asked(
    her: Run,
    hub: Hub,
    own_home: Path,
    monkeypatch: pytest.MonkeyPatch,
    answer: str,
    code: int,
    fetched: bool,
) -> None:
    monkeypatch.setattr(sys, "stdin", Terminal(answer))
    ran = her("semantic", "enable")
    assert ran.code == code
    assert hub.address in ran.err
    assert "Apache-2.0" in ran.err
    assert bool(hub.asked) is fetched
    assert settings.load(own_home).enabled is (True if fetched else None)


def test_a_hub_that_refuses_leaves_everything_as_it_was(her: Run, hub: Hub, own_home: Path) -> None:
    hub.status = 503
    ran = her("semantic", "enable", "--yes")
    assert ran.code == 1
    assert "503" in ran.err
    assert settings.load(own_home) == Settings()


def test_damaged_weights_are_passed_over_and_said(
    her: Run, hub: Hub, own_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import shutil

    damaged = tmp_path / "damaged"
    shutil.copytree(hub.folder, damaged)
    (damaged / "vocab.txt").write_text("[UNK]\n")
    monkeypatch.setenv("HER_MODEL_DIR", str(damaged))
    ran = her("semantic", "enable", "--yes")
    assert ran.code == 0
    assert "not the genuine one; passed over (HER_MODEL_DIR)" in ran.err
    assert settings.load(own_home).weights == str(own_home / "model")


def test_without_numpy_the_way_to_it_is_said(
    her: Run, hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(semantic, "find_spec", lambda _: None)
    ran = her("semantic", "enable", "--yes")
    assert ran.code == 1
    assert "pip install 'her-tui[meaning]'" in ran.err
    assert hub.asked == []


def test_off_keeps_the_vectors_and_says_so(her: Run, hub: Hub, own_home: Path) -> None:
    her("semantic", "enable", "--yes")
    (own_home / VECTORS).write_bytes(b"x" * 5_000)
    ran = her("semantic", "off")
    assert ran.out == "Words only. 5.0 kB of vectors are kept; --forget deletes them.\n"
    assert settings.load(own_home).enabled is False
    assert (own_home / VECTORS).exists()
    assert (own_home / "model").exists()


def test_forgetting_deletes_vectors_and_what_was_fetched(
    her: Run, hub: Hub, own_home: Path
) -> None:
    her("semantic", "enable", "--yes")
    for suffix in ("", "-wal", "-shm"):
        (own_home / f"{VECTORS}{suffix}").write_bytes(b"x" * 5_000)
    ran = her("semantic", "off", "--forget")
    assert ran.code == 0
    assert "deleted" in ran.out
    assert not list(own_home.glob(f"{VECTORS}*"))
    assert not (own_home / "model").exists()
    assert settings.load(own_home) == Settings(enabled=False, offered=True)


def test_weights_of_others_are_not_deleted(
    her: Run, hub: Hub, own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HER_MODEL_DIR", str(hub.folder))
    her("semantic", "enable")
    her("semantic", "off", "--forget")
    assert weights.verify(hub.folder)


def test_status_before_during_and_after(her: Run, hub: Hub, own_home: Path) -> None:
    before = her("semantic", "status", "--json").json
    assert (before["enabled"], before["readiness"]) == (None, "never asked")
    assert before["weights"] == {"folder": None, "state": "not on this machine"}
    her("semantic", "enable", "--yes")
    during = her("semantic", "status", "--json").json
    assert (during["enabled"], during["weights"]["state"]) == (True, "genuine")
    assert during["documents"]["done"] == 0
    (own_home / "model/vocab.txt").write_text("[UNK]")
    assert "changed" in her("semantic", "status").out
    (own_home / "model/vocab.txt").unlink()
    assert "gone" in her("semantic", "status").out
    her("semantic", "off")
    assert her("semantic", "status", "--json").json["readiness"] == "off"


def test_status_of_a_folder_that_has_none(
    her: Run, hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HER_MODEL_DIR", str(tmp_path))
    ran = her("semantic", "status")
    assert ran.code == 0
    assert "There is no model.safetensors" in ran.out

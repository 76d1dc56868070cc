"""Finding the client, past scripts of the same name."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from her_tui.shim.program import OVERRIDE, TRIED, NoProgram, find, leads_back, on_the_way
from tests.support.starting import environment_for, make_client, start, told

pytestmark = pytest.mark.usefixtures("no_recorder_left")


def make_script(folder: Path, text: str, name: str = "claude") -> Path:
    """A script called ``name`` in ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    script = folder / name
    script.write_text(f"#!/bin/sh\n{text}\n")
    script.chmod(0o755)
    return script


def path_of(*folders: Path) -> dict[str, str]:
    """An environment with nothing but a PATH."""
    return {"PATH": ":".join(map(str, folders))}


@pytest.mark.parametrize(
    "text",
    [
        'exec her-tui run -- claude "$@"',
        'exec "/opt/her tui/bin/her-tui" run --wire claude "$@"',
        'python3 -m her_tui run claude "$@"',
    ],
)
def test_a_script_that_leads_back_is_passed_by(tmp_path: Path, text: str) -> None:
    make_script(tmp_path / "first", text)
    client = make_client(tmp_path / "second")
    found = find("claude", path_of(tmp_path / "none", tmp_path / "first", tmp_path / "second"))
    assert found == str(client)


def test_another_script_is_not(tmp_path: Path) -> None:
    script = make_script(tmp_path, "# see also her-tui\nexec other running")
    assert not leads_back(str(script))


def her_tui(words: str, how: str = "exec ") -> str:
    """A shell command that starts her-tui in a way that cannot be seen from outside."""
    return f'M=her_tui; {how}{sys.executable} -P -m $M {words} claude "$@"'


@pytest.mark.parametrize("how", ["exec ", ""])
def test_a_script_that_leads_back_unseen_is_run_once(home: Path, how: str) -> None:
    script = make_script(home.parent / "front", "echo through\n" + her_tui("run --", how))
    client = make_client(home.parent / "bin")
    environment = environment_for(home, client)
    environment["PATH"] = f"{script.parent}:{environment['PATH']}"
    ran = start(environment, "claude", "-p", "hi")
    assert ran.stdout == "through\n"
    assert ran.stderr == ""
    found = told(client)
    assert found["argv"][1] == "--settings"
    assert found["argv"][3:] == ["-p", "hi"]
    assert len(list((home / "clients").iterdir())) == 1


def test_scripts_that_only_lead_back(home: Path) -> None:
    one = make_script(home.parent / "one", her_tui("run"))
    two = make_script(home.parent / "two", her_tui("run"))
    environment = environment_for(home, one)
    environment["PATH"] = f"{one.parent}:{two.parent}:/usr/bin:/bin"
    ran = start(environment, "claude", "--version")
    assert ran.returncode == 126
    assert "start one another" in ran.stderr


def test_a_client_started_by_a_client(tmp_path: Path) -> None:
    front = make_script(tmp_path / "front", "exec something")
    client = make_client(tmp_path / "bin")
    environment = path_of(front.parent, client.parent)
    environment[TRIED] = f"{front}:{client}"
    assert find("claude", environment) == str(client)


def test_a_program_is_not_told_what_was_tried(tmp_path: Path) -> None:
    program = tmp_path / "claude"
    program.write_bytes(b"\x7fELF")
    environment = {"A": "b", TRIED: "/x/claude"}
    assert on_the_way(str(program), environment) == {"A": "b"}
    script = make_script(tmp_path / "script", "")
    assert on_the_way(str(script), environment)[TRIED] == f"/x/claude:{script}"


def test_the_program_may_be_named(home: Path) -> None:
    client = make_client(home.parent / "bin")
    mine = make_client(home.parent / "mine", name="my-claude")
    start(environment_for(home, client, **{OVERRIDE: str(mine)}), "claude", "-p")
    assert told(mine)["argv"][-1] == "-p"
    assert not (client.parent / "told.json").exists()


def test_nothing_to_start(home: Path, tmp_path: Path) -> None:
    with pytest.raises(NoProgram, match="npm install") as error:
        find("claude", path_of(tmp_path))
    assert error.value.code == 127
    client = make_client(home.parent / "bin", name="other")
    ran = start(environment_for(home, client), "claude")
    assert ran.returncode == 127
    assert ran.stderr.count("\n") == 1
    assert not home.exists()


def test_what_cannot_be_run(tmp_path: Path) -> None:
    plain = tmp_path / "claude"
    plain.write_text("no program")
    with pytest.raises(NoProgram) as error:
        find("claude", path_of(tmp_path))
    assert error.value.code == 127
    with pytest.raises(NoProgram) as error:
        find(str(plain), {})
    assert error.value.code == 126
    with pytest.raises(NoProgram) as error:
        find(str(tmp_path / "none"), {})
    assert error.value.code == 127


def test_a_script_without_a_first_line(home: Path) -> None:
    script = make_script(home.parent / "bin", "", "odd")
    script.write_text('echo "$0" "$@"; exit 3\n')
    ran = start(environment_for(home, script), "odd", "a b")
    assert ran.stdout == f"{script} a b\n"
    assert ran.returncode == 3

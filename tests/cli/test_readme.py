"""The README says what is true: keys, commands, and the two lines that set everything up."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_generated_parts_are_up_to_date() -> None:
    done = subprocess.run(
        [sys.executable, "scripts/docs.py", "--check"],
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", ["keys", "commands", "filters"])
def test_every_generated_part_has_its_place(name: str) -> None:
    assert README.count(f"<!-- {name} -->") == README.count(f"<!-- /{name} -->") == 1


def test_setting_up_is_the_first_thing_and_one_line_each() -> None:
    blocks = re.findall(r"```sh\n(.*?)```", README, re.DOTALL)
    for block, last in zip(blocks, (".venv/bin/her-tui", "pytest -q"), strict=False):
        assert block.count("\n") == 1
        assert block.startswith("python3 -m venv .venv && ")
        assert block.strip().endswith(last)


COMMANDS = dict(re.findall(r"<!-- (test\S*) -->\n```sh\n(.*?)\n```", README, re.DOTALL))


@pytest.mark.parametrize("name", ["test", "test-semantic"])
def test_ci_runs_the_test_commands_of_the_readme(name: str) -> None:
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert re.search(rf"^run {name}$", script, re.MULTILINE)
    (block,) = re.findall(r"^block\(\) \{\n.*?^\}", script, re.DOTALL | re.MULTILINE)
    done = subprocess.run(
        ["bash", "-c", f"{block}\nblock {name}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == COMMANDS[name]


@pytest.mark.parametrize("target", re.findall(r"\]\((?!http)([^)#]+)\)", README))
def test_links_lead_somewhere(target: str) -> None:
    assert (ROOT / target).exists()


@pytest.mark.parametrize("picture", sorted((ROOT / "screenshots").glob("*.svg")), ids=str)
def test_pictures_fetch_nothing(picture: Path) -> None:
    addresses = set(re.findall(r"https?://[^\"')\s]+", picture.read_text(encoding="utf-8")))
    namespaces = {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}
    assert {address for address in addresses if "textualize" not in address} <= namespaces

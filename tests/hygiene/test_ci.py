"""What continuous integration installs has no use for a graphics card."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

GUARD = Path(__file__).parents[2] / ".ci" / "no_cuda.py"


def judged(tmp_path: Path, *planned: tuple[str, str]) -> subprocess.CompletedProcess[str]:
    """What the guard says of a plan of these packages."""
    items = [{"metadata": {"name": name, "version": version}} for name, version in planned]
    (tmp_path / "plan.json").write_text(json.dumps({"install": items}))
    return subprocess.run(
        [sys.executable, str(GUARD), str(tmp_path / "plan.json")],
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_plan_without_cuda_passes(tmp_path: Path) -> None:
    done = judged(tmp_path, ("torch", "2.13.0+cpu"), ("numpy", "2.4.6"), ("trio", "1.0"))
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    "package",
    [
        ("nvidia-cublas", "13.0.0"),
        ("nvidia_cudnn_cu13", "9.1"),
        ("triton", "3.9.0"),
        ("pytorch-triton", "3.9.0"),
        ("cuda-bindings", "13.0"),
        ("torch", "2.15.0+cu130"),
    ],
)
def test_a_plan_with_cuda_fails_and_says_why(tmp_path: Path, package: tuple[str, str]) -> None:
    done = judged(tmp_path, ("torch", "2.13.0"), package)
    assert done.returncode == 1
    assert f"{package[0]} {package[1]}" in done.stderr
    assert "constraints.txt" in done.stderr

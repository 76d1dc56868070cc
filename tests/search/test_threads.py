"""numpy comes with one thread, whichever module needs it first, and the environment stays."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

import her_tui.search
from her_tui.errors import HerError
from her_tui.search.threads import import_numpy

SEARCH = Path(her_tui.search.__file__).parent
ROOT = SEARCH.parents[1]
NAMES = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")

#: Stands for numpy, and tells what it sees when it is imported.
_NUMPY = f"""
import os
print(*(os.environ.get(name) for name in {NAMES!r}))
def ones(shape):
    return One()
class One:
    def __matmul__(self, other):
        return self
"""
_PROGRAM = """
import os
before = dict(os.environ)
from her_tui.search.threads import import_numpy
import_numpy()
import_numpy()
print(dict(os.environ) == before)
"""


def told(stand_in: Path, **environment: str) -> list[str]:
    """What a fresh interpreter with the stand-in for numpy prints."""
    (stand_in / "numpy.py").write_text(_NUMPY)
    inherited = {key: value for key, value in os.environ.items() if key not in NAMES}
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM],
        env={**inherited, "PYTHONPATH": f"{stand_in}{os.pathsep}{ROOT}", **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.splitlines()


def test_it_is_loaded_with_one_thread_and_the_environment_is_as_it_was(tmp_path: Path) -> None:
    assert told(tmp_path) == ["1 1 1 1", "True"]


def test_a_user_who_says_how_many_is_heard(tmp_path: Path) -> None:
    assert told(tmp_path, OMP_NUM_THREADS="3") == ["1 3 1 1", "True"]


def test_without_numpy_there_is_a_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "numpy", None)
    before = dict(os.environ)
    with pytest.raises(HerError, match="numpy") as caught:
        import_numpy()
    assert "pip install 'her-tui[meaning]'" in caught.value.hint
    assert dict(os.environ) == before


@pytest.mark.parametrize("module", sorted(SEARCH.glob("*.py")), ids=lambda path: path.name)
def test_no_module_imports_numpy_by_itself(module: Path) -> None:
    """Where numpy is imported to be used, `import_numpy` is called before."""
    tree = ast.parse(module.read_text(encoding="utf-8"))
    for_types = {id(node) for block in ast.walk(tree) for node in _for_types(block)}
    imports = [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        and _names(node) == "numpy"
        and id(node) not in for_types
    ]
    calls = [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ast.unparse(node) == "import_numpy()"
    ]
    if imports and module.name != "threads.py":
        assert calls, f"line {imports[0]} imports numpy with as many threads as it likes"
        assert min(calls) < min(imports)


def _for_types(block: ast.AST) -> list[ast.stmt]:
    if isinstance(block, ast.If) and ast.unparse(block.test) == "TYPE_CHECKING":
        return block.body
    return []


def _names(node: ast.Import | ast.ImportFrom) -> str:
    """The package it imports from."""
    name = node.module or "" if isinstance(node, ast.ImportFrom) else node.names[0].name
    return name.partition(".")[0]
